// One browser in which the caller is signed in: sign it out.
import { endSessionEndpoint } from "@/app/api/_endpoints/account";
import { route } from "@/app/api/_http/route";
import { endSession } from "@/lib/auth/sessions";

export const DELETE = route(endSessionEndpoint, async ({ runtime, viewer, params }) => {
  await endSession(runtime, viewer, params.id);
  return undefined;
});

// One API token: withdraw it.
import { deleteTokenEndpoint } from "@/app/api/_endpoints/people";
import { route } from "@/app/api/_http/route";
import { deleteToken } from "@/lib/auth/tokens";

export const DELETE = route(deleteTokenEndpoint, async ({ runtime, viewer, params }) => {
  await deleteToken(runtime.db, viewer, params.id);
  return undefined;
});

// The browsers in which the caller is signed in.
import { endOtherSessionsEndpoint, listSessionsEndpoint } from "@/app/api/_endpoints/account";
import { route } from "@/app/api/_http/route";
import { endOtherSessions, listSessions } from "@/lib/auth/sessions";

export const GET = route(listSessionsEndpoint, async ({ runtime, viewer, caller }) => ({
  sessions: await listSessions(runtime.db, viewer, caller.session?.id),
}));

export const DELETE = route(endOtherSessionsEndpoint, async ({ runtime, viewer, caller }) => {
  await endOtherSessions(runtime, viewer, caller.session?.id);
  return undefined;
});

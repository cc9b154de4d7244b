// One person: read, change, delete.
import { deleteUserEndpoint, getUserEndpoint, updateUserEndpoint } from "@/app/api/_endpoints/people";
import { route } from "@/app/api/_http/route";
import { deleteUser, updateUser } from "@/lib/auth/user-changes";
import { requireUser, showUser } from "@/lib/auth/users";

export const GET = route(getUserEndpoint, async ({ runtime, params }) =>
  showUser(await requireUser(runtime.db, params.id)),
);

export const PATCH = route(updateUserEndpoint, async ({ runtime, viewer, caller, params, body }) =>
  showUser(await updateUser(runtime, viewer, params.id, body, caller)),
);

export const DELETE = route(deleteUserEndpoint, async ({ runtime, viewer, params, query }) => {
  await deleteUser(runtime, viewer, params.id, query.heir);
  return undefined;
});

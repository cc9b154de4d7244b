// The list of people, and adding one.
import { createUserEndpoint, listUsersEndpoint } from "@/app/api/_endpoints/people";
import { route } from "@/app/api/_http/route";
import { createUser } from "@/lib/auth/user-changes";
import { listUsers, showUser } from "@/lib/auth/users";

export const GET = route(listUsersEndpoint, async ({ runtime, query }) => {
  const page = await listUsers(runtime.db, query);
  return { users: page.items.map(showUser), nextCursor: page.nextCursor };
});

export const POST = route(createUserEndpoint, async ({ runtime, viewer, caller, body }) =>
  showUser(await createUser(runtime.db, viewer, body, caller)),
);

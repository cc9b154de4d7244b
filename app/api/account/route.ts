// The caller's own account.
import { getAccountEndpoint, updateAccountEndpoint } from "@/app/api/_endpoints/account";
import { route } from "@/app/api/_http/route";
import { updateAccount } from "@/lib/auth/user-changes";
import { requireUser, showUser } from "@/lib/auth/users";

export const GET = route(getAccountEndpoint, async ({ runtime, viewer }) =>
  showUser(await requireUser(runtime.db, viewer.userId)),
);

export const PATCH = route(updateAccountEndpoint, async ({ runtime, viewer, caller, body }) =>
  showUser(await updateAccount(runtime, viewer, body, caller)),
);

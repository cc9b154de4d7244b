// The list of API tokens, and making one.
import { createTokenEndpoint, listTokensEndpoint } from "@/app/api/_endpoints/people";
import { route } from "@/app/api/_http/route";
import { createToken, listTokens, showToken } from "@/lib/auth/tokens";

export const GET = route(listTokensEndpoint, async ({ runtime, viewer, query }) => {
  const ownerId = query.owner === "me" ? viewer.userId : undefined;
  const page = await listTokens(runtime.db, viewer, { ...query, ownerId });
  return { tokens: page.items.map(showToken), nextCursor: page.nextCursor };
});

export const POST = route(createTokenEndpoint, async ({ runtime, viewer, caller, body }) => {
  const { row, token } = await createToken(runtime.db, viewer, body, caller);
  return {
    id: row.id,
    name: row.name,
    token,
    access: row.access,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
  };
});

// Personal API tokens: random words that stand for a person; only their hashes are kept.
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { and, desc, eq, getTableColumns, gt, isNull, lt, notInArray, or, sql } from "drizzle-orm";
import type { AuthContext, CallingToken, Right } from "@/lib/auth/context";
import type { ApiToken, CreateTokenInput } from "@/lib/auth/schemas";
import { requireRecentPassword } from "@/lib/auth/sessions";
import { requireUser, viewerOf } from "@/lib/auth/users";
import { recordAudit } from "@/lib/db/audit";
import type { Database, Transaction } from "@/lib/db/client";
import { decodeCursor, type Page, type PageRequest, pageOf, timeCursor } from "@/lib/db/page";
import { type ApiTokenRow, apiTokens, users } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";

const PREFIX = "lks_";
const TOKEN_BYTES = 32;
const LAST_USED_STEP_MS = 60_000;

/** Of the token that the environment names. */
export const BOOTSTRAP_TOKEN_ID = "bootstrap";

/** Of a random token: a slow hash would add nothing. */
const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");
const hintOf = (token: string): string => token.slice(-4);

type ShownToken = ApiTokenRow & { ownerName: string };

export const showToken = (row: ShownToken): ApiToken => ({
  id: row.id,
  name: row.name,
  hint: row.hint,
  access: row.access,
  owner: { id: row.userId, name: row.ownerName },
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
});

/** The token itself is in the answer and nowhere else. It never outlives a token that makes it. */
export async function createToken(
  db: Database,
  actor: Viewer,
  input: CreateTokenInput,
  by: Right = {},
): Promise<{ row: ApiTokenRow; token: string }> {
  if (input.userId !== undefined && !actor.isAdmin) throw new AppError("forbidden", "adminOnly");
  requireRecentPassword(by);
  const parent = by.token;
  const expiresAt = expiryWithin(parent, input.expiresAt ? futureDate(input.expiresAt) : null);
  const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
  const row = await db.transaction(async (tx) => {
    const owner = await requireUser(tx, input.userId ?? actor.userId);
    const [created] = await tx
      .insert(apiTokens)
      .values({
        id: randomUUID(),
        userId: owner.id,
        name: input.name,
        hash: hashToken(token),
        hint: hintOf(token),
        access: input.access,
        expiresAt,
        // The environment's token is renewed by another one: what it made stays.
        parentId: parent && parent.id !== BOOTSTRAP_TOKEN_ID ? parent.id : null,
      })
      .returning();
    if (!created) throw new Error("the database returned no row for a new token");
    await recordAudit(tx, actor, {
      action: "token.created",
      target: { id: created.id, name: created.name },
      detail: { owner: owner.name, access: created.access, expiresAt: expiresAt?.toISOString() ?? null },
    });
    return created;
  });
  return { row, token };
}

export async function deleteToken(db: Database, actor: Viewer, tokenId: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx
      .delete(apiTokens)
      .where(and(eq(apiTokens.id, tokenId), visibleTo(actor)))
      .returning();
    if (!row) throw notFound("token");
    await recordAudit(tx, actor, { action: "token.deleted", target: { id: row.id, name: row.name } });
  });
}

/** Newest first. */
export async function listTokens(
  db: Database,
  viewer: Viewer,
  request: PageRequest & { ownerId?: string | undefined },
): Promise<Page<ShownToken>> {
  const before = decodeCursor(request.cursor, timeCursor);
  const at = before && new Date(before[0]);
  const rows = await db
    .select({ ...getTableColumns(apiTokens), ownerName: users.name })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(
      and(
        visibleTo(viewer),
        request.ownerId ? eq(apiTokens.userId, request.ownerId) : undefined,
        at && or(lt(apiTokens.createdAt, at), and(eq(apiTokens.createdAt, at), lt(apiTokens.id, before[1]))),
      ),
    )
    .orderBy(desc(apiTokens.createdAt), desc(apiTokens.id))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.createdAt.toISOString(), row.id]);
}

/** Whom the token stands for, and what it opens; null when it is unknown or has expired. */
export async function findToken(
  context: Pick<AuthContext, "db" | "logger">,
  token: string,
): Promise<{ viewer: Viewer; token: CallingToken } | null> {
  const { id, access, expiresAt, lastUsedAt } = apiTokens;
  const [found] = await context.db
    .select({ user: users, token: { id, access, expiresAt }, lastUsedAt })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(
      and(eq(apiTokens.hash, hashToken(token)), or(isNull(apiTokens.expiresAt), gt(apiTokens.expiresAt, sql`now()`))),
    );
  if (!found) return null;
  if (Date.now() - (found.lastUsedAt?.getTime() ?? 0) > LAST_USED_STEP_MS) {
    touch(context.db, found.token.id).catch((err: unknown) =>
      context.logger.warn({ err }, "API token use was not recorded"),
    );
  }
  return { viewer: viewerOf(found.user), token: found.token };
}

/** The token of the environment: its row is made, replaced or, without a token, taken away. */
export async function keepBootstrapToken(
  tx: Transaction,
  bootstrap: { id: string; name: string; token: string | undefined; userId: string | undefined },
): Promise<void> {
  const hash = bootstrap.token && hashToken(bootstrap.token);
  const [known] = await tx.select().from(apiTokens).where(eq(apiTokens.id, bootstrap.id));
  if (known && known.hash === hash && known.userId === bootstrap.userId) return;
  const target = { id: bootstrap.id, name: bootstrap.name };
  if (known) {
    await tx.delete(apiTokens).where(eq(apiTokens.id, bootstrap.id));
    await recordAudit(tx, null, { action: "token.deleted", target });
  }
  if (!bootstrap.token || !hash || !bootstrap.userId) return;
  // Whoever starts the process with a token means that one to hold, even if somebody made it by hand before.
  await tx.delete(apiTokens).where(eq(apiTokens.hash, hash));
  await tx.insert(apiTokens).values({
    id: bootstrap.id,
    userId: bootstrap.userId,
    name: bootstrap.name,
    hash,
    hint: hintOf(bootstrap.token),
  });
  await recordAudit(tx, null, { action: "token.created", target });
}

const visibleTo = (viewer: Viewer) => (viewer.isAdmin ? undefined : eq(apiTokens.userId, viewer.userId));

async function touch(db: Database, tokenId: string): Promise<void> {
  await db.update(apiTokens).set({ lastUsedAt: sql`now()` }).where(eq(apiTokens.id, tokenId));
}

/** As long as the parent at most, and where nothing is said just as long. */
function expiryWithin(parent: CallingToken | undefined, expiresAt: Date | null): Date | null {
  if (!parent?.expiresAt) return expiresAt;
  if (expiresAt && expiresAt > parent.expiresAt) {
    const params = { until: parent.expiresAt.toISOString() };
    throw new AppError("forbidden", "auth.outlivesToken", { params });
  }
  return expiresAt ?? parent.expiresAt;
}

/** Every token of the person's, except the environment's and the one that asks. */
export async function deleteTokensOf(tx: Transaction, actor: Viewer, userId: string, but?: string): Promise<void> {
  const kept = [BOOTSTRAP_TOKEN_ID, ...(but === undefined ? [] : [but])];
  const rows = await tx
    .delete(apiTokens)
    .where(and(eq(apiTokens.userId, userId), notInArray(apiTokens.id, kept)))
    .returning();
  for (const { id, name } of rows) await recordAudit(tx, actor, { action: "token.deleted", target: { id, name } });
}

function futureDate(iso: string): Date {
  const date = new Date(iso);
  if (date.getTime() > Date.now()) return date;
  throw new AppError("invalid_input", "auth.expiresInThePast", {
    fields: [{ path: "expiresAt", message: "errors.auth.expiresInThePast" }],
  });
}

// Reads bots, limited to what the viewer may see.
import { and, asc, eq, getTableColumns, gt, or, type SQL, sql } from "drizzle-orm";
import { behaviorOf } from "@/lib/bots/behavior";
import { type ConnectionFacts, connectionFacts, trueState } from "@/lib/bots/connection-state";
import { openBotSecret } from "@/lib/bots/credentials";
import { shownProxy } from "@/lib/bots/proxy";
import type { Bot, ListedBot } from "@/lib/bots/schemas";
import type { Database, Transaction } from "@/lib/db/client";
import { decodeCursor, type Page, type PageRequest, pageOf, timeCursor } from "@/lib/db/page";
import { type BotRow, bots, connections, models, users } from "@/lib/db/schema";
import { notFound } from "@/lib/errors";
import type { Sealer } from "@/lib/sealing";
import type { Viewer } from "@/lib/viewer";

type ShownRow = BotRow & ConnectionFacts & { ownerName: string };

const shownColumns = { ...getTableColumns(bots), ...connectionFacts, ownerName: users.name };

/** The condition that limits a statement over `bots` to what the viewer may see. */
export const visibleTo = (viewer: Viewer): SQL | undefined =>
  viewer.isAdmin ? undefined : eq(bots.ownerId, viewer.userId);

function selectShown(db: Database | Transaction) {
  return db
    .select(shownColumns)
    .from(bots)
    .innerJoin(users, eq(users.id, bots.ownerId))
    .leftJoin(connections, eq(connections.botId, bots.id));
}

/** `baseUrl` is Larkspur's public address without a trailing slash. */
export function showBot(row: ShownRow, baseUrl: string, sealer: Sealer): Bot {
  return {
    id: row.id,
    name: row.name,
    appId: row.appId,
    domain: row.domain,
    enabled: row.enabled,
    useWebSocket: row.useWebSocket,
    wsConnectionState: trueState(row),
    hasAppSecret: row.sealedAppSecret !== "",
    hasVerificationToken: row.sealedVerificationToken !== null,
    hasEncryptKey: row.sealedEncryptKey !== null,
    hasReplySecret: row.sealedReplySecret !== null,
    ...shownProxy(openBotSecret(sealer, row, "proxy")),
    webhookUrl: `${baseUrl}/api/feishu/webhook/${row.appId}`,
    reply: row.reply,
    policy: row.policy,
    behavior: behaviorOf(row),
    owner: { id: row.ownerId, name: row.ownerName },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** Throws `not_found` for a bot that is not there and for one that the viewer may not see, alike. */
export async function requireBot(db: Database | Transaction, viewer: Viewer, botId: string): Promise<ShownRow> {
  // PostgreSQL takes no NUL: there can be no such bot.
  if (botId.includes("\0")) throw notFound("bot");
  const [row] = await selectShown(db).where(and(eq(bots.id, botId), visibleTo(viewer)));
  if (!row) throw notFound("bot");
  return row;
}

export type BotListRequest = PageRequest & { ownerId?: string | undefined };

/** Oldest first. */
export async function listBots(db: Database, viewer: Viewer, request: BotListRequest): Promise<Page<ShownRow>> {
  const after = decodeCursor(request.cursor, timeCursor);
  const rows = await selectShown(db)
    .where(
      and(
        visibleTo(viewer),
        request.ownerId ? eq(bots.ownerId, request.ownerId) : undefined,
        after && afterKey(new Date(after[0]), after[1]),
      ),
    )
    .orderBy(asc(bots.createdAt), asc(bots.id))
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, (row) => [row.createdAt.toISOString(), row.id]);
}

const afterKey = (at: Date, id: string) => or(gt(bots.createdAt, at), and(eq(bots.createdAt, at), gt(bots.id, id)));

/** Every bot that the viewer may see, oldest first: hundreds at most, and little of each. */
export async function listEveryBot(db: Database, viewer: Viewer): Promise<ListedBot[]> {
  const rows = await db
    .select({
      id: bots.id,
      name: bots.name,
      appId: bots.appId,
      domain: bots.domain,
      enabled: bots.enabled,
      useWebSocket: bots.useWebSocket,
      hasVerificationToken: sql<boolean>`${bots.sealedVerificationToken} is not null`,
      hasEncryptKey: sql<boolean>`${bots.sealedEncryptKey} is not null`,
      replyKind: sql<Bot["reply"]["kind"]>`${bots.reply}->>'kind'`,
      model: models.name,
      owner: { id: users.id, name: users.name },
    })
    .from(bots)
    .innerJoin(users, eq(users.id, bots.ownerId))
    .leftJoin(models, sql`${models.id} = ${bots.reply}->>'modelId' and ${bots.reply}->>'kind' = 'ai'`)
    .where(visibleTo(viewer))
    .orderBy(asc(bots.createdAt), asc(bots.id));
  return rows.map(({ replyKind, model, ...row }) => ({
    ...row,
    reply: { kind: replyKind, ...(model !== null && { model }) },
  }));
}

/** Every bot that shall have a long connection, for the manager. */
export async function listWantedBots(db: Database): Promise<Pick<BotRow, "id" | "name" | "credentialsVersion">[]> {
  return db
    .select({ id: bots.id, name: bots.name, credentialsVersion: bots.credentialsVersion })
    .from(bots)
    .where(and(eq(bots.enabled, true), eq(bots.useWebSocket, true)))
    .orderBy(asc(bots.createdAt), asc(bots.id));
}

/** A bot by its id for the parts that act without a viewer (worker, manager); null when it is gone. */
export async function getBotRow(db: Database, botId: string): Promise<BotRow | null> {
  const [row] = await db.select().from(bots).where(eq(bots.id, botId));
  return row ?? null;
}

/** A bot by its App ID in any letter case, for the webhook; null when there is none. */
export async function getBotRowByAppId(db: Database, appId: string): Promise<BotRow | null> {
  const [row] = await db
    .select()
    .from(bots)
    .where(eq(sql`lower(${bots.appId})`, appId.toLowerCase()));
  return row ?? null;
}

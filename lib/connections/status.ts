// The status of connections as people and programs see it, the same from every replica.
import { and, asc, count, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type ConnectionFacts, connectionFacts, trueState } from "@/lib/bots/connection-state";
import { visibleTo } from "@/lib/bots/queries";
import { CONNECTION_STATES, type ConnectionState } from "@/lib/bots/schemas";
import { otherConnections } from "@/lib/connections/online-count";
import { along, DOWN } from "@/lib/db/along-index";
import type { Database } from "@/lib/db/client";
import { bots, type ConnectionRow, connections, events, replies } from "@/lib/db/schema";
import { describeReason, failureSchema, modelIn, type Reason } from "@/lib/errors";
import type { Locale } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

const timestamp = z.iso.datetime();

export const connectionStatusSchema = z
  .object({
    botId: z.string(),
    state: z.enum(CONNECTION_STATES),
    connectedAt: timestamp.optional(),
    lastHeartbeat: timestamp.optional().meta({ description: "When data last arrived from the cloud" }),
    lastEventAt: timestamp.optional(),
    lastReplyAt: timestamp
      .optional()
      .meta({ description: "When the bot last answered, or sent a message through the API" }),
    failingSince: timestamp.optional().meta({
      description:
        "When the first message that could not be answered was received, since the last answered one and within 24 hours",
    }),
    failure: failureSchema
      .optional()
      .meta({ description: "Why the latest of them could not be answered. Omitted if unknown" }),
    silentSince: timestamp.optional().meta({ description: "Connected since this time without receiving an event" }),
    neverReceived: z
      .boolean()
      .optional()
      .meta({ description: "True for a connected bot that has never received an event, through any channel" }),
    neverConnected: z
      .boolean()
      .optional()
      .meta({ description: "True for a bot whose long connection has never been established" }),
    otherConnections: z
      .int()
      .optional()
      .meta({
        description:
          "Number of connections of this app held by other programs. Each receives a share of the events. " +
          "Asked rarely; absent while there are none, or Feishu does not say",
      }),
    catchUpError: z
      .string()
      .optional()
      .meta({
        description:
          "Why messages sent while the bot is disconnected cannot be fetched later, and what to do, " +
          "in the caller's language. Omitted if they can be, or if there was nothing to fetch",
      }),
    reconnectAttempt: z.int().optional(),
    nextRetryAt: timestamp.optional(),
    error: z
      .string()
      .optional()
      .meta({ description: "Why it is not connected and what to do, in the caller's language" }),
    errorCode: z.string().optional(),
    errorParams: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    instance: z.string().optional().meta({ description: "The instance holding the connection" }),
  })
  .meta({ id: "ConnectionStatus" });
export type ConnectionStatus = z.infer<typeof connectionStatusSchema>;

type StatusRow = ConnectionFacts & {
  botId: string;
  row: ConnectionRow | null;
  lastReplyAt: Date | null;
  failingSince: Date | null;
  failingError: Reason | null;
  hasNoEvent: boolean;
};

// One step into an index a bot.
const sent = (kind: string) => {
  const { where, order } = along([sql`r.bot_id`, sql`${bots.id}`], [sql`r.kind`, kind]);
  return sql`select r.at from replies r where ${where} and r.message_id is not null order by ${order(sql`r.at`, DOWN)} limit 1`;
};
const lastReplyAt = sql<Date | null>`greatest((${sent("answer")}), (${sent("message")}))`.mapWith(replies.at);

// What commands and rules answer by themselves says nothing of whether questions are answered.
const isReal = (alias: string) => sql.raw(`${alias}.answered_by is distinct from 'fixed'`);

/** What commands and rules did is passed over; no more of it than this. */
const PASSED = 500;
// Ids grow in the order of receipt, but for the clocks of several processes.
const yesterday = sql`(select min(id) from (
  select y.id from events y where y.received_at > now() - interval '1 day' order by y.received_at limit ${PASSED}) first)`;
// A few steps into an index a bot, however many of its messages failed or were answered.
const done = along([sql`d.bot_id`, sql`${bots.id}`], [sql`d.status`, "done"]);
const failed = along([sql`f.bot_id`, sql`${bots.id}`], [sql`f.status`, "failed"]);
// Without an order outside, the first row that fits ends the walk.
const lastAnswered = sql`coalesce((select d.id from (
    select d.id, d.answered_by from events d where ${done.where}
    order by ${done.order(sql`d.id`, DOWN)} limit ${PASSED}) d where ${isReal("d")} limit 1), 0)`;
const unanswered = (direction: SQL) => sql`from (
    select f.id, f.received_at, f.error, f.answered_by from events f
    where ${failed.where} and f.id >= ${yesterday} and f.id > ${lastAnswered}
    order by ${failed.order(sql`f.id`, direction)} limit ${PASSED}) f
  where f.received_at > now() - interval '1 day' and ${isReal("f")} limit 1`;
const failingSince = sql<Date | null>`(select f.received_at ${unanswered(sql`asc`)})`.mapWith(events.receivedAt);
const failingError = sql<Reason | null>`(select f.error ${unanswered(sql`desc`)})`;

// Looks at the events only where nothing else says that there was one.
const hasNoEvent = sql<boolean>`case when ${connections.state} = 'connected' and ${connections.lastEventAt} is null
  then not exists (select from events where ${along([sql`events.bot_id`, sql`${bots.id}`]).where}) else false end`;

function selectStatuses(db: Database) {
  return db
    .select({
      botId: bots.id,
      ...connectionFacts,
      lastReplyAt,
      failingSince,
      failingError,
      hasNoEvent,
      row: getTableColumns(connections),
    })
    .from(bots)
    .leftJoin(connections, eq(connections.botId, bots.id));
}

/** For a bot that the caller may see. */
export async function getConnectionStatus(db: Database, botId: string, locale: Locale): Promise<ConnectionStatus> {
  const [row] = await selectStatuses(db).where(eq(bots.id, botId));
  return row ? showStatus(row, locale) : { botId, state: "disconnected" };
}

/** Of the bots that the viewer may see: those that use a long connection, or the named ones, or all. */
export async function listConnectionStatuses(
  db: Database,
  viewer: Viewer,
  locale: Locale,
  which: "wished" | "all" | string[] = "wished",
): Promise<ConnectionStatus[]> {
  const rows = await selectStatuses(db)
    .where(and(visibleTo(viewer), chosen(which)))
    .orderBy(asc(bots.createdAt), asc(bots.id));
  return rows.map((row) => showStatus(row, locale));
}

/** How many bots there are in each state, without what is only shown of a single one. */
export async function countByState(db: Database): Promise<Map<ConnectionState, number>> {
  const { isWished, isHeld, storedState } = connectionFacts;
  const rows = await db
    .select({ ...connectionFacts, bots: count() })
    .from(bots)
    .leftJoin(connections, eq(connections.botId, bots.id))
    .groupBy(isWished, isHeld, storedState);
  const counted = new Map<ConnectionState, number>();
  for (const { bots: more, ...facts } of rows) {
    const state = trueState(facts);
    counted.set(state, (counted.get(state) ?? 0) + more);
  }
  return counted;
}

function chosen(which: "wished" | "all" | string[]): SQL | undefined {
  if (which === "all") return undefined;
  return which === "wished" ? eq(bots.useWebSocket, true) : inArray(bots.id, which);
}

function showStatus(
  { botId, row, lastReplyAt, failingSince, failingError, hasNoEvent, ...facts }: StatusRow,
  locale: Locale,
): ConnectionStatus {
  const state = trueState(facts);
  const { isHeld } = facts;
  const answers = {
    ...(lastReplyAt && { lastReplyAt: lastReplyAt.toISOString() }),
    ...(failingSince && { failingSince: failingSince.toISOString() }),
    ...(failingError && { failure: showFailure(failingError, locale) }),
  };
  if (!row) return { botId, state, ...answers };
  const isTrying = state === "connecting" || state === "reconnecting" || state === "error";
  const error = isTrying && !isNotice(row.error) ? row.error : null;
  return {
    botId,
    state,
    ...(state === "connected" && row.connectedAt && truthsOf(row, row.connectedAt, hasNoEvent, locale)),
    ...(!row.lastHeartbeatAt && state !== "connected" && { neverConnected: true }),
    ...(row.lastHeartbeatAt && { lastHeartbeat: row.lastHeartbeatAt.toISOString() }),
    ...(row.lastEventAt && { lastEventAt: row.lastEventAt.toISOString() }),
    ...answers,
    ...(isTrying && row.reconnectAttempt > 0 && { reconnectAttempt: row.reconnectAttempt }),
    ...(isTrying && isHeld && row.nextRetryAt && { nextRetryAt: row.nextRetryAt.toISOString() }),
    ...(error && { error: describeReason(error, locale), errorCode: error.code, errorParams: error.params ?? {} }),
    ...(isHeld && row.instance && { instance: row.instance }),
  };
}

const showFailure = (error: Reason, locale: Locale) => {
  const model = modelIn(error);
  return { reason: describeReason(error, locale), code: error.code, ...(model && { model }) };
};

/** What can only be said of a connection that is up. */
function truthsOf(row: ConnectionRow, connectedAt: Date, neverReceived: boolean, locale: Locale) {
  const isSilent = !row.lastEventAt || row.lastEventAt < connectedAt;
  const others = otherConnections(row);
  return {
    connectedAt: connectedAt.toISOString(),
    ...(isSilent && { silentSince: connectedAt.toISOString() }),
    ...(neverReceived && { neverReceived }),
    ...(others > 0 && { otherConnections: others }),
    ...(row.error && { catchUpError: describeReason(row.error, locale) }),
  };
}

// What a connection that is up suffers from says nothing of why it is down, a moment later.
const isNotice = (error: Reason | null): boolean => error?.code.startsWith("catchUp.") ?? false;

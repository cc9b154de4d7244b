// Which events a log holds, by whose they are and by what is asked of it, and the shortest way to find them.
import { and, eq, gte, ilike, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import { type Along, along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { type EventRow, events } from "@/lib/db/schema";
import type { NamedSender } from "@/lib/events/named";
import { cleanText } from "@/lib/events/storable";
import { type Found, type Pace, type Walk, walkEvents } from "@/lib/events/walk";
import type { Viewer } from "@/lib/viewer";

/** Of one bot, or of all that the viewer may see. */
export type Log = { botId: string } | { viewer: Viewer };

export type EventFilter = {
  status?: EventRow["status"] | undefined;
  chatId?: string | undefined;
  senderId?: string | undefined;
  /** Part of the text, or of an id. */
  q?: string | undefined;
  /** ISO 8601: received then or later. */
  since?: string | undefined;
  /** ISO 8601: received earlier. */
  until?: string | undefined;
};
export type AskedEvents = EventFilter & {
  /** Who is meant by `q`, where it is a name. */
  named?: readonly NamedSender[] | undefined;
};

/** Through an index where one leads to just these events; else by looking through the log for so long as `pace` allows. */
export function findInLog(db: Database, log: Log, filter: AskedEvents, walk: Walk, pace?: Pace): Promise<Found> {
  const { status, chatId, senderId, q, since, until } = filter;
  const isExact = walk.order !== "time" && !senderId && !q && since === undefined && until === undefined;
  if (isExact && !(status && chatId)) return findByIndex(db, log, filter, walk);
  const ofOne = "botId" in log ? eq(events.botId, log.botId) : undefined;
  if (walk.order === "time") {
    return walkEvents(
      db,
      { ...walk, span: and(...spanOf(filter)), where: and(ofOne ?? seenIn(log), ...whatOf(filter)) },
      pace,
    );
  }
  const within = "botId" in log ? indexed(log.botId, filter) : undefined;
  return walkEvents(db, { ...walk, within, where: and(seenIn(log), ...whatOf(filter), ...spanOf(filter)) }, pace);
}

/** Along one of the indexes that begin with the bot. */
function indexed(botId: SQL | string, { status, chatId }: EventFilter): Along {
  const bot: [SQL, SQL | string] = [sql`events.bot_id`, botId];
  if (chatId) return along(bot, [sql`events.chat_id`, cleanText(chatId)]);
  return status ? along(bot, [sql`events.status`, status]) : along(bot);
}

const whatOf = ({ status, chatId, senderId, q, named }: AskedEvents): (SQL | undefined)[] => [
  status ? eq(events.status, status) : undefined,
  chatId ? eq(events.chatId, cleanText(chatId)) : undefined,
  senderId ? eq(events.senderId, cleanText(senderId)) : undefined,
  q ? contains(cleanText(q), named) : undefined,
];

const spanOf = ({ since, until }: EventFilter): (SQL | undefined)[] => [
  since === undefined ? undefined : gte(events.receivedAt, moment(since)),
  until === undefined ? undefined : lt(events.receivedAt, moment(until)),
];

/** PostgreSQL has no year 0; nothing was received before 1970 either. */
const moment = (iso: string) => new Date(Math.max(0, Date.parse(iso)));

function contains(q: string, named: readonly NamedSender[] = []): SQL | undefined {
  const pattern = `%${q.replace(/[\\%_]/g, "\\$&")}%`;
  const columns = [events.text, events.senderId, events.chatId, events.messageId, events.eventId];
  const senders = named.map(({ senderId }) => senderId);
  return or(
    ...columns.map((column) => ilike(column, pattern)),
    senders.length > 0 ? inArray(events.senderId, senders) : undefined,
  );
}

/** The condition over `events` that limits a log of several bots to what the viewer may see. */
function seenIn(log: Log): SQL | undefined {
  if ("botId" in log || log.viewer.isAdmin) return undefined;
  return sql`${events.botId} in (select bots.id from bots where ${visibleTo(log.viewer)})`;
}

/**
 * Of several bots, the newest so many events are of no more than so many bots: those whose newest ones are the newest. That
 * takes one step into an index for each bot, however many events the others have.
 */
async function findByIndex(db: Database, log: Log, filter: EventFilter, { order, from, enough }: Walk): Promise<Found> {
  const direction = order === "oldest" ? undefined : DOWN;
  const sorted = sql`events.id ${direction ?? sql`asc`}`;
  const beyond = from ? (order === "oldest" ? sql`events.id > ${from.id}` : sql`events.id < ${from.id}`) : sql`true`;
  const next = (botId: SQL | string, most: number) => {
    const { where, order: inOrder } = indexed(botId, filter);
    return sql`select events.id from events where ${where} and ${beyond} order by ${inOrder(sql`events.id`, direction)} limit ${most}`;
  };
  const ofAll = () => sql`select events.id from events where ${beyond} order by ${sorted} limit ${enough}`;
  const ofSeveral = (viewer: Viewer) => sql`
    with first as (
      select bots.id as bot_id, events.id from bots cross join lateral (${next(sql`bots.id`, 1)}) events
      where ${visibleTo(viewer) ?? sql`true`} order by ${sorted} limit ${enough}
    )
    select events.id from first cross join lateral (${next(sql`first.bot_id`, enough)}) events
    order by ${sorted} limit ${enough}`;
  const hasAll = "viewer" in log && log.viewer.isAdmin && !filter.status && !filter.chatId;
  const ids = "botId" in log ? next(log.botId, enough) : hasAll ? ofAll() : ofSeveral(log.viewer);
  // In one row: thousands of them are counted, too.
  const [row] = await queryRows<{ ids: number[] | null }>(
    db,
    sql`select jsonb_agg(events.id order by ${sorted}) as ids from (${ids}) events`,
  );
  return { ids: row?.ids ?? [] };
}

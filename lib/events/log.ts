// Which events a log holds, by whose they are and by what is asked of it, and the shortest way to find them.
import { and, eq, gte, ilike, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
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
  if (isExact && !(status && chatId)) return findByIndex(db, log, indexed(filter), walk);
  const ofOne = "botId" in log ? eq(events.botId, log.botId) : undefined;
  if (walk.order === "time") {
    const within = and(...spanOf(filter));
    return walkEvents(db, { ...walk, within, where: and(ofOne ?? seenIn(log), ...whatOf(filter)) }, pace);
  }
  const within = ofOne && and(ofOne, indexed(filter));
  return walkEvents(db, { ...walk, within, where: and(seenIn(log), ...whatOf(filter), ...spanOf(filter)) }, pace);
}

/** What one of the indexes that begin with the bot has, too; the planner shall have no other choice. */
const indexed = ({ status, chatId }: EventFilter): SQL | undefined => {
  if (chatId) return eq(events.chatId, cleanText(chatId));
  return status ? eq(events.status, status) : undefined;
};

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
export function seenIn(log: Log): SQL | undefined {
  if ("botId" in log || log.viewer.isAdmin) return undefined;
  return sql`${events.botId} in (select bots.id from bots where ${visibleTo(log.viewer)})`;
}

/**
 * Of several bots, the newest so many events are of no more than so many bots: those whose newest ones are the newest. That
 * takes one step into an index for each bot, however many events the others have.
 */
async function findByIndex(
  db: Database,
  log: Log,
  base: SQL | undefined,
  { order, from, enough }: Walk,
): Promise<Found> {
  const direction = order === "oldest" ? sql`events.id` : sql`events.id desc`;
  const beyond = from && (order === "oldest" ? sql`events.id > ${from.id}` : sql`events.id < ${from.id}`);
  const isOneRange = "botId" in log || (log.viewer.isAdmin && !base);
  const ofBot = "botId" in log ? eq(events.botId, log.botId) : undefined;
  const next = (where: SQL | undefined, most: number) =>
    sql`select events.id from events where ${where ?? sql`true`} order by ${direction} limit ${most}`;
  // In one row: thousands of them are counted, too.
  const [row] = await queryRows<{ ids: number[] | null }>(
    db,
    sql`select jsonb_agg(events.id order by ${direction}) as ids from (${
      isOneRange
        ? next(and(ofBot, base, beyond), enough)
        : sql`with first as (
            select bots.id as bot_id, events.id from bots
            cross join lateral (${next(and(sql`events.bot_id = bots.id`, base, beyond), 1)}) events
            where ${("viewer" in log && visibleTo(log.viewer)) || sql`true`} order by ${direction} limit ${enough}
          )
          select events.id from first
          cross join lateral (${next(and(sql`events.bot_id = first.bot_id`, base, beyond), enough)}) events
          order by ${direction} limit ${enough}`
    }) events`,
  );
  return { ids: row?.ids ?? [] };
}

// Reads events, limited to what the viewer may see, and shows them.
import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gte,
  ilike,
  inArray,
  isNotNull,
  lt,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { z } from "zod";
import { visibleTo } from "@/lib/bots/queries";
import type { Database } from "@/lib/db/client";
import type { EventStep } from "@/lib/db/documents";
import { cursorTime, decodeCursor, numberCursor, type Page, type PageRequest, pageOf } from "@/lib/db/page";
import { bots, type EventRow, events, replies } from "@/lib/db/schema";
import { AppError, describeReason, modelIn, notFound, type Reason } from "@/lib/errors";
import { showBelongings } from "@/lib/events/attachments";
import type { NamedSender } from "@/lib/events/named";
import type { Event, EventDetails } from "@/lib/events/schemas";
import { readCalls, readInside } from "@/lib/events/shown-calls";
import { cleanText } from "@/lib/events/storable";
import { type Locale, translate } from "@/lib/text/translate";
import type { Viewer } from "@/lib/viewer";

// Lists leave out what only the page of one event shows: payloads are large.
const { payload: _payload, steps: _steps, ...listedColumns } = getTableColumns(events);
export type ListedEvent = Omit<EventRow, "payload" | "steps">;

/** Throws `not_found` for an event that is not there, one of a bot that the viewer may not see, and what is no id. */
export async function requireEvent(db: Database, viewer: Viewer, id: string): Promise<EventRow> {
  const number = numberFrom(id);
  if (number === undefined) throw notFound("event");
  const [row] = await db
    .select(getTableColumns(events))
    .from(events)
    .innerJoin(bots, eq(bots.id, events.botId))
    .where(and(eq(events.id, number), visibleTo(viewer)));
  if (!row) throw notFound("event");
  return row;
}

const numberFrom = (id: string): number | undefined => (/^[1-9]\d{0,14}$/.test(id) ? Number(id) : undefined);

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
export type EventListRequest = PageRequest & AskedEvents;

/** Newest first. Throws `invalid_input` for a span of time that ends before it begins. */
export async function listEvents(db: Database, botId: string, request: EventListRequest): Promise<Page<ListedEvent>> {
  const { where, order, keyOf } = asked(request);
  const rows = await db
    .select(listedColumns)
    .from(events)
    .where(and(eq(events.botId, botId), ...where))
    .orderBy(...order)
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, keyOf);
}

/** Of all bots that the viewer may see; otherwise like `listEvents`. */
export async function listAllEvents(
  db: Database,
  viewer: Viewer,
  request: EventListRequest,
): Promise<Page<ListedEvent>> {
  const { where, order, keyOf } = asked(request);
  const rows = await db
    .select(listedColumns)
    .from(events)
    .innerJoin(bots, eq(bots.id, events.botId))
    .where(and(visibleTo(viewer), ...where))
    .orderBy(...order)
    .limit(request.limit + 1);
  return pageOf(rows, request.limit, keyOf);
}

const spanCursor = z.tuple([cursorTime, z.int().nonnegative()]);

/** What a log is asked for, as conditions. */
export const filtersOf = (request: AskedEvents): (SQL | undefined)[] => [
  request.status ? eq(events.status, request.status) : undefined,
  request.chatId ? eq(events.chatId, cleanText(request.chatId)) : undefined,
  request.senderId ? eq(events.senderId, cleanText(request.senderId)) : undefined,
  request.q ? contains(cleanText(request.q), request.named) : undefined,
  request.since === undefined ? undefined : gte(events.receivedAt, moment(request.since)),
  request.until === undefined ? undefined : lt(events.receivedAt, moment(request.until)),
];

function asked(request: AskedEvents & Pick<PageRequest, "cursor">) {
  const filters = filtersOf(request);
  const { since, until } = request;
  if (since === undefined && until === undefined) {
    const before = decodeCursor(request.cursor, numberCursor);
    return {
      where: [...filters, before && lt(events.id, before[0])],
      order: [desc(events.id)],
      keyOf: (row: ListedEvent) => [row.id],
    };
  }
  if (since !== undefined && until !== undefined && Date.parse(since) >= Date.parse(until)) {
    throw new AppError("invalid_input", "emptySpan", { fields: [{ path: "until", message: "errors.emptySpan" }] });
  }
  const before = decodeCursor(request.cursor, spanCursor);
  const at = before && new Date(before[0]);
  // By time, as the index has them: by id all that is newer than the span would have to be passed.
  return {
    where: [...filters, at && or(lt(events.receivedAt, at), and(eq(events.receivedAt, at), lt(events.id, before[1])))],
    order: [desc(events.receivedAt), desc(events.id)],
    keyOf: (row: ListedEvent) => [row.receivedAt.toISOString(), row.id],
  };
}

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

/** How many of a bot's events a log of them would list. */
export const countEvents = (db: Database, botId: string, filter: AskedEvents): Promise<number> =>
  db.$count(events, and(eq(events.botId, botId), ...asked(filter).where));

const MOST_NAMED = 500;

export type FailedEvents = { count: number; ids: string[] };

/** How many of a bot's events failed, and the newest of them by id: whoever hears the news sees them leave. */
export async function listFailed(db: Database, botId: string): Promise<FailedEvents> {
  const where = and(eq(events.botId, botId), eq(events.status, "failed"));
  const rows = await db.select({ id: events.id }).from(events).where(where).orderBy(desc(events.id)).limit(MOST_NAMED);
  const count = rows.length < MOST_NAMED ? rows.length : await db.$count(events, where);
  return { count, ids: rows.map(({ id }) => String(id)) };
}

/** When the bot last received anything; null: never. */
export async function latestEventAt(db: Database, botId: string): Promise<Date | null> {
  const [row] = await db
    .select({ at: events.receivedAt })
    .from(events)
    .where(eq(events.botId, botId))
    .orderBy(desc(events.id))
    .limit(1);
  return row?.at ?? null;
}

/** Those of the ids that are there and that the viewer may see. */
export async function listEventsById(db: Database, viewer: Viewer, ids: number[]): Promise<ListedEvent[]> {
  if (ids.length === 0) return [];
  return db
    .select(listedColumns)
    .from(events)
    .innerJoin(bots, eq(bots.id, events.botId))
    .where(and(inArray(events.id, ids), visibleTo(viewer)))
    .orderBy(asc(events.id));
}

export function showEvent(row: ListedEvent, locale: Locale): Event {
  return {
    id: String(row.id),
    botId: row.botId,
    eventId: row.eventId,
    eventType: row.eventType,
    ...present({
      messageId: row.messageId,
      chatId: row.chatId,
      chatType: row.chatType,
      senderId: row.senderId,
      text: row.text,
    }),
    source: row.source,
    status: row.status,
    ...(row.reason ? reasonOf(row.reason, locale) : {}),
    ...(row.error ? errorOf(row.error, locale) : {}),
    ...(row.answeredBy ? { answeredBy: row.answeredBy } : {}),
    attempts: row.attempts,
    ...(row.replays > 0 ? { replays: row.replays } : {}),
    receivedAt: row.receivedAt.toISOString(),
    ...(row.finishedAt ? { finishedAt: row.finishedAt.toISOString() } : {}),
  };
}

function errorOf(error: Reason, locale: Locale) {
  const errorModel = modelIn(error);
  return { error: describeReason(error, locale), errorCode: error.code, ...(errorModel ? { errorModel } : {}) };
}

/** The stored reason is a key of the text catalogs; its last part is the stable word. */
const reasonOf = (key: string, locale: Locale) => ({
  reason: key.slice(key.lastIndexOf(".") + 1),
  reasonText: translate(locale, `reasons.${key}`),
});

function present<T extends Record<string, string | null>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    [K in keyof T]?: string;
  };
}

/** Steps of older versions have no reason, and say it in the words of the error. */
const showStep = ({ reason, ...step }: EventStep, locale: Locale): EventDetails["steps"][number] =>
  reason ? { ...step, reason: reason.code, detail: describeReason(reason, locale) } : step;

// Written out: in a select from one table Drizzle leaves the names of the tables away.
const opinions = (useful: boolean) =>
  sql<number>`(select count(*)::int from feedback f
    where f.bot_id = replies.bot_id and f.uuid = replies.uuid and f.useful = ${useful})`;

/** An event with all that the viewer may read of it. */
export async function showEventTo(db: Database, viewer: Viewer, row: EventRow, locale: Locale): Promise<EventDetails> {
  const [details, inside] = await Promise.all([showEventDetails(db, row, locale), readInside(db, viewer, row)]);
  return { ...details, ...inside };
}

/** Without what only the bot's owner and administrators may read. */
export async function showEventDetails(db: Database, row: EventRow, locale: Locale): Promise<EventDetails> {
  const sent = await db
    .select({
      messageId: replies.messageId,
      kind: replies.kind,
      at: replies.at,
      text: replies.text,
      model: replies.model,
      inputTokens: replies.inputTokens,
      outputTokens: replies.outputTokens,
      useful: opinions(true),
      notUseful: opinions(false),
    })
    .from(replies)
    .where(and(eq(replies.eventId, row.id), isNotNull(replies.messageId)))
    .orderBy(asc(replies.at));
  return {
    ...showEvent(row, locale),
    ...(row.status === "pending" && row.attempts > 0 ? { nextTryAt: row.dueAt.toISOString() } : {}),
    ...(await showBelongings(db, row, locale)),
    payload: row.payload,
    steps: row.steps.map((step) => showStep(step, locale)),
    replies: sent.map(({ messageId, kind, at, inputTokens, outputTokens, useful, notUseful, ...words }) => ({
      messageId: messageId ?? "",
      kind,
      at: at.toISOString(),
      ...present(words),
      ...(inputTokens === null ? {} : { inputTokens }),
      ...(outputTokens === null ? {} : { outputTokens }),
      ...(useful + notUseful === 0 ? {} : { useful, notUseful }),
    })),
    calls: await readCalls(db, row, locale),
  };
}

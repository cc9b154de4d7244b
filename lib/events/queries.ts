// Reads events, limited to what the viewer may see, and shows them.
import { and, asc, eq, getTableColumns, inArray, isNotNull, sql } from "drizzle-orm";
import { z } from "zod";
import { visibleTo } from "@/lib/bots/queries";
import type { Database } from "@/lib/db/client";
import type { EventStep } from "@/lib/db/documents";
import {
  cursorTime,
  decodeCursor,
  encodeCursor,
  numberCursor,
  type Page,
  type PageRequest,
  pageOf,
} from "@/lib/db/page";
import { bots, type EventRow, events, replies } from "@/lib/db/schema";
import { AppError, describeReason, modelIn, notFound, type Reason } from "@/lib/errors";
import { showBelongings } from "@/lib/events/attachments";
import { type AskedEvents, findInLog, type Log } from "@/lib/events/log";
import type { Event, EventDetails } from "@/lib/events/schemas";
import { readCalls, readInside } from "@/lib/events/shown-calls";
import type { Pace, Place, Walk } from "@/lib/events/walk";
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

export type EventListRequest = PageRequest & AskedEvents;

export type EventPage = Page<ListedEvent> & {
  /** The search stopped here, so that others get the database too: `nextCursor` goes on with what is older. */
  searchedTo: Date | null;
};

/** Newest first. Throws `invalid_input` for a span of time that ends before it begins. */
export const listEvents = (db: Database, botId: string, request: EventListRequest, pace?: Pace): Promise<EventPage> =>
  listLog(db, { botId }, request, pace);

/** Of all bots that the viewer may see; otherwise like `listEvents`. */
export const listAllEvents = (
  db: Database,
  viewer: Viewer,
  request: EventListRequest,
  pace?: Pace,
): Promise<EventPage> => listLog(db, { viewer }, request, pace);

async function listLog(db: Database, log: Log, request: EventListRequest, pace?: Pace): Promise<EventPage> {
  const { walk, keyOf } = asked(request);
  const { ids, stoppedAt } = await findInLog(db, log, request, { ...walk, enough: request.limit + 1 }, pace);
  const rows = await rowsOf(db, ids);
  const page = pageOf(rows, request.limit, ({ id, receivedAt }) => keyOf({ id, at: receivedAt.toISOString() }));
  if (!stoppedAt || page.nextCursor !== null) return { ...page, searchedTo: null };
  return { ...page, nextCursor: encodeCursor(keyOf(stoppedAt)), searchedTo: new Date(stoppedAt.at) };
}

/** In the order of the ids. */
async function rowsOf(db: Database, ids: readonly number[]): Promise<ListedEvent[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select(listedColumns)
    .from(events)
    .where(inArray(events.id, [...ids]));
  const place = new Map(ids.map((id, index) => [id, index]));
  return rows.sort((a, b) => (place.get(a.id) ?? 0) - (place.get(b.id) ?? 0));
}

const spanCursor = z.tuple([cursorTime, z.int().nonnegative()]);

function asked(request: AskedEvents & Pick<PageRequest, "cursor">) {
  const { since, until } = request;
  if (since === undefined && until === undefined) {
    const before = decodeCursor(request.cursor, numberCursor);
    return {
      walk: { order: "newest", from: before && { id: before[0], at: "" } } satisfies Partial<Walk>,
      keyOf: ({ id }: Place): (string | number)[] => [id],
    };
  }
  if (since !== undefined && until !== undefined && Date.parse(since) >= Date.parse(until)) {
    throw new AppError("invalid_input", "emptySpan", { fields: [{ path: "until", message: "errors.emptySpan" }] });
  }
  const before = decodeCursor(request.cursor, spanCursor);
  return {
    // By time, as the index has them: by id all that is newer than the span would have to be passed.
    walk: { order: "time", from: before && { at: before[0], id: before[1] } } satisfies Partial<Walk>,
    keyOf: ({ id, at }: Place): (string | number)[] => [at, id],
  };
}

export const MOST_COUNTED = 10_000;

export type Counted = {
  count: number;
  /** There are, or may be, more: they were not all counted. */
  more: boolean;
};

/** How many of a bot's events a log of them would list, as far as that is soon known. */
export async function countEvents(db: Database, botId: string, filter: AskedEvents, pace?: Pace): Promise<Counted> {
  const { walk } = asked(filter);
  const found = await findInLog(db, { botId }, filter, { ...walk, enough: MOST_COUNTED + 1 }, pace);
  const count = Math.min(found.ids.length, MOST_COUNTED);
  return { count, more: found.stoppedAt !== undefined || found.ids.length > count };
}

const MOST_NAMED = 500;

export type FailedEvents = Counted & { ids: string[] };

/** As the API answers it. */
export const showPage = ({ items, nextCursor, searchedTo }: EventPage, locale: Locale) => ({
  events: items.map((row) => showEvent(row, locale)),
  nextCursor,
  ...(searchedTo && { searchedTo: searchedTo.toISOString() }),
});

/** How many of a bot's events failed, and the newest of them by id: whoever hears the news sees them leave. */
export async function listFailed(db: Database, botId: string): Promise<FailedEvents> {
  const filter = { status: "failed" } as const;
  const named = await findInLog(db, { botId }, filter, { order: "newest", enough: MOST_NAMED });
  const ids = named.ids.map(String);
  if (ids.length < MOST_NAMED) return { count: ids.length, more: false, ids };
  return { ...(await countEvents(db, botId, filter)), ids };
}

/** When the bot last received anything; null: never. */
export async function latestEventAt(db: Database, botId: string): Promise<Date | null> {
  const { ids } = await findInLog(db, { botId }, {}, { order: "newest", enough: 1 });
  const [row] = await rowsOf(db, ids);
  return row?.receivedAt ?? null;
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

// Looks through stored events in short statements: whoever else needs the database gets it in between.
import { setImmediate as breathe } from "node:timers/promises";
import { type SQL, sql } from "drizzle-orm";
import { type Along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { MOST_ROWS } from "@/lib/db/page";

const FEWEST_ROWS = 250;
const FIRST_ROWS = 1_000;
/** Long messages and a busy machine take longer: the next statement looks at fewer. */
const SLOW_MS = 30;
/** So long an answer may be looked for; the reader then asks whether to go on. */
const LOOK_MS = 1_000;

export type Pace = {
  rows: number;
  lookMs: number;
  /** Ends it: whoever asked has left. */
  signal?: AbortSignal | undefined;
};
export const PACE: Pace = { rows: MOST_ROWS, lookMs: LOOK_MS };

/** Where a walk stands: the last event that was looked at. */
export type Place = { id: number; at: string };

export type Walk = {
  /** In which order, and so along which index. */
  order: "newest" | "oldest" | "time";
  /** What an index finds without looking at the events, like whose they are; not for the order by time. */
  within?: Along | undefined;
  /** From one time to another; only for the order by time. */
  span?: SQL | undefined;
  /** What each event must be looked at for. Columns are named as of the table. */
  where?: SQL | undefined;
  from?: Place | undefined;
  /** The walk ends with so many. */
  enough: number;
};

export type Found = {
  ids: number[];
  /** Absent where all were looked at, or enough was found. */
  stoppedAt?: Place;
};

type SliceRow = { looked: number; id: string | number | null; at: string | Date | null; found: number[] | null };

const DIRECTIONS: Record<Walk["order"], SQL> = {
  newest: sql`id desc`,
  oldest: sql`id`,
  time: sql`received_at desc, id desc`,
};

function beyond({ order, from }: Walk): SQL {
  if (!from) return sql`true`;
  if (order === "oldest") return sql`id > ${from.id}`;
  if (order === "newest") return sql`id < ${from.id}`;
  return sql`received_at <= ${from.at}::timestamptz and (received_at, id) < (${from.at}::timestamptz, ${from.id}::bigint)`;
}

const EVERYTHING: Along = { where: sql`true`, order: (last, direction = sql`asc`) => sql`${last} ${direction}` };

/** The next so many events, whether they fit or not: no plan can make this one statement long. */
const sliceOf = (walk: Walk, rows: number): SQL => {
  const isLast = sql`order by ${DIRECTIONS[walk.order]}`;
  const { within = EVERYTHING } = walk;
  const order =
    walk.order === "time" ? DIRECTIONS.time : within.order(sql`id`, walk.order === "newest" ? DOWN : undefined);
  return sql`select count(*)::int as looked, (array_agg(id ${isLast}))[count(*)] as id,
      (array_agg(received_at ${isLast}))[count(*)] as at,
      jsonb_agg(id ${isLast}) filter (where ${walk.where ?? sql`true`}) as found
    from (
      select id, bot_id, event_type, message_id, event_id, chat_id, chat_type, sender_id, text, status, error, received_at
      from events where ${within.where} and ${walk.span ?? sql`true`} and ${beyond(walk)} order by ${order} limit ${rows}
    ) events`;
};

export async function walkEvents(db: Database, walk: Walk, pace: Pace = PACE): Promise<Found> {
  const startedAt = performance.now();
  const ids: number[] = [];
  let { from } = walk;
  let rows = Math.min(pace.rows, FIRST_ROWS);
  for (;;) {
    pace.signal?.throwIfAborted();
    const askedAt = performance.now();
    const [slice] = await queryRows<SliceRow>(db, sliceOf({ ...walk, from }, rows));
    ids.push(...(slice?.found ?? []));
    if (!slice || slice.looked < rows || slice.id === null || slice.at === null)
      return { ids: ids.slice(0, walk.enough) };
    from = { id: Number(slice.id), at: new Date(slice.at).toISOString() };
    if (ids.length >= walk.enough) return { ids: ids.slice(0, walk.enough) };
    const now = performance.now();
    if (now - startedAt >= pace.lookMs) return { ids, stoppedAt: from };
    if (now - askedAt > SLOW_MS) rows = Math.max(Math.min(rows, FEWEST_ROWS), Math.floor(rows / 2));
    else rows = Math.min(pace.rows, rows * 2);
    await breathe();
  }
}

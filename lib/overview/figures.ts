// Counts the messages of the bots that the viewer may see: today, by the hour, waiting, failed, and how soon they are answered.
import { type SQL, sql } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import { along, DOWN } from "@/lib/db/along-index";
import { type Database, queryRows } from "@/lib/db/client";
import { HOUR_MS, startOfDay, startOfHour } from "@/lib/local-time";
import { type DayCounts, readDay } from "@/lib/overview/day-counts";
import { MOST_COUNTED } from "@/lib/overview/limits";
import { HOURS, type Overview } from "@/lib/overview/schemas";
import type { Viewer } from "@/lib/viewer";

export type Figures = Pick<Overview, "hours"> & { messages: Overview["messages"] };

const A_DAY_MS = 24 * HOUR_MS;
/** The median of so many answers is the median of all, for whoever reads it. */
const MEDIAN_OF = 2_000;
/** However many bots there are. */
const FEWEST_OF_BOT = 10;

export async function readFigures(
  db: Database,
  viewer: Viewer,
  timeZone: string,
  now = new Date(),
  known?: DayCounts,
): Promise<Figures> {
  const day = known ?? (await readDay(db, viewer, now));
  const from = startOfHour(now, timeZone).getTime() - (HOURS - 1) * HOUR_MS;
  const today = startOfDay(now, timeZone).getTime();
  const [waiting, failed, medianAnswerMs] = await Promise.all([
    countWaiting(db, viewer),
    countFailed(db, viewer, now),
    readMedian(db, viewer, new Date(now.getTime() - A_DAY_MS), day.bots),
  ]);
  const hours = Array.from({ length: HOURS }, (_, index) => ({
    from: new Date(from + index * HOUR_MS).toISOString(),
    received: 0,
    answered: 0,
    failed: 0,
  }));
  let receivedToday = 0;
  for (const { at, received, answered, failed } of day.quarters) {
    if (at >= today) receivedToday += received;
    // What another process' clock dates into the next hour belongs to this one.
    const hour = hours[Math.min(Math.floor((at - from) / HOUR_MS), HOURS - 1)];
    if (!hour) continue;
    hour.received += received;
    hour.answered += answered;
    hour.failed += failed;
  }
  return { hours, messages: { today: receivedToday, waiting, failed, medianAnswerMs } };
}

const seen = (viewer: Viewer) => visibleTo(viewer) ?? sql`true`;

/** How many messages are not finished; `MOST_COUNTED` at most. */
export const countWaiting = (db: Database, viewer: Viewer): Promise<number> =>
  countOfBots(db, viewer, sql`e.status in ('pending', 'processing')`, sql`e.lane`);

/** How many were given up within a day, whenever they came, and not answered since; `MOST_COUNTED` at most. */
export function countFailed(db: Database, viewer: Viewer, now = new Date()): Promise<number> {
  const since = new Date(now.getTime() - A_DAY_MS).toISOString();
  return countOfBots(
    db,
    viewer,
    sql`e.status = 'failed' and e.finished_at > ${since}::timestamptz`,
    sql`e.finished_at`,
  );
}

/** Bot by bot, along an index of the bot and `by`: a member's few cost nothing of what others have. */
async function countOfBots(db: Database, viewer: Viewer, condition: SQL, by: SQL): Promise<number> {
  const ofBot = along([sql`e.bot_id`, sql`bots.id`]);
  const [row] = await queryRows<{ count: number }>(
    db,
    sql`select count(*)::int as count from (
        select from bots cross join lateral (
          select from events e where ${ofBot.where} and ${condition} order by ${ofBot.order(by)} limit ${MOST_COUNTED}
        ) counted where ${seen(viewer)} limit ${MOST_COUNTED}
      ) counted`,
  );
  return row?.count ?? 0;
}

/**
 * From receipt to the answer, of each bot's newest answers, which count for all of its answers of the day. A replay, asked for
 * later, says nothing of how soon.
 */
async function readMedian(
  db: Database,
  viewer: Viewer,
  since: Date,
  counted: DayCounts["bots"],
): Promise<number | null> {
  const done = along([sql`events.bot_id`, sql`bots.id`], [sql`events.status`, "done"]);
  const most = Math.max(FEWEST_OF_BOT, Math.floor(MEDIAN_OF / Math.max(1, counted.size)));
  const rows = await queryRows<{ bot_id: string; ms: number[] }>(
    db,
    sql`select bots.id as bot_id, jsonb_agg(answered.ms) as ms
        from bots cross join lateral (
          select extract(epoch from finished_at - received_at)::float8 * 1000 as ms
          from (
            select finished_at, received_at, replays from events
            where ${done.where} order by ${done.order(sql`events.id`, DOWN)} limit ${most}
          ) newest
          where received_at >= ${since.toISOString()}::timestamptz and replays = 0
        ) answered
        where ${seen(viewer)} group by bots.id`,
  );
  return medianOf(
    rows.flatMap(({ bot_id, ms }) => {
      const weight = Math.max(1, (counted.get(bot_id)?.answered ?? 0) / ms.length);
      return ms.map((value) => ({ value, weight }));
    }),
  );
}

/** Where half of the weight lies below; between two values, in the middle. */
function medianOf(samples: readonly { value: number; weight: number }[]): number | null {
  const sorted = samples.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let below = 0;
  for (const [index, { value, weight }] of sorted.entries()) {
    below += weight;
    if (below > half) return Math.round(value);
    const next = sorted[index + 1];
    if (below === half && next) return Math.round((value + next.value) / 2);
  }
  return null;
}

// Counts the messages of the bots that the viewer may see: today, by the hour, waiting, failed, and how soon they are answered.
import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import { type Database, queryRows } from "@/lib/db/client";
import { bots, events } from "@/lib/db/schema";
import { HOUR_MS, startOfDay, startOfHour } from "@/lib/local-time";
import { HOURS, type Overview } from "@/lib/overview/schemas";
import type { Viewer } from "@/lib/viewer";

export type Figures = Pick<Overview, "hours"> & { messages: Overview["messages"] };

const A_DAY_MS = 24 * HOUR_MS;
/** The median of so many answers is the median of all, for whoever reads it. */
const MEDIAN_OF = 2_000;

export async function readFigures(db: Database, viewer: Viewer, timeZone: string, now = new Date()): Promise<Figures> {
  const thisHour = startOfHour(now, timeZone).getTime();
  const from = new Date(thisHour - (HOURS - 1) * HOUR_MS);
  const today = startOfDay(now, timeZone);
  const [rows, waiting, medianAnswerMs] = await Promise.all([
    countByHour(db, viewer, from, today),
    countWaiting(db, viewer),
    readMedian(db, viewer, new Date(now.getTime() - A_DAY_MS)),
  ]);
  const hours = Array.from({ length: HOURS }, (_, index) => ({
    from: new Date(from.getTime() + index * HOUR_MS).toISOString(),
    received: 0,
    answered: 0,
    failed: 0,
  }));
  let receivedToday = 0;
  for (const row of rows) {
    receivedToday += row.today;
    const hour = hours[row.hour];
    if (!hour) continue;
    hour.received += row.count;
    if (row.status === "done") hour.answered += row.count;
    if (row.status === "failed") hour.failed += row.count;
  }
  const failed = hours.reduce((sum, hour) => sum + hour.failed, 0);
  return { hours, messages: { today: receivedToday, waiting, failed, medianAnswerMs } };
}

type HourRow = { hour: number; status: string; count: number; today: number };

/** Where a member looks, the bots are named: an index over the events then leads to theirs alone. */
const seenBy = (viewer: Viewer): SQL =>
  viewer.isAdmin ? sql`true` : sql`e.bot_id in (select id from bots where owner_id = ${viewer.userId})`;

function countByHour(db: Database, viewer: Viewer, from: Date, today: Date): Promise<HourRow[]> {
  const since = new Date(Math.min(from.getTime(), today.getTime()));
  return queryRows<HourRow>(
    db,
    sql`select floor(date_part('epoch', e.received_at - ${from.toISOString()}::timestamptz) / 3600)::int as hour,
          e.status, count(*)::int as count,
          (count(*) filter (where e.received_at >= ${today.toISOString()}::timestamptz))::int as today
        from events e
        where e.received_at >= ${since.toISOString()}::timestamptz
          and e.event_type = 'im.message.receive_v1' and ${seenBy(viewer)}
        group by 1, 2`,
  );
}

/** How many messages are not finished. */
export async function countWaiting(db: Database, viewer: Viewer): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(events)
    .innerJoin(bots, eq(bots.id, events.botId))
    .where(and(inArray(events.status, ["pending", "processing"]), visibleTo(viewer)));
  return row?.count ?? 0;
}

/** From receipt to the answer, of the newest answers. A replay, asked for later, says nothing of how soon. */
async function readMedian(db: Database, viewer: Viewer, since: Date): Promise<number | null> {
  const [row] = await queryRows<{ ms: number | null }>(
    db,
    sql`select percentile_cont(0.5) within group (order by extract(epoch from finished_at - received_at) * 1000)::float8
          as ms
        from (
          select e.finished_at, e.received_at from events e
          where e.received_at >= ${since.toISOString()}::timestamptz and e.status = 'done' and e.replays = 0
            and ${seenBy(viewer)}
          order by e.received_at desc limit ${MEDIAN_OF}
        ) newest`,
  );
  return row?.ms === null || row?.ms === undefined ? null : Math.round(row.ms);
}

// The messages of the last day of the bots that the viewer may see: what is over as it was kept, the rest counted.
import { eq, inArray, sql, sum } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import type { Database } from "@/lib/db/client";
import { messageCounts } from "@/lib/db/count-tables";
import { bots } from "@/lib/db/schema";
import {
  type Counts,
  countMessages,
  keepCounts,
  keptBetween,
  QUARTER_MS,
  type QuarterCounts,
  sumOf,
} from "@/lib/events/kept-counts";
import { HOUR_MS } from "@/lib/local-time";
import type { Viewer } from "@/lib/viewer";

const DAY_MS = 24 * HOUR_MS;
/** The longest day by anybody's clocks, and the hour that has begun. */
const QUARTERS_MS = 26 * HOUR_MS;
const NO_END = new Date(Date.UTC(9999, 0));

export type DayCounts = {
  /** Where quarters of an hour begin, in ms, oldest first: of 26 hours at least. */
  quarters: (Counts & { at: number })[];
  /** Of exactly 24 hours. */
  bots: Map<string, Counts>;
};

type Common = { since: Date; until: Date; running: QuarterCounts[] };
type Turns = { current?: Promise<Common>; next?: Promise<Common> };
const turns = new WeakMap<Database, Turns>();

/** The same for all viewers: whoever asks while it is read shares the next reading, which misses nothing that they know of. */
function readCommon(db: Database): Promise<Common> {
  const turn = turns.get(db) ?? {};
  turns.set(db, turn);
  const begin = () => {
    const reading = keepCounts(db)
      .then(async (kept) => ({ ...kept, running: await countMessages(db, kept.until, NO_END) }))
      .finally(() => {
        if (turn.current === reading) turn.current = undefined;
      });
    turn.current = reading;
    return reading;
  };
  if (!turn.current) return begin();
  turn.next ??= turn.current
    .catch(() => undefined)
    .then(() => {
      turn.next = undefined;
      return begin();
    });
  return turn.next;
}

export async function readDay(db: Database, viewer: Viewer, now: Date): Promise<DayCounts> {
  const from = new Date(now.getTime() - DAY_MS);
  const begin = new Date(floor(now.getTime() - QUARTERS_MS));
  const { since, until, running } = await readCommon(db);
  const isMine = await mineOf(db, viewer);
  const head = new Date(floor(from.getTime() + QUARTER_MS - 1));
  // Asked for another time than the present: nothing of it is kept.
  if (begin < since || head >= until) {
    const [quarters, day] = await Promise.all([countMessages(db, begin, NO_END), countMessages(db, from, NO_END)]);
    return { quarters: byQuarter(quarters.filter(isMine)), bots: byBot(day.filter(isMine)) };
  }
  const [quarters, whole, first] = await Promise.all([
    keptByQuarter(db, viewer, begin, until),
    keptByBot(db, viewer, head, until),
    countMessages(db, from, head),
  ]);
  return {
    quarters: [...quarters, ...byQuarter(running.filter(isMine))],
    bots: byBot([...whole, ...first.filter(isMine), ...running.filter(isMine)]),
  };
}

const floor = (ms: number): number => Math.floor(ms / QUARTER_MS) * QUARTER_MS;

async function mineOf(db: Database, viewer: Viewer): Promise<(counts: { botId: string }) => boolean> {
  if (viewer.isAdmin) return () => true;
  const rows = await db.select({ id: bots.id }).from(bots).where(visibleTo(viewer));
  const ids = new Set(rows.map(({ id }) => id));
  return ({ botId }) => ids.has(botId);
}

const ofViewer = (db: Database, viewer: Viewer) =>
  viewer.isAdmin
    ? undefined
    : inArray(messageCounts.botId, db.select({ id: bots.id }).from(bots).where(eq(bots.ownerId, viewer.userId)));

const sums = {
  received: sum(messageCounts.received).mapWith(Number),
  answered: sum(messageCounts.answered).mapWith(Number),
  failed: sum(messageCounts.failed).mapWith(Number),
};

async function keptByQuarter(db: Database, viewer: Viewer, from: Date, to: Date) {
  const rows = await db
    .select({ at: messageCounts.at, ...sums })
    .from(messageCounts)
    .where(sql`${keptBetween(from, to)} and ${ofViewer(db, viewer) ?? sql`true`}`)
    .groupBy(messageCounts.at)
    .orderBy(messageCounts.at);
  return rows.map(({ at, ...counts }) => ({ at: at.getTime(), ...counts }));
}

const keptByBot = (db: Database, viewer: Viewer, from: Date, to: Date) =>
  db
    .select({ botId: messageCounts.botId, ...sums })
    .from(messageCounts)
    .where(sql`${keptBetween(from, to)} and ${ofViewer(db, viewer) ?? sql`true`}`)
    .groupBy(messageCounts.botId);

function byQuarter(counted: readonly QuarterCounts[]): DayCounts["quarters"] {
  const sums = new Map<number, Counts>();
  for (const { at, ...counts } of counted) sums.set(at, sumOf(sums.get(at) ?? NONE, counts));
  return [...sums].map(([at, counts]) => ({ at, ...counts })).sort((a, b) => a.at - b.at);
}

function byBot(counted: readonly (Counts & { botId: string })[]): DayCounts["bots"] {
  const sums: DayCounts["bots"] = new Map();
  for (const { botId, ...counts } of counted) sums.set(botId, sumOf(sums.get(botId) ?? NONE, counts));
  return sums;
}

const NONE: Counts = { received: 0, answered: 0, failed: 0 };

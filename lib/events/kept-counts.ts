// Counts the messages of each bot by the quarter of an hour; those of quarters that are over are kept.
import { and, eq, gte, inArray, lt, sql } from "drizzle-orm";
import { type Database, queryRows } from "@/lib/db/client";
import { countedQuarters, lateChanges, messageCounts } from "@/lib/db/count-tables";
import { MOST_ROWS } from "@/lib/db/page";

export const QUARTER_MS = 15 * 60_000;
/** Longer than any statement that stores an event; the trigger that notes late changes begins after a minute. */
const SETTLED_MS = 2 * 60_000;
/** The overview shows a day by the reader's clocks, which may have 25 hours. */
const KEPT_MS = 27 * 60 * 60_000;

export type Counts = { received: number; answered: number; failed: number };
export type QuarterCounts = Counts & { at: number; botId: string };

/** What was received from `from` to `to`, of all bots: each quarter of each bot that received anything. */
export async function countMessages(db: Database, from: Date, to: Date, rows = MOST_ROWS): Promise<QuarterCounts[]> {
  const counted = new Map<string, QuarterCounts>();
  let after: string | undefined;
  for (;;) {
    const slice = await queryRows<Omit<QuarterCounts, "at"> & { at: string | Date; last: string | Date }>(
      db,
      sql`select bot_id as "botId", date_bin('15 minutes', received_at, 'epoch') as at, max(received_at) as last,
            count(*)::int as received, (count(*) filter (where status = 'done'))::int as answered,
            (count(*) filter (where status = 'failed'))::int as failed
          from (
            select bot_id, received_at, status from events
            where ${after === undefined ? sql`received_at >= ${from.toISOString()}::timestamptz` : sql`received_at > ${after}::timestamptz`}
              and received_at < ${to.toISOString()}::timestamptz and event_type = 'im.message.receive_v1'
            order by received_at fetch first ${sql.raw(String(rows))} rows with ties
          ) events group by 1, 2`,
    );
    let looked = 0;
    for (const { at, last, ...more } of slice) {
      const key = `${new Date(at).getTime()} ${more.botId}`;
      const known = counted.get(key);
      counted.set(key, { at: new Date(at).getTime(), ...(known ? sumOf(known, more) : more), botId: more.botId });
      looked += more.received;
      const end = new Date(last).toISOString();
      if (after === undefined || end > after) after = end;
    }
    if (looked < rows) return [...counted.values()];
  }
}

export const sumOf = (a: Counts, b: Counts): Counts => ({
  received: a.received + b.received,
  answered: a.answered + b.answered,
  failed: a.failed + b.failed,
});

type Quarter = { at: Date; version: number | null; changes: number[] };

/** Returns up to when everything of the last day is kept, and since when. A replay or late answer has its quarter counted anew. */
export async function keepCounts(db: Database, rows?: number): Promise<{ since: Date; until: Date }> {
  const { since, until, open } = await readOpen(db);
  for (const stretch of together(open)) {
    const last = stretch.at(-1);
    if (!stretch[0] || !last) continue;
    const counted = await countMessages(db, stretch[0].at, new Date(last.at.getTime() + QUARTER_MS), rows);
    for (const quarter of stretch) {
      await keep(
        db,
        quarter,
        counted.filter(({ at }) => at === quarter.at.getTime()),
      );
    }
  }
  return { since, until };
}

/** By the database's clock: which quarters are over, and those of them that were not counted, or changed since. */
async function readOpen(db: Database) {
  const quarters = await queryRows<{ at: string | Date; version: number | null; changes: number[] | null }>(
    db,
    sql`select quarter.at, counted_quarters.version, changes.ids as changes
        from generate_series(
          date_bin('15 minutes', now() - ${sql.raw(`interval '${KEPT_MS} milliseconds'`)}, 'epoch'),
          date_bin('15 minutes', now() - ${sql.raw(`interval '${SETTLED_MS + QUARTER_MS} milliseconds'`)}, 'epoch'),
          interval '15 minutes'
        ) as quarter(at)
        left join counted_quarters on counted_quarters.at = quarter.at
        left join lateral (select jsonb_agg(id) as ids from late_changes where late_changes.at = quarter.at) changes on true
        order by quarter.at`,
  );
  const at = (index: number) => new Date(quarters.at(index)?.at ?? 0);
  return {
    since: at(0),
    until: new Date(at(-1).getTime() + QUARTER_MS),
    open: quarters
      .map((row): Quarter => ({ at: new Date(row.at), version: row.version, changes: row.changes ?? [] }))
      .filter(({ version, changes }) => version === null || changes.length > 0),
  };
}

/** Those that follow each other are counted in one go. */
function together(quarters: readonly Quarter[]): Quarter[][] {
  const stretches: Quarter[][] = [];
  for (const quarter of quarters) {
    const last = stretches.at(-1);
    if (last?.at(-1)?.at.getTime() === quarter.at.getTime() - QUARTER_MS) last.push(quarter);
    else stretches.push([quarter]);
  }
  return stretches;
}

/** Nothing happens where somebody else has counted it meanwhile. Changes that were not seen before the count stay noted. */
async function keep(db: Database, { at, version, changes }: Quarter, counts: readonly QuarterCounts[]): Promise<void> {
  await db.transaction(async (tx) => {
    const [ours] = await tx
      .insert(countedQuarters)
      .values({ at, version: 1 })
      .onConflictDoUpdate({
        target: countedQuarters.at,
        set: { version: sql`${countedQuarters.version} + 1` },
        setWhere: eq(countedQuarters.version, version ?? 0),
      })
      .returning();
    if (!ours) return;
    await tx.delete(messageCounts).where(eq(messageCounts.at, at));
    if (counts.length > 0) {
      // A bot may be gone by now.
      await tx.execute(sql`insert into message_counts (at, bot_id, received, answered, failed)
        select ${at.toISOString()}::timestamptz, bots.id, counted.received, counted.answered, counted.failed
        from jsonb_to_recordset(${JSON.stringify(counts)}::jsonb) as counted("botId" text, received int, answered int, failed int)
        join bots on bots.id = counted."botId" for key share of bots`);
    }
    if (changes.length > 0) await tx.delete(lateChanges).where(inArray(lateChanges.id, changes));
  });
}

/** What is older than anybody counts. */
export async function forgetOldCounts(db: Database): Promise<void> {
  const before = new Date(Date.now() - 2 * KEPT_MS);
  await db.delete(lateChanges).where(lt(lateChanges.at, before));
  await db.delete(messageCounts).where(lt(messageCounts.at, before));
  await db.delete(countedQuarters).where(lt(countedQuarters.at, before));
}

/** Those that are kept, from one quarter to another. */
export const keptBetween = (from: Date, to: Date) => and(gte(messageCounts.at, from), lt(messageCounts.at, to));

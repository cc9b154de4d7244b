// Deletes what is older than is kept, a little at a time.
import { and, isNull, lt, ne, notInArray, sql } from "drizzle-orm";
import { rateCounters, sessions } from "@/lib/db/auth-tables";
import type { Database } from "@/lib/db/client";
import { auditLog, events, notices, replies } from "@/lib/db/schema";
import { forgetOldCounts } from "@/lib/events/kept-counts";
import { WELCOME } from "@/lib/events/notices";
import { readRetention } from "@/lib/settings/retention";

const BATCH = 500;
const DAY_MS = 86_400_000;

/** Returns how many events went. Unfinished ones stay, however old. `vacuum`: the database has no autovacuum of its own. */
export async function deleteOldEvents(db: Database, { vacuum }: { vacuum: boolean }): Promise<number> {
  const { eventDays } = await readRetention(db);
  const before = new Date(Date.now() - eventDays * DAY_MS);
  let deleted = 0;
  for (;;) {
    const old = db
      .select({ id: events.id })
      .from(events)
      .where(and(lt(events.receivedAt, before), notInArray(events.status, ["pending", "processing"])))
      .limit(BATCH);
    // As an array: joined, the planner may read the whole table for it.
    const batch = await db.delete(events).where(sql`${events.id} = any(array(${old}))`).returning({ id: events.id });
    deleted += batch.length;
    if (batch.length < BATCH) break;
  }
  // The replies to events went with them; these are messages that were sent without one.
  await db.delete(replies).where(and(isNull(replies.eventId), lt(replies.at, before)));
  await db.delete(notices).where(and(lt(notices.at, before), ne(notices.notice, WELCOME)));
  await forgetOldCounts(db);
  if (vacuum && deleted > 0) await db.execute(sql`vacuum (analyze) events, replies, answer_calls`);
  return deleted;
}

/** Who changed what, as long as it is kept. */
export async function deleteOldAudit(db: Database): Promise<void> {
  const { auditDays } = await readRetention(db);
  await db.delete(auditLog).where(lt(auditLog.at, new Date(Date.now() - auditDays * DAY_MS)));
}

/** Sessions that nobody has used for longer than they last, and counters of past minutes. */
export async function deleteOldSessions(db: Database): Promise<void> {
  await db.delete(sessions).where(lt(sessions.lastSeenAt, sql`now() - interval '30 days'`));
  await db.delete(rateCounters).where(lt(rateCounters.since, sql`now() - interval '2 hours'`));
}

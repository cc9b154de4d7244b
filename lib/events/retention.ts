// Deletes what is older than the inbox keeps, a little at a time.
import { and, isNull, lt, ne, notInArray, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { events, notices, replies } from "@/lib/db/schema";
import { WELCOME } from "@/lib/events/notices";

const KEPT_DAYS = 90;
const BATCH = 500;
const DAY_MS = 86_400_000;

/** Returns how many events went. Unfinished ones stay, however old. `vacuum`: the database has no autovacuum of its own. */
export async function deleteOldEvents(db: Database, { vacuum }: { vacuum: boolean }): Promise<number> {
  const before = new Date(Date.now() - KEPT_DAYS * DAY_MS);
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
  if (vacuum && deleted > 0) await db.execute(sql`vacuum (analyze) events, replies`);
  return deleted;
}

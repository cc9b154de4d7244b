// Has a finished event processed once more.
import { and, eq, notInArray, sql } from "drizzle-orm";
import { recordAudit } from "@/lib/db/audit";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import { type EventRow, events } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import { ownLane } from "@/lib/events/envelope";
import { Trace } from "@/lib/events/trace";
import type { Viewer } from "@/lib/viewer";

/** What an event begins anew with, beside its chat's own lane, so that nothing new waits for it. */
export const AS_NEW = {
  status: "pending",
  reason: null,
  error: null,
  attempts: 0,
  replays: sql`${events.replays} + 1`,
  detached: true,
  dueAt: sql`now()`,
  finishedAt: null,
} as const;

/** Throws `conflict` while the event is not finished. It is answered anew, whatever the policy says, beside its chat. */
export async function replayEvent(
  { db, bus }: { db: Database; bus: Bus },
  viewer: Viewer,
  event: EventRow,
): Promise<void> {
  const trace = new Trace(event.steps);
  trace.add("replayed");
  await db.transaction(async (tx) => {
    const [row] = await tx
      .update(events)
      .set({ ...AS_NEW, lane: ownLane(event.eventId), steps: trace.steps })
      .where(and(eq(events.id, event.id), notInArray(events.status, ["pending", "processing"])))
      .returning({ id: events.id });
    if (!row) throw new AppError("conflict", "events.notFinished");
    await recordAudit(tx, viewer, { action: "event.replayed", target: { id: String(event.id), name: event.eventId } });
  });
  bus.publish({ topic: "event", botId: event.botId, id: event.id, due: true });
}

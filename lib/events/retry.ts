// Has an event that waits for its next try tried at once.
import { and, eq, gt, sql } from "drizzle-orm";
import { recordAudit } from "@/lib/db/audit";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import { type EventRow, events } from "@/lib/db/schema";
import { AppError } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";

/** Throws `conflict` unless it was tried and is to be tried again. The try counts like any other. */
export async function retryEvent(
  { db, bus }: { db: Database; bus: Bus },
  viewer: Viewer,
  event: EventRow,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx
      .update(events)
      .set({ dueAt: sql`now()` })
      .where(and(eq(events.id, event.id), eq(events.status, "pending"), gt(events.attempts, 0)))
      .returning({ id: events.id });
    if (!row) throw new AppError("conflict", "events.notRetried");
    await recordAudit(tx, viewer, { action: "event.retried", target: { id: String(event.id), name: event.eventId } });
  });
  bus.publish({ topic: "event", botId: event.botId, id: event.id, due: true });
}

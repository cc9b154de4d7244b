// Has many finished events of a bot processed once more: the oldest first, those of one chat one after the other.
import { and, asc, eq, inArray, sql } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import { recordAudit } from "@/lib/db/audit";
import type { Bus } from "@/lib/db/bus";
import type { Database } from "@/lib/db/client";
import type { EventStep } from "@/lib/db/documents";
import { type BotRow, bots, events } from "@/lib/db/schema";
import { ownLane } from "@/lib/events/envelope";
import { hasCause } from "@/lib/events/failures";
import type { StepName } from "@/lib/events/trace";
import type { Viewer } from "@/lib/viewer";

export const MOST_REPLAYED = 500;

export type ReplayedAll = { replayed: number; left: number };

/** Those of all bots that the viewer may see and that failed for the same cause, like `replayAll`. */
export async function replayCause(
  deps: { db: Database; bus: Bus },
  viewer: Viewer,
  cause: string,
): Promise<ReplayedAll> {
  const concerned = sql`${bots.id} in (select ${events.botId} from ${events} where ${events.status} = 'failed' and ${hasCause(cause)})`;
  const rows = await deps.db
    .select()
    .from(bots)
    .where(and(visibleTo(viewer), concerned))
    .orderBy(asc(bots.createdAt));
  const sum: ReplayedAll = { replayed: 0, left: 0 };
  for (const bot of rows) {
    const { replayed, left } = await replayAll(deps, viewer, bot, "failed", cause);
    sum.replayed += replayed;
    sum.left += left;
  }
  return sum;
}

/** At most `MOST_REPLAYED` of them; `left` says how many more there are. `cause`: only what failed for it. */
export async function replayAll(
  { db, bus }: { db: Database; bus: Bus },
  viewer: Viewer,
  bot: BotRow,
  status: "failed" | "ignored",
  cause?: string,
): Promise<ReplayedAll> {
  const because = cause === undefined ? undefined : hasCause(cause);
  const meant = and(eq(events.botId, bot.id), eq(events.status, status), because);
  const step: EventStep = { at: new Date().toISOString(), name: "replayed" satisfies StepName };
  const ids = await db.transaction(async (tx) => {
    const oldest = await tx
      .select({ id: events.id })
      .from(events)
      .where(meant)
      .orderBy(asc(events.id))
      .limit(MOST_REPLAYED)
      .for("update", { skipLocked: true });
    if (oldest.length === 0) return [];
    const chosen = oldest.map(({ id }) => id);
    await tx
      .update(events)
      .set({
        status: "pending",
        reason: null,
        error: null,
        attempts: 0,
        replays: sql`${events.replays} + 1`,
        // Beside the chat's own lane, so that nothing new waits for them.
        lane: sql`${ownLane("replay ")}::text || coalesce(${events.chatId}, ${events.eventId})`,
        detached: true,
        dueAt: sql`now()`,
        finishedAt: null,
        steps: sql`${events.steps} || ${JSON.stringify([step])}::text::jsonb`,
      })
      .where(inArray(events.id, chosen));
    await recordAudit(tx, viewer, {
      action: "events.replayed",
      target: { id: bot.id, name: bot.name },
      detail: { status, count: chosen.length },
    });
    return chosen;
  });
  for (const id of ids) bus.publish({ topic: "event", botId: bot.id, id, due: true });
  return { replayed: ids.length, left: await db.$count(events, meant) };
}

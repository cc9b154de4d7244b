// Has many finished events of a bot processed once more: the oldest first, those of one chat one after the other.
import { and, asc, eq, inArray, type SQL, sql } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import { along } from "@/lib/db/along-index";
import { recordAudit } from "@/lib/db/audit";
import type { Bus } from "@/lib/db/bus";
import type { Database, Transaction } from "@/lib/db/client";
import type { EventStep } from "@/lib/db/documents";
import { type BotRow, bots, events } from "@/lib/db/schema";
import { ownLane } from "@/lib/events/envelope";
import { hasCause } from "@/lib/events/failures";
import { AS_NEW } from "@/lib/events/replay";
import type { StepName } from "@/lib/events/trace";
import { type Pace, type Walk, walkEvents } from "@/lib/events/walk";
import type { Viewer } from "@/lib/viewer";

export const MOST_REPLAYED = 500;
/** How many more there are is told up to this. */
export const MOST_LEFT = 10_000;
/** Somebody waits for it; reading reasons takes longer than reading texts. */
const PACE: Pace = { rows: 2_000, lookMs: 10_000 };
const AT_ONCE = 100;

export type ReplayedAll = { replayed: number; left: number };

/** Those of all bots that the viewer may see and that failed for the same cause, like `replayAll`. */
export async function replayCause(
  deps: { db: Database; bus: Bus },
  viewer: Viewer,
  cause: string,
): Promise<ReplayedAll> {
  const ofBot = along([sql`events.bot_id`, sql`bots.id`], [sql`events.status`, "failed"]);
  const hasFailed = sql`exists (select from events where ${ofBot.where})`;
  const rows = await deps.db
    .select()
    .from(bots)
    .where(and(visibleTo(viewer), hasFailed))
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
  const within = and(eq(events.botId, bot.id), eq(events.status, status));
  const walk: Walk = {
    order: "oldest",
    within: along([sql`events.bot_id`, bot.id], [sql`events.status`, status]),
    where: cause === undefined ? undefined : hasCause(cause),
    enough: MOST_REPLAYED + MOST_LEFT,
  };
  const found = await walkEvents(db, walk, PACE);
  const meant = found.ids.slice(0, MOST_REPLAYED);
  let replayed = 0;
  for (let start = 0; start < meant.length; start += AT_ONCE) {
    const ids = await db.transaction(async (tx) => {
      if (start === 0) {
        await recordAudit(tx, viewer, {
          action: "events.replayed",
          target: { id: bot.id, name: bot.name },
          detail: { status, count: meant.length },
        });
      }
      return replaySome(tx, and(within, inArray(events.id, meant.slice(start, start + AT_ONCE))));
    });
    replayed += ids.length;
    for (const id of ids) bus.publish({ topic: "event", botId: bot.id, id, due: true });
  }
  return { replayed, left: found.ids.length - meant.length };
}

/** Those of them that nobody else replays at the same time. */
async function replaySome(tx: Transaction, meant: SQL | undefined): Promise<number[]> {
  const oldest = await tx.select({ id: events.id }).from(events).where(meant).for("update", { skipLocked: true });
  if (oldest.length === 0) return [];
  const ids = oldest.map(({ id }) => id);
  const step: EventStep = { at: new Date().toISOString(), name: "replayed" satisfies StepName };
  await tx
    .update(events)
    .set({
      ...AS_NEW,
      lane: sql`${ownLane("replay ")}::text || coalesce(${events.chatId}, ${events.eventId})`,
      steps: sql`${events.steps} || ${JSON.stringify([step])}::text::jsonb`,
    })
    .where(inArray(events.id, ids));
  return ids.sort((a, b) => a - b);
}

// How often somebody had messages of a bot answered anew.
import { and, eq, gt, inArray } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { events } from "@/lib/db/schema";

/** By the messages' ids; those that never were are left out. */
export async function countReplays(
  db: Database,
  botId: string,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (messageIds.length === 0) return new Map();
  const rows = await db
    .select({ messageId: events.messageId, replays: events.replays })
    .from(events)
    .where(and(eq(events.botId, botId), inArray(events.messageId, [...messageIds]), gt(events.replays, 0)));
  return new Map(rows.map(({ messageId, replays }) => [messageId ?? "", replays]));
}

// What stands before and after an event in a log, as the log was asked for.
import { and, asc, desc, eq, gt, lt, type SQL } from "drizzle-orm";
import { visibleTo } from "@/lib/bots/queries";
import type { Database } from "@/lib/db/client";
import { bots, type EventRow, events } from "@/lib/db/schema";
import { type AskedEvents, filtersOf } from "@/lib/events/queries";
import type { Viewer } from "@/lib/viewer";

export type Neighbour = { id: string; botId: string };
export type Neighbours = { newer?: Neighbour; older?: Neighbour };

/** In the log of one bot, or of all that the viewer may see. The event itself need not fit the filter any more. */
export async function findNeighbours(
  db: Database,
  viewer: Viewer,
  botId: string | undefined,
  filter: AskedEvents,
  event: Pick<EventRow, "id">,
): Promise<Neighbours> {
  const inLog = and(visibleTo(viewer), botId === undefined ? undefined : eq(events.botId, botId), ...filtersOf(filter));
  const next = async (side: SQL, order: SQL): Promise<Neighbour | undefined> => {
    const [row] = await db
      .select({ id: events.id, botId: events.botId })
      .from(events)
      .innerJoin(bots, eq(bots.id, events.botId))
      .where(and(inLog, side))
      .orderBy(order)
      .limit(1);
    return row && { id: String(row.id), botId: row.botId };
  };
  const [newer, older] = await Promise.all([
    next(gt(events.id, event.id), asc(events.id)),
    next(lt(events.id, event.id), desc(events.id)),
  ]);
  return { ...(newer && { newer }), ...(older && { older }) };
}

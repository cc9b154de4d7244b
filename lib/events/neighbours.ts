// What stands before and after an event in a log, as the log was asked for.
import type { Database } from "@/lib/db/client";
import type { EventRow } from "@/lib/db/schema";
import { type AskedEvents, findInLog, type Log } from "@/lib/events/log";
import { listEventsById } from "@/lib/events/queries";
import type { Walk } from "@/lib/events/walk";
import type { Viewer } from "@/lib/viewer";

export type Neighbour = { id: string; botId: string };
export type Neighbours = { newer?: Neighbour; older?: Neighbour };

/**
 * In the log of one bot, or of all that the viewer may see. The event itself need not fit the filter any more. One that
 * lies too far away to be found soon is left out.
 */
export async function findNeighbours(
  db: Database,
  viewer: Viewer,
  botId: string | undefined,
  filter: AskedEvents,
  event: Pick<EventRow, "id">,
): Promise<Neighbours> {
  const log: Log = botId === undefined ? { viewer } : { botId };
  const next = async (order: Walk["order"]): Promise<Neighbour | undefined> => {
    const { ids } = await findInLog(db, log, filter, { order, from: { id: event.id, at: "" }, enough: 1 });
    const [row] = await listEventsById(db, viewer, ids);
    return row && { id: String(row.id), botId: row.botId };
  };
  const [newer, older] = await Promise.all([next("oldest"), next("newest")]);
  return { ...(newer && { newer }), ...(older && { older }) };
}

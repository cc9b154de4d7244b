// Counts the failed messages of a bot as they come and go.
import type { FailedEvents } from "@/lib/events/queries";
import type { Event } from "@/lib/events/schemas";

type Failed = { count: number; more: boolean; ids: ReadonlySet<string> };

export const failedAtFirst = ({ ids, ...counted }: FailedEvents): Failed => ({ ...counted, ids: new Set(ids) });

/** The same object where the event changes nothing. */
export function failedAfter(failed: Failed, { id, status }: Pick<Event, "id" | "status">): Failed {
  const isKnown = failed.ids.has(id);
  if ((status === "failed") === isKnown) return failed;
  const ids = new Set(failed.ids);
  if (isKnown) ids.delete(id);
  else ids.add(id);
  return { ...failed, count: failed.count + (isKnown ? -1 : 1), ids };
}

// What belongs to a message beside its words, as those who answer see it.
import { asc, inArray } from "drizzle-orm";
import { type BelongingRow, belongings } from "@/lib/db/belonging-tables";
import type { Database } from "@/lib/db/client";

export type Belonging = Omit<BelongingRow, "eventId" | "position">;

/** Before anybody looked into it. */
export const belongingOf = (
  messageId: string,
  { kind, key, name }: { kind: Belonging["kind"]; key: string | null; name: string | null },
): Belonging => ({ kind, messageId, key, name, bytes: null, text: null, problem: null, detail: {} });

/** By event, those that have any; in the order in which they belong. */
export async function readBelongings(db: Database, eventIds: number[]): Promise<Map<number, Belonging[]>> {
  const found = new Map<number, Belonging[]>();
  if (eventIds.length === 0) return found;
  const rows = await db
    .select()
    .from(belongings)
    .where(inArray(belongings.eventId, eventIds))
    .orderBy(asc(belongings.eventId), asc(belongings.position));
  for (const { eventId, position: _, ...belonging } of rows) {
    found.set(eventId, [...(found.get(eventId) ?? []), belonging]);
  }
  return found;
}

/** Feishu gives an image that was sent as a file out as a file. */
export const resourceTypeOf = ({ kind, detail }: Pick<Belonging, "kind" | "detail">): "image" | "file" =>
  kind === "image" && !detail.isFile ? "image" : "file";

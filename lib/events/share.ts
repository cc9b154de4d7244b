// Links by which everybody of this installation may read one trace, until they expire.
import { eq } from "drizzle-orm";
import { z } from "zod";
import { recordAudit } from "@/lib/db/audit";
import type { Database } from "@/lib/db/client";
import { bots, type EventRow, events } from "@/lib/db/schema";
import { AppError, notFound } from "@/lib/errors";
import type { Sealer } from "@/lib/sealing";
import type { Viewer } from "@/lib/viewer";

const PLACE = "shared/event";
const A_DAY_MS = 86_400_000;
export const SHARED_DAYS = { usual: 7, most: 30 };

const sharedSchema = z.object({ eventId: z.int(), until: z.number() });

type Shared = { token: string; expiresAt: string };

/** For an event that the viewer may see. The token is the right itself: nothing is stored but who made it. */
export async function shareEvent(
  { db, sealer }: { db: Database; sealer: Sealer },
  viewer: Viewer,
  event: EventRow,
  days: number,
): Promise<Shared> {
  const until = Date.now() + days * A_DAY_MS;
  const expiresAt = new Date(until).toISOString();
  await db.transaction((tx) =>
    recordAudit(tx, viewer, {
      action: "event.shared",
      target: { id: String(event.id), name: event.eventId },
      detail: { expiresAt },
    }),
  );
  return { token: sealer.seal(JSON.stringify({ eventId: event.id, until }), PLACE), expiresAt };
}

export type SharedEvent = { row: EventRow; bot: { id: string; name: string } };

/** Throws `not_found` for a token that is none, that has expired, and whose event is gone, alike. */
export async function openShared(
  { db, sealer }: { db: Database; sealer: Sealer },
  token: string,
): Promise<SharedEvent> {
  const { eventId, until } = opened(sealer, token);
  if (until < Date.now()) throw notFound("event");
  const [found] = await db
    .select({ row: events, bot: { id: bots.id, name: bots.name } })
    .from(events)
    .innerJoin(bots, eq(bots.id, events.botId))
    .where(eq(events.id, eventId));
  if (!found) throw notFound("event");
  return found;
}

function opened(sealer: Sealer, token: string): z.infer<typeof sharedSchema> {
  try {
    return sharedSchema.parse(JSON.parse(sealer.unseal(token, PLACE)));
  } catch (cause) {
    throw new AppError("not_found", "notFound.event", { cause });
  }
}

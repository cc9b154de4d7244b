// The rows of apps that are being made by QR code: read for people, claimed by whichever process asks Feishu next.
import { and, asc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";
import { type RegistrationRow, registrations } from "@/lib/db/registration-table";
import { notFound } from "@/lib/errors";
import type { Viewer } from "@/lib/viewer";

const KEPT = sql`interval '1 day'`;
const CLAIMED_AT_ONCE = 20;
// Longer than a question may take: should its process die meanwhile, another one asks.
const CLAIM = sql`interval '20 seconds'`;

/** Throws `not_found` for one that is not there and for one of somebody else's, alike. */
export async function requireRegistration(db: Database, viewer: Viewer, id: string): Promise<RegistrationRow> {
  const [row] = await db.select().from(registrations).where(eq(registrations.id, id));
  if (!row || (row.ownerId !== viewer.userId && !viewer.isAdmin)) throw notFound("registration");
  return row;
}

/** Keeps so many of a person's that wait; the oldest give way. */
export async function makeRoom(db: Database, ownerId: string, most: number): Promise<void> {
  await db.delete(registrations).where(lt(registrations.expiresAt, sql`now() - ${KEPT}`));
  const waiting = await db
    .select({ id: registrations.id })
    .from(registrations)
    .where(and(eq(registrations.ownerId, ownerId), eq(registrations.state, "waiting")))
    .orderBy(asc(registrations.createdAt));
  const tooMany = waiting.slice(0, Math.max(0, waiting.length - most + 1)).map(({ id }) => id);
  if (tooMany.length === 0) return;
  await db.update(registrations).set({ state: "cancelled" }).where(inArray(registrations.id, tooMany));
}

/** Those that are due, for this process alone for a while. */
export async function claimDue(db: Database): Promise<RegistrationRow[]> {
  const due = sql`(select ${registrations.id} from ${registrations}
    where ${registrations.state} = 'waiting' and ${registrations.nextPollAt} <= now()
    order by ${registrations.nextPollAt} limit ${CLAIMED_AT_ONCE} for update skip locked)`;
  return db
    .update(registrations)
    .set({ nextPollAt: sql`now() + ${CLAIM}` })
    .where(inArray(registrations.id, due))
    .returning();
}

type Outcome = Partial<Pick<RegistrationRow, "state" | "botId" | "error" | "domain" | "intervalSeconds">>;

/** False when it was cancelled or renewed meanwhile: the answer was to another question then. */
export async function settle(
  db: Database,
  asked: Pick<RegistrationRow, "id" | "sealedDeviceCode">,
  outcome: Outcome,
  nextInSeconds = 0,
): Promise<boolean> {
  const rows = await db
    .update(registrations)
    .set({ error: null, ...outcome, nextPollAt: sql`now() + make_interval(secs => ${nextInSeconds})` })
    .where(
      and(
        eq(registrations.id, asked.id),
        eq(registrations.state, "waiting"),
        eq(registrations.sealedDeviceCode, asked.sealedDeviceCode),
      ),
    )
    .returning({ id: registrations.id });
  return rows.length > 0;
}

/** In how many ms the next one is due; null when none waits. */
export async function nextDueInMs(db: Database): Promise<number | null> {
  const [row] = await db
    .select({ ms: sql<string | number | null>`extract(epoch from min(${registrations.nextPollAt}) - now()) * 1000` })
    .from(registrations)
    .where(eq(registrations.state, "waiting"));
  return row?.ms === null || row?.ms === undefined ? null : Math.max(0, Number(row.ms));
}

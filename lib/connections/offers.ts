// What the database knows of bots that change hands: who offers one, who has claimed it, and who has taken it over.
import { and, eq, inArray, sql } from "drizzle-orm";
import { type Holder, leaseMs, lockedInOrder } from "@/lib/connections/leases";
import { type Database, queryRows } from "@/lib/db/client";
import { connections } from "@/lib/db/schema";

/** How long a successor may take to connect. */
export const CLAIM_MS = 15_000;

export type Claim = {
  botId: string;
  credentialsVersion: number;
  /** The instance that offers it. */
  from: string;
};

const isUnclaimed = sql`(successor_owner is null or successor_until < now())`;

/** Returns the bots that are offered now: those that the holder still has. */
export async function offerBots(db: Database, { owner }: Holder, botIds: string[]): Promise<string[]> {
  if (botIds.length === 0) return [];
  const rows = await db
    .update(connections)
    .set({ offeredAt: sql`now()` })
    .where(lockedInOrder(and(eq(connections.leaseOwner, owner), inArray(connections.botId, botIds))))
    .returning({ botId: connections.botId });
  return rows.map(({ botId }) => botId);
}

/** Takes offers back; with `unclaimed` those that nobody has answered yet. Returns the bots. */
export async function withdrawOffers(
  db: Database,
  { owner }: Holder,
  botIds: string[],
  which: "all" | "unclaimed",
): Promise<string[]> {
  if (botIds.length === 0) return [];
  const rows = await db
    .update(connections)
    .set({ offeredAt: null })
    .where(
      lockedInOrder(
        and(
          eq(connections.leaseOwner, owner),
          inArray(connections.botId, botIds),
          which === "unclaimed" ? isUnclaimed : undefined,
        ),
      ),
    )
    .returning({ botId: connections.botId });
  return rows.map(({ botId }) => botId);
}

/** Becomes the successor for some of the bots that are offered. */
export async function claimOffers(db: Database, { owner }: Holder, most: number, busy: string[]): Promise<Claim[]> {
  const others = busy.length > 0 ? sql`and c.bot_id not in ${busy}` : sql``;
  const rows = await queryRows<{ bot_id: string; credentials_version: number; instance: string | null }>(
    db,
    sql`with offered as (
        select c.bot_id, b.credentials_version from connections c join bots b on b.id = c.bot_id
        where c.offered_at is not null and c.lease_owner <> ${owner} and c.lease_until >= now() and ${isUnclaimed}
          and b.enabled and b.use_web_socket ${others}
        order by c.offered_at, c.bot_id limit ${most} for update of c skip locked
      )
      update connections c set successor_owner = ${owner},
        successor_until = now() + make_interval(secs => ${CLAIM_MS / 1000})
      from offered where offered.bot_id = c.bot_id
      returning c.bot_id, offered.credentials_version, c.instance`,
  );
  return rows.map((row) => ({
    botId: row.bot_id,
    credentialsVersion: row.credentials_version,
    from: row.instance ?? "",
  }));
}

/** The successor is connected: the lease becomes its own, also where it did before and the reply was lost. Returns the fence; undefined: it may not have it any more. */
export async function takeOver(db: Database, holder: Holder, claim: Claim): Promise<number | undefined> {
  const [row] = await queryRows<{ fence: string | number }>(
    db,
    sql`update connections c set lease_owner = ${holder.owner}, instance = ${holder.instance}, fence = c.fence + 1,
        lease_until = now() + make_interval(secs => ${leaseMs(holder) / 1000}),
        offered_at = null, successor_owner = null, successor_until = null, updated_at = now()
      from bots b
      where c.bot_id = ${claim.botId} and (c.lease_owner = ${holder.owner}
          or c.successor_owner = ${holder.owner} and c.successor_until >= now()
            and (c.offered_at is not null or c.lease_owner is null or c.lease_until < now()))
        and b.id = c.bot_id and b.enabled and b.use_web_socket and b.credentials_version = ${claim.credentialsVersion}
      returning c.fence`,
  );
  return row && Number(row.fence);
}

/** No socket of the successor is left. */
export async function dropClaims(db: Database, { owner }: Holder, botIds: string[]): Promise<void> {
  if (botIds.length === 0) return;
  await db
    .update(connections)
    .set({ successorOwner: null, successorUntil: null })
    .where(and(eq(connections.successorOwner, owner), inArray(connections.botId, botIds)));
}

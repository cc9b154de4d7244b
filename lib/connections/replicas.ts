// Which processes share this database, and how many bots each should hold.
import { eq, sql } from "drizzle-orm";
import { type Holder, leaseMs } from "@/lib/connections/leases";
import { type Database, queryRows } from "@/lib/db/client";
import { replicas } from "@/lib/db/schema";

const FORGOTTEN_AFTER_MINUTES = 5;

/** What is fair: each replica holds `least` or `most`. */
export type Shares = {
  others: number;
  least: number;
  most: number;
  /** Another replica has less than `least`: what is offered is for it. */
  isOtherShort: boolean;
};

/** Says that this process is alive, and forgets those that are long gone; who still holds a bot is asked when it was last alive. */
export async function beat(db: Database, { owner, instance }: Holder): Promise<void> {
  await db
    .insert(replicas)
    .values({ owner, instance })
    .onConflictDoUpdate({ target: replicas.owner, set: { seenAt: sql`now()` } });
  await db.delete(replicas).where(sql`seen_at < now() - make_interval(mins => ${FORGOTTEN_AFTER_MINUTES})
      and not exists (select from connections c where c.lease_owner = ${replicas.owner})`);
}

/** This process takes no more bots. */
export async function leave(db: Database, { owner }: Holder): Promise<void> {
  await db.delete(replicas).where(eq(replicas.owner, owner));
}

export async function readShares(db: Database, holder: Holder, wished: number): Promise<Shares> {
  if (holder.isAlone) return { others: 0, least: wished, most: wished, isOtherShort: false };
  const held = await countsOfOthers(db, holder);
  const live = held.length + 1;
  const least = Math.floor(wished / live);
  return {
    others: held.length,
    least,
    most: Math.ceil(wished / live),
    isOtherShort: held.some((count) => count < least),
  };
}

/** How many bots each other live replica holds or is about to. */
async function countsOfOthers(db: Database, holder: Holder): Promise<number[]> {
  const rows = await queryRows<{ held: number | string }>(
    db,
    sql`select (select count(*) from connections c
          where c.lease_owner = r.owner or (c.successor_owner = r.owner and c.successor_until >= now())) as held
      from replicas r
      where r.owner <> ${holder.owner} and r.seen_at >= now() - make_interval(secs => ${leaseMs(holder) / 1000})`,
  );
  return rows.map(({ held }) => Number(held));
}

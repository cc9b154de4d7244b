// Who holds which bot's connection: leases in the database that expire when their holder is gone.
import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { ConnectionState } from "@/lib/bots/schemas";
import { type Database, queryRows } from "@/lib/db/client";
import { connections } from "@/lib/db/schema";

/** Together with how often others look, a bot of a killed process is connected elsewhere within 15 s. */
const LEASE_MS = 10_000;
/** Alone, a lease only tells readers that the process is alive. */
const LEASE_MS_ALONE = 60_000;
/** Of choosing free bots. */
const ROUNDS = 3;

export type Holder = {
  /** Names this process alone: the instance's name may be given twice. */
  owner: string;
  instance: string;
  /** No other process can use this database: whoever held a lease is gone. */
  isAlone: boolean;
};

export type Lease = {
  botId: string;
  fence: number;
  /** What the row said, when it was taken from a holder that is gone; `aliveAt` is when that holder last showed itself. */
  before: { state: ConnectionState; instance: string | null; aliveAt: Date | null } | undefined;
};

type TakenRow = {
  bot_id: string;
  /** Null: another was faster. */
  fence: string | number | null;
  had_owner: boolean;
  state: ConnectionState | null;
  instance: string | null;
  alive_at: string | Date | null;
};

export const leaseMs = ({ isAlone }: Holder): number => (isAlone ? LEASE_MS_ALONE : LEASE_MS);

const expiry = (holder: Holder): SQL => sql`now() + make_interval(secs => ${leaseMs(holder) / 1000})`;

const isFree = ({ owner, isAlone }: Holder, spares: boolean): SQL => {
  if (isAlone) return sql`true`;
  const isOver = spares ? sql`false` : sql`c.lease_until < now()`;
  return sql`(c.lease_owner is null or c.lease_until is null or ${isOver} or c.lease_owner = ${owner})`;
};

// Another's claim keeps the bot for it; of who is alone there is no other.
const isClaimed = ({ owner, isAlone }: Holder): SQL =>
  isAlone
    ? sql`false`
    : sql`(c.successor_owner is not null and c.successor_owner <> ${owner} and c.successor_until >= now())`;

/**
 * Takes those of the bots that are wished for and that nobody holds, at most `most` of them; with `spares` also none
 * whose holder only is late. The clock is the database's alone.
 */
export async function acquireLeases(
  db: Database,
  holder: Holder,
  botIds: string[],
  { most = botIds.length, spares = false }: { most?: number | undefined; spares?: boolean } = {},
): Promise<Lease[]> {
  const leases: Lease[] = [];
  let left = botIds;
  // Replicas that choose at the same time may choose the same ones.
  for (let round = 0; round < ROUNDS && leases.length < most && left.length > 0; round++) {
    const rows = await takeSome(db, holder, left, most - leases.length, spares);
    const taken = new Set(rows.filter(isTaken).map((row) => row.bot_id));
    leases.push(...rows.filter(isTaken).map(leaseOf));
    if (taken.size === rows.length) break;
    // One's own lease counts as free: the next round must not take a bot that this one has.
    left = left.filter((botId) => !taken.has(botId));
  }
  return leases;
}

const isTaken = (row: TakenRow): boolean => row.fence !== null;

async function takeSome(
  db: Database,
  holder: Holder,
  botIds: string[],
  most: number,
  spares: boolean,
): Promise<TakenRow[]> {
  const mayTake = sql`${isFree(holder, spares)} and not ${isClaimed(holder)}`;
  return queryRows<TakenRow>(
    db,
    sql`with free as (
        select b.id, c.state, c.instance, c.lease_owner is not null as had_owner,
          greatest(c.connected_at, (select seen_at from replicas r where r.owner = c.lease_owner),
            c.lease_until - make_interval(secs => ${leaseMs(holder) / 1000})) as alive_at
        from bots b left join connections c on c.bot_id = b.id
        where b.id in ${botIds} and b.enabled and b.use_web_socket 
          and (c.bot_id is null or (${mayTake}))
        order by random() limit ${most}
      ), taken as (
        insert into connections as c (bot_id, lease_owner, lease_until, fence, instance)
        select id, ${holder.owner}, ${expiry(holder)}, 1, ${holder.instance} from free order by id
        on conflict (bot_id) do update set lease_owner = excluded.lease_owner, lease_until = excluded.lease_until,
          fence = c.fence + 1, instance = excluded.instance, updated_at = now(),
          offered_at = null, successor_owner = null, successor_until = null,
          state = case c.state when 'connected' then 'reconnecting' else c.state end
        where ${mayTake}
        returning bot_id, fence
      )
      select free.id as bot_id, taken.fence, free.state, free.instance, free.alive_at, free.had_owner
      from free left join taken on free.id = taken.bot_id`,
  );
}

const leaseOf = (row: TakenRow): Lease => ({
  botId: row.bot_id,
  fence: Number(row.fence),
  before: row.had_owner && row.state ? beforeOf(row, row.state) : undefined,
});

const beforeOf = ({ instance, alive_at: aliveAt }: TakenRow, state: ConnectionState) => ({
  state,
  instance,
  aliveAt: aliveAt === null ? null : new Date(aliveAt),
});

/** The rows for which `condition` holds. Whoever writes many locks them in one order: else two could wait for each other. */
export const lockedInOrder = (condition: SQL | undefined): SQL =>
  sql`${connections.botId} = any(array(select ${connections.botId} from ${connections} where ${condition}
    order by ${connections.botId} for update))`;

/**
 * Renews those of the bots that nobody else has taken, even if their leases had expired; returns them with their fences.
 * Other leases of this owner, such as one whose taking was written but not heard of, are left to expire.
 */
export async function renewLeases(db: Database, holder: Holder, botIds: string[]): Promise<Map<string, number>> {
  if (botIds.length === 0) return new Map();
  const rows = await db
    .update(connections)
    .set({ leaseUntil: expiry(holder) })
    .where(lockedInOrder(and(eq(connections.leaseOwner, holder.owner), inArray(connections.botId, botIds))))
    .returning({ botId: connections.botId, fence: connections.fence });
  return new Map(rows.map(({ botId, fence }) => [botId, fence]));
}

/** Lets go of these bots, so that another replica can take them at once. */
export async function releaseLeases(db: Database, { owner }: Holder, botIds: string[]): Promise<void> {
  if (botIds.length === 0) return;
  await db
    .update(connections)
    .set({ leaseOwner: null, leaseUntil: null, offeredAt: null })
    .where(lockedInOrder(and(eq(connections.leaseOwner, owner), inArray(connections.botId, botIds))));
}

/** True while any process has a socket of the bot, or may have one: its holder, or a successor that connects. */
export async function isHeld(db: Database, botId: string): Promise<boolean> {
  const rows = await db
    .select({ botId: connections.botId })
    .from(connections)
    .where(
      and(
        eq(connections.botId, botId),
        sql`(${connections.leaseOwner} is not null and ${connections.leaseUntil} >= now()
          or ${connections.successorOwner} is not null and ${connections.successorUntil} >= now())`,
      ),
    );
  return rows.length > 0;
}

/**
 * Corrects rows of bots that nobody wants connected and nobody holds: their holder was gone before it could write.
 * Returns the bots.
 */
export async function settleAbandoned(db: Database, { owner, isAlone }: Holder): Promise<string[]> {
  const isAbandoned = isAlone
    ? sql`(c.lease_owner is null or c.lease_owner <> ${owner})`
    : sql`(c.lease_owner is null or c.lease_until < now())
        and (c.successor_owner is null or c.successor_until < now())`;
  const rows = await queryRows<{ bot_id: string }>(
    db,
    sql`with settled as (
        update connections c set state = 'disconnected', lease_owner = null, lease_until = null, connected_at = null,
          offered_at = null, successor_owner = null, successor_until = null,
          error = null, reconnect_attempt = 0, next_retry_at = null, instance = null, updated_at = now()
        from bots b
        where b.id = c.bot_id and not (b.enabled and b.use_web_socket)
          and c.state <> 'disconnected' and ${isAbandoned}
        returning c.bot_id
      )
      insert into connection_changes (bot_id, state, reason)
      select bot_id, 'disconnected', '{"code":"connection.switchedOff"}'::jsonb from settled
      returning bot_id`,
  );
  return rows.map((row) => row.bot_id);
}

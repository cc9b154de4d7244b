// Asks Feishu, rarely, how many connections an app has: others than ours take a share of its events.
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Bus } from "@/lib/db/bus";
import { type Database, queryRows } from "@/lib/db/client";
import { bots, type ConnectionRow, connections } from "@/lib/db/schema";
import type { FeishuApis } from "@/lib/feishu/api";
import type { Logger } from "@/lib/logger";

// More than one is stored as a negative number until it was read twice: while a connection changes hands, and for a
// while after one was lost, Feishu counts one too many.

export type OnlineCountDeps = {
  db: Database;
  bus: Bus;
  apis: FeishuApis;
  logger: Logger;
  times?: Partial<typeof TIMES>;
};

/** Apps have a monthly budget of calls: a bot that is left alone costs four a day. */
const TIMES = {
  /** A connection that is younger is not asked about. */
  settleMs: 120_000,
  usualMs: 6 * 3_600_000,
  /** As long as others are connected, so that the warning goes when they do; and at least, however often it reconnects. */
  soonMs: 1_800_000,
  /** Until a first reading of others is confirmed. */
  confirmMs: 60_000,
  /** Between two calls of this process. */
  spacingMs: 1_000,
  /** Until the next look when there was nothing to ask. */
  lookMs: 15_000,
};

const JITTER = 0.25;

type Claim = { botId: string; credentialsVersion: number; connectedAt: Date };

export class OnlineCounter {
  readonly #deps: OnlineCountDeps;
  readonly #times: typeof TIMES;
  readonly #stopped: Promise<undefined>;
  #stop: () => void = () => undefined;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> = Promise.resolve();

  constructor(deps: OnlineCountDeps) {
    this.#deps = deps;
    this.#times = { ...TIMES, ...deps.times };
    this.#stopped = new Promise((resolve) => {
      this.#stop = () => resolve(undefined);
    });
  }

  start(): void {
    this.#schedule(this.#times.lookMs);
  }

  /** Does not wait for an answer of Feishu's. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#stop();
    await this.#round;
  }

  #schedule(ms: number): void {
    if (this.#isStopped) return;
    const delay = ms * (1 + Math.random() * JITTER);
    this.#timer = setTimeout(() => {
      this.#round = this.#askOne().then((asked) => this.#schedule(asked ? this.#times.spacingMs : this.#times.lookMs));
    }, delay);
  }

  /** True when a bot was asked about. */
  async #askOne(): Promise<boolean> {
    const { db, bus, logger } = this.#deps;
    try {
      const claim = await claimOne(db, this.#times);
      if (!claim) return false;
      const count = await Promise.race([this.#read(claim), this.#stopped]);
      if (count === undefined) return false;
      const { botId, connectedAt } = claim;
      if (await record(db, { botId, count, connectedAt, isSecond: true })) bus.publish({ topic: "status", botId });
      return true;
    } catch (err) {
      logger.debug({ err }, "getting the number of connections failed");
      return false;
    }
  }

  /** Null when Feishu does not say, for whatever reason: nothing depends on it. */
  async #read({ botId, credentialsVersion }: Claim): Promise<number | null> {
    try {
      const api = await this.#deps.apis.of({ id: botId, credentialsVersion });
      const answer = await api.call((client) =>
        client.request<OnlineAnswer>({ method: "GET", url: "/open-apis/event/v1/connection" }),
      );
      // Most bots that are asked about are idle, and a client is large.
      api.dropClient();
      const count = answer.data?.online_instance_cnt;
      return Number.isInteger(count) ? Number(count) : null;
    } catch (err) {
      this.#deps.logger.debug({ err, botId }, "number of connections could not be read");
      return null;
    }
  }
}

type OnlineAnswer = { code?: number; data?: { online_instance_cnt?: number } };

const inMs = (ms: number): SQL => sql`make_interval(secs => ${ms / 1000})`;

// A count from before the connection was made says nothing about it.
const isFresh = sql`coalesce(${connections.onlineCheckedAt} >= ${connections.connectedAt}, false)`;

// Two connections are ours while a bot changes hands.
const isSettled = sql`(${connections.state} = 'connected' and ${connections.offeredAt} is null
  and (${connections.successorOwner} is null or ${connections.successorUntil} < now()))`;

/** The bot that waits longest; no other replica gets the same one. */
async function claimOne(db: Database, times: typeof TIMES): Promise<Claim | undefined> {
  const pause = sql`case when not ${isFresh} then ${inMs(times.soonMs)}
    when ${connections.onlineCount} < 0 then ${inMs(times.confirmMs)}
    when ${connections.onlineCount} > 1 then ${inMs(times.soonMs)} else ${inMs(times.usualMs)} end`;
  const due = sql`select ${connections.botId} from ${connections} join ${bots} on ${bots.id} = ${connections.botId}
    where ${bots.enabled} and ${bots.useWebSocket} and ${connections.leaseUntil} >= now() and ${isSettled}
      and ${connections.connectedAt} <= now() - ${inMs(times.settleMs)}
      and (${connections.onlineCheckedAt} is null or ${connections.onlineCheckedAt} <= now() - ${pause})
    order by ${connections.onlineCheckedAt} nulls first limit 1 for update of ${connections} skip locked`;
  const [claim] = await db
    .update(connections)
    .set({ onlineCheckedAt: sql`now()`, onlineCount: sql`case when ${isFresh} then ${connections.onlineCount} end` })
    .from(bots)
    .where(and(eq(bots.id, connections.botId), sql`${connections.botId} = (${due})`))
    .returning({
      botId: connections.botId,
      credentialsVersion: bots.credentialsVersion,
      connectedAt: connections.connectedAt,
    });
  return claim?.connectedAt ? { ...claim, connectedAt: claim.connectedAt } : undefined;
}

/**
 * Stores what Feishu said of a bot's connections when it was asked for another reason. More than one is believed, and
 * shown, once it has been read again a minute later.
 */
export async function recordOnlineCount(db: Database, botId: string, count: number): Promise<void> {
  await record(db, { botId, count });
}

type Reading = {
  botId: string;
  count: number | null;
  /** The reading says nothing about a later connection. */
  connectedAt?: Date;
  /** If others were read before, long enough has passed since. */
  isSecond?: boolean;
};

/** True when what is shown of the bot has changed. */
async function record(db: Database, { botId, count, connectedAt, isSecond = false }: Reading): Promise<boolean> {
  const known = sql`case when ${isFresh} then ${connections.onlineCount} else 0 end`;
  const isBelieved = isSecond ? sql`(known.count > 1 or known.count < 0)` : sql`known.count > 1`;
  const stored =
    count !== null && count > 1 ? sql`case when ${isBelieved} then ${count}::int else ${-count}::int end` : count;
  const rows = await queryRows<{ before: number | null; after: number | null }>(
    db,
    sql`with known as (
        select ${connections.botId} as bot_id, ${known} as count from ${connections}
        where ${connections.botId} = ${botId} for update
      )
      update ${connections} set online_checked_at = now(), online_count = ${stored}
      from known
      where known.bot_id = ${connections.botId} and ${isSettled}
        ${connectedAt ? sql`and ${connections.connectedAt} = ${connectedAt.toISOString()}::timestamptz` : sql``}
      returning known.count as before, ${connections.onlineCount} as after`,
  );
  return rows.some(({ before, after }) => others(before) !== others(after));
}

const others = (count: number | null): number => Math.max(0, (count ?? 0) - 1);

/** How many connections of the app are not Larkspur's; 0 when there are none or it is not known. */
export function otherConnections(row: Pick<ConnectionRow, "onlineCount" | "onlineCheckedAt" | "connectedAt">): number {
  const { onlineCount, onlineCheckedAt, connectedAt } = row;
  return onlineCheckedAt && connectedAt && onlineCheckedAt >= connectedAt ? others(onlineCount) : 0;
}

// Writes what happens to this process's connections into the database: many bots in one statement, in order, not lost by an outage.
import { sql } from "drizzle-orm";
import { coalesce } from "@/lib/connections/coalesce";
import type { ConnectionStatus } from "@/lib/connections/connection";
import { type Database, queryRows } from "@/lib/db/client";
import type { Reason } from "@/lib/errors";
import type { Logger } from "@/lib/logger";

export type StatusRecord = {
  botId: string;
  fence: number;
  instance: string;
  status: ConnectionStatus;
  /** Of one that is connected: what is amiss all the same. */
  notice?: Reason | undefined;
  /** Belongs into the history; otherwise only the current status changes. */
  isChange: boolean;
};

export type Vitals = {
  botId: string;
  fence: number;
  lastHeartbeatAt?: Date | undefined;
  lastEventAt?: Date | undefined;
};

type RecorderDeps = { db: Database; logger: Logger; onWritten(botIds: string[]): void };

const RETRY_MS = 1_000;
/** While the database is away no more is kept than this. */
const MOST_PENDING = 10_000;

export class StatusRecorder {
  readonly #deps: RecorderDeps;
  #pending: StatusRecord[] = [];
  /** The bots of which something is not written yet. */
  #unwritten = new Set<string>();
  #retry: NodeJS.Timeout | undefined;
  #isStopped = false;
  readonly #write = coalesce(() => this.#writePending());

  constructor(deps: RecorderDeps) {
    this.#deps = deps;
  }

  add(record: StatusRecord): void {
    this.#pending.push(record);
    this.#unwritten.add(record.botId);
    if (this.#pending.length > MOST_PENDING) this.#pending.splice(0, this.#pending.length - MOST_PENDING);
    if (!this.#retry) void this.#write();
  }

  /** Resolves when everything added before is written, or could not be. */
  async flush(): Promise<void> {
    if (this.#pending.length > 0) await this.#write();
  }

  /** Resolves when everything that was added of the bot is written; rejects when it could not be. */
  async settled(botId: string): Promise<void> {
    if (!this.#unwritten.has(botId)) return;
    await this.#write();
    if (this.#unwritten.has(botId)) throw new Error("The state of the connection could not be stored.");
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    await this.flush();
  }

  async #writePending(): Promise<void> {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    // What happens in the same tick goes into the same statement.
    await new Promise<void>((resolve) => setImmediate(resolve));
    const records = this.#pending;
    if (records.length === 0) return;
    this.#pending = [];
    try {
      const written = await writeStatuses(this.#deps.db, records);
      this.#unwritten = new Set(this.#pending.map(({ botId }) => botId));
      this.#deps.onWritten(written);
    } catch (err) {
      this.#pending = [...records, ...this.#pending];
      this.#deps.logger.error({ err }, "connection states could not be stored");
      if (!this.#isStopped) this.#retry = setTimeout(() => void this.#write(), RETRY_MS);
    }
  }
}

/** Returns the bots whose lease is still the writer's; what others hold is left alone. */
async function writeStatuses(db: Database, records: StatusRecord[]): Promise<string[]> {
  const given = records.map(({ botId, fence, instance, isChange, status, notice }, position) => {
    const isUp = status.state === "connected";
    const isAtRest = isUp || status.state === "disconnected";
    return {
      position,
      bot_id: botId,
      fence,
      instance,
      is_change: isChange,
      state: status.state,
      at: status.at,
      reason: status.reason,
      error: isUp ? notice : isAtRest ? undefined : status.reason,
      connected_at: status.connectedAt,
      // The handshake's answer is the first thing that came back.
      last_heartbeat_at: status.connectedAt,
      reconnect_attempt: status.reconnectAttempt,
      next_retry_at: status.nextRetryAt,
    };
  });
  const rows = await queryRows<{ bot_id: string }>(
    db,
    sql`with kept as (
        select g.* from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(position int, bot_id text, fence bigint,
          instance text, is_change boolean, state text, at timestamptz, reason jsonb, error jsonb,
          connected_at timestamptz, last_heartbeat_at timestamptz, reconnect_attempt int, next_retry_at timestamptz)
        join connections c on c.bot_id = g.bot_id and c.fence = g.fence
        order by c.bot_id for update of c
      ), changes as (
        insert into connection_changes (bot_id, at, state, reason, instance)
        select bot_id, at, state, reason, instance from kept where is_change order by position
      )
      update connections c set state = g.state, error = g.error, connected_at = g.connected_at,
        last_heartbeat_at = greatest(c.last_heartbeat_at, g.last_heartbeat_at),
        reconnect_attempt = g.reconnect_attempt, next_retry_at = g.next_retry_at, instance = g.instance,
        updated_at = now()
      from (select distinct on (bot_id) * from kept order by bot_id, position desc) g
      where c.bot_id = g.bot_id and c.fence = g.fence
      returning c.bot_id`,
  );
  return rows.map((row) => row.bot_id);
}

/** When each bot was last heard from. */
export async function writeVitals(db: Database, vitals: Vitals[]): Promise<void> {
  if (vitals.length === 0) return;
  const given = vitals.map(({ botId, fence, lastHeartbeatAt, lastEventAt }) => ({
    bot_id: botId,
    fence,
    heartbeat: lastHeartbeatAt,
    event: lastEventAt,
  }));
  await db.execute(
    sql`with heard as (
        select g.* from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
          as g(bot_id text, fence bigint, heartbeat timestamptz, event timestamptz)
        join connections c on c.bot_id = g.bot_id and c.fence = g.fence
        order by c.bot_id for update of c
      )
      update connections c set last_heartbeat_at = greatest(c.last_heartbeat_at, g.heartbeat),
        last_event_at = greatest(c.last_event_at, g.event)
      from heard g
      where c.bot_id = g.bot_id and c.fence = g.fence`,
  );
}

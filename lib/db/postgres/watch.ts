// Finds the links to PostgreSQL that died in silence, as behind a NAT entry that is gone, and ends them.
import type { Backend, Link } from "@/lib/db/postgres/link";
import { LinkError } from "@/lib/db/postgres/link-error";
import type { Listener } from "@/lib/db/postgres/listener";
import type { Pool } from "@/lib/db/postgres/pool";
import type { Logger } from "@/lib/logger";

export type WatchTimes = {
  lookMs: number;
  /** After so long without a byte it is asked elsewhere whether PostgreSQL is at work on the statement. */
  silentMs: number;
  /** What is answered at once by a server that is there may take so long. */
  answerMs: number;
  /** So often a link that nobody uses is tried. */
  probeEveryMs: number;
};

export type WatchOptions = { pools: Pool[]; listener: Listener; logger: Logger; times: WatchTimes };

/**
 * A slow statement is no dead link: what PostgreSQL is at work on is left alone, up to its own `statement_timeout`.
 * Who waits for a dead one is told so within `silentMs` and `answerMs`.
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #probing = new Set<Link>();
  /** Sessions without a link, whose locks would stay until PostgreSQL misses us. */
  readonly #orphans = new Map<number, Backend>();
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  start(): void {
    // What has come by now is read before anything is found silent.
    this.#timer ??= setInterval(() => setImmediate(() => this.#look()), this.#options.times.lookMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    if (!this.#timer) return;
    const { pools, listener, times } = this.#options;
    const suspects: Link[] = [];
    for (const link of pools.flatMap((pool) => [...pool.links])) {
      const silentMs = link.look() * times.lookMs;
      if (this.#probing.has(link) && silentMs >= times.answerMs) this.#end(link);
      else if (silentMs >= times.silentMs) suspects.push(link);
    }
    if (listener.link && listener.link.look() * times.lookMs >= times.answerMs) this.#end(listener.link);
    if (suspects.length > 0) void this.#ask(suspects);
    else if (this.#orphans.size > 0) void this.#endOrphans();
    this.#probe();
  }

  #probe(): void {
    const { pools, listener, times } = this.#options;
    const due = performance.now() - times.probeEveryMs;
    if (listener.link && listener.link.heardAt < due) void listener.probe();
    for (const pool of pools) {
      for (const link of pool.idle.filter(({ heardAt }) => heardAt < due)) {
        this.#probing.add(link);
        void pool.probe(link).finally(() => this.#probing.delete(link));
      }
    }
  }

  async #ask(suspects: Link[]): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    const asked = suspects.map((link) => ({ link, askedAt: link.askedAt }));
    const working = await this.#workingOnes(suspects).catch(() => new Set<number>());
    this.#isAsking = false;
    for (const { link, askedAt } of asked) {
      if (working.has(link.backend.pid)) link.isAtWork();
      // Its answer may have come meanwhile.
      else if (link.askedAt === askedAt && askedAt !== undefined && link.look() > 0) this.#end(link);
    }
  }

  /** Who waits for us, to read or to write, has nothing to do with the time that passes. */
  async #workingOnes(suspects: Link[]): Promise<Set<number>> {
    const rows = await this.#options.listener.run((sql) =>
      sql.unsafe(`select pid from pg_stat_activity where ${isOneOf(suspects.map(({ backend }) => backend))}
        and state = 'active' and wait_event_type is distinct from 'Client'`),
    );
    return new Set(rows.map(({ pid }) => Number(pid)));
  }

  #end(link: Link): void {
    const { pools, logger } = this.#options;
    const since = link.askedAt ?? performance.now();
    const silentForMs = Math.round(performance.now() - since);
    const reason = new LinkError("CONNECTION_SILENT", `PostgreSQL has been silent for ${silentForMs} ms.`);
    logger.warn({ silentForMs, backend: link.backend.pid }, "a silent connection to PostgreSQL was ended");
    this.#orphans.set(link.backend.pid, link.backend);
    link.destroy(reason);
    // What took one link has perhaps taken others.
    for (const pool of pools) pool.dropUnheardSince(since, reason);
  }

  async #endOrphans(): Promise<void> {
    const orphans = [...this.#orphans.values()];
    if (!this.#options.listener.link || this.#isAsking) return;
    this.#orphans.clear();
    const end = `select pg_terminate_backend(pid) from pg_stat_activity where ${isOneOf(orphans)}`;
    await this.#options.listener
      .run((sql) => sql.unsafe(end))
      .catch((err: unknown) => this.#options.logger.debug({ err }, "sessions without a link are left to PostgreSQL"));
  }
}

// Both come from PostgreSQL.
const isOneOf = (backends: Backend[]): string =>
  `(pid, extract(epoch from backend_start)::text) in (${backends.map(({ pid, startedAt }) => `(${pid}, '${startedAt}')`)})`;

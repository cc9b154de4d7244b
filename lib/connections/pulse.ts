// Knows when this process stood still (frozen, asleep, starved), and leaves a mark of when it was last alive.
import { uptime } from "node:os";
import type { HeldBot } from "@/lib/connections/held-bot";
import type { Holder } from "@/lib/connections/leases";
import { beat } from "@/lib/connections/replicas";
import type { Database } from "@/lib/db/client";
import type { Logger } from "@/lib/logger";

type PulseDeps = {
  db: Database;
  holder: Holder;
  logger: Logger;
  held(): Pick<HeldBot, "stoodStill">[];
  /** In ms. By default the time since the computer started: it counts its sleep, and nobody can set it. */
  clock?: () => number;
  times: { pulseMs: number; stillAfterMs: number; aliveMs: number };
};

export class Pulse {
  readonly #deps: PulseDeps;
  readonly #now: () => number;
  readonly #timers: NodeJS.Timeout[] = [];
  #beatAt = 0;

  constructor(deps: PulseDeps) {
    this.#deps = deps;
    this.#now = deps.clock ?? (() => uptime() * 1_000);
  }

  start(): void {
    const { holder, times } = this.#deps;
    this.#beatAt = this.#now();
    this.#timers.push(setInterval(() => this.look(), times.pulseMs));
    // Replicas leave their mark by renewing leases; who is alone renews them seldom.
    if (!holder.isAlone) return;
    void this.#mark();
    this.#timers.push(setInterval(() => void this.#mark(), times.aliveMs));
  }

  look(): void {
    const forMs = this.#now() - this.#beatAt;
    this.#beatAt += forMs;
    if (forMs < this.#deps.times.stillAfterMs) return;
    this.#deps.logger.warn({ forMs: Math.round(forMs) }, "process was frozen: its bots were down during that time");
    for (const bot of this.#deps.held()) bot.stoodStill(new Date(Date.now() - forMs));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async #mark(): Promise<void> {
    const { db, holder, logger } = this.#deps;
    await beat(db, holder).catch((err: unknown) => {
      logger.error({ err }, "heartbeat of this process could not be written");
    });
  }
}

// What the bots of one cloud tell each other about it: who gets through wakes those that wait, and somebody always tries.

/** A bot that could not reach its cloud and waits for its next try. */
export type Waiter = {
  /** The row of retries is over, only the long waits are left. */
  readonly isSlow: boolean;
  /** Shortens the wait to so much, unless it is over soon anyway. */
  wake(delayMs: number): void;
};

/** `triedAt`: when any bot was last tried; `throughAt`: when any last got through. */
type Cloud = { waiting: Map<Waiter, { since: number }>; triedAt: number; throughAt: number };

/** Of a cloud with waiting bots one is tried so often. */
const PROBE_EVERY_MS = 10_000;
/** Within its row of retries a bot is not probed sooner than the shortest of its longest waits. */
const ROW_WAIT_MS = 12_000;
const TICK_MS = 1_000;
/** Many are not woken in the same instant. */
const SPREAD_PER_BOT_MS = 10;
const SPREAD_MOST_MS = 1_500;

export class Outage {
  // Never emptied: there are only a handful of clouds.
  readonly #clouds = new Map<string, Cloud>();
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** A bot of this cloud is tried now. Returns the time, for `waits`. */
  tries(origin: string): number {
    const cloud = this.#cloud(origin);
    cloud.triedAt = performance.now();
    return cloud.triedAt;
  }

  /** The try of that time failed because of the cloud. The returned function ends the waiting. */
  waits(origin: string, waiter: Waiter, triedAt: number): () => void {
    const cloud = this.#cloud(origin);
    cloud.waiting.set(waiter, { since: performance.now() });
    this.#timer ??= setInterval(() => this.#probe(), TICK_MS);
    // The try hung from before the outage's end, and others got through meanwhile.
    if (cloud.throughAt > triedAt) waiter.wake(this.#random() * SPREAD_MOST_MS);
    return () => this.#leave(cloud, waiter);
  }

  /** A bot of this cloud has got through: the others need not wait any longer. */
  isThrough(origin: string): void {
    const cloud = this.#cloud(origin);
    cloud.throughAt = performance.now();
    const spread = Math.min(cloud.waiting.size * SPREAD_PER_BOT_MS, SPREAD_MOST_MS);
    for (const waiter of cloud.waiting.keys()) waiter.wake(this.#random() * spread);
  }

  #probe(): void {
    const now = performance.now();
    for (const { waiting, triedAt } of this.#clouds.values()) {
      if (now - triedAt < PROBE_EVERY_MS) continue;
      // In the order of waiting, so that a bot with a trouble of its own is not the only one asked.
      const mayBeWoken = ([waiter, { since }]: [Waiter, { since: number }]) =>
        waiter.isSlow || (waiting.size > 1 && now - since >= ROW_WAIT_MS);
      [...waiting].find(mayBeWoken)?.[0].wake(0);
    }
  }

  #leave(cloud: Cloud, waiter: Waiter): void {
    cloud.waiting.delete(waiter);
    if ([...this.#clouds.values()].some(({ waiting }) => waiting.size > 0)) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #cloud(origin: string): Cloud {
    const cloud = this.#clouds.get(origin) ?? { waiting: new Map(), triedAt: -Infinity, throughAt: -Infinity };
    this.#clouds.set(origin, cloud);
    return cloud;
  }
}

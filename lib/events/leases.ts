// Keeps the leases of the events that are being answered, and says at once when one is lost.
import { elapsedSince, type Moment, thisMoment } from "@/lib/elapsed";
import type { Lease } from "@/lib/events/try";
import type { Logger } from "@/lib/logger";

export class LeaseLost extends Error {
  constructor() {
    super("Another worker has taken the event over.");
  }
}

export type LeaseKeeperOptions = {
  leaseMs: number;
  renewMs: number;
  /** Prolongs the leases in the database and gives the ids of those that are still ours. */
  renew(ids: number[]): Promise<Set<number>>;
  logger: Logger;
};

export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #held = new Map<number, HeldLease>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.#renewAll(), this.#options.renewMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** `claimedAt` is from before the claim. */
  hold(id: number, claimedAt: Moment): HeldLease {
    const lease = new HeldLease(claimedAt, this.#options.leaseMs, () => this.renew(id));
    this.#held.set(id, lease);
    return lease;
  }

  /** The lease needs no more care: the event is being finished, or given up. */
  end(id: number): void {
    this.#held.delete(id);
  }

  /** Whoever still works under a lease is told to stop; returns the ids. */
  endAll(): number[] {
    const ids = [...this.#held.keys()];
    for (const lease of this.#held.values()) lease.lose();
    this.#held.clear();
    return ids;
  }

  async renew(...ids: number[]): Promise<void> {
    const askedAt = thisMoment();
    const ours = await this.#options.renew(ids);
    for (const id of ids) {
      const lease = this.#held.get(id);
      if (ours.has(id)) lease?.prolong(askedAt);
      else lease?.lose();
    }
  }

  async #renewAll(): Promise<void> {
    if (this.#held.size === 0) return;
    await this.renew(...this.#held.keys()).catch((err: unknown) => {
      this.#options.logger.warn({ err }, "leases could not be renewed");
    });
  }
}

const SAFETY_MS = 1_000; // what may pass between looking at the clock and Feishu's taking the message

export class HeldLease implements Lease {
  readonly #abort = new AbortController();
  readonly #renew: () => Promise<void>;
  readonly #leaseMs: number;
  #since: Moment;

  constructor(since: Moment, leaseMs: number, renew: () => Promise<void>) {
    this.#since = since;
    this.#leaseMs = leaseMs;
    this.#renew = renew;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async requireHeld(): Promise<void> {
    const isRunningOut = elapsedSince(this.#since) > this.#leaseMs - SAFETY_MS;
    if (!this.signal.aborted && isRunningOut) await this.#renew();
    if (this.signal.aborted) throw new LeaseLost();
  }

  prolong(since: Moment): void {
    if (since.steady > this.#since.steady) this.#since = since;
  }

  lose(): void {
    this.#abort.abort(new LeaseLost());
  }
}

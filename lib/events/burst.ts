// Notices a burst of events: what arrives in one is stored and acknowledged first, and answered right after.

const BURST_EVENTS = 20;
const QUIET_MS = 40; // so long without an event, and the burst is over
const MAX_HOLD_MS = 500;

export class Burst {
  readonly #now: () => number;
  #count = 0;
  #startedAt = Number.NEGATIVE_INFINITY;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** An event has been stored. */
  note(): void {
    const now = this.#now();
    if (now - this.#lastAt > QUIET_MS) {
      this.#count = 0;
      this.#startedAt = now;
    }
    this.#count += 1;
    this.#lastAt = now;
  }

  /** How long answering may wait for the rest of the burst; mostly 0. */
  get holdMs(): number {
    const now = this.#now();
    if (this.#count < BURST_EVENTS || now - this.#startedAt > MAX_HOLD_MS) return 0;
    return Math.max(0, this.#lastAt + QUIET_MS - now);
  }
}

// Limits how many connections to one cloud are being made at the same time.
import { Semaphore } from "@/lib/async";

// A mass start must not look like an attack, nor be answered with "system busy".
const MOST_AT_ONCE = 50;

/** More than these at once are spread over some time. */
const STAGGER_FROM = 10;
const STAGGER_PER_BOT_MS = 5;
const STAGGER_MOST_MS = 3_000;

/** Over how long so many first attempts are spread. */
export const staggerMs = (count: number): number =>
  count > STAGGER_FROM ? Math.min(count * STAGGER_PER_BOT_MS, STAGGER_MOST_MS) : 0;

export class Admission {
  // Each cloud for itself: one that hangs must not keep the bots of another waiting.
  readonly #turns = new Semaphore({ atOnce: Number.POSITIVE_INFINITY, atOncePerKey: MOST_AT_ONCE });

  /** Resolves when it is one's turn; the returned function ends it. */
  enter(origin: string): Promise<() => void> {
    return this.#turns.acquire({ key: origin });
  }
}

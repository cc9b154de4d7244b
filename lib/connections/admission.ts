// Limits how many connections to one cloud are being made at the same time.
import { Semaphore } from "@/lib/async";

// A mass start must not look like an attack, nor be answered with "system busy".
const MOST_AT_ONCE = 50;

export class Admission {
  // Each cloud for itself: one that hangs must not keep the bots of another waiting.
  readonly #turns = new Semaphore({ atOnce: Number.POSITIVE_INFINITY, atOncePerKey: MOST_AT_ONCE });

  /** Resolves when it is one's turn; the returned function ends it. */
  enter(origin: string): Promise<() => void> {
    return this.#turns.acquire({ key: origin });
  }
}

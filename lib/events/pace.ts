// How fast answers grow: a card takes ten changes a second, and all cards of an app together a thousand calls a minute.

const FIRST_CHANGES = 6; // the first words come quickly, one after the other
const FIRST_GAP_MS = 120;
const GAP_MS = 300;
const GAP_PER_CARD_MS = 80; // so many cards grow at once that they share 750 calls a minute
const RECKONING_SHARE = 20; // of all time, a twentieth
const SLOWEST_GAP_MS = 10_000;

/** For each bot, how many answers of it grow at the moment. */
export class Paces {
  readonly #growing = new Map<string, number>();

  enter(botId: string): Pace {
    this.#count(botId, 1);
    return new Pace(
      () => this.#growing.get(botId) ?? 1,
      () => this.#count(botId, -1),
    );
  }

  #count(botId: string, by: number): void {
    const count = (this.#growing.get(botId) ?? 0) + by;
    if (count > 0) this.#growing.set(botId, count);
    else this.#growing.delete(botId);
  }
}

export class Pace {
  readonly #atOnce: () => number;
  readonly #leave: () => void;
  #changes = 0;
  #factor = 1;
  #notBefore = 0;
  #hasLeft = false;

  constructor(atOnce: () => number, leave: () => void) {
    this.#atOnce = atOnce;
    this.#leave = leave;
  }

  /** Until the next change may be made, or the signal ends the waiting. */
  wait(signal: AbortSignal): Promise<void> {
    const waitMs = this.#notBefore - performance.now();
    if (waitMs <= 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, waitMs);
      signal.addEventListener("abort", end);
    });
  }

  /** A change was made, whose drawing took so long to reckon: of a long text it comes less often. */
  went(reckonedMs: number): void {
    this.#changes += 1;
    this.#factor = Math.max(1, this.#factor * 0.9);
    const usual = this.#changes < FIRST_CHANGES ? FIRST_GAP_MS : GAP_MS;
    const gapMs = Math.max(usual, GAP_PER_CARD_MS * this.#atOnce(), reckonedMs * RECKONING_SHARE) * this.#factor;
    this.#notBefore = performance.now() + Math.min(gapMs, SLOWEST_GAP_MS);
  }

  /** Feishu asked for it, or did not answer. */
  slowDown(waitMs = 1_000): void {
    this.#factor = Math.min(this.#factor * 2, 16);
    this.#notBefore = performance.now() + waitMs;
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    this.#leave();
  }
}

// Counts calls in sliding windows, to refuse those above Feishu's limits.

export class RateWindow {
  readonly #calls = new Map<string, number[]>();
  readonly #limit: number;
  readonly #windowMs: number;

  constructor(limit: number, windowMs: number) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** Counts a call of `key`; 0 when it is allowed, else the milliseconds until one is. */
  take(key: string): number {
    const now = Date.now();
    const recent = (this.#calls.get(key) ?? []).filter((at) => now - at < this.#windowMs);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= this.#limit) {
      this.#calls.set(key, recent);
      return Math.max(1, oldest + this.#windowMs - now);
    }
    recent.push(now);
    // Re-inserted at the end, so that the keys stay in the order of their last call.
    this.#calls.delete(key);
    this.#calls.set(key, recent);
    this.#forgetQuiet(now);
    return 0;
  }

  #forgetQuiet(now: number): void {
    for (const [key, calls] of this.#calls) {
      if (now - (calls.at(-1) ?? 0) < this.#windowMs) return;
      this.#calls.delete(key);
    }
  }
}

/** Feishu's limits; kept only while `settings.rateLimits` is on. */
export class RateLimits {
  // 50 calls a second and 1000 a minute per app.
  readonly perAppSecond = new RateWindow(50, 1_000);
  readonly perAppMinute = new RateWindow(1_000, 60_000);
  // 5 messages a second to one person by an app; 5 a second to one group by all its bots.
  readonly perReceiver = new RateWindow(5, 1_000);
  // 5 updates a second of one message; 10 operations a second on one card.
  readonly perMessage = new RateWindow(5, 1_000);
  readonly perCard = new RateWindow(10, 1_000);
}

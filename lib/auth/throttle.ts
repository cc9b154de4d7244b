// Slows down whoever keeps guessing: after some failures each further try has to wait, longer each time, never for good.
import { AppError } from "@/lib/errors";

export type ThrottlePolicy = {
  /** So many failures cost nothing. */
  freeAttempts: number;
  firstPauseMs: number;
  longestPauseMs: number;
};

type Entry = { failures: number; pausedUntil: number; lastAt: number; trusted: boolean };

const FORGET_AFTER_MS = 3_600_000;
const ENTRIES_LIMIT = 10_000;
const TRUST_WEIGHT = 1_000; // more failures than a pause between tries lets anybody reach within the hour

export class Throttle {
  // Ordered by last use.
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly now: () => number = Date.now) {}

  /**
   * Counts a try, as a failure until `succeeded` says otherwise: many at once are then no way around it.
   * Throws `rate_limited` while the pause lasts.
   */
  attempt(key: string, policy: ThrottlePolicy): void {
    const now = this.now();
    const entry = this.take(key, now);
    if (now < entry.pausedUntil) throw tooManyRequests(entry.pausedUntil - now);
    entry.failures += 1;
    entry.lastAt = now;
    const beyond = entry.failures - policy.freeAttempts;
    if (beyond < 0) return;
    entry.pausedUntil = now + Math.min(policy.firstPauseMs * 2 ** Math.min(beyond, 30), policy.longestPauseMs);
  }

  succeeded(key: string): void {
    const entry = this.take(key, this.now());
    entry.failures = 0;
    entry.pausedUntil = 0;
    entry.trusted = true;
  }

  /** True where a try under this key has succeeded before. */
  isTrusted(key: string): boolean {
    return this.entries.get(key)?.trusted ?? false;
  }

  private take(key: string, now: number): Entry {
    const known = this.entries.get(key);
    const entry = known ?? { failures: 0, pausedUntil: 0, lastAt: now, trusted: false };
    if (now - entry.lastAt > FORGET_AFTER_MS) entry.failures = 0;
    this.entries.delete(key);
    this.entries.set(key, entry);
    if (this.entries.size > ENTRIES_LIMIT) this.forgetOne(key, now);
    return entry;
  }

  // Not simply the oldest: made-up keys would otherwise wash away the failures of the one that is being guessed.
  private forgetOne(newest: string, now: number): void {
    let least = { key: newest, weight: Number.POSITIVE_INFINITY };
    for (const [key, entry] of this.entries) {
      const weight = now - entry.lastAt > FORGET_AFTER_MS ? -1 : entry.failures + (entry.trusted ? TRUST_WEIGHT : 0);
      if (weight < least.weight && key !== newest) least = { key, weight };
    }
    this.entries.delete(least.key);
  }
}

function tooManyRequests(pauseMs: number): AppError {
  const seconds = Math.ceil(pauseMs / 1000);
  return new AppError("rate_limited", "tooManyRequests", { params: { seconds }, retryAfterSeconds: seconds });
}

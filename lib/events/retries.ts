// When a failed answer is tried again, and when no more.

// The contract's waits between the tries of an answer.
const WAITS_MS = [1_000, 5_000, 25_000, 125_000, 625_000];
const WAITING_TRIES = 3; // the contract: its chat waits for the first three tries at most
const LONGEST_CHAT_WAIT_MS = 60_000; // where Feishu asks for more, the chat goes on
const LONGEST_RATE_LIMIT_MS = 3_600_000; // for so long "at that time" does not use up the tries; then it is given up
const LONGEST_WAIT_MS = 3_600_000;
const SHORTEST_RATE_LIMIT_WAIT_MS = 1_000;

export type Failure = {
  retryable: boolean;
  /** What the other side asked for. */
  retryAfterMs?: number | undefined;
  /** Feishu had no time: the answer itself did not fail. */
  isRateLimit?: boolean;
};

export type RetryPlan =
  | {
      again: true;
      afterMs: number;
      /** From here on the chat goes on without it. */
      detach: boolean;
    }
  | { again: false };

/**
 * `attempts` counts every try up to now, this one included; `failures` those of them that were not deferred;
 * `sinceFirstMs` is the time since the first try.
 */
export function planRetry(failure: Failure, attempts: number, failures: number, sinceFirstMs: number): RetryPlan {
  if (!failure.retryable) return { again: false };
  const wait = WAITS_MS[Math.max(failures, 1) - 1];
  const isOver = isDeferred(failure) ? sinceFirstMs >= LONGEST_RATE_LIMIT_MS : wait === undefined;
  if (isOver) return { again: false };
  const shortest = isDeferred(failure) ? SHORTEST_RATE_LIMIT_WAIT_MS : 0;
  const asked = failure.retryAfterMs ?? wait ?? 0;
  const afterMs = Math.min(Math.max(asked, shortest), LONGEST_WAIT_MS);
  return { again: true, afterMs, detach: attempts >= WAITING_TRIES || afterMs > LONGEST_CHAT_WAIT_MS };
}

/** Feishu had no time and said when: a rate limit without a time follows the usual waits. */
export const isDeferred = ({ isRateLimit, retryAfterMs }: Failure): boolean =>
  isRateLimit === true && retryAfterMs !== undefined;

// How much one person may have looked for at once, so that nobody's reading keeps the database from others.
import { Semaphore } from "@/lib/async";
import { AppError } from "@/lib/errors";
import { PACE, type Pace } from "@/lib/events/walk";

const SEARCHES_AT_ONCE = 4;
const EXPORTS_AT_ONCE = 2;
/** Whoever has more waiting does not read what they ask for. */
const MOST_WAITING = 20;
const RETRY_SECONDS = 5;

const turns = new Semaphore({ atOnce: Number.POSITIVE_INFINITY, atOncePerKey: SEARCHES_AT_ONCE });
const asked = new Map<string, number>();

/** Waits for its turn among the person's other searches. Throws `rate_limited` where too many wait, the signal's reason when they leave. */
export async function searchInTurn<T>(
  userId: string,
  signal: AbortSignal | undefined,
  search: (pace: Pace) => Promise<T>,
): Promise<T> {
  const leave = take(`search ${userId}`, SEARCHES_AT_ONCE + MOST_WAITING, "tooManySearches", SEARCHES_AT_ONCE);
  try {
    return await turns.run(() => search({ ...PACE, signal }), { key: userId, signal });
  } finally {
    leave();
  }
}

/** Returns the function that gives the place back. Throws `rate_limited` while the person has two running. */
export const takeExport = (userId: string): (() => void) => take(`export ${userId}`, EXPORTS_AT_ONCE, "tooManyExports");

function take(key: string, limit: number, textKey: string, told = limit): () => void {
  const taken = asked.get(key) ?? 0;
  if (taken >= limit) {
    throw new AppError("rate_limited", textKey, { params: { limit: told }, retryAfterSeconds: RETRY_SECONDS });
  }
  asked.set(key, taken + 1);
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    const left = (asked.get(key) ?? 1) - 1;
    if (left > 0) asked.set(key, left);
    else asked.delete(key);
  };
}

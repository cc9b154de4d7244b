// How much each person has open at once of what lasts: live streams, trials.
import { AppError } from "@/lib/errors";

// Far more than anybody's tabs; each stream reads the database for every burst of news.
const LIMIT = 100;

const open = new Map<string, number>();

/** Returns the function that gives the place back. Throws `rate_limited` when the person has none left. */
export function takePlace(userId: string, limit = LIMIT, textKey = "tooManyStreams"): () => void {
  const taken = open.get(userId) ?? 0;
  if (taken >= limit) throw new AppError("rate_limited", textKey, { params: { limit }, retryAfterSeconds: 5 });
  open.set(userId, taken + 1);
  return () => {
    const left = (open.get(userId) ?? 1) - 1;
    if (left > 0) open.set(userId, left);
    else open.delete(userId);
  };
}

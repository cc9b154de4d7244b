// How a token stands at a moment: for ever, for long, not for long any more, or no longer.
export type Expiry = "never" | "valid" | "soon" | "expired";

const SOON_MS = 7 * 24 * 60 * 60 * 1000;

export function expiryOf(expiresAt: string | null, now: number): Expiry {
  if (expiresAt === null) return "never";
  const left = Date.parse(expiresAt) - now;
  if (left <= 0) return "expired";
  return left <= SOON_MS ? "soon" : "valid";
}

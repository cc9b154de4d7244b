// Reads the times that Feishu gives: milliseconds, in some places seconds, microseconds or nanoseconds.

const EARLIEST = Date.UTC(2010, 0, 1); // before Feishu existed, and late enough to tell the units apart
const CLOCK_MARGIN_MS = 86_400_000; // Feishu's clock may be ahead of ours, but not by more than a day

/** In ms; null where it is no time at which a message can have been written. */
export function messageTime(value: unknown, now = Date.now()): number | null {
  const number = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN;
  const found = [number, number * 1e3, number / 1e3, number / 1e6].find(
    (ms) => ms >= EARLIEST && ms <= now + CLOCK_MARGIN_MS,
  );
  return found === undefined ? null : Math.floor(found);
}

// When trouble is told: what is trouble enough, and how long it is waited for more of the same.
import { sql } from "drizzle-orm";

export const ALERT_TIMING = {
  lookMs: 5_000,
  /** What goes wrong within this time is told together. */
  gatherMs: 10_000,
  /** A connection that was found missing has this long to come back, whatever was missed before: after a start, above all. */
  graceMs: 60_000,
  /** As long a connection must have lasted for the trouble to be over. */
  steadyMs: 10_000,
  /** No message failed for so long: that trouble is over. */
  quietMs: 3_600_000,
  /** Of one message that is sent; the lease is longer. */
  sendMs: 15_000,
  /** The waits between tries that fail. */
  retryMs: [30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000],
};

export type AlertTiming = typeof ALERT_TIMING;

export const inMs = (ms: number) => sql`make_interval(secs => ${ms / 1000}::float8)`;

const silentFor = sql`make_interval(mins => (r.conditions->>'silentMinutes')::int)`;

/** Of an alert `a` and its rule `r`: it lasts as long as the rule asks for. Without it a blip is waiting to be over. */
export const isDue = sql`(a.condition <> 'silent' or a.since <= now() - ${silentFor})`;

// The same connection's trouble under another name is not told twice.
const isToldAlready = sql`(a.condition <> 'failed' and exists (select from alerts other
  where other.rule_id = a.rule_id and other.bot_id = a.bot_id and other.condition in ('error', 'silent')
    and other.condition <> a.condition and other.told_at is not null))`;

/** It belongs into the next message of its rule. */
export const isTellable = ({ graceMs }: AlertTiming) => sql`(a.ended_at is not null or (a.told_at is null and ${isDue}
  and (a.condition <> 'silent' or a.seen_at <= now() - ${inMs(graceMs)}) and not ${isToldAlready}))`;

/** It has waited long enough for others. */
export const isGathered = ({ gatherMs }: AlertTiming) =>
  sql`coalesce(a.ended_at, a.seen_at) <= now() - ${inMs(gatherMs)}`;

// Cuts a connection's history into the spans of the availability bar.
import type { ConnectionState } from "@/lib/bots/schemas";
import type { Reason } from "@/lib/errors";

/** `at` in milliseconds since 1970: a time is compared with each of many spans. */
export type Change = { at: number; state: ConnectionState; reason?: string | undefined };

export type Span = {
  from: number;
  to: number;
  /** The worst that happened in it; "none" where nothing is known. */
  state: ConnectionState | "none";
  /** Why, where a change in it said so. */
  reason?: string | undefined;
};

// The first connecting is no trouble: it counts less than the connection that comes of it.
const RANK: Record<Span["state"], number> = {
  none: 0,
  disconnected: 1,
  connecting: 2,
  connected: 3,
  reconnecting: 4,
  error: 5,
};

/** A bot that was let go because Larkspur stopped is down: nobody switched it off. */
export const stateOfChange = ({ state, reason }: { state: ConnectionState; reason: Reason | null }): ConnectionState =>
  state === "disconnected" && reason?.code === "connection.stopping" ? "reconnecting" : state;

const isTrouble = (state: Span["state"]) => state === "reconnecting" || state === "error";
const worse = (a: Span["state"], b: Span["state"]) => (RANK[b] > RANK[a] ? b : a);

/** `changes` oldest first; one before `from` tells the state in which the time begins. */
export function spansOf(changes: readonly Change[], from: number, to: number, count: number): Span[] {
  const length = (to - from) / count;
  let current: Span["state"] = "none";
  let trouble: string | undefined;
  let next = 0;
  const take = (until: number, each: (change: Change) => void) => {
    for (let change = changes[next]; change && change.at < until; change = changes[next]) {
      each(change);
      current = change.state;
      // What goes on has its reason in each of the spans that it fills.
      trouble = isTrouble(change.state) ? change.reason : undefined;
      next += 1;
    }
  };
  take(from, () => undefined);
  return Array.from({ length: count }, (_, index) => {
    const span: Span = { from: from + index * length, to: from + (index + 1) * length, state: current };
    if (trouble) span.reason = trouble;
    take(span.to, (change) => {
      const worst = worse(span.state, change.state);
      if (change.reason && worst === change.state) span.reason = change.reason;
      span.state = worst;
    });
    return span;
  });
}

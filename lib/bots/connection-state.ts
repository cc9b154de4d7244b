// The one reading of a bot's connection row: what is true of it now, whoever asks.
import { sql } from "drizzle-orm";
import type { ConnectionState } from "@/lib/bots/schemas";
import { bots, connections } from "@/lib/db/schema";

/** To be selected from `bots` left joined with `connections`. The clock is the database's. */
export const connectionFacts = {
  isWished: sql<boolean>`${bots.enabled} and ${bots.useWebSocket}`,
  isHeld: sql<boolean>`coalesce(${connections.leaseOwner} is not null and ${connections.leaseUntil} >= now(), false)`,
  storedState: connections.state,
};

export type ConnectionFacts = { isWished: boolean; isHeld: boolean; storedState: ConnectionState | null };

/** A row whose holder is gone tells of the past, and a wish that nobody has taken up yet is about to be. */
export function trueState({ isWished, isHeld, storedState }: ConnectionFacts): ConnectionState {
  const state = storedState ?? "disconnected";
  if (isHeld) return state === "disconnected" && isWished ? "connecting" : state;
  if (!isWished) return "disconnected";
  if (state === "connected") return "reconnecting";
  return state === "disconnected" ? "connecting" : state;
}

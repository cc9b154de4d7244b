// Tells whether this process can do its work: is the database there, do the worker and the connections keep going.
import { sql } from "drizzle-orm";
import { within } from "@/lib/async";
import type { Database } from "@/lib/db/client";

export type Readiness = {
  status: "ok" | "unavailable";
  checks: Record<"database" | "worker" | "connections", "ok" | "failed" | "off">;
};

export type ReadinessParts = {
  /** The way to the database of those whose work this is about. */
  work: Database;
  /** Whether the database has said nothing to anybody for long; undefined where nobody counts. */
  isDatabaseSilent: (() => boolean) | undefined;
  worker: { isHealthy: boolean };
  /** Null where the process sleeps between requests: no long connection can live there, and the worker works on demand. */
  connections: { isHealthy: boolean } | null;
  /** Aborted when the process begins to stop. */
  signal: AbortSignal;
};

// Kubernetes gives a probe one second unless it is told otherwise.
const DATABASE_LIMIT_MS = 900;

export const UNAVAILABLE: Readiness = {
  status: "unavailable",
  checks: { database: "failed", worker: "failed", connections: "failed" },
};

/** A bot in `error` is no reason to be unready; a process that is stopping is. */
export async function checkReadiness(parts: ReadinessParts): Promise<Readiness> {
  const { worker, connections, signal } = parts;
  const checks: Readiness["checks"] = {
    database: (await answersInTime(parts)) ? "ok" : "failed",
    worker: connections === null ? "off" : stateOf(worker),
    connections: connections === null ? "off" : stateOf(connections),
  };
  const isReady = !signal.aborted && !Object.values(checks).includes("failed");
  return { status: isReady ? "ok" : "unavailable", checks };
}

const stateOf = (part: { isHealthy: boolean }) => (part.isHealthy ? "ok" : "failed");

/** A question over a dead link is not answered, though others are; a link that is found dead ends as a refusal. */
async function answersInTime(parts: ReadinessParts): Promise<boolean> {
  const answer = parts.work.execute(sql`select 1`).then(
    () => "yes" as const,
    () => "no" as const,
  );
  const said = await within(DATABASE_LIMIT_MS, answer, "late" as const);
  return said === "late" ? parts.isDatabaseSilent?.() === false : said === "yes";
}

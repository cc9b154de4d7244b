// Tells whether this process can do its work: is the database there, do the worker and the connections keep going.
import { sql } from "drizzle-orm";
import type { Database } from "@/lib/db/client";

export type Readiness = {
  status: "ok" | "unavailable";
  checks: Record<"database" | "worker" | "connections", "ok" | "failed" | "off">;
};

export type ReadinessParts = {
  db: Database;
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
  const { db, worker, connections, signal } = parts;
  const checks: Readiness["checks"] = {
    database: (await answersInTime(db)) ? "ok" : "failed",
    worker: connections === null ? "off" : stateOf(worker),
    connections: connections === null ? "off" : stateOf(connections),
  };
  const isReady = !signal.aborted && !Object.values(checks).includes("failed");
  return { status: isReady ? "ok" : "unavailable", checks };
}

const stateOf = (part: { isHealthy: boolean }) => (part.isHealthy ? "ok" : "failed");

async function answersInTime(db: Database): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), DATABASE_LIMIT_MS);
  });
  const answer = db.execute(sql`select 1`).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, limit]).finally(() => clearTimeout(timer));
}

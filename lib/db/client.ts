// The one open database of the process: PostgreSQL by its address, or PGlite in a folder.

import type { ExtractTablesWithRelations, SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT, PgTransaction } from "drizzle-orm/pg-core";
import { type Bus, openBus } from "@/lib/db/bus";
import type * as schema from "@/lib/db/schema";
import type { Logger } from "@/lib/logger";

export type Schema = typeof schema;
export type Database = PgDatabase<PgQueryResultHKT, Schema>;
export type Transaction = PgTransaction<PgQueryResultHKT, Schema, ExtractTablesWithRelations<Schema>>;

/** What a driver has to bring; the two are in postgres.ts and pglite.ts. */
export type Driver = {
  kind: "postgres" | "pglite";
  db: Database;
  work: Database;
  /** Calls `onPayload` for each NOTIFY on the channel, and goes on doing so after a lost connection. */
  listen(channel: string, onPayload: (payload: string) => void): Promise<void>;
  notify(channel: string, payload: string): Promise<void>;
  close(): Promise<void>;
};

export type OpenDatabase = {
  kind: Driver["kind"];
  /** For what people ask for: the console, the REST API, alerts. */
  db: Database;
  /** For what must not wait for people's reading: intake, worker, connections. The same data. */
  work: Database;
  /** News between the parts of this process and, with PostgreSQL, all replicas. */
  bus: Bus;
  close(): Promise<void>;
};

export type DatabaseOptions = { databaseUrl?: string | undefined; dataDir: string; instance: string; logger: Logger };

/**
 * Opens and migrates. Throws a `StartupError` with one line for people: the server cannot be reached, refuses the
 * password, is too old, or the folder is in use or cannot be written.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const driver = options.databaseUrl
    ? await (await import("@/lib/db/postgres")).openPostgres(options.databaseUrl, options.logger)
    : await (await import("@/lib/db/pglite")).openPglite(options.dataDir, options.logger);
  const bus = await openBus(driver, options.instance, options.logger);
  return {
    kind: driver.kind,
    db: driver.db,
    work: driver.work,
    bus,
    async close() {
      await bus.close();
      await driver.close();
    },
  };
}

/** Rows of a raw statement, alike on both drivers (PGlite gives `{ rows }`, postgres.js an array). */
export async function queryRows<T>(db: Database | Transaction, statement: SQL): Promise<T[]> {
  const result = (await db.execute(statement)) as unknown;
  return Array.isArray(result) ? (result as T[]) : (result as { rows: T[] }).rows;
}

/** The error itself or the first of its causes whose code fits; the drivers' errors come wrapped. */
export function findByCode(error: unknown, pattern: RegExp): Record<string, unknown> | undefined {
  for (let e = error as Record<string, unknown> | undefined; e; e = e.cause as typeof e) {
    if (typeof e.code === "string" && pattern.test(e.code)) return e;
  }
  return undefined;
}

/** The name of the violated unique constraint or index, or undefined for any other error. */
export function uniqueViolation(error: unknown): string | undefined {
  const violation = findByCode(error, /^23505$/);
  return violation && String(violation.constraint ?? violation.constraint_name ?? "");
}

// Node.js's words for a server that cannot be reached, postgres.js's own, and PostgreSQL's classes for a lost
// connection (08), too many of them (53300) and a server that stops or starts (57P01 to 57P03).
const AWAY = /^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|EPIPE|ETIMEDOUT|CONNECT_TIMEOUT|CONNECTION_|08...$|53300$|57P0[123]$)/;

/** True where the database could not be asked at all. */
export function isDatabaseAway(error: unknown): boolean {
  const { code } = (rootOf(error) ?? {}) as { code?: unknown };
  return typeof code === "string" && AWAY.test(code);
}

/** What the database itself said: Drizzle wraps it in an error that repeats the whole statement. */
export function rootOf(error: unknown): unknown {
  // By its form: Next compiles instrumentation and route handlers apart, so that one process holds Drizzle's class twice.
  const isDrizzles = error instanceof Error && "query" in error && "params" in error;
  return isDrizzles && error.cause ? error.cause : error;
}

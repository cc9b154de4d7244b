// The PostgreSQL driver: connects, checks pooler and version, migrates under an advisory lock.
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { createBackoff } from "@/lib/db/backoff";
import { type Database, type Driver, isDatabaseAway, rootOf } from "@/lib/db/client";
import { MIGRATIONS_FOLDER } from "@/lib/db/migrations";
import { requireOwnSession } from "@/lib/db/pooler";
import * as schema from "@/lib/db/schema";
import { parseDatabaseUrl } from "@/lib/env";
import { StartupError } from "@/lib/errors";
import type { Logger } from "@/lib/logger";

const OLDEST_VERSION = 14;
const MIGRATION_LOCK = 7_205_759; // any number, the same in every replica
// Apart, so that the console's reading never takes the last connection of intake and worker.
const CONSOLE_POOL_SIZE = 5;
const WORK_POOL_SIZE = 5;
// After an outage postgres.js (3.4) waits at the end for statements of connections that are long gone.
const CLOSE_LIMIT_SECONDS = 2;

export async function openPostgres(url: string, logger: Logger): Promise<Driver> {
  await migratePostgres(url);
  const openPool = (max: number) =>
    postgres(url, { max, connect_timeout: 10, backoff: createBackoff(), onnotice: () => undefined });
  const sql = openPool(WORK_POOL_SIZE);
  const consoleSql = openPool(CONSOLE_POOL_SIZE);
  return {
    kind: "postgres",
    db: drizzle(consoleSql, { schema }) as unknown as Database,
    work: drizzle(sql, { schema }) as unknown as Database,
    async listen(channel, onPayload) {
      // postgres.js keeps a connection of its own for this and listens again after losing it.
      await sql.listen(channel, onPayload, () => logger.debug({ channel }, "listening"));
    },
    async notify(channel, payload) {
      await sql.notify(channel, payload);
    },
    async close() {
      await Promise.all([sql, consoleSql].map((pool) => pool.end({ timeout: CLOSE_LIMIT_SECONDS })));
    },
  };
}

async function migratePostgres(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    await requireOwnSession(url, parseDatabaseUrl(url)?.host ?? "");
    const [row] = await sql<{ version: string }[]>`select current_setting('server_version_num') as version`;
    const version = Math.floor(Number(row?.version ?? 0) / 10_000);
    if (version < OLDEST_VERSION) throw new StartupError("databaseTooOld", { version, oldest: OLDEST_VERSION });
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(sql), { migrationsFolder: MIGRATIONS_FOLDER });
    await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`;
  } catch (cause) {
    throw cause instanceof StartupError ? cause : explain(cause, url);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function explain(cause: unknown, url: string): StartupError {
  const { code, message } = rootOf(cause) as { code?: string; message?: string };
  const { host = "", pathname = "", username = "" } = parseDatabaseUrl(url) ?? {};
  const database = pathname.slice(1);
  const params = { host, database, user: decodeURIComponent(username), problem: message || code || "" };
  // 28xxx: PostgreSQL's class of refused logins; 3D000: no such database.
  if (code?.startsWith("28")) return new StartupError("databaseRefusesLogin", params, { cause });
  if (code === "3D000") return new StartupError("databaseMissing", params, { cause });
  if (code === "42501") return new StartupError("databaseForbids", params, { cause });
  if (isDatabaseAway(cause)) return new StartupError("databaseUnreachable", params, { cause });
  return new StartupError("databaseFails", params, { cause });
}

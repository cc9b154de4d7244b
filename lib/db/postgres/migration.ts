// What is done before PostgreSQL is used: checks of pooler and version, migrations under an advisory lock.
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import postgres from "postgres";
import { isDatabaseAway, rootOf } from "@/lib/db/client";
import { MIGRATIONS_FOLDER } from "@/lib/db/migrations";
import { requireOwnSession } from "@/lib/db/pooler";
import { parseDatabaseUrl } from "@/lib/env";
import { StartupError } from "@/lib/errors";
import type { Logger } from "@/lib/logger";

const OLDEST_VERSION = 14;
const MIGRATION_LOCK = 7_205_759; // any number, the same in every replica

/** `needed`: how many connections this process will use; where there may be fewer, a warning says so. */
export async function migratePostgres(url: string, logger: Logger, needed: number): Promise<void> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: 10,
    keep_alive: 10,
    connection: { application_name: "larkspur" },
    onnotice: () => undefined,
  });
  try {
    await requireOwnSession(url, parseDatabaseUrl(url)?.host ?? "");
    const [row] = await sql<{ version: string }[]>`select current_setting('server_version_num') as version`;
    const version = Math.floor(Number(row?.version ?? 0) / 10_000);
    if (version < OLDEST_VERSION) throw new StartupError("databaseTooOld", { version, oldest: OLDEST_VERSION });
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(sql), { migrationsFolder: MIGRATIONS_FOLDER });
    await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`;
    await warnOfLimit(sql, logger, needed);
  } catch (cause) {
    throw cause instanceof StartupError ? cause : explain(cause, url);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function warnOfLimit(sql: postgres.Sql, logger: Logger, needed: number): Promise<void> {
  const [row] = await sql<{ limit: number; others: number }[]>`
    select least(current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true)::int, 0),
        nullif(r.rolconnlimit, -1), nullif(d.datconnlimit, -1)) as limit,
      (select count(*)::int from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid()) as others
    from pg_roles r, pg_database d where r.rolname = current_user and d.datname = current_database()`;
  if (!row || row.limit - row.others >= needed) return;
  const message = `PostgreSQL may run out of connections: this process uses up to ${needed}. Raise max_connections or end other clients.`;
  logger.warn({ needed, limit: row.limit, usedByOthers: row.others }, message);
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

// The embedded driver: PGlite in a folder, first made in a child process, held by one process at a time.
import { execFile } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import { type Database, type Driver, rootOf } from "@/lib/db/client";
import { type FolderLock, lockFolder } from "@/lib/db/folder-lock";
import { MIGRATIONS_FOLDER } from "@/lib/db/migrations";
import * as schema from "@/lib/db/schema";
import { StartupError } from "@/lib/errors";
import type { Logger } from "@/lib/logger";

// PGlite's own 128 MB of buffers and room for 100 connections are resident from the start; it has one connection, and the
// system's page cache behind it. Measured: 160 MB less.
const START_PARAMS = [...PGlite.defaultStartParams, "-c", "shared_buffers=32MB", "-c", "max_connections=5"];

export async function openPglite(dataDir: string, logger: Logger): Promise<Driver> {
  prepareFolder(dataDir);
  const lock = await lockFolder(dataDir);
  try {
    const folder = path.join(dataDir, "pg");
    if (!existsSync(path.join(folder, "PG_VERSION"))) await initialise(folder, logger);
    keepOthersOut(folder, logger);
    return await open(folder, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function open(folder: string, lock: FolderLock): Promise<Driver> {
  const client = await PGlite.create(folder, { startParams: START_PARAMS }).catch((cause: unknown) => {
    throw new StartupError("embeddedBroken", { folder }, { cause });
  });
  const driver = pgliteDriver(client);
  await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER }).catch(async (cause: unknown) => {
    await client.close();
    const { message: problem = "" } = rootOf(cause) as { message?: string };
    throw new StartupError("embeddedNotMigrated", { folder, problem }, { cause });
  });
  return {
    ...driver,
    async close() {
      await driver.close();
      await lock.release();
    },
  };
}

/** A driver over an open PGlite that somebody else has migrated. */
export function pgliteDriver(client: PGlite): Driver {
  const db = drizzle(client, { schema }) as unknown as Database;
  return {
    kind: "pglite",
    db,
    work: db,
    async listen(channel, onPayload) {
      await client.listen(channel, onPayload);
    },
    async notify(channel, payload) {
      await client.query("select pg_notify($1, $2)", [channel, payload]);
    },
    close: () => client.close(),
  };
}

function prepareFolder(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new StartupError("folderNotWritable", { folder: dataDir }, { cause });
  }
}

// PGlite's files may be written by everybody, and the data folder may have been there before Larkspur.
function keepOthersOut(folder: string, logger: Logger): void {
  try {
    chmodSync(folder, 0o700);
  } catch (err) {
    logger.warn({ err, folder }, "the database's folder may be open to other users of this machine");
  }
}

// Initialising takes 500 MB that WebAssembly never gives back: a child process takes them with it.
async function initialise(folder: string, logger: Logger): Promise<void> {
  logger.info({ folder }, "creating the embedded database");
  const script = path.join(process.cwd(), "scripts", "init-database.mjs");
  await promisify(execFile)(process.execPath, [script, folder], {
    env: { PATH: process.env.PATH, NODE_ENV: "production" },
  }).catch((cause: unknown) => {
    throw new StartupError("embeddedNotCreated", { folder }, { cause });
  });
}

// Fresh databases for tests: each test gets its own, on PGlite and, where TEST_DATABASE_URL is given, on PostgreSQL.
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { migrate } from "drizzle-orm/pglite/migrator";
import postgres from "postgres";
import { describe, onTestFinished } from "vitest";
import { openBus } from "@/lib/db/bus";
import type { Driver, OpenDatabase } from "@/lib/db/client";
import type { Source } from "@/lib/db/embedded/life";
import { EmbeddedThread } from "@/lib/db/embedded/thread";
import { MIGRATIONS_FOLDER } from "@/lib/db/migrations";
import { embeddedDriver, openPglite } from "@/lib/db/pglite";
import { openPostgres } from "@/lib/db/postgres";
import { createLogger } from "@/lib/logger";

export const quietLogger = createLogger("error");

export type DatabaseKind = OpenDatabase["kind"];

const serverUrl = process.env.TEST_DATABASE_URL;

/** The databases at hand: always PGlite; PostgreSQL where a server's address is given (npm test gives one). */
export const databaseKinds: DatabaseKind[] = serverUrl ? ["pglite", "postgres"] : ["pglite"];

/** Runs the same suite on each database. */
export function describeOnDatabases(name: string, suite: (kind: DatabaseKind) => void): void {
  describe.each(databaseKinds)(`${name} (%s)`, suite);
}

/** Runs a suite about something else than the database once: on PostgreSQL, the quicker to make, where it is at hand. */
export function describeOnOneDatabase(name: string, suite: (kind: DatabaseKind) => void): void {
  const kind = databaseKinds.at(-1) ?? "pglite";
  describe(`${name} (${kind})`, () => suite(kind));
}

// Creating and migrating a PGlite takes seconds, loading its dump a fraction: made once a machine for these migrations.
let dump: Promise<Blob> | undefined;

async function migratedDump(): Promise<Blob> {
  const file = path.join(tmpdir(), `larkspur-tests-${await migrationsHash()}.tar`);
  const known = await readFile(file).catch(() => undefined);
  if (known) return new Blob([new Uint8Array(known)]);
  const client = await PGlite.create();
  await migrate(drizzle(client), { migrationsFolder: MIGRATIONS_FOLDER });
  const made = await client.dumpDataDir("none");
  await client.close();
  // Into place as a whole: another test file may be reading.
  const beside = `${file}.${process.pid}`;
  await writeFile(beside, new Uint8Array(await made.arrayBuffer()));
  await rename(beside, file);
  return made;
}

async function migrationsHash(): Promise<string> {
  const names = (await readdir(MIGRATIONS_FOLDER)).filter((name) => name.endsWith(".sql")).toSorted();
  const require = createRequire(import.meta.url);
  const hash = createHash("sha256").update(await readFile(require.resolve("@electric-sql/pglite")));
  for (const name of names) hash.update(await readFile(path.join(MIGRATIONS_FOLDER, name)));
  return hash.digest("hex").slice(0, 16);
}

/** An open, migrated, empty database that is closed and dropped when the test ends. */
export async function freshDatabase(kind: DatabaseKind = "pglite"): Promise<OpenDatabase> {
  const database = kind === "pglite" ? await freshPglite() : await openReplica((await migratedPostgres()).url);
  return database;
}

// Compiling the engine takes as long as all the rest: once a process.
let engine: Promise<WebAssembly.Module> | undefined;

async function compiledEngine(): Promise<WebAssembly.Module> {
  const file = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  return WebAssembly.compile(new Uint8Array(await readFile(path.join(path.dirname(file), "pglite.wasm"))));
}

/** PGlite itself, in this process, with the migrated, empty database; closed when the test ends. */
export async function barePglite(): Promise<PGlite> {
  dump ??= migratedDump();
  const client = await PGlite.create({ loadDataDir: await dump });
  onTestFinished(() => client.close());
  return client;
}

/** A data folder with a migrated, empty embedded database; taken away when the test ends. */
export async function freshFolder(): Promise<string> {
  dump ??= migratedDump();
  const dataDir = await mkdtemp(path.join(tmpdir(), "larkspur-test-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await (await PGlite.create(path.join(dataDir, "pg"), { loadDataDir: await dump })).close();
  return dataDir;
}

/** Opens the embedded database of a data folder as the process does; closed when the test ends. */
export async function openFolder(dataDir: string): Promise<OpenDatabase> {
  return opened(await openPglite(dataDir, quietLogger), "test");
}

/** As `freshDatabase` on PGlite; `limits` are those of a transaction. */
export async function freshPglite(limits: Source["limits"] = {}): Promise<OpenDatabase> {
  dump ??= migratedDump();
  engine ??= compiledEngine();
  const source = { loadDataDir: await dump, pgliteWasmModule: await engine, limits };
  return opened(embeddedDriver(await EmbeddedThread.open(source, quietLogger)), "test");
}

// The same for PostgreSQL: made once a server, and copied.
let template: Promise<string> | undefined;

function migratedTemplate(): Promise<string> {
  template ??= makeTemplate();
  return template;
}

async function makeTemplate(): Promise<string> {
  const name = `larkspur_template_${await migrationsHash()}`;
  const admin = openAdmin();
  try {
    // Another test file may be making it.
    await admin`select pg_advisory_lock(hashtext(${name}))`;
    const [known] = await admin`select 1 from pg_database where datname = ${name}`;
    if (known) return name;
    const beside = `${name}_${randomBytes(4).toString("hex")}`;
    await admin.unsafe(`create database ${beside}`);
    const driver = await openPostgres(urlOf(beside), quietLogger);
    await driver.close();
    await admin.unsafe(`alter database ${beside} rename to ${name}`);
    return name;
  } finally {
    await admin.end();
  }
}

function openAdmin(): postgres.Sql {
  if (!serverUrl) throw new Error("TEST_DATABASE_URL is not set: run the tests with npm test");
  return postgres(serverUrl, { max: 1, onnotice: () => undefined });
}

function urlOf(database: string): string {
  const url = new URL(serverUrl ?? "");
  url.pathname = `/${database}`;
  return url.toString();
}

/** A fresh PostgreSQL database with Larkspur's tables, for several processes; dropped when the test ends. */
export const migratedPostgres = async (): Promise<{ url: string }> => freshPostgres(await migratedTemplate());

/** A fresh PostgreSQL database that several clients may open; dropped when the test ends. Empty, or a copy of `from`. */
export async function freshPostgres(from = "template1"): Promise<{ url: string }> {
  const name = `larkspur_${randomBytes(6).toString("hex")}`;
  const admin = openAdmin();
  await admin.unsafe(`create database ${name} template ${from}`);
  onTestFinished(async () => {
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  });
  return { url: urlOf(name) };
}

/** One client of a PostgreSQL database, as one process would open it; closed when the test ends. */
export async function openReplica(
  url: string,
  instance = "test",
  times?: Parameters<typeof openPostgres>[2],
): Promise<OpenDatabase> {
  return opened(await openPostgres(url, quietLogger, times), instance);
}

async function opened(driver: Driver, instance: string): Promise<OpenDatabase> {
  const bus = await openBus(driver, instance, quietLogger);
  const { kind, db, work, isSilent } = driver;
  const database = { kind, db, work, bus, isSilent, close: () => bus.close().then(() => driver.close()) };
  onTestFinished(() => database.close());
  return database;
}

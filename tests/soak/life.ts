// The real runtime in this process, which can be stopped and started again on the same data.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { createBot } from "@/lib/bots/changes";
import { users } from "@/lib/db/schema";
import { type Runtime, startRuntime } from "@/lib/runtime";
import type { SandboxApp } from "@/lib/sandbox/apps";
import { type DatabaseProxy, startDatabaseProxy } from "@/tests/support/database-proxy";

const KEY = Symbol.for("larkspur");
const globals = globalThis as { [KEY]?: { stop(): Promise<void> } | undefined };

export type Life = {
  /** The running one, after a restart another. */
  readonly runtime: Runtime;
  /** Undefined on PGlite, which cannot be away. */
  readonly database: DatabaseProxy | undefined;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes the data away. */
  forget(): Promise<void>;
};

/** `server` is the address of a PostgreSQL server; empty for PGlite. Not started yet. */
export async function prepareLife(server: string): Promise<Life> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "larkspur-soak-"));
  const made = server ? await freshDatabase(server) : undefined;
  const database = made && (await startDatabaseProxy(made.url));
  Object.assign(process.env, {
    DATABASE_URL: database?.url ?? "",
    LARKSPUR_DATA_DIR: dataDir,
    LARKSPUR_SECRET: randomBytes(24).toString("hex"),
    LARKSPUR_LOG_LEVEL: process.env.LARKSPUR_LOG_LEVEL ?? "error",
  });
  let runtime: Runtime | undefined;
  return {
    database,
    get runtime() {
      if (!runtime) throw new Error("Larkspur is not started.");
      return runtime;
    },
    async start() {
      runtime = await startRuntime();
    },
    async stop() {
      await globals[KEY]?.stop();
      globals[KEY] = undefined;
    },
    async forget() {
      await made?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function freshDatabase(server: string) {
  const name = `soak_${randomBytes(6).toString("hex")}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  const asAdmin = async (statement: string) => {
    const admin = postgres(server, { max: 1, onnotice: () => undefined });
    await admin.unsafe(statement).finally(() => admin.end());
  };
  await asAdmin(`create database ${name}`);
  return { url: url.toString(), drop: () => asAdmin(`drop database if exists ${name} with (force)`) };
}

export async function addBots({ db, sealer, platform, bus }: Runtime, apps: SandboxApp[], origin: string) {
  const owner = { userId: "soak", name: "Soak", isAdmin: true };
  const person = { id: owner.userId, name: owner.name, role: "admin" as const, email: "soak@example.com" };
  await db.insert(users).values({ ...person, passwordHash: "none" });
  for (const { appId, appSecret, name } of apps) {
    const input = { name, appId, appSecret, domain: origin, useWebSocket: true };
    const botId = await createBot({ db, sealer, platform }, owner, input);
    bus.publish({ topic: "bot", botId });
  }
}

// Who is measured: each is a process of its own that answers the same apps of the same simulated cloud.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { scripts } from "@/package.json";
import { type Api, apiOf, registerBot } from "@/tests/support/api";
import { type Server, startServer } from "@/tests/support/server";

export type Running = {
  pid: number;
  exited: Promise<unknown>;
  /** Of a Larkspur. */
  api?: Api;
  /** A fresh process with these apps as well. */
  restartWith(more: SandboxApp[]): Promise<Running>;
  stop(): Promise<void>;
};

export type ContestantId = "sdk" | "channel" | "pglite" | "postgres";
export type Contestant = { id: ContestantId; start(cloud: SandboxCloud, apps: SandboxApp[]): Promise<Running> };

const ECHO = fileURLToPath(new URL("sdk-echo.mjs", import.meta.url));

const sdk = (id: ContestantId, client: "socket" | "channel"): Contestant => ({
  id,
  async start(cloud, apps) {
    const credentials = JSON.stringify(apps.map(({ appId, appSecret }) => ({ appId, appSecret })));
    const env = { ...process.env, BENCH_APPS: credentials, BENCH_ORIGIN: cloud.origin, BENCH_CLIENT: client };
    const child = spawn(process.execPath, [ECHO], { env, stdio: ["ignore", "ignore", "inherit"] });
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const stop = async () => {
      child.kill("SIGKILL");
      await exited;
    };
    const restartWith = async (more: SandboxApp[]) => {
      await stop();
      return this.start(cloud, [...apps, ...more]);
    };
    return { pid: child.pid ?? 0, exited, restartWith, stop };
  },
});

type Database = { url: string; drop(): Promise<void> };

const larkspur = (id: ContestantId, createDatabase: () => Promise<Database | undefined>): Contestant => ({
  id,
  async start(cloud, apps) {
    const token = `bench-${randomBytes(24).toString("hex")}`;
    const database = await createDatabase();
    const server = await startServer({
      env: {
        NODE_OPTIONS: flagsOfStart(),
        LARKSPUR_ADMIN_EMAIL: "admin@example.com",
        LARKSPUR_ADMIN_PASSWORD: "a long password",
        LARKSPUR_API_TOKEN: token,
        LARKSPUR_LOG_LEVEL: "warn",
        ...(database ? { DATABASE_URL: database.url, LARKSPUR_SECRET: randomBytes(24).toString("hex") } : {}),
      },
    });
    const api = apiOf(server.url, token);
    await register(api, cloud, apps);
    const running = (server: Server): Running => ({
      pid: server.pid,
      exited: server.exited,
      api,
      async restartWith(more) {
        await register(api, cloud, more);
        return running(await server.restart());
      },
      async stop() {
        await server.stop();
        await database?.drop();
      },
    });
    return running(server);
  },
});

/** What `npm start` gives to Node.js: memory is measured as users have it. */
const flagsOfStart = () => /node (.*)scripts\/start\.mjs/.exec(scripts.start)?.[1]?.trim() ?? "";

async function register(api: Api, cloud: SandboxCloud, apps: SandboxApp[]): Promise<void> {
  for (const app of apps) await registerBot(api, cloud, app);
}

async function createPostgresDatabase(): Promise<Database> {
  const serverUrl = process.env.TEST_DATABASE_URL ?? "";
  const url = new URL(serverUrl);
  const name = `bench_${randomBytes(6).toString("hex")}`;
  url.pathname = `/${name}`;
  const execute = async (statement: string) => {
    const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
    await admin.unsafe(statement).finally(() => admin.end());
  };
  await execute(`create database ${name}`);
  return { url: url.toString(), drop: () => execute(`drop database ${name} with (force)`) };
}

/** The first is what the others are compared with. */
export const contestants: Contestant[] = [
  sdk("sdk", "socket"),
  sdk("channel", "channel"),
  larkspur("pglite", async () => undefined),
  larkspur("postgres", createPostgresDatabase),
];

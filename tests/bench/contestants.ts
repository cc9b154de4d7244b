// Who is measured: each is a process of its own that answers the same apps of the same simulated cloud.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { apiOf, registerBot } from "@/tests/support/api";
import { startServer } from "@/tests/support/server";

export type Running = { pid: number; stop(): Promise<void> };
export type Contestant = { name: string; start(cloud: SandboxCloud, apps: SandboxApp[]): Promise<Running> };

const ECHO = fileURLToPath(new URL("sdk-echo.mjs", import.meta.url));

const sdk = (name: string, client: "socket" | "channel"): Contestant => ({
  name,
  async start(cloud, apps) {
    const env = { ...process.env, BENCH_APPS: JSON.stringify(apps), BENCH_ORIGIN: cloud.origin, BENCH_CLIENT: client };
    const child = spawn(process.execPath, [ECHO], { env, stdio: ["ignore", "ignore", "inherit"] });
    const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    return {
      pid: child.pid ?? 0,
      async stop() {
        child.kill("SIGKILL");
        await exited;
      },
    };
  },
});

const larkspur = (name: string, databaseUrl: () => Promise<string | undefined>): Contestant => ({
  name,
  async start(cloud, apps) {
    const token = `bench-${randomBytes(24).toString("hex")}`;
    const url = await databaseUrl();
    const server = await startServer({
      env: {
        LARKSPUR_ADMIN_EMAIL: "admin@example.com",
        LARKSPUR_ADMIN_PASSWORD: "a long password",
        LARKSPUR_API_TOKEN: token,
        LARKSPUR_LOG_LEVEL: "warn",
        ...(url ? { DATABASE_URL: url, LARKSPUR_SECRET: randomBytes(24).toString("hex") } : {}),
      },
    });
    const api = apiOf(server.url, token);
    for (const app of apps) await registerBot(api, cloud, app);
    return {
      pid: server.pid,
      async stop() {
        await server.stop();
      },
    };
  },
});

async function freshDatabaseUrl(): Promise<string> {
  const serverUrl = process.env.TEST_DATABASE_URL ?? "";
  const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  const url = new URL(serverUrl);
  url.pathname = `/bench_${randomBytes(6).toString("hex")}`;
  await admin.unsafe(`create database ${url.pathname.slice(1)}`);
  await admin.end();
  return url.toString();
}

/** The first is what the others are compared with. */
export const contestants: Contestant[] = [
  sdk("bare SDK, stores nothing", "socket"),
  sdk("LarkChannel, stores nothing", "channel"),
  larkspur("Larkspur on PGlite", async () => undefined),
  larkspur("Larkspur on PostgreSQL", freshDatabaseUrl),
];

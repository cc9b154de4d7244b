// Who is measured: each is a process of its own that answers the same apps of the same simulated cloud.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { createPostgresDatabase, type Database, startLarkspur } from "@/tests/bench/larkspur";
import { type Api, registerBot } from "@/tests/support/api";
import type { Server } from "@/tests/support/server";

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

const larkspur = (id: ContestantId, createDatabase: () => Promise<Database | undefined>): Contestant => ({
  id,
  async start(cloud, apps) {
    const database = await createDatabase();
    const { server, api } = await startLarkspur(database);
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

async function register(api: Api, cloud: SandboxCloud, apps: SandboxApp[]): Promise<void> {
  for (const app of apps) await registerBot(api, cloud, app);
}

/** The first is what the others are compared with. */
export const contestants: Contestant[] = [
  sdk("sdk", "socket"),
  sdk("channel", "channel"),
  larkspur("pglite", async () => undefined),
  larkspur("postgres", createPostgresDatabase),
];

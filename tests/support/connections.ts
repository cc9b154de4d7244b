// A connection manager over a test's database and simulated cloud, and bots for it.
import { onTestFinished } from "vitest";
import { updateBot, wishConnection } from "@/lib/bots/changes";
import { openCredentials } from "@/lib/bots/credentials";
import { getBotRow } from "@/lib/bots/queries";
import type { UpdateBotInput } from "@/lib/bots/schemas";
import { ConnectionManager, type ManagerDeps } from "@/lib/connections/manager";
import { getConnectionStatus } from "@/lib/connections/status";
import type { OpenDatabase } from "@/lib/db/client";
import { openSocket, type SocketLimits } from "@/lib/feishu/socket";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { registerTestApp } from "@/tests/support/cloud";
import { quietLogger } from "@/tests/support/databases";
import { addBot, addPerson, botsContext, testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

export type ReceivedEvent = { botId: string; envelope: unknown };

export type TestManager = {
  manager: ConnectionManager;
  events: ReceivedEvent[];
};

type Options = Partial<Omit<ManagerDeps, "db" | "bus">> & { limits?: Partial<SocketLimits> };

/** Not started; stopped when the test ends. */
export function createManager({ db, bus }: Pick<OpenDatabase, "db" | "bus">, options: Options = {}): TestManager {
  const events: ReceivedEvent[] = [];
  const { limits, ...deps } = options;
  const manager = new ConnectionManager({
    db,
    bus,
    instance: "test",
    logger: quietLogger,
    loadCredentials: async (botId) => {
      const row = await getBotRow(db, botId);
      return row && openCredentials(testSealer, row, undefined);
    },
    onEvent: async (botId, envelope) => {
      events.push({ botId, envelope });
    },
    openSocket: (socket) => openSocket({ ...socket, ...(limits && { limits }) }),
    ...deps,
  });
  onTestFinished(() => manager.stop());
  return { manager, events };
}

export type TestBot = {
  id: string;
  app: SandboxApp;
  status(): ReturnType<typeof getConnectionStatus>;
  /** Waits until the stored state is this one. */
  reaches(state: string): ReturnType<typeof getConnectionStatus>;
  wish(wished: boolean): Promise<void>;
  update(input: UpdateBotInput): Promise<void>;
};

/** A bot of the cloud's that wishes for a long connection. */
export async function addConnectedBot(
  { db, bus }: Pick<OpenDatabase, "db" | "bus">,
  cloud: SandboxCloud,
  overrides: { appId?: string; appSecret?: string; useWebSocket?: boolean } = {},
): Promise<TestBot> {
  const owner = await addPerson(db, "Owner", "admin");
  const app = registerTestApp(cloud);
  const { appId, appSecret } = app;
  const id = await addBot(db, owner, { appId, appSecret, domain: cloud.origin, useWebSocket: true, ...overrides });
  const status = () => getConnectionStatus(db, id, "en");
  return {
    id,
    app,
    status,
    async reaches(state) {
      let last = await status();
      return waitFor(
        async () => {
          last = await status();
          return last.state === state && last;
        },
        () => `${state}, it is ${JSON.stringify(last)}`,
      );
    },
    async wish(wished) {
      await wishConnection(botsContext(db), owner, id, wished);
      bus.publish({ topic: "bot", botId: id });
    },
    async update(input) {
      await updateBot(botsContext(db), owner, id, input);
      bus.publish({ topic: "bot", botId: id });
    },
  };
}

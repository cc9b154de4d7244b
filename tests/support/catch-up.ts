// A bot that was away, for tests: a cloud that pushes nothing again, and what a process has between its sockets and its answers.
import { asc, eq } from "drizzle-orm";
import { onTestFinished } from "vitest";
import { openCredentials } from "@/lib/bots/credentials";
import { getBotRow } from "@/lib/bots/queries";
import type { ConnectionManager } from "@/lib/connections/manager";
import type { OpenDatabase } from "@/lib/db/client";
import { chats, events } from "@/lib/db/schema";
import { CatchUp } from "@/lib/events/catch-up";
import type { CatchUpDeps } from "@/lib/events/catch-up-run";
import { createIntake } from "@/lib/events/intake";
import { EventWorker } from "@/lib/events/worker";
import { FeishuApis } from "@/lib/feishu/api";
import { createLogger } from "@/lib/logger";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { startTestCloud } from "@/tests/support/cloud";
import { addConnectedBot, createManager, type TestManager } from "@/tests/support/connections";
import { quietLogger } from "@/tests/support/databases";
import { testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

/** The call that lists messages, for the cloud's faults. */
export const LIST = "*/im/v1/messages";
const QUICK = { betweenRunsMs: 0, betweenCallsMs: 1, retriesMs: [20, 50, 200] };

type Times = CatchUpDeps["times"];

/** A cloud that pushes nothing again and forgets what it could not push: only the history has it. */
export async function scene(database: OpenDatabase) {
  const cloud = await startTestCloud({ settings: { whenOffline: "drop", ladderMs: [] } });
  const bot = await addConnectedBot(database, cloud);
  const { appId } = bot.app;
  const { chatId } = cloud.directChat(appId, "Ann");
  const say = (text: string, more: Partial<Parameters<SandboxCloud["say"]>[0]> = {}) =>
    cloud.say({ appId, chatId, from: "Ann", text, ...more });
  const stored = () => database.db.select().from(events).where(eq(events.botId, bot.id)).orderBy(asc(events.id));
  return {
    database,
    cloud,
    bot,
    chatId,
    say,
    stored,
    finished: (count: number) =>
      waitFor(
        async () => {
          const rows = await stored();
          const isDone = ({ status }: (typeof rows)[number]) => status !== "pending" && status !== "processing";
          return rows.length >= count && rows.every(isDone) && rows;
        },
        `${count} finished events`,
        90_000, // Feishu takes five messages a second in one chat
      ),
    async cursor(of = chatId) {
      const [row] = await database.db.select().from(chats).where(eq(chats.chatId, of));
      return row;
    },
    caughtUp: (since: number, of = chatId) =>
      waitFor(
        async () => {
          const [row] = await database.db.select().from(chats).where(eq(chats.chatId, of));
          return (row?.caughtUpAt?.getTime() ?? 0) >= since;
        },
        "the chat to be caught up",
        20_000,
      ),
    /** As if the chat had been silent for so long. */
    rewind: (ms: number) =>
      database.db
        .update(chats)
        .set({ cursorAt: new Date(Date.now() - ms) })
        .where(eq(chats.chatId, chatId)),
    async online() {
      await bot.reaches("connected");
      await waitFor(() => cloud.connections(appId).some(({ ready }) => ready), "the cloud to push to the bot");
    },
    lists: () => cloud.calls.filter(({ method, path }) => method === "GET" && path.endsWith("/im/v1/messages")),
  };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** Everything that a process has between its sockets and its answers, as the runtime puts it together. */
export async function startProcess(
  { db, bus, kind }: OpenDatabase,
  times: Times = {},
  {
    instance = "test",
    beforeHolds = async () => undefined,
  }: { instance?: string; beforeHolds?: (manager: ConnectionManager) => Promise<void> } = {},
) {
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line) => void lines.push(line) });
  const loadCredentials = async (botId: string) => {
    const row = await getBotRow(db, botId);
    return row && openCredentials(testSealer, row, undefined);
  };
  const apis = new FeishuApis({ loadCredentials, logger: quietLogger });
  const intake = createIntake({ db, bus, logger: quietLogger });
  const catchUp = new CatchUp({
    db,
    bus,
    logger,
    apis,
    intake,
    async holds(botId) {
      await beforeHolds(manager);
      return manager.holds(botId);
    },
    onRefusal: (botId, reason) => manager.note(botId, reason),
    times: { ...QUICK, ...times },
  });
  const exclusive = kind === "pglite";
  const { takeAcknowledgedAt } = intake;
  const worker = new EventWorker({
    db,
    bus,
    instance,
    logger: quietLogger,
    apis,
    sealer: testSealer,
    exclusive,
    takeAcknowledgedAt,
  });
  const { manager }: TestManager = createManager(
    { db, bus },
    {
      instance,
      exclusive,
      onEvent: async (botId, envelope) => void (await intake.receive(botId, envelope, "websocket")),
      onConnected: (botId) => catchUp.request(botId),
    },
  );
  await worker.start();
  catchUp.start();
  await manager.start();
  const stop = async () => {
    await manager.stop();
    await catchUp.stop();
    await worker.stop();
  };
  onTestFinished(stop);
  return { stop, lines, catchUp };
}

/** The bot is online, heard "before", and goes offline. */
export async function heardBefore(at: Scene, more: Parameters<Scene["say"]>[1] = {}): Promise<void> {
  const process = await startProcess(at.database);
  await at.online();
  at.say("before", more);
  await at.finished(1);
  await process.stop();
  await waitFor(() => at.cloud.connections(at.bot.app.appId).length === 0, "the bot to be offline");
}

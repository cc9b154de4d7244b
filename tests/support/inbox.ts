// A bot of a simulated cloud with its inbox and worker, as the runtime puts them together, for tests.
import { randomUUID } from "node:crypto";
import { eq, inArray } from "drizzle-orm";
import { onTestFinished } from "vitest";
import { servicesIn } from "@/lib/bots/reach";
import { DEFAULT_REPLY } from "@/lib/bots/reply";
import { DEFAULT_POLICY } from "@/lib/bots/schemas";
import type { OpenDatabase } from "@/lib/db/client";
import { type BotRow, bots, type EventRow, events, users } from "@/lib/db/schema";
import { createIntake, type Intake } from "@/lib/events/intake";
import { EventWorker, type WorkerOptions } from "@/lib/events/worker";
import { FeishuApis } from "@/lib/feishu/api";
import { type FeishuSocket, openSocket } from "@/lib/feishu/socket";
import { createLogger } from "@/lib/logger";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { randomAppId } from "@/tests/support/app-ids";
import { testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const logger = createLogger("error", { write: () => undefined });
export const testOwner = { userId: "owner", name: "Owner", isAdmin: false };

export type TestInbox = {
  database: OpenDatabase;
  cloud: SandboxCloud;
  intake: Intake;
  apis: FeishuApis;
  /** A bot that is registered with the cloud. */
  addBot(overrides?: Partial<typeof bots.$inferInsert>): Promise<BotRow>;
  /** A worker that is started, and stopped when the test ends. */
  startWorker(options?: Partial<WorkerOptions>): Promise<EventWorker>;
  /** A real long connection of the bot, its events going into the inbox; closed when the test ends. */
  connect(bot: BotRow): Promise<void>;
  event(id: number): Promise<EventRow>;
  /** The event of a message, once it is stored. */
  eventOf(messageId: string): Promise<EventRow>;
  /** As if the time of its next try had come. */
  makeDue(id: number): Promise<void>;
  /** The event, once it is neither pending nor being processed. */
  finished(id: number): Promise<EventRow>;
  /** Resolves when nothing is pending or being processed. */
  allFinished(): Promise<void>;
};

export function openInbox(database: OpenDatabase, cloud: SandboxCloud): TestInbox {
  const { db, bus } = database;
  const apis = new FeishuApis({ loadCredentials: (botId) => credentialsOf(database, cloud, botId), logger });
  const intake = createIntake({ db, bus, logger });
  const event = async (id: number) => {
    const [row] = await db.select().from(events).where(eq(events.id, id));
    if (!row) throw new Error(`There is no event ${id}.`);
    return row;
  };
  return {
    database,
    cloud,
    intake,
    apis,
    event,
    async addBot(overrides = {}) {
      await db
        .insert(users)
        .values({ id: testOwner.userId, email: "owner@example.com", name: "Owner", passwordHash: "", role: "member" })
        .onConflictDoNothing();
      const made = { ...newBot(), domain: cloud.origin, ...overrides };
      // Tests' services listen on this machine: as if an administrator had entered them.
      const row = { insideServices: [...servicesIn({ behavior: {}, ...made }).keys()], ...made };
      cloud.registerApp({ appId: row.appId, appSecret: row.sealedAppSecret, name: row.name });
      const [bot] = await db.insert(bots).values(row).returning();
      if (!bot) throw new Error("The bot was not made.");
      return bot;
    },
    async startWorker(options = {}) {
      const { takeAcknowledgedAt } = intake;
      const exclusive = database.kind === "pglite";
      const worker = new EventWorker({
        db,
        bus,
        instance: "test",
        logger,
        apis,
        sealer: testSealer,
        exclusive,
        takeAcknowledgedAt,
        ...options,
      });
      onTestFinished(() => worker.stop());
      await worker.start();
      return worker;
    },
    async connect(bot) {
      const socket = await new Promise<FeishuSocket>((resolve, reject) => {
        const opening = openSocket({
          credentials: { appId: bot.appId, appSecret: bot.sealedAppSecret, origin: cloud.origin },
          logger,
          onOpen: () => resolve(opening),
          onLost: () => reject(new Error("The connection was lost.")),
          onEvent: async (envelope) => {
            await intake.receive(bot.id, envelope, "sandbox");
          },
        });
      });
      onTestFinished(() => socket.close());
    },
    eventOf: (messageId) =>
      waitFor(async () => {
        const [row] = await db.select().from(events).where(eq(events.messageId, messageId));
        return row;
      }, `an event of the message ${messageId}`),
    async makeDue(id) {
      await db
        .update(events)
        .set({ dueAt: new Date(0) })
        .where(eq(events.id, id));
    },
    async allFinished() {
      const unfinished = () => db.$count(events, inArray(events.status, ["pending", "processing"]));
      await waitFor(async () => (await unfinished()) === 0, "every event to be finished", 50_000);
    },
    finished: (id) =>
      waitFor(async () => {
        const row = await event(id);
        return row.status !== "pending" && row.status !== "processing" && row;
      }, `event ${id} to be finished`),
  };
}

/** The secret stands in the sealed column as it is: sealing is another test's. */
const newBot = () => ({
  id: randomUUID(),
  ownerId: testOwner.userId,
  name: "Test bot",
  appId: randomAppId(),
  sealedAppSecret: "test-secret",
  reply: DEFAULT_REPLY,
  policy: DEFAULT_POLICY,
});

async function credentialsOf({ db }: OpenDatabase, cloud: SandboxCloud, botId: string) {
  const [bot] = await db.select().from(bots).where(eq(bots.id, botId));
  return bot ? { appId: bot.appId, appSecret: bot.sealedAppSecret, origin: cloud.origin } : null;
}

let said = 0;

export type Said = {
  appId: string;
  chatId: string;
  text: string;
  from?: string;
  /** Ids of an earlier one make it a repeat. */
  eventId?: string;
  messageId?: string;
  createTime?: number;
};

/** A person writes in a direct chat; gives the envelope that Feishu pushes for it. The message is there to be replied to. */
export function hear(cloud: SandboxCloud, said: Said) {
  const from = cloud.person(said.from ?? "Ann");
  const { messageId } = cloud.say({ ...said, from: from.name });
  return envelopeOf({ ...said, messageId, openId: from.openId });
}

/** The envelope of a text message in a direct chat, in Feishu's form. */
export function envelopeOf(message: Omit<Said, "from"> & { messageId: string; openId?: string }) {
  said += 1;
  const createTime = String(message.createTime ?? Date.now());
  return {
    schema: "2.0",
    header: {
      event_id: message.eventId ?? `event-${said}`,
      event_type: "im.message.receive_v1",
      create_time: createTime,
      token: "verification-token",
      app_id: message.appId,
      tenant_key: "tenant",
    },
    event: {
      sender: { sender_id: { open_id: message.openId ?? "ou_ann" }, sender_type: "user", tenant_key: "tenant" },
      message: {
        message_id: message.messageId,
        create_time: createTime,
        update_time: createTime,
        chat_id: message.chatId,
        chat_type: "p2p",
        message_type: "text",
        content: JSON.stringify({ text: message.text }),
      },
    },
  };
}

/** What the bots wrote into a chat, in order. */
export const botTexts = (cloud: SandboxCloud, chatId: string): string[] =>
  cloud
    .messages(chatId)
    .filter(({ sender, recalled }) => sender.kind === "bot" && !recalled)
    .map(({ text, card }) => text ?? cardText(card));

type CardElement = { element_id?: string; content?: string; text?: { content?: string } };

/** The elements of a card, by their ids. */
export function cardElements(card: unknown): Record<string, CardElement> {
  const { body } = (card ?? {}) as { body?: { elements?: CardElement[] } };
  return Object.fromEntries((body?.elements ?? []).map((element) => [element.element_id ?? "", element]));
}

/** The answer that stands in a card. */
const cardText = (card: unknown): string => cardElements(card).answer?.content ?? "";

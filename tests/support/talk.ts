// A bot that is connected to a simulated cloud and answers, and the people who talk to it there, for tests.
import { eq } from "drizzle-orm";
import type { Behavior } from "@/lib/db/documents";
import { type BotRow, bots, type EventRow, events } from "@/lib/db/schema";
import type { WorkerOptions } from "@/lib/events/worker";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { startTestCloud } from "@/tests/support/cloud";
import { type DatabaseKind, freshDatabase } from "@/tests/support/databases";
import { botTexts, openInbox, type TestInbox } from "@/tests/support/inbox";
import { waitFor } from "@/tests/support/wait-for";

type Words = Partial<Parameters<SandboxCloud["say"]>[0]>;

export type Talk = TestInbox & {
  bot: BotRow;
  direct: string;
  group: string;
  /** Somebody writes: in the direct chat unless said otherwise. Gives the message's id. */
  say(text: string, words?: Words): string;
  /** The same, mentioning the bot in the group. */
  ask(text: string, words?: Words): string;
  /** The event of the message, finished. */
  answered(messageId: string): Promise<EventRow>;
  /** The event of that id of Feishu's, finished. */
  handled(eventId: string): Promise<EventRow>;
  /** What the bot said in the chat, once it is so many messages. */
  said(chatId: string, count: number): Promise<string[]>;
  behave(behavior: Partial<Behavior>, more?: Partial<typeof bots.$inferInsert>): Promise<void>;
};

export async function openTalk(
  kind: DatabaseKind,
  behavior: Partial<Behavior> = {},
  { worker = {}, ...overrides }: Partial<typeof bots.$inferInsert> & { worker?: Partial<WorkerOptions> } = {},
): Promise<Talk> {
  const cloud = await startTestCloud();
  const inbox = openInbox(await freshDatabase(kind), cloud);
  const { db } = inbox.database;
  const bot = await inbox.addBot({ behavior, ...overrides });
  const { appId } = bot;
  const direct = cloud.directChat(appId, "Ann").chatId;
  const group = cloud.group("Team", { apps: [appId], people: ["Ann", "Bo"] }).chatId;
  await inbox.startWorker({ timing: { lookMs: 20 }, ...worker });
  await inbox.connect(bot);
  const say = (text: string, words: Words = {}) =>
    cloud.say({ appId, chatId: direct, from: "Ann", text, ...words }).messageId;
  const stored = (eventId: string) =>
    waitFor(async () => {
      const [row] = await db.select().from(events).where(eq(events.eventId, eventId));
      return row;
    }, `the event ${eventId}`);
  return {
    ...inbox,
    bot,
    direct,
    group,
    say,
    ask: (text, words = {}) => say(text, { chatId: group, mentions: ["bot"], ...words }),
    answered: async (messageId) => inbox.finished((await inbox.eventOf(messageId)).id),
    handled: async (eventId) => inbox.finished((await stored(eventId)).id),
    said: (chatId, count) =>
      waitFor(() => botTexts(cloud, chatId).length >= count && botTexts(cloud, chatId), `${count} messages of the bot`),
    async behave(changed, more = {}) {
      const set = { behavior: changed, updatedAt: new Date(), ...more };
      await db.update(bots).set(set).where(eq(bots.id, bot.id));
    },
  };
}

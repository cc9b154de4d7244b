// An inbox with a bot and a running worker, and people who write to the bot, for tests.
import type { BotRow } from "@/lib/db/schema";
import type { EventWorker, WorkerOptions } from "@/lib/events/worker";
import { startTestCloud } from "@/tests/support/cloud";
import { type DatabaseKind, freshDatabase } from "@/tests/support/databases";
import { hear, openInbox, type Said, type TestInbox } from "@/tests/support/inbox";

/** The calls that answer a message, for the cloud's faults. */
export const REPLY = "*/im/v1/messages/*/reply";
export const replyPath = (messageId: string) => `*/im/v1/messages/${messageId}/reply`;

type Writing = Partial<Omit<Said, "appId" | "chatId">> & { to?: BotRow };

export type Work = TestInbox & {
  bot: BotRow;
  worker: EventWorker;
  /** The direct chat of a person with the bot. */
  chatOf(person: string, bot?: BotRow): string;
  /** A person writes to the bot, and the message is received. */
  write(text: string, more?: Writing): Promise<{ id: number; messageId: string }>;
  /** The calls that answered a message, oldest first. */
  repliesTo(messageId: string): { at: number; uuid: string }[];
};

export async function openWork(
  kind: DatabaseKind,
  options: Partial<WorkerOptions> = {},
  overrides: Partial<BotRow> = {},
): Promise<Work> {
  const inbox = openInbox(await freshDatabase(kind), await startTestCloud());
  const { cloud, intake } = inbox;
  const bot = await inbox.addBot(overrides);
  const chatOf = (person: string, of = bot) => cloud.directChat(of.appId, person).chatId;
  return {
    ...inbox,
    bot,
    chatOf,
    worker: await inbox.startWorker({ timing: { lookMs: 20 }, ...options }),
    async write(text, { to = bot, from = "Ann", ...more } = {}) {
      const envelope = hear(cloud, { appId: to.appId, chatId: chatOf(from, to), from, text, ...more });
      const { id } = await intake.receive(to.id, envelope, "sandbox");
      return { id, messageId: envelope.event.message.message_id };
    },
    repliesTo: (messageId) =>
      cloud.calls
        .filter(({ path }) => path.endsWith(`/${messageId}/reply`))
        .map(({ at, body }) => ({ at, uuid: (body as { uuid: string }).uuid })),
  };
}

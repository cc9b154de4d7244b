// A bot whose answers a scripted model writes, in a simulated cloud that keeps Feishu's limits, for tests.
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import type { AiReply, Behavior } from "@/lib/db/documents";
import { type BotRow, bots, models, users } from "@/lib/db/schema";
import { sealApiKey } from "@/lib/models/credentials";
import type { SandboxMessage } from "@/lib/sandbox/views";
import { startTestCloud } from "@/tests/support/cloud";
import { type DatabaseKind, freshDatabase } from "@/tests/support/databases";
import { startFakeModel } from "@/tests/support/fake-model";
import { cardElements, hear, openInbox, type TestInbox } from "@/tests/support/inbox";
import { testSealer } from "@/tests/support/people";

export const aiReply = (modelId: string, more: Partial<AiReply> = {}): AiReply => ({
  ...{ kind: "ai", modelId, historyMessages: 20, stream: true, timeoutSeconds: 60 },
  ...more,
});

/** The bot answers with what the fake server says. The fake listens on this machine: that is for administrators. */
export async function withModel({ database: { db }, addBot }: TestInbox, more: Partial<AiReply> = {}) {
  const fake = await startFakeModel();
  const { id: botId, ownerId } = await addBot();
  await db.update(users).set({ role: "admin" });
  const id = randomUUID();
  const sealedApiKey = sealApiKey(testSealer, id, "sk-test-1234");
  await db
    .insert(models)
    .values({ id, ownerId, name: "Fake", baseUrl: fake.baseUrl, model: "fake-1", sealedApiKey, mayReachInside: true });
  const reply = aiReply(id, more);
  const [bot] = await db.update(bots).set({ reply }).where(eq(bots.id, botId)).returning();
  return { fake, bot: bot as BotRow };
}

export async function modelScene(
  kind: DatabaseKind,
  { reply, behavior }: { reply?: Partial<AiReply>; behavior?: Partial<Behavior> } = {},
) {
  const cloud = await startTestCloud({ settings: { rateLimits: true } });
  const inbox = openInbox(await freshDatabase(kind), cloud);
  const { fake, bot } = await withModel(inbox, reply);
  if (behavior) await inbox.database.db.update(bots).set({ behavior }).where(eq(bots.id, bot.id));
  const { chatId } = cloud.directChat(bot.appId, "Ann");
  const answersIn = (chat = chatId) =>
    cloud.messages(chat).filter(({ sender, recalled }) => sender.kind === "bot" && !recalled);
  return {
    ...inbox,
    fake,
    bot,
    chatId,
    answersIn,
    async ask(text: string, chat = chatId) {
      const { id } = await inbox.intake.receive(
        bot.id,
        hear(cloud, { appId: bot.appId, chatId: chat, text }),
        "sandbox",
      );
      return id;
    },
    /** The calls of one kind, with their sequence and time. */
    changes: () =>
      cloud.calls.flatMap(({ path, method, at, body, status }) => {
        const [, cardId] = /\/cards\/(\d+)/.exec(path) ?? [];
        const { sequence } = (body ?? {}) as { sequence?: number };
        return cardId === undefined || sequence === undefined ? [] : [{ cardId, method, path, at, sequence, status }];
      }),
  };
}

export type ModelScene = Awaited<ReturnType<typeof modelScene>>;

export const isGrowing = ({ card }: SandboxMessage): boolean =>
  (card as { config?: { streaming_mode?: boolean } } | undefined)?.config?.streaming_mode === true;

/** The answer in a card or a message, its small print, and which buttons stand below it. */
export function read(message: SandboxMessage | undefined) {
  const { answer, note, thoughts, ...rest } = cardElements(message?.card);
  return {
    text: message?.text ?? answer?.content ?? "",
    note: note?.content,
    hasThoughts: thoughts !== undefined,
    buttons: Object.keys(rest).toSorted(),
  };
}

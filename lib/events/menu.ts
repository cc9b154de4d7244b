// An entry of the bot's menu stands for a text: the same as if the person had written it to the bot.
import { and, desc, eq, sql } from "drizzle-orm";
import { behaviorOf } from "@/lib/bots/behavior";
import type { Database } from "@/lib/db/client";
import { chats } from "@/lib/db/schema";
import { commandIn } from "@/lib/events/command-words";
import { messageOf, ownLane } from "@/lib/events/envelope";
import type { Outcome } from "@/lib/events/inbox";
import { cleanText } from "@/lib/events/storable";
import type { AnsweringParts, Try } from "@/lib/events/try";
import type { ReadMessage } from "@/lib/feishu/message";

export const MENU_CHOSEN = "application.bot.menu_v6";

/** The text that was chosen, as a message of the person's direct chat. */
export async function readMenu(work: Try, { db }: AnsweringParts): Promise<{ outcome: Outcome } | ReadMessage> {
  const { event, bot } = work;
  const { event_key: key } = messageOf(event.payload) as { event_key?: unknown };
  const chosen = behaviorOf(bot).menu.find(({ eventKey }) => eventKey === key);
  if (!chosen || event.senderId === null) {
    // Whoever reads the log has to know which one is missing.
    if (typeof key === "string") work.text = cleanText(key);
    return { outcome: work.ignored("menuUnknown") };
  }
  event.chatType = "p2p";
  event.chatId ??= await directChatOf(db, bot.id, event.senderId);
  // What stops an answer must not wait behind it.
  const isStop = commandIn(chosen.text) === "stop";
  const mayMove = !isStop && event.attempts === 1 && event.replays === 0 && event.lane === ownLane(event.eventId);
  if (mayMove && event.chatId !== null) return { outcome: work.later(0, event.chatId) };
  return { text: chosen.text, mentionsBot: true, mentionsAll: false };
}

async function directChatOf(db: Database, botId: string, personId: string): Promise<string | null> {
  const [row] = await db
    .select({ chatId: chats.chatId })
    .from(chats)
    .where(and(eq(chats.botId, botId), eq(chats.personId, personId)))
    .orderBy(desc(chats.cursorAt))
    .limit(1);
  return row?.chatId ?? null;
}

/** What an answer has told about where the person is to be found. */
export async function noteDirectChat(db: Database, work: Try): Promise<void> {
  const { event, bot } = work;
  if (event.chatId === null || event.senderId === null) return;
  await db
    .insert(chats)
    .values({
      botId: bot.id,
      chatId: event.chatId,
      chatType: "p2p",
      personId: event.senderId,
      cursorAt: sql`now()` as unknown as Date,
    })
    .onConflictDoUpdate({ target: [chats.botId, chats.chatId], set: { personId: event.senderId } });
}

// Greets whoever opens the chat with the bot for the first time, and a group that takes the bot in.
import { behaviorOf } from "@/lib/bots/behavior";
import { messageOf, personIdsOf } from "@/lib/events/envelope";
import type { Outcome } from "@/lib/events/inbox";
import { noteNotice, WELCOME, wasNoticed } from "@/lib/events/notices";
import { directRefusal, groupRefusal, type IgnoreReason } from "@/lib/events/policy";
import { say } from "@/lib/events/saying";
import type { AnsweringParts, Try } from "@/lib/events/try";
import { noticeUuid } from "@/lib/events/uuids";
import { filledText } from "@/lib/responders/system-prompt";

export const CHAT_ENTERED = "im.chat.access_event.bot_p2p_chat_entered_v1";
export const BOT_ADDED = "im.chat.member.bot.added_v1";

/** Feishu tells of each opening of the chat: a person is greeted once. */
export async function welcomePerson(work: Try, parts: AnsweringParts): Promise<Outcome> {
  const { event, bot } = work;
  const text = behaviorOf(bot).welcome.direct;
  if (!text || !event.senderId || !event.chatId) return work.ignored("notMessage");
  const senderIds = personIdsOf(event.payload);
  const refused: IgnoreReason | undefined = bot.enabled ? directRefusal(bot.policy, { senderIds }) : "botDisabled";
  if (refused) return work.ignored(refused);
  const notice = { botId: bot.id, receiver: event.senderId, notice: WELCOME };
  if (event.replays === 0 && (await wasNoticed(parts.db, notice))) return work.ignored("welcomedBefore");
  // Two openings at once say the same: Feishu drops the second.
  const uuid = event.replays === 0 ? noticeUuid(notice) : undefined;
  await greet(work, parts, text, "p2p", uuid);
  await noteNotice(parts.db, notice);
  return work.outcome({ status: "done" });
}

export async function welcomeGroup(work: Try, parts: AnsweringParts): Promise<Outcome> {
  const { event, bot } = work;
  const text = behaviorOf(bot).welcome.group;
  if (!text || !event.chatId) return work.ignored("notMessage");
  const refused: IgnoreReason | undefined = bot.enabled ? groupRefusal(bot.policy, event) : "botDisabled";
  if (refused) return work.ignored(refused);
  await greet(work, parts, text, "group", undefined);
  return work.outcome({ status: "done" });
}

async function greet(work: Try, parts: AnsweringParts, text: string, chatType: string, uuid: string | undefined) {
  const { event, bot } = work;
  work.answeredBy = "fixed";
  const chatId = event.chatId ?? "";
  const { name } = messageOf(event.payload) as { name?: unknown };
  const place = { botId: bot.id, senderId: event.senderId, chatId, delivered: { chatType } };
  const names = {
    ofPerson: parts.names.ofPerson.bind(parts.names),
    // The event itself says what the group is called.
    ofChat: async (...asked: Parameters<typeof parts.names.ofChat>) =>
      typeof name === "string" && name !== "" ? name : parts.names.ofChat(...asked),
  };
  const filled = await filledText(text, place, { db: parts.db, names });
  await say(work, parts, filled, { target: { type: "chat_id", id: chatId }, ...(uuid ? { uuid } : {}) });
}

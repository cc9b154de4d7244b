// Tells whoever is not answered because of the bot's policy why: once a day, beside everything else.
import { behaviorOf } from "@/lib/bots/behavior";
import { replies } from "@/lib/db/schema";
import { messageOf } from "@/lib/events/envelope";
import type { ClaimedEvent } from "@/lib/events/inbox";
import { languageFor } from "@/lib/events/language";
import { takeNotice } from "@/lib/events/notices";
import type { IgnoreReason } from "@/lib/events/policy";
import { type AnsweringParts, replyRow, type Try, uuidOf } from "@/lib/events/try";
import type { ReadMessage } from "@/lib/feishu/message";
import { deliver, type Target, textContent } from "@/lib/feishu/sender";
import { translate } from "@/lib/text/translate";

const DAY_MS = 86_400_000;

const EXPLAINED: readonly IgnoreReason[] = ["directMessagesOff", "senderNotAllowed", "groupsOff", "chatNotAllowed"];

/** Whoever did not speak to the bot is told nothing. */
export function explain(work: Try, parts: AnsweringParts, message: ReadMessage, reason: IgnoreReason): void {
  const { event, bot } = work;
  const isAddressed = event.chatType === "p2p" || message.mentionsBot;
  if (!EXPLAINED.includes(reason) || !isAddressed || !behaviorOf(bot).explainRefusals) return;
  parts.asides.run("explaining a refusal", { botId: bot.id, eventId: event.id }, () => tell(work, parts, reason));
}

async function tell(work: Try, parts: AnsweringParts, reason: IgnoreReason): Promise<void> {
  const { event, bot, target } = work;
  const { db, bus } = parts;
  if (!target || event.senderId === null) return;
  const notice = { botId: bot.id, receiver: event.senderId, notice: `refusal.${reason}` };
  if (!(await takeNotice(db, notice, DAY_MS))) return;
  const place = { chatId: event.chatId, eventId: event.id, text: work.text ?? "" };
  const text = translate(await languageFor(db, bot, place), `replies.refused.${reason}`, { bot: bot.name });
  const uuid = uuidOf(event, "notice", 0);
  const api = await parts.apis.of(bot);
  const sent = await deliver(api, placeOf(event, target), {
    msgType: "text",
    content: textContent(addressed(event, text)),
    uuid,
  });
  const row = replyRow(event, "notice", uuid, sent.messageId, text);
  await db
    .insert(replies)
    .values({ ...row, botId: bot.id, eventId: event.id, at: new Date(row.at) })
    .onConflictDoNothing();
  bus.publish({ topic: "event", botId: bot.id, id: event.id });
}

/** Into the chat, since it is no answer to the message; in a thread below it, as elsewhere it would begin another one. */
function placeOf({ chatId, payload }: ClaimedEvent, target: Target): Target {
  return chatId === null || messageOf(payload).message?.thread_id ? target : { type: "chat_id", id: chatId };
}

/** In a group it is said to whom. */
const addressed = ({ chatType, senderId }: ClaimedEvent, text: string): string =>
  chatType === "p2p" || !senderId?.startsWith("ou_") ? text : `<at user_id="${senderId}"></at> ${text}`;

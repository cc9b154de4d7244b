// Puts together what a responder is asked: the message, and what belongs to it.
import { type Depth, gather } from "@/lib/events/belongings";
import { messageOf } from "@/lib/events/envelope";
import { languageFor } from "@/lib/events/language";
import { conversationOf } from "@/lib/events/reading";
import type { AnsweringParts, Try } from "@/lib/events/try";
import { type ReadMessage, wordsOf } from "@/lib/feishu/message";
import type { Belonging } from "@/lib/responders/belonging";
import type { Question } from "@/lib/responders/responder";

export function questionOf(work: Try, message: ReadMessage, parts: AnsweringParts): Question {
  const { event, bot } = work;
  let gathered: Promise<Belonging[]> | undefined;
  return {
    botId: bot.id,
    eventId: event.id,
    chatId: event.chatId ?? "",
    conversation: conversationOf(work),
    senderId: event.senderId,
    messageId: event.messageId ?? "",
    text: message.text,
    words: wordsOf(message.text),
    belongings(depth: Depth) {
      gathered ??= gather(work, parts, depth);
      return gathered;
    },
    locale: () => languageFor(parts.db, bot, { chatId: event.chatId, eventId: event.id, text: message.text }),
    delivered: {
      eventId: event.eventId,
      eventType: event.eventType,
      receivedAt: new Date(event.receivedAt),
      chatType: event.chatType,
      replays: event.replays,
      event: messageOf(event.payload),
    },
  };
}

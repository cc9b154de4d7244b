// Puts together what a responder is asked: the message, and what belongs to it.
import { messageOf } from "@/lib/events/envelope";
import type { Try } from "@/lib/events/try";
import type { ReadMessage } from "@/lib/feishu/message";
import type { Question } from "@/lib/responders/responder";

export function questionOf({ event, bot }: Try, message: ReadMessage): Question {
  return {
    botId: bot.id,
    eventId: event.id,
    chatId: event.chatId ?? "",
    senderId: event.senderId,
    messageId: event.messageId ?? "",
    text: message.text,
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

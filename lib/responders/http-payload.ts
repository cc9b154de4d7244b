// What a service of one's own is told about a message: the body of the call, as docs/http-service.md describes it.
import { createHash } from "node:crypto";
import { describeReason } from "@/lib/errors";
import { messageTime } from "@/lib/message-time";
import type { Belonging } from "@/lib/responders/belonging";
import type { Said } from "@/lib/responders/http-history";
import type { Question } from "@/lib/responders/responder";

type Bot = { id: string; name: string; appId: string };

export function payloadOf(question: Question, bot: Bot, history: Said[], belongings: Belonging[] = []): object {
  const { delivered } = question;
  const { message = {}, sender = {} } = delivered.event;
  return {
    event: {
      id: String(question.eventId),
      eventId: delivered.eventId,
      type: delivered.eventType,
      receivedAt: delivered.receivedAt.toISOString(),
    },
    bot: { id: bot.id, name: bot.name, appId: bot.appId },
    message: {
      id: question.messageId,
      text: question.text,
      type: message.message_type ?? null,
      content: message.content ?? null,
      mentions: Array.isArray(message.mentions) ? message.mentions : [],
      createTime: timeOf(message.create_time),
      parentId: message.parent_id || null,
      threadId: message.thread_id || null,
    },
    quoted: quotedIn(belongings),
    attachments: belongings.filter(({ key }) => key !== null).map((one) => attachmentOf(question, one)),
    chat: { id: question.chatId, type: delivered.chatType },
    sender: { id: question.senderId, type: sender.sender_type ?? null, ids: sender.sender_id ?? {} },
    history: history.map(({ role, text, at }) => ({ role, text, at: at.toISOString() })),
  };
}

function quotedIn(belongings: Belonging[]): object | null {
  const quote = belongings.find(({ kind }) => kind === "quote" || kind === "forward");
  if (!quote) return null;
  const { kind, messageId: id, name, text, problem, detail } = quote;
  return {
    id,
    kind,
    text,
    sender: { type: detail.by ?? null, id: detail.senderId ?? null, name },
    createTime: timeOf(detail.at === undefined ? undefined : String(detail.at)),
    problem: problem && describeReason(problem),
  };
}

function attachmentOf({ eventId, messageId: ofQuestion }: Question, { kind, key, name, messageId }: Belonging): object {
  const path = kind === "sticker" ? null : `/api/feishu/events/${eventId}/resources/${key}`;
  return { kind, key, name, messageId, of: messageId === ofQuestion ? "message" : "quoted", path };
}

/** The same in every try, so that a service can drop a repeat; a replay has one of its own. */
export function callIdOf({ botId, delivered }: Question): string {
  const identity = JSON.stringify([botId, delivered.eventId, delivered.replays]);
  return `msg_${createHash("sha256").update(identity).digest("base64url").slice(0, 32)}`;
}

function timeOf(createTime: string | undefined): string | null {
  const ms = messageTime(createTime);
  return ms === null ? null : new Date(ms).toISOString();
}

// Puts a bot's message into a chat: content, once per uuid, within the rate limits.
import { z } from "zod";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { Chat, Message } from "@/lib/sandbox/chats";
import { TENANT_KEY } from "@/lib/sandbox/events";
import { ApiError, INVALID_PARAM } from "@/lib/sandbox/openapi/api";
import { judgeContent } from "@/lib/sandbox/openapi/content";
import type { SandboxState } from "@/lib/sandbox/state";
import { defined, viewMessage } from "@/lib/sandbox/views";

const RATE_LIMIT = 230020;
const BOT_NOT_IN_CHAT = 230002;

export const sendFields = z.object({
  msg_type: z.string().min(1),
  content: z.string().min(1),
  uuid: z.string().min(1).max(50).optional(),
});

export interface Outgoing extends z.infer<typeof sendFields> {
  chat: Chat;
  parent?: Message | undefined;
  threadId?: string | undefined;
}

export function sendMessage(state: SandboxState, app: SandboxApp, outgoing: Outgoing): Message {
  const { chat, msg_type: messageType, uuid, parent, threadId } = outgoing;
  if (!chat.appIds.has(app.appId)) throw new ApiError(BOT_NOT_IN_CHAT, "The bot can not be outside the group.");
  const sentBefore = uuid === undefined ? undefined : state.uuids.get(app.appId, uuid);
  const first = sentBefore === undefined ? undefined : state.chats.message(sentBefore);
  if (first) return first;
  const { content, mentions, cardId } = judgeContent(state, app.appId, messageType, outgoing.content);
  limitReceiver(state, app, chat);
  const sender = { kind: "bot" as const, id: app.appId, name: app.name };
  const message = state.chats.add({ chat, sender, messageType, content, mentions, parent, threadId, cardId });
  const card = cardId === undefined ? undefined : state.cards.get(cardId);
  if (card) card.messageId = message.messageId;
  if (uuid !== undefined) state.uuids.note(app.appId, uuid, message.messageId);
  state.signals.emit("message", viewMessage(message, state.cards));
  return message;
}

function limitReceiver(state: SandboxState, app: SandboxApp, chat: Chat): void {
  if (!state.settings.rateLimits) return;
  // A group's limit is shared by all its bots, a person's is per app.
  const key = chat.kind === "group" ? chat.chatId : `${app.appId} ${chat.chatId}`;
  if (state.rates.perReceiver.take(key) > 0) {
    throw new ApiError(RATE_LIMIT, "The messages trigger the rate limit of the receiver.");
  }
}

/** The message as the API shows it to a bot; `card`: in another form than it was sent in. */
export function apiMessage(message: Message, card?: string): object {
  const isBot = message.sender.kind === "bot";
  const content = message.recalled ? "This message was recalled" : (card ?? contentOf(message));
  return {
    message_id: message.messageId,
    ...defined({ root_id: message.rootId, parent_id: message.parentId, thread_id: message.threadId }),
    ...defined({ upper_message_id: message.upperMessageId }),
    msg_type: message.messageType,
    create_time: String(message.createTime),
    update_time: String(message.updateTime),
    deleted: message.recalled,
    updated: message.edits > 0,
    chat_id: message.chatId,
    sender: {
      id: message.sender.id,
      id_type: isBot ? "app_id" : "open_id",
      sender_type: isBot ? "app" : "user",
      tenant_key: TENANT_KEY,
    },
    body: { content },
    ...(message.mentions.length === 0
      ? {}
      : {
          mentions: message.mentions.map(({ key, openId, name }) => ({
            key,
            id: openId,
            id_type: "open_id",
            name,
            tenant_key: TENANT_KEY,
          })),
        }),
  };
}

// Read again, a merged forward is this sentence and not JSON; what was forwarded follows it in the list.
const contentOf = ({ messageType, content }: Message): string =>
  messageType === "merge_forward" ? "Merged and Forwarded Message" : content;

const MESSAGE_RECALLED = 230011;
const MESSAGE_DELETED = 231003;

/** A message that the app may see; refuses what is gone. */
export function requireMessage(state: SandboxState, app: SandboxApp, messageId: string): Message {
  if (!messageId.startsWith("om_")) throw new ApiError(INVALID_PARAM, "Invalid message_id.");
  const message = state.chats.message(messageId);
  if (!message) throw new ApiError(MESSAGE_DELETED, "The message is not found or has been deleted.");
  if (message.recalled) throw new ApiError(MESSAGE_RECALLED, "The message was withdrawn.");
  if (!state.chats.get(message.chatId)?.appIds.has(app.appId)) {
    throw new ApiError(BOT_NOT_IN_CHAT, "The bot can not be outside the group.");
  }
  return message;
}

/** A message that the app itself sent. */
export function requireOwnMessage(state: SandboxState, app: SandboxApp, messageId: string, code: number): Message {
  const message = requireMessage(state, app, messageId);
  if (message.sender.id !== app.appId) throw new ApiError(code, "The operator is not the sender of the message.");
  return message;
}

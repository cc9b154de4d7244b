// Builds the events that Feishu sends, field by field as its documentation shows them.
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { Chat, Message } from "@/lib/sandbox/chats";
import { randomId } from "@/lib/sandbox/ids";
import type { SandboxPerson } from "@/lib/sandbox/people";

export const TENANT_KEY = "736588c9260f175e"; // one tenant lives in the cloud; the shape is Feishu's

export interface EventHeader {
  event_id: string;
  event_type: string;
  create_time: string;
  token: string;
  app_id: string;
  tenant_key: string;
}

export interface EventEnvelope {
  schema: "2.0";
  header: EventHeader;
  event: object;
}

export function envelope(
  app: SandboxApp,
  eventType: string,
  event: object,
  header: Partial<EventHeader> = {},
): EventEnvelope {
  const defaults = {
    event_id: randomId(),
    event_type: eventType,
    create_time: String(Date.now()),
    token: app.verificationToken,
    app_id: app.appId,
    tenant_key: TENANT_KEY,
  };
  return { schema: "2.0", header: { ...defaults, ...header }, event };
}

function userId(person: SandboxPerson) {
  return { union_id: person.unionId, user_id: person.userId, open_id: person.openId };
}

export function messageReceived(chat: Chat, message: Message, from: SandboxPerson): object {
  return {
    sender: { sender_id: userId(from), sender_type: "user", tenant_key: TENANT_KEY },
    message: {
      message_id: message.messageId,
      ...(message.rootId === undefined ? {} : { root_id: message.rootId }),
      ...(message.parentId === undefined ? {} : { parent_id: message.parentId }),
      ...(message.threadId === undefined ? {} : { thread_id: message.threadId }),
      create_time: String(message.createTime),
      update_time: String(message.updateTime),
      chat_id: chat.chatId,
      chat_type: chat.kind,
      message_type: message.messageType,
      content: message.content,
      ...(message.mentions.length === 0 ? {} : { mentions: message.mentions.map(receivedMention) }),
      user_agent: "Larkspur Sandbox",
    },
  };
}

function receivedMention(mention: Message["mentions"][number]) {
  return {
    key: mention.key,
    id: { union_id: mention.unionId, user_id: mention.userId, open_id: mention.openId },
    mentioned_type: mention.isBot ? "bot" : "user",
    name: mention.name,
    tenant_key: TENANT_KEY,
  };
}

export function chatEntered(chat: Chat, operator: SandboxPerson): object {
  const last = chat.messages.entries.at(-1);
  return {
    chat_id: chat.chatId,
    operator_id: userId(operator),
    last_message_id: last?.messageId ?? "",
    last_message_create_time: last ? String(last.createTime) : "",
  };
}

/** The event of both `im.chat.member.bot.added_v1` and `im.chat.member.bot.deleted_v1`. */
export function botMembership(chat: Chat, title: string, operator: SandboxPerson): object {
  return {
    chat_id: chat.chatId,
    operator_id: userId(operator),
    external: false,
    operator_tenant_key: TENANT_KEY,
    name: title,
    i18n_names: { zh_cn: title, en_us: title, ja_jp: title },
  };
}

/** The event of both `im.message.reaction.created_v1` and `im.message.reaction.deleted_v1`. */
export function reaction(message: Message, emoji: string, operator: SandboxPerson): object {
  return {
    message_id: message.messageId,
    reaction_type: { emoji_type: emoji },
    operator_type: "user",
    user_id: userId(operator),
    action_time: String(Date.now()),
  };
}

export function messageRecalled(message: Message): object {
  return {
    message_id: message.messageId,
    chat_id: message.chatId,
    recall_time: String(Date.now()),
    recall_type: "message_owner",
  };
}

export function messageRead(messageIds: string[], reader: SandboxPerson): object {
  return {
    reader: { reader_id: userId(reader), read_time: String(Date.now()), tenant_key: TENANT_KEY },
    message_id_list: messageIds,
  };
}

export function menuChosen(eventKey: string, operator: SandboxPerson): object {
  return {
    operator: { operator_name: operator.name, operator_id: userId(operator) },
    event_key: eventKey,
    timestamp: Math.floor(Date.now() / 1000),
  };
}

export interface CardAction {
  tag: string;
  value?: unknown;
  name?: string;
  option?: string;
  options?: string[];
  checked?: boolean;
  input_value?: string;
  form_value?: Record<string, unknown>;
}

export function cardAction(message: Message, action: CardAction, operator: SandboxPerson, updateToken: string): object {
  return {
    operator: { tenant_key: TENANT_KEY, user_id: operator.userId, open_id: operator.openId },
    token: updateToken,
    action: { timezone: "Asia/Shanghai", ...action },
    host: "im_message",
    delivery_type: "",
    context: { open_message_id: message.messageId, open_chat_id: message.chatId, url: "", preview_token: "" },
  };
}

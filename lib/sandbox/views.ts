// Shows messages as they look in the chat to the people of the sandbox.

import { parseJson } from "@/lib/json";
import type { Cards } from "@/lib/sandbox/cards";
import type { Message, Reaction, Sender } from "@/lib/sandbox/chats";

export interface SandboxMessage {
  messageId: string;
  chatId: string;
  sender: Sender;
  messageType: string;
  /** The content as Feishu carries it: a JSON string. */
  content: string;
  /** The words of a text message, names in the place of mention keys, and those of a post. */
  text?: string;
  /** The card as it looks at this moment. */
  card?: unknown;
  cardId?: string;
  rootId?: string;
  parentId?: string;
  threadId?: string;
  createTime: number;
  updateTime: number;
  edits: number;
  recalled: boolean;
  reactions: Reaction[];
  /** What a merged forward shows: the messages right below it. */
  forwarded?: ForwardedView[];
}

/** As little as a chat shows of a message inside another one. */
export type ForwardedView = { sender: string; messageType: string; text?: string };

export function viewMessage(message: Message, cards: Cards): SandboxMessage {
  const { messageId, chatId, sender, messageType, content, createTime, updateTime, edits, recalled } = message;
  const { cardId, rootId, parentId, threadId } = message;
  const text = messageType === "post" ? postText(content) : messageType === "text" ? visibleText(message) : undefined;
  const below = message.forwarded?.filter(({ upperMessageId }) => upperMessageId === messageId);
  const forwarded = below?.map((child) => viewForwarded(child, cards));
  const card = messageType === "interactive" ? (cards.shown(cardId) ?? parseJson(content)) : undefined;
  return {
    messageId,
    chatId,
    sender: { ...sender },
    messageType,
    content,
    createTime,
    updateTime,
    edits,
    recalled,
    reactions: message.reactions.map((reaction) => ({ ...reaction })),
    ...defined({ text, card, cardId, rootId, parentId, threadId, forwarded }),
  };
}

function viewForwarded(child: Message, cards: Cards): ForwardedView {
  const { sender, messageType, text } = viewMessage({ ...child, forwarded: [] }, cards);
  return { sender: sender.name, messageType, ...defined({ text }) };
}

function visibleText(message: Message): string | undefined {
  const content = parseJson(message.content) as { text?: unknown } | undefined;
  if (typeof content?.text !== "string") return undefined;
  // Longest key first: @_user_1 is the beginning of @_user_12.
  const mentions = [...message.mentions].sort((a, b) => b.key.length - a.key.length);
  return mentions.reduce((text, { key, name }) => text.replaceAll(key, `@${name}`), content.text);
}

type PostElement = { text?: unknown; user_name?: unknown };
type Post = { title?: unknown; content?: PostElement[][] };

/** In one of its languages; Markdown as it was written. */
function postText(content: string): string | undefined {
  const parsed = (parseJson(content) ?? {}) as Record<string, unknown>;
  const post = (parsed.content ? parsed : (parsed.zh_cn ?? Object.values(parsed)[0])) as Post | undefined;
  if (!Array.isArray(post?.content)) return undefined;
  const words = ({ text, user_name: name }: PostElement) =>
    typeof text === "string" ? text : typeof name === "string" ? `@${name}` : "";
  const lines = post.content.map((line) => (Array.isArray(line) ? line.map(words).join("") : ""));
  return [...(post.title ? [String(post.title)] : []), ...lines].join("\n");
}

/** Leaves out the keys that have no value. */
export function defined<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}

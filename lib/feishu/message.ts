// Reads a received message into the text that a person would read, the mention of the bot taken out.
import { readContent } from "@/lib/feishu/reading/content";
import { type Mention, Mentions } from "@/lib/feishu/reading/mentions";

export type { Mention } from "@/lib/feishu/reading/mentions";

/** The parts of `im.message.receive_v1` that are read here; everything may be missing. */
export type MessageEvent = {
  sender?: { sender_id?: Record<string, string | undefined>; sender_type?: string };
  message?: {
    message_id?: string;
    /** The message that this one quotes or answers. */
    parent_id?: string;
    /** The first message of the thread, or of the chain of answers. */
    root_id?: string;
    thread_id?: string;
    chat_id?: string;
    chat_type?: string;
    message_type?: string;
    content?: string;
    create_time?: string;
    mentions?: Mention[];
  };
};

export type ReadMessage = {
  text: string;
  /** The bot itself, by its open_id. */
  mentionsBot: boolean;
  mentionsAll: boolean;
  /** A card of which Feishu gave nothing but its title. */
  unreadCard?: { title: string };
};

/** `botOpenId` null: the bot's identity is unknown, so nothing counts as a mention of it. */
export const readMessage = (event: MessageEvent, botOpenId: string | null): ReadMessage =>
  readAs(event, ({ id }) => botOpenId !== null && id?.open_id === botOpenId);

/** The text without any mention of a person or bot. */
export const readUnaddressed = (event: MessageEvent): ReadMessage => readAs(event, () => true);

function readAs(event: MessageEvent, isBot: (mention: Mention) => boolean): ReadMessage {
  const { text, unreadCard, mentions } = read(event);
  return {
    text: mentions.resolve(text, isBot).trim(),
    mentionsBot: mentions.list.some(isBot),
    mentionsAll: mentions.includeAll,
    ...(unreadCard ? { unreadCard } : {}),
  };
}

/** Posts and cards name people whom Feishu may leave out of `mentions`. */
export const mentionsAnybody = (event: MessageEvent): boolean => read(event).mentions.list.length > 0;

function read({ message = {} }: MessageEvent) {
  const mentions = new Mentions(Array.isArray(message.mentions) ? message.mentions : []);
  return { ...readContent(message.message_type ?? "", message.content ?? "", mentions), mentions };
}

// An unread card's title, and a name of a type, are no words of whoever sent them.
const WORDLESS_LINE =
  /^\[(image|file|folder|audio|media|video|sticker|merge_forward|interactive|unsupported)\].*$|^\[(location|share_chat|share_user|system|vote|todo|calendar|hongbao|video_chat)\]$/gm;

/** The text without what stands in it for images, files and the like: empty where nobody wrote a word. */
export const wordsOf = (text: string): string =>
  text
    .replace(WORDLESS_LINE, "")
    .replace(/\[(image|media)\]/g, "")
    .trim();

/** The texts among a value's fields. */
export const stringsIn = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );

// Reads a received message into the text that a person would read, the mention of the bot taken out.
import { normalize } from "@larksuiteoapi/node-sdk";

export type Mention = { key: string; name?: string; id?: { open_id?: string } };

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
};

/** `botOpenId` null: the bot's identity is unknown, so nothing counts as a mention of it. */
export async function readMessage(event: MessageEvent, botOpenId: string | null): Promise<ReadMessage> {
  const mentions = Array.isArray(event.message?.mentions) ? event.message.mentions : [];
  const isBot = (mention: Mention) => botOpenId !== null && mention.id?.open_id === botOpenId;
  const raw = await rawText(event);
  return {
    text: resolveMentions(raw, mentions, isBot).trim(),
    mentionsBot: mentions.some(isBot),
    // Feishu mostly leaves @all out of `mentions`; it is in the content alone.
    mentionsAll: /@_all\b/.test(event.message?.content ?? "") || mentions.some(({ key }) => key === "@_all"),
  };
}

async function rawText(event: MessageEvent): Promise<string> {
  const { message_type: type = "", content = "" } = event.message ?? {};
  const parsed = parseContent(content);
  if (type === "text") return typeof parsed.text === "string" ? parsed.text : "";
  if (type === "post") return readPost(parsed);
  // What was forwarded has to be asked for.
  if (type === "merge_forward") return "[merge_forward]";
  if (FILE_TYPES.has(type)) return typeof parsed.file_name === "string" ? `[${type}] ${parsed.file_name}` : `[${type}]`;
  return readByType(event, type);
}

const FILE_TYPES = new Set(["image", "file", "folder", "audio", "media", "video", "sticker"]);

const WORDLESS_LINE = /^\[(image|file|folder|audio|media|video|sticker|merge_forward)\].*$/gm;

/** The text without what stands in it for images, files and the like: empty where nobody wrote a word. */
export const wordsOf = (text: string): string =>
  text
    .replace(WORDLESS_LINE, "")
    .replace(/\[(image|media)\]/g, "")
    .trim();

function parseContent(content: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(content);
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

// Not the SDK's: it writes Markdown into the text and misses mentions in posts, whose `user_id` is the mention's key.
function readPost(post: Record<string, unknown>): string {
  const body = (Array.isArray(post.content) ? post : Object.values(post).find(isPostBody)) ?? {};
  const { title, content } = body as { title?: unknown; content?: unknown };
  const lines = typeof title === "string" && title !== "" ? [title] : [];
  for (const paragraph of Array.isArray(content) ? content : []) {
    if (Array.isArray(paragraph)) lines.push(paragraph.map((element) => readElement(stringsIn(element))).join(""));
  }
  return lines.join("\n");
}

const isPostBody = (value: unknown): boolean =>
  value !== null && typeof value === "object" && Array.isArray((value as { content?: unknown }).content);

/** The texts among a value's fields. */
export const stringsIn = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );

function readElement(element: Record<string, string>): string {
  const { tag, text = "", href, user_id: userId = "", user_name: userName } = element;
  switch (tag) {
    case "a":
      return !href || href === text ? text || (href ?? "") : `${text} (${href})`;
    case "at":
      if (userId === "all" || userId === "@_all") return "@_all";
      return userId.startsWith("@_user_") ? userId : `@${userName ?? userId}`;
    case "img":
      return "[image]";
    case "media":
      return "[media]";
    case "emotion":
      return element.emoji_type ? `[${element.emoji_type}]` : "";
    case "hr":
      return "\n---\n";
    default:
      return text;
  }
}

// Cards, forwarded messages, votes and the like: the SDK knows their many shapes.
async function readByType(event: MessageEvent, type: string): Promise<string> {
  const flat = { ...event, sender: { sender_id: {}, ...event.sender }, message: { ...event.message, mentions: [] } };
  try {
    const { content } = await normalize(flat as unknown as Parameters<typeof normalize>[0], {
      botIdentity: { openId: "", name: "" },
      stripBotMentions: false,
    });
    return content || `[${type}]`;
  } catch {
    return `[${type}]`;
  }
}

const MENTION = /([ \t]?)(@_user_\d+|@_all\b)([ \t]?)/g;

/** In one pass, so that a name that looks like a key, or `@_user_1` inside `@_user_10`, is not replaced again. */
function resolveMentions(text: string, mentions: Mention[], isBot: (mention: Mention) => boolean): string {
  const byKey = new Map(mentions.map((mention) => [mention.key, mention]));
  return text.replace(MENTION, (whole, before: string, key: string, after: string, at: number, all: string) => {
    const mention = byKey.get(key);
    if (!mention) return key === "@_all" ? `${before}@all${after}` : whole;
    if (!isBot(mention)) return `${before}${mention.name ? `@${mention.name}` : key}${after}`;
    const isLineStart = at === 0 || all[at - 1] === "\n";
    const next = all[at + whole.length];
    if (isLineStart || next === undefined || /[\n,.;:!?，。；：！？、]/.test(next)) return "";
    return before || after;
  });
}

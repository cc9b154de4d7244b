// Judges the content of outgoing messages as Feishu does: its type, its size, the keys and cards that it names.

import { parseJson } from "@/lib/json";
import { type CardNode, isNode } from "@/lib/sandbox/cards";
import type { Mention } from "@/lib/sandbox/chats";
import { ApiError, INVALID_PARAM } from "@/lib/sandbox/openapi/api";
import type { SandboxState } from "@/lib/sandbox/state";

// Sizes of the request's content: 150 KB of text, 30 KB of a card or a post.
const MAX_TEXT_BYTES = 150 * 1024;
const MAX_RICH_BYTES = 30 * 1024;

const CONTENT_TOO_LONG = 230025;
const UNSUPPORTED_TYPE = 230054;
const CARD_CONTENT_FAILED = 230099;
const NOT_OWNER_OF_RESOURCE = 230017;

const REQUIRED_KEY: Record<string, string> = {
  text: "text",
  image: "image_key",
  file: "file_key",
  audio: "file_key",
  media: "file_key",
  sticker: "file_key",
  share_chat: "chat_id",
  share_user: "user_id",
};

export interface JudgedContent {
  content: string;
  mentions: Mention[];
  cardId?: string;
}

export function judgeContent(state: SandboxState, appId: string, type: string, content: string): JudgedContent {
  const limit = type === "text" ? MAX_TEXT_BYTES : MAX_RICH_BYTES;
  if (Buffer.byteLength(content) > limit) {
    throw new ApiError(CONTENT_TOO_LONG, "The length of the message content reaches its limit.");
  }
  const json = parseJson(content);
  if (!isNode(json)) throw new ApiError(INVALID_PARAM, "The message content is not a JSON object.");
  if (type === "interactive") return judgeCard(state, appId, json, content);
  if (type === "post") return judgePost(json, content);
  const key = Object.hasOwn(REQUIRED_KEY, type) ? REQUIRED_KEY[type] : undefined;
  if (key === undefined) {
    if (type !== "system") throw new ApiError(UNSUPPORTED_TYPE, "This type of message is not supported.");
    return { content, mentions: [] };
  }
  const value = json[key];
  if (typeof value !== "string" || value === "") throw new ApiError(INVALID_PARAM, `The content lacks ${key}.`);
  if (type === "text") return judgeText(state, value);
  const needsUpload = key.endsWith("_key") && type !== "sticker";
  if (needsUpload && state.resources.get(value)?.appId !== appId) {
    throw new ApiError(NOT_OWNER_OF_RESOURCE, "The bot is not the owner of the resource.");
  }
  return { content, mentions: [] };
}

/** `<at user_id="ou_…">` becomes a mention key, as it does in Feishu. */
function judgeText(state: SandboxState, text: string): JudgedContent {
  const mentions: Mention[] = [];
  const keyed = text.replace(/<at user_id="([^"]+)">(.*?)<\/at>/g, (tag: string, openId: string) => {
    if (openId === "all") return "@_all";
    const mention = mentionOf(state, openId, `@_user_${mentions.length + 1}`);
    if (!mention) return tag;
    mentions.push(mention);
    return mention.key;
  });
  return { content: JSON.stringify({ text: keyed }), mentions };
}

export function mentionOf(state: SandboxState, openId: string, key: string): Mention | undefined {
  const bot = state.apps.byBotOpenId(openId);
  if (bot) return { key, openId, unionId: bot.unionId, userId: "", name: bot.name, isBot: true };
  const person = state.people.get(openId);
  return person && { key, openId, unionId: person.unionId, userId: person.userId, name: person.name, isBot: false };
}

function judgePost(json: CardNode, content: string): JudgedContent {
  const locales = Object.values(json);
  const isValid = locales.length > 0 && locales.every((post) => isNode(post) && isParagraphs(post.content));
  if (!isValid) throw new ApiError(INVALID_PARAM, "The post has no content in any language.");
  return { content, mentions: [] };
}

function isParagraphs(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((line) => Array.isArray(line) && line.every((node) => isNode(node) && typeof node.tag === "string"))
  );
}

function judgeCard(state: SandboxState, appId: string, json: CardNode, content: string): JudgedContent {
  if (json.type === "template") return { content, mentions: [] };
  if (json.type !== "card") {
    if (!isCard(json)) throw cardFailure("200621", "parse card json err");
    return { content, mentions: [] };
  }
  const cardId = isNode(json.data) ? json.data.card_id : undefined;
  const card = typeof cardId === "string" ? state.cards.get(cardId) : undefined;
  if (!card) throw cardFailure("200740", "card entity does not exist");
  if (card.appId !== appId) throw cardFailure("300311", "the card entity belongs to another app");
  if (state.cards.isExpired(card)) throw cardFailure("200750", "the card entity is expired");
  if (card.messageId !== undefined) throw cardFailure("200830", "the card entity has been sent already");
  return { content, mentions: [], cardId: card.cardId };
}

/** A card of version 2.0 has a body, one of version 1 has elements. */
export function isCard(json: CardNode): boolean {
  if (json.schema === "2.0") return isNode(json.body);
  return Array.isArray(json.elements) || isNode(json.i18n_elements);
}

/** A card may be changed after sending when it says so; version 2.0 says so by default. */
export function isUpdatable(json: unknown): boolean {
  if (!isNode(json)) return false;
  const flag = isNode(json.config) ? json.config.update_multi : undefined;
  return json.schema === "2.0" ? flag !== false : flag === true;
}

function cardFailure(subCode: string, words: string): ApiError {
  return new ApiError(
    CARD_CONTENT_FAILED,
    `Failed to create card content, ext=ErrCode: ${subCode}; ErrMsg: ${words}; ErrorValue: ;`,
  );
}

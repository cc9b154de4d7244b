// Reads an answer that comes as a whole: JSON in one of the documented forms, or plain text.

import { withoutMentionOfAll } from "@/lib/feishu/card-markdown";
import type { MessageContent } from "@/lib/feishu/sender";
import { parseJson } from "@/lib/json";
import type { KeptSecret } from "@/lib/kept-secret";
import { unreadableError } from "@/lib/responders/http-errors";

const MOST_MESSAGES = 20;

/** `type` is the answer's content type. Nothing to say is no message. */
export function readAnswer(body: string, type: string, host: string): MessageContent[] {
  if (body.trim() === "") return [];
  if (type === "text/plain") return [{ format: "text", text: body }];
  if (type === "text/markdown") return [{ format: "markdown", text: body }];
  const messages = messagesIn(parseJson(body));
  if (!messages) throw unreadableError(host, body);
  return messages;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Undefined for what is none of the documented forms. */
function messagesIn(value: unknown): MessageContent[] | undefined {
  if (!isObject(value)) return undefined;
  if (Object.keys(value).length === 0) return [];
  if (value.messages === undefined) return fromOne(value);
  if (!Array.isArray(value.messages) || value.messages.length > MOST_MESSAGES) return undefined;
  const messages = value.messages.map((item) => (isObject(item) ? fromOne(item) : undefined));
  return messages.every((message) => message !== undefined) ? messages.flat() : undefined;
}

function fromOne({ text, markdown, card }: Record<string, unknown>): MessageContent[] | undefined {
  const [given, ...more] = [text, markdown, card].filter((part) => part !== undefined && part !== null);
  if (given === undefined || more.length > 0) return undefined;
  if (typeof text === "string") return [{ format: "text", text }];
  if (typeof markdown === "string") return [{ format: "markdown", text: markdown }];
  return isObject(card) ? [{ format: "card", card }] : undefined;
}

/** Unless somebody allows it, no answer calls a whole group. */
export const withoutCallToAll = (messages: MessageContent[]): MessageContent[] =>
  messages.map((message) =>
    message.format === "card"
      ? {
          ...message,
          card: JSON.parse(JSON.stringify(message.card), (_, value) => calmed(value)) as typeof message.card,
        }
      : { ...message, text: withoutMentionOfAll(message.text) },
  );

const calmed = (value: unknown): unknown => (typeof value === "string" ? withoutMentionOfAll(value) : value);

/** Some services put the error of what they asked themselves into their answer, key and all. */
export const withoutSecret = (messages: MessageContent[], kept: KeptSecret): MessageContent[] =>
  messages.map((message) =>
    message.format === "card"
      ? { ...message, card: JSON.parse(kept.strikeOutWhole(JSON.stringify(message.card))) as Record<string, unknown> }
      : { ...message, text: kept.strikeOutWhole(message.text) },
  );

// Reads what a workflow of n8n's answers: an agent's output, an item, a list of them, a stream of lines, or plain text.

import type { MessageContent } from "@/lib/feishu/sender";
import { parseJson } from "@/lib/json";
import { ResponderError } from "@/lib/responders/errors";
import { unreadableError } from "@/lib/responders/http-errors";

const STARTED = /^Workflow (was|got) started\.?$/i; // what the webhook says when it is set to respond immediately

export function readN8nAnswer(body: string, host: string): MessageContent[] {
  const text = body.trim();
  if (text === "") return [];
  const lines = streamedIn(text);
  if (lines !== undefined) return said(lines);
  const value = parseJson(text);
  if (value === undefined) {
    // "Respond with text" is sent as HTML; a page is not meant for a chat.
    if (/^<(!doctype|html|head|body)/i.test(text)) throw unreadableError(host, text);
    return said(text);
  }
  const messages = messagesIn(Array.isArray(value) ? value[0] : value, host);
  if (messages === undefined) throw unreadableError(host, text);
  return messages;
}

const said = (text: string): MessageContent[] => (text.trim() === "" ? [] : [{ format: "markdown", text }]);

function messagesIn(value: unknown, host: string): MessageContent[] | undefined {
  if (value === undefined) return [];
  if (typeof value === "string") return said(value);
  if (value === null || typeof value !== "object") return undefined;
  const { output, text, markdown, response, message, card } = value as Record<string, unknown>;
  if (typeof message === "string" && STARTED.test(message.trim())) {
    throw new ResponderError({ code: "http.n8nStarted", params: { host } }, { retryable: false });
  }
  if (card !== null && typeof card === "object") return [{ format: "card", card: card as Record<string, unknown> }];
  const words = [output, markdown, text, response, message].find((part) => typeof part === "string");
  return typeof words === "string" ? said(words) : undefined;
}

/** A streaming response: one JSON object a line, the pieces of the text in those of the type "item". */
function streamedIn(text: string): string | undefined {
  if (!/^\{[^\n]*"type"\s*:\s*"begin"/.test(text)) return undefined;
  return text
    .split("\n")
    .map((line) => parseJson(line) as { type?: unknown; content?: unknown } | undefined)
    .map((part) => (part?.type === "item" && typeof part.content === "string" ? part.content : ""))
    .join("");
}

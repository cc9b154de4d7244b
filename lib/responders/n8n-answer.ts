// Reads what a workflow of n8n's answers: an agent's output, an item, a list of them, a stream of objects, or plain text.

import type { MessageContent } from "@/lib/feishu/sender";
import { givingWay } from "@/lib/giving-way";
import { parseJson } from "@/lib/json";
import { ResponderError } from "@/lib/responders/errors";
import { chunksOf, LARGEST_STREAM_BYTES, type Received } from "@/lib/responders/http-call";
import {
  brokenOffError,
  endlessLineError,
  streamError,
  tooLargeError,
  unreadableError,
} from "@/lib/responders/http-errors";
import { AnswerText } from "@/lib/responders/streams/answer-text";
import { JsonValues } from "@/lib/responders/streams/json-values";

const STARTED = /^Workflow (was|got) started\.?$/i; // what the webhook says when it is set to respond immediately
const LARGEST_WHOLE = 1024 * 1024;
const LONGEST_OBJECT = 64 * 1024;
const STREAMED = new Set<unknown>(["begin", "item", "end", "error"]);

export async function readN8n(received: Received): Promise<MessageContent[]> {
  const { response, host, deadline } = received;
  const reading = new Reading(received);
  const giveWay = givingWay();
  for await (const chunk of chunksOf(response, host, { limit: LARGEST_STREAM_BYTES, deadline })) {
    reading.take(chunk);
    await giveWay();
  }
  return reading.messages(response.headers.get("content-type") ?? "");
}

/** A body of which only its first objects tell whether it is a stream. */
class Reading {
  readonly #received: Received;
  readonly #text: AnswerText;
  readonly #values: JsonValues;
  /** All of it, as long as it is no stream. */
  #raw: string[] = [];
  #size = 0;
  #first: unknown;
  #kind: "unknown" | "whole" | "stream" = "unknown";
  /** Nodes that have begun to write and not ended. */
  #writing = 0;

  constructor(received: Received) {
    this.#received = received;
    this.#text = new AnswerText(received.host, received.kept);
    this.#values = new JsonValues(LARGEST_WHOLE, () => {
      throw tooLargeError(received.host);
    });
  }

  take(chunk: string): void {
    if (this.#kind !== "stream") this.#keep(chunk);
    if (this.#kind === "whole") return;
    for (const taken of this.#values.take(chunk)) {
      if ("value" in taken) this.#takeObject(taken.value);
      else if (this.#kind === "unknown" && this.#first === undefined && taken.text.trim() !== "") this.#kind = "whole";
      if (this.#kind === "whole") return;
    }
  }

  #keep(chunk: string): void {
    this.#size += chunk.length;
    if (this.#size > LARGEST_WHOLE) throw tooLargeError(this.#received.host);
    this.#raw.push(chunk);
  }

  #takeObject(json: string): void {
    if (this.#kind === "stream" && json.length > LONGEST_OBJECT) throw endlessLineError(this.#received.host);
    const value = parseJson(json);
    if (value === undefined && this.#kind === "unknown") this.#kind = "whole";
    else if (this.#kind === "stream") this.#takePart(value);
    else if (this.#first !== undefined || STREAMED.has((value as Part).type)) this.#begin(value);
    else this.#first = value;
  }

  #begin(value: unknown): void {
    this.#kind = "stream";
    this.#raw = [];
    this.#received.deadline.heard();
    if (this.#first !== undefined) this.#takePart(this.#first);
    this.#takePart(value);
  }

  #takePart(value: unknown): void {
    const { host } = this.#received;
    const part = (value ?? {}) as Part;
    if (part.type === "begin") this.#writing += 1;
    else if (part.type === "end") this.#writing -= 1;
    else if (part.type === "error") throw streamError(host, problemIn(part.content ?? part.message ?? part.error));
    else if (part.error !== undefined && part.error !== null) throw streamError(host, problemIn(part.error));
    else if (part.type === "item") this.#addContent(part.content);
    else this.#addWords(value);
  }

  /** A piece of the text, or what a node put out, as an object or as its JSON. */
  #addContent(content: unknown): void {
    const isJson = typeof content === "string" && /^\s*\{.*\}\s*$/s.test(content);
    const value = isJson ? parseJson(content) : content;
    if (typeof content === "string" && wordsIn(value) === undefined) this.#text.add(content);
    else this.#addWords(value);
  }

  #addWords(value: unknown): void {
    const words = wordsIn(value);
    // The last node may put out once more what an agent before it wrote.
    if (words !== undefined && words !== this.#text.whole) this.#text.add(words);
  }

  messages(type: string): MessageContent[] {
    const { host } = this.#received;
    if (this.#kind !== "stream") return readWhole(this.#raw.join(""), type, host);
    if (this.#writing > 0 || this.#values.isOpen) throw brokenOffError(host);
    return said(this.#text.whole);
  }
}

type Part = { type?: unknown; content?: unknown; error?: unknown; message?: unknown };

function problemIn(value: unknown): string {
  if (typeof value === "string") return value;
  const { message } = (value ?? {}) as { message?: unknown };
  return typeof message === "string" ? message : JSON.stringify(value ?? "error");
}

function readWhole(body: string, type: string, host: string): MessageContent[] {
  const text = body.trim();
  if (text === "") return [];
  const value = parseJson(text);
  if (value === undefined) {
    if (/json/i.test(type)) throw brokenOffError(host);
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
  const { message, card } = value as Record<string, unknown>;
  if (typeof message === "string" && STARTED.test(message.trim())) {
    throw new ResponderError({ code: "http.n8nStarted", params: { host } }, { retryable: false });
  }
  if (card !== null && typeof card === "object") return [{ format: "card", card: card as Record<string, unknown> }];
  const words = wordsIn(value);
  return words === undefined ? undefined : said(words);
}

function wordsIn(value: unknown): string | undefined {
  if (value === null || typeof value !== "object") return undefined;
  const { output, text, markdown, response, message } = value as Record<string, unknown>;
  return [output, markdown, text, response, message].find((part) => typeof part === "string");
}

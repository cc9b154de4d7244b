// One call of a service of one's own: within its time and size, signed, and read in whatever form it answers.
import { parseJson } from "@/lib/json";
import { KeptSecret, secretsIn } from "@/lib/kept-secret";
import { guardedFetch } from "@/lib/outside-address";
import { CallAccount, problemOf } from "@/lib/responders/calls";
import { readAnswer, withoutSecret } from "@/lib/responders/http-answer";
import {
  asResponderError,
  redirectError,
  statusError,
  timeoutError,
  tooLargeError,
} from "@/lib/responders/http-errors";
import { readStream } from "@/lib/responders/http-stream";
import type { Answer, AnswerContext } from "@/lib/responders/responder";
import { webhookHeaders } from "@/lib/responders/signature";
import { VERSION } from "@/lib/version";

const LARGEST_ANSWER_BYTES = 1024 * 1024;
/** Of a stream, whose text has a limit of its own: each word of it comes in some hundred bytes. */
export const LARGEST_STREAM_BYTES = 32 * 1024 * 1024;
const LONGEST_ANSWER_MS = 600_000; // no longer does Feishu let an answer grow
const BODY_OF_REFUSAL_BYTES = 4 * 1024; // of which the first words are shown

export type Service = {
  url: string;
  timeoutSeconds: number;
  secret: string | undefined;
  /** Addresses inside the network, for administrators. */
  allowPrivate: boolean;
};

export type Called = { status: number; answer: Answer };

/** Tells a service of one's own about a message. Throws like `exchange`. */
export function callService(
  service: Service,
  { id, body }: { id: string; body: string },
  context: AnswerContext,
): Promise<Called> {
  const headers = {
    accept: "application/json, text/event-stream, text/plain, text/markdown",
    ...webhookHeaders(service.secret, { id, at: new Date(), body }),
  };
  return exchange(service, { url: service.url, headers, body }, context, async (received) => ({
    status: received.response.status,
    answer: await read(received, context),
  }));
}

/** What a service has begun to answer. */
export type Received = {
  response: Response;
  host: string;
  deadline: Deadline;
  /** What must not be told to anybody. */
  kept: KeptSecret;
  account: CallAccount;
};

type Posted = { url: string; headers: Record<string, string>; body: string };

/**
 * Posts JSON, and has what succeeded read within the service's time. Throws a `ResponderError`, or the reason of the
 * context's signal when that ends it.
 */
export async function exchange<T>(
  { timeoutSeconds, allowPrivate, secret }: Omit<Service, "url">,
  { url, headers, body }: Posted,
  context: AnswerContext,
  readAll: (received: Received) => Promise<T>,
): Promise<T> {
  const { host } = new URL(url);
  const kept = new KeptSecret(secret, ...secretsIn(url));
  const deadline = new Deadline(timeoutSeconds * 1000);
  const account = new CallAccount({ name: host });
  try {
    const response = await guardedFetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": `Larkspur/${VERSION}`, ...headers },
      body,
      signal: AbortSignal.any([context.signal, deadline.signal]),
      allowPrivate,
    });
    const { status } = response;
    if (status >= 300 && status < 400) throw redirectError(host, status);
    if (!response.ok) throw statusError(host, status, response.headers, await beginningOf(response, host));
    const all = await readAll({ response, host, deadline, kept, account });
    context.noteCall?.(account.end({ kept }));
    return all;
  } catch (error) {
    context.signal.throwIfAborted();
    const failure = deadline.signal.aborted
      ? timeoutError(host, deadline.seconds)
      : asResponderError(error, host).without(kept);
    context.noteCall?.(account.end({ kept }, problemOf(failure)));
    throw failure;
  } finally {
    deadline.end();
  }
}

async function read({ response, host, deadline, kept, account }: Received, context: AnswerContext): Promise<Answer> {
  const { status, headers } = response;
  if (status === 202) return { messages: [], comesLater: true };
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "text/event-stream") deadline.heard();
  const beginning = await peek(chunksOf(response, host, { limit: LARGEST_STREAM_BYTES, deadline }));
  if (isStream(type, beginning.words)) {
    deadline.heard();
    const text = await readStream(beginning.chunks, host, context.show?.bind(context), { kept, account });
    return { messages: [{ format: "markdown", text }] };
  }
  const whole = type === "text/event-stream" ? "application/json" : type;
  const body = await joined(beginning.chunks, host);
  if (whole === "application/json" && body.includes('"usage"')) account.took(usageIn(body));
  return { messages: withoutSecret(readAnswer(body, whole, host), kept) };
}

const usageIn = (body: string): unknown => (parseJson(body) as { usage?: unknown } | null | undefined)?.usage;

/** Some services say the one and send the other. */
function isStream(type: string, words: string): boolean {
  if (type === "text/event-stream") return !/^[{[]/.test(words);
  return type === "application/json" && /^(data|event|id|retry)?:/.test(words);
}

const LONGEST_FIELD = "event:".length;

/** The first words of it, and all of it. */
async function peek(chunks: AsyncGenerator<string>): Promise<{ words: string; chunks: AsyncGenerator<string> }> {
  const read: string[] = [];
  let words = "";
  while (words.length < LONGEST_FIELD) {
    const next = await chunks.next();
    if (next.done) break;
    read.push(next.value);
    // Some keep the connection open with empty lines: they are not looked at again.
    words = (words + next.value).trimStart();
  }
  async function* all() {
    yield* read;
    yield* chunks;
  }
  return { words, chunks: all() };
}

export const textOf = (response: Response, host: string): Promise<string> => joined(chunksOf(response, host), host);

async function joined(chunks: AsyncIterable<string>, host: string): Promise<string> {
  const parts: string[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += Buffer.byteLength(chunk);
    if (size > LARGEST_ANSWER_BYTES) throw tooLargeError(host);
    parts.push(chunk);
  }
  return parts.join("");
}

/** What can be had of the body of a refusal. */
async function beginningOf(response: Response, host: string): Promise<string> {
  let body = "";
  try {
    for await (const chunk of chunksOf(response, host)) {
      body += chunk;
      if (body.length > BODY_OF_REFUSAL_BYTES) break;
    }
  } catch {
    // The status alone says enough.
  }
  return body;
}

type Bounds = {
  limit?: number;
  /** Has its time anew with each chunk, where a stream is read. */
  deadline?: Deadline;
};

/** The body as text. Whoever stops reading closes the connection. */
export async function* chunksOf(
  response: Response,
  host: string,
  { limit = LARGEST_ANSWER_BYTES, deadline }: Bounds = {},
): AsyncGenerator<string> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    if (deadline?.isStreaming) deadline.heard();
    size += chunk.byteLength;
    if (size > limit) throw tooLargeError(host);
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/** Aborts when the answer takes too long; each part of a stream gives it its time anew. */
export class Deadline {
  readonly #abort = new AbortController();
  readonly #limitMs: number;
  readonly #begin = performance.now();
  #timer: NodeJS.Timeout | undefined;
  /** Of the limit that ended it. */
  seconds: number;
  isStreaming = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.seconds = limitMs / 1000;
    this.#wait(limitMs);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** A part of a stream came. */
  heard(): void {
    this.isStreaming = true;
    this.#wait(this.#limitMs);
  }

  /** All that counts is there; what may still come has so long. */
  closing(ms: number): void {
    this.isStreaming = false;
    this.#wait(Math.min(ms, this.#limitMs));
  }

  #wait(limitMs: number): void {
    const leftMs = LONGEST_ANSWER_MS - (performance.now() - this.#begin);
    if (leftMs < limitMs) this.seconds = LONGEST_ANSWER_MS / 1000;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(), Math.max(0, Math.min(limitMs, leftMs)));
  }

  end(): void {
    clearTimeout(this.#timer);
    // What was left unread is given up with its connection.
    this.#abort.abort();
  }
}

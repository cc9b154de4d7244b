// One call of a service of one's own: within its time and size, signed, and read in whatever form it answers.
import { guardedFetch } from "@/lib/outside-address";
import { readAnswer } from "@/lib/responders/http-answer";
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
  return exchange(service, { url: service.url, headers, body }, context, async (response, host, deadline) => ({
    status: response.status,
    answer: await read(response, host, deadline, context),
  }));
}

type Posted = { url: string; headers: Record<string, string>; body: string };

/**
 * Posts JSON, and has what succeeded read within the service's time. Throws a `ResponderError`, or the reason of the
 * context's signal when that ends it.
 */
export async function exchange<T>(
  { timeoutSeconds, allowPrivate }: Omit<Service, "url">,
  { url, headers, body }: Posted,
  context: AnswerContext,
  readAll: (response: Response, host: string, deadline: Deadline) => Promise<T>,
): Promise<T> {
  const { host } = new URL(url);
  const deadline = new Deadline(timeoutSeconds * 1000);
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
    return await readAll(response, host, deadline);
  } catch (error) {
    context.signal.throwIfAborted();
    throw deadline.signal.aborted ? timeoutError(host, deadline.seconds) : asResponderError(error, host);
  } finally {
    deadline.end();
  }
}

async function read(response: Response, host: string, deadline: Deadline, context: AnswerContext): Promise<Answer> {
  const { status, headers } = response;
  if (status === 202) return { messages: [], comesLater: true };
  const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "text/event-stream") {
    deadline.heard();
    const text = await readStream(
      chunksOf(response, host, () => deadline.heard()),
      host,
      context.show?.bind(context),
    );
    return { messages: [{ format: "markdown", text }] };
  }
  return { messages: readAnswer(await textOf(response, host), type, host) };
}

export async function textOf(response: Response, host: string): Promise<string> {
  let body = "";
  for await (const chunk of chunksOf(response, host)) body += chunk;
  return body;
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

/** The body as text. Whoever stops reading closes the connection. */
export async function* chunksOf(response: Response, host: string, onChunk?: () => void): AsyncGenerator<string> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  let size = 0;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    onChunk?.();
    size += chunk.byteLength;
    if (size > LARGEST_ANSWER_BYTES) throw tooLargeError(host);
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

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.seconds = limitMs / 1000;
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  heard(): void {
    const leftMs = LONGEST_ANSWER_MS - (performance.now() - this.#begin);
    if (leftMs < this.#limitMs) this.seconds = LONGEST_ANSWER_MS / 1000;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(), Math.max(0, Math.min(this.#limitMs, leftMs)));
  }

  end(): void {
    clearTimeout(this.#timer);
    // What was left unread is given up with its connection.
    this.#abort.abort();
  }
}

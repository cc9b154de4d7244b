// Asks a model: one question with what was said before it, the answer told while it grows.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { extractReasoningMiddleware, streamText, wrapLanguageModel } from "ai";
import { parseJson } from "@/lib/json";
import type { OpenModel } from "@/lib/models/credentials";
import {
  asModelError,
  bodyError,
  endlessError,
  ModelError,
  silentError,
  wordlessError,
} from "@/lib/models/model-error";
import { guardedFetch } from "@/lib/outside-address";

const LONGEST_ANSWER_MS = 600_000; // no longer does Feishu let an answer grow
const LONGEST_THOUGHTS = 20_000; // more than anybody unfolds
const LONGEST_TEXT = 100_000; // Feishu's limit for the text of a card that grows
const LARGEST_BYTES = 32 * 1024 * 1024; // on the way; each word comes in some hundred bytes
const END_OF_THOUGHTS = "\n</think>\n";

export type AskedPart = { type: "text"; text: string } | { type: "image"; image: Uint8Array; mediaType: string };
export type AskedMessage = { role: "assistant"; content: string } | { role: "user"; content: string | AskedPart[] };

export type Asked = {
  system?: string | undefined;
  /** Oldest first; the last one is the question. */
  messages: AskedMessage[];
  temperature?: number | undefined;
  maxTokens?: number | undefined;
  /** For how long nothing at all may come. */
  silenceMs: number;
  signal?: AbortSignal;
  /** The answer ends where it is this long. */
  enough?: number;
  onText?(soFar: string, thoughts: string): void;
};

export type Told = {
  /** Without the model's thoughts. */
  text: string;
  /** What it thought before it answered. */
  thoughts?: string;
  inputTokens?: number;
  outputTokens?: number;
  firstTokenMs?: number;
  /** It ends before its end: it became too long, or its server did not let it go on. */
  cutBy?: "length" | "filter";
};

/** Throws a `ModelError`, or the reason of `signal` when that ends it. Asks once. */
export async function askModel(model: OpenModel, asked: Asked): Promise<Told> {
  const watch = new Watch(asked.silenceMs);
  const signals = [watch.signal, ...(asked.signal ? [asked.signal] : [])];
  try {
    return await read(model, asked, watch, AbortSignal.any(signals));
  } catch (error) {
    asked.signal?.throwIfAborted();
    throw watch.signal.aborted ? silentError(model, watch.seconds) : asModelError(error, model);
  } finally {
    watch.end();
  }
}

async function read(model: OpenModel, asked: Asked, watch: Watch, abortSignal: AbortSignal): Promise<Told> {
  const begin = performance.now();
  const told: Told = { text: "" };
  let thoughts = "";
  const limit = asked.enough ?? LONGEST_TEXT;
  const result = streamText({
    model: languageModel(model, watch),
    ...(asked.system ? { system: asked.system } : {}),
    messages: asked.messages,
    ...(asked.temperature === undefined ? {} : { temperature: asked.temperature }),
    ...(asked.maxTokens === undefined ? {} : { maxOutputTokens: asked.maxTokens }),
    // The inbox tries again, in its own time.
    maxRetries: 0,
    abortSignal,
    // They come as parts, too; left out, they would be written to the console.
    onError: () => undefined,
  });
  for await (const part of result.fullStream) {
    if (part.type === "error") throw part.error;
    if (part.type === "abort") throw new ModelError({ code: "model.cut" }, { retryable: true });
    if (part.type === "finish") {
      const { inputTokens, outputTokens } = part.totalUsage;
      Object.assign(told, inputTokens === undefined ? {} : { inputTokens });
      Object.assign(told, outputTokens === undefined ? {} : { outputTokens });
      if (part.finishReason === "length") told.cutBy = "length";
      if (part.finishReason === "content-filter") told.cutBy = "filter";
    }
    if (part.type === "reasoning-delta" && thoughts.length < LONGEST_THOUGHTS) thoughts += part.text;
    if (part.type !== "text-delta") continue;
    told.firstTokenMs ??= Math.round(performance.now() - begin);
    told.text += part.text;
    const tail = Math.max(0, told.text.length - part.text.length - END_OF_THOUGHTS.length);
    const end = thoughts === "" ? told.text.indexOf(END_OF_THOUGHTS, tail) : -1;
    if (end >= 0) {
      // Where a model's template begins the thoughts itself, they come without their beginning.
      thoughts = told.text.slice(0, end).slice(0, LONGEST_THOUGHTS);
      told.text = told.text.slice(end + END_OF_THOUGHTS.length).trimStart();
    }
    if (told.text.length >= limit) {
      told.text = told.text.slice(0, limit).replace(/[\ud800-\udbff]$/, "");
      told.cutBy = "length";
    }
    asked.onText?.(told.text, thoughts);
    if (told.cutBy) break;
  }
  if (told.cutBy && told.text.trim() === "") throw wordlessError(model, told.cutBy);
  return thoughts === "" ? told : { ...told, thoughts };
}

function languageModel(model: OpenModel, watch: Watch) {
  const provider = createOpenAICompatible({
    name: "model",
    baseURL: model.baseUrl,
    ...(model.apiKey ? { apiKey: model.apiKey } : {}),
    includeUsage: true,
    fetch: fetchOf(model, watch),
    transformRequestBody: (body) => (new URL(model.baseUrl).host === "api.openai.com" ? forOpenAI(body) : body),
  });
  return wrapLanguageModel({
    model: provider(model.model),
    // Open models served without a parser for them write their thoughts into the text.
    middleware: extractReasoningMiddleware({ tagName: "think" }),
  });
}

// OpenAI's own newer models refuse the field that everybody else knows.
function forOpenAI({ max_tokens, ...body }: Record<string, unknown>): Record<string, unknown> {
  return max_tokens === undefined ? body : { ...body, max_completion_tokens: max_tokens };
}

const fetchOf =
  (model: OpenModel, watch: Watch): typeof fetch =>
  async (input, init) => {
    const response = await guardedFetch(String(input), {
      method: init?.method ?? "POST",
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: String(init?.body ?? ""),
      ...(init?.signal ? { signal: init.signal } : {}),
      allowPrivate: model.allowPrivate,
    });
    watch.heard();
    if (response.ok && /text\/html/.test(response.headers.get("content-type") ?? "")) {
      await response.body?.cancel();
      throw bodyError(model, undefined);
    }
    if (!response.body) return response;
    let bytes = 0;
    const listened = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          // Whatever comes counts: busy servers send empty lines until the answer begins.
          watch.heard();
          bytes += chunk.byteLength;
          if (bytes > LARGEST_BYTES) controller.error(endlessError(model));
          else controller.enqueue(chunk);
        },
      }),
    );
    const heard = new Response(listened, response);
    return response.ok && /json/.test(response.headers.get("content-type") ?? "") ? asStream(heard, model) : heard;
  };

/** Some servers do not stream: their whole answer, as a stream of one piece. */
async function asStream(response: Response, model: OpenModel): Promise<Response> {
  const whole = parseJson(await response.text());
  if (!isWhole(whole)) throw bodyError(model, whole);
  const choices = whole.choices.map(({ message, ...choice }) => ({ ...choice, delta: message ?? {} }));
  const chunk = JSON.stringify({ ...whole, choices });
  return new Response(`data: ${chunk}\n\ndata: [DONE]\n\n`, { headers: { "content-type": "text/event-stream" } });
}

const isWhole = (value: unknown): value is { choices: { message?: object }[] } =>
  Array.isArray((value as { choices?: unknown } | null | undefined)?.choices);

/** Aborts when nothing was heard for too long, and when it goes on for ever. */
class Watch {
  readonly #abort = new AbortController();
  readonly #silenceMs: number;
  readonly #begin = performance.now();
  #timer: NodeJS.Timeout | undefined;
  seconds: number;

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
    this.seconds = Math.round(silenceMs / 1000);
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  heard(): void {
    const leftMs = LONGEST_ANSWER_MS - (performance.now() - this.#begin);
    if (leftMs < this.#silenceMs) this.seconds = LONGEST_ANSWER_MS / 1000;
    else if (this.#timer) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#abort.abort(), Math.max(0, Math.min(this.#silenceMs, leftMs)));
  }

  end(): void {
    clearTimeout(this.#timer);
    // What was left unread is given up with its connection.
    this.#abort.abort();
  }
}

// Asks a model: one question with what was said before it, the answer told while it grows.
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { streamText } from "ai";
import type { OpenModel } from "@/lib/models/credentials";
import { asModelError, ModelError, silentError, wordlessError } from "@/lib/models/model-error";
import { fetchFor } from "@/lib/models/model-fetch";
import { ThoughtSplitter } from "@/lib/models/thoughts";
import { Watch } from "@/lib/models/watch";

const LONGEST_THOUGHTS = 20_000; // more than anybody unfolds
const LONGEST_TEXT = 100_000; // Feishu's limit for the text of a card that grows

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
  /** Until anything of it came, thoughts included; and until words of the answer did. */
  firstTokenMs?: number;
  firstWordsMs?: number;
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
  const limit = asked.enough ?? LONGEST_TEXT;
  let apart = ""; // thoughts that come in a field of their own
  let splitter: ThoughtSplitter | undefined;
  const withThoughts = (inText = splitter?.thoughts) => {
    const thoughts = [apart.trim(), inText].filter(Boolean).join("\n\n").slice(0, LONGEST_THOUGHTS);
    return thoughts === "" ? {} : { thoughts };
  };
  for await (const part of streamOf(model, asked, watch, abortSignal)) {
    if (part.type === "error") throw part.error;
    if (part.type === "abort") throw new ModelError({ code: "model.cut" }, { retryable: true });
    if (part.type === "finish") {
      const { inputTokens, outputTokens } = part.totalUsage;
      Object.assign(told, inputTokens === undefined ? {} : { inputTokens });
      Object.assign(told, outputTokens === undefined ? {} : { outputTokens });
      if (part.finishReason === "length") told.cutBy = "length";
      if (part.finishReason === "content-filter") told.cutBy = "filter";
    }
    if ((part.type === "reasoning-delta" || part.type === "text-delta") && part.text !== "") {
      told.firstTokenMs ??= Math.round(performance.now() - begin);
    }
    if (part.type === "reasoning-delta" && apart.length < LONGEST_THOUGHTS) apart += part.text;
    if (part.type !== "text-delta") continue;
    splitter ??= new ThoughtSplitter({ hasThoughts: apart.trim() !== "" });
    splitter.push(part.text);
    if (splitter.text === "" && told.text === "") continue;
    told.firstWordsMs ??= Math.round(performance.now() - begin);
    told.text = splitter.text;
    if (told.text.length >= limit) return { ...shortened(told, limit), ...withThoughts() };
    asked.onText?.(told.text, withThoughts().thoughts ?? "");
  }
  const end = splitter?.end({ isCut: told.cutBy !== undefined });
  told.text = end?.text ?? "";
  if (told.cutBy && told.text.trim() === "") throw wordlessError(model, told.cutBy);
  return { ...(told.text.length > limit ? shortened(told, limit) : told), ...withThoughts(end?.thoughts) };
}

const shortened = (told: Told, limit: number): Told => ({
  ...told,
  text: told.text.slice(0, limit).replace(/[\ud800-\udbff]$/, ""),
  cutBy: "length",
});

function streamOf(model: OpenModel, asked: Asked, watch: Watch, abortSignal: AbortSignal) {
  const provider = createOpenAICompatible({
    name: "model",
    baseURL: model.baseUrl,
    ...(model.apiKey ? { apiKey: model.apiKey } : {}),
    includeUsage: true,
    fetch: fetchFor(model, watch),
    transformRequestBody: (body) => (new URL(model.baseUrl).host === "api.openai.com" ? forOpenAI(body) : body),
  });
  return streamText({
    model: provider(model.model),
    ...(asked.system ? { system: asked.system } : {}),
    messages: asked.messages,
    ...(asked.temperature === undefined ? {} : { temperature: asked.temperature }),
    ...(asked.maxTokens === undefined ? {} : { maxOutputTokens: asked.maxTokens }),
    // The inbox tries again, in its own time.
    maxRetries: 0,
    abortSignal,
    // They come as parts, too; left out, they would be written to the console.
    onError: () => undefined,
  }).fullStream;
}

// OpenAI's own newer models refuse the field that everybody else knows.
function forOpenAI({ max_tokens, ...body }: Record<string, unknown>): Record<string, unknown> {
  return max_tokens === undefined ? body : { ...body, max_completion_tokens: max_tokens };
}

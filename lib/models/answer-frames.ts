// Brings what OpenAI-compatible servers stream into one form: chunks with text, thoughts, an end and the tokens it took.
import { parseJson } from "@/lib/json";

type Json = Record<string, unknown>;

export type Usage = { prompt_tokens: number | null; completion_tokens: number | null };
export type FinishReason = "stop" | "length" | "content_filter";
export type Chunk = {
  choices: { index: 0; delta: Delta; finish_reason: FinishReason | null }[];
  usage?: Usage;
};
type Delta = { content?: string; reasoning_content?: string; refusal?: string };

/** What a frame says; an error is the body of a refusal, in whatever form. */
export type Frame = { kind: "chunk"; chunk: Chunk } | { kind: "error"; body: unknown } | { kind: "done" };

/** How an answer ends, in the words of other servers than OpenAI's. */
const FINISHES: [RegExp, FinishReason][] = [
  [/length|max_?(output_?)?tokens|context_window/i, "length"],
  [/filter|sensitive|safety|blocked|prohibited|recitation/i, "content_filter"],
];
const CONTEXT_FULL = /context_window|context_length/i;
/** The server gave up in the middle. */
const BROKEN = /^(error|network_error|insufficient_system_resource|abort(ed)?)$/i;

export class AnswerFrames {
  /** All the text so far: some servers repeat it as a whole. */
  #said = "";
  #hasSaid = false;
  #hasEnded = false;
  /** It went on after an end: some servers name one in each chunk. */
  #wentOn = false;
  /** Since the last words the tokens were told, which come last. */
  #isCounted = false;

  /** At most the tokens are still to come. */
  get hasEnded(): boolean {
    return this.#hasEnded && !this.#wentOn;
  }

  /** `data` of a server-sent event, or JSON as it came without one. */
  take(data: string, event = ""): Frame[] {
    if (/^\s*\[done\]\s*$/i.test(data)) return this.#done();
    const value = parseJson(data);
    if (/^(done|end)$/i.test(event))
      return [...(value === undefined ? [] : this.#frames(value, event)), ...this.#done()];
    if (value !== undefined) return this.#frames(value, event);
    const lines = data.split("\n").filter((line) => line.trim() !== "");
    // Events that no empty line separates.
    if (lines.length > 1) return lines.flatMap((line) => this.take(line, event));
    // Words that keep the connection open, unless they were to be JSON.
    if (event !== "error" && !/^\s*[{[]/.test(data)) return [];
    return [{ kind: "error", body: event === "error" ? data : undefined }];
  }

  /** Nothing more comes. Without an end of its own the answer is whole only where the tokens were told. */
  end(): Frame[] {
    return this.#isCounted && !this.#hasEnded ? [this.#chunk({}, "stop")] : [];
  }

  #done(): Frame[] {
    const end: Frame[] = this.#hasEnded || !this.#hasSaid ? [] : [this.#chunk({}, "stop")];
    return [...end, { kind: "done" }];
  }

  #frames(value: unknown, event: string): Frame[] {
    if (event === "error" && value !== null) return [{ kind: "error", body: value }];
    if (Array.isArray(value)) return value.flatMap((item) => this.#frames(item, event));
    if (!isObject(value)) return [];
    if (isError(value)) return [{ kind: "error", body: value }];
    const choice = Array.isArray(value.choices) ? value.choices.find(isObject) : undefined;
    const usage = usageIn(value.usage) ?? usageIn(choice?.usage) ?? usageIn((value.x_groq as Json | undefined)?.usage);
    if (!choice) {
      this.#isCounted ||= usage !== undefined && this.#hasSaid;
      return usage ? [{ kind: "chunk", chunk: { choices: [], usage } }] : [];
    }
    const finish = wordIn(choice.finish_reason);
    if (BROKEN.test(finish)) return [{ kind: "error", body: { error: { message: finish } } }];
    const isWhole = !isObject(choice.delta) && isObject(choice.message);
    const delta = this.#deltaOf(choice, isWhole);
    // The question alone filled it up.
    const isFull = CONTEXT_FULL.test(finish) && !this.#hasSaid && Object.keys(delta).length === 0;
    if (isFull) return [{ kind: "error", body: { error: { code: "context_length_exceeded", message: finish } } }];
    const reason = finish === "" ? (isWhole && value.object === "chat.completion" ? "stop" : null) : finishOf(finish);
    return [this.#chunk(delta, reason, usage)];
  }

  #chunk(delta: Delta, finish_reason: FinishReason | null, usage?: Usage): Frame {
    if (Object.keys(delta).length > 0) {
      this.#wentOn ||= this.#hasEnded;
      this.#hasSaid = true;
      this.#isCounted = false;
    }
    this.#hasEnded ||= finish_reason !== null;
    const choices: Chunk["choices"] = [{ index: 0, delta, finish_reason }];
    return { kind: "chunk", chunk: { choices, ...(usage ? { usage } : {}) } };
  }

  #deltaOf(choice: Json, isWhole: boolean): Delta {
    const given = (isObject(choice.delta) ? choice.delta : isWhole ? choice.message : { content: choice.text }) as Json;
    const { text: content, thoughts } = partsIn(given.content);
    const reasoning = [given.reasoning_content, given.reasoning, given.thinking]
      .map(textIn)
      .find((text) => text !== "");
    const delta: Delta = {};
    const text = isWhole ? this.#unsaid(content) : content;
    this.#said += text;
    const thought = thoughts || (isWhole && this.#hasSaid ? "" : reasoning);
    if (text) delta.content = text;
    if (thought) delta.reasoning_content = thought;
    if (typeof given.refusal === "string" && given.refusal) delta.refusal = given.refusal;
    return delta;
  }

  /** Of a text that comes as a whole, after parts of it or again and again. */
  #unsaid(whole: string): string {
    if (whole.startsWith(this.#said)) return whole.slice(this.#said.length);
    return this.#said === "" ? whole : "";
  }
}

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const wordIn = (value: unknown): string =>
  value === null || value === undefined || value === "null" ? "" : String(value).trim();

const finishOf = (word: string): FinishReason => FINISHES.find(([pattern]) => pattern.test(word))?.[1] ?? "stop";

const textIn = (value: unknown): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";

/** Text, or a list of parts, of which some are thoughts. */
function partsIn(content: unknown): { text: string; thoughts: string } {
  const parts = Array.isArray(content) ? content : [content];
  const read = { text: "", thoughts: "" };
  for (const part of parts) {
    if (!isObject(part)) read.text += textIn(part);
    else if (part.thinking !== undefined) read.thoughts += partsIn(part.thinking).text;
    else read.text += textIn(part.text ?? part.content);
  }
  return read;
}

function usageIn(value: unknown): Usage | undefined {
  if (!isObject(value)) return undefined;
  const prompt_tokens = countIn(value.prompt_tokens ?? value.input_tokens);
  const completion_tokens = countIn(value.completion_tokens ?? value.output_tokens);
  return prompt_tokens === null && completion_tokens === null ? undefined : { prompt_tokens, completion_tokens };
}

function countIn(value: unknown): number | null {
  const count = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof count === "number" && Number.isFinite(count) && count >= 0 ? Math.round(count) : null;
}

/** The forms in which servers refuse within a success: beside `error`, a code, a status or a name for it. */
function isError(value: Json): boolean {
  const { error, object, type, code, detail, success, base_resp: base } = value;
  if (isObject(error) ? Object.values(error).some(Boolean) : Boolean(error)) return true;
  if (object === "error" || type === "error" || success === false) return true;
  if (isObject(base) && Number(base.status_code) > 0) return true;
  const isAnswer = Array.isArray(value.choices) && value.choices.length > 0;
  const isRefusal = code !== undefined && code !== null && !/^(0|200|ok|success)?$/i.test(String(code));
  return !isAnswer && (isRefusal || Boolean(detail)) && value.usage === undefined;
}

// What was asked for an answer, as it is kept for the trace: without secrets, and within bounds.
import { botSecrets } from "@/lib/bots/credentials";
import type { AnswerCall, KeptPrompt } from "@/lib/db/documents";
import type { BotRow } from "@/lib/db/schema";
import { KeptSecret, secretsIn } from "@/lib/kept-secret";
import type { CallNote, Prompt } from "@/lib/responders/calls";
import type { Sealer } from "@/lib/sealing";

export const MOST_BYTES = 64 * 1024;
const MOST_SYSTEM_BYTES = MOST_BYTES / 4; // the question matters as well
const LEAST_BYTES = 200; // less of a message says nothing
const MOST_CALLS = 10;

/** Of one try. */
export type KeptCalls = { calls: AnswerCall[]; prompt?: KeptPrompt; thoughts?: string };

type Strike = (text: string) => string;
type AskedMessage = Prompt["messages"][number];

export class AnswerCalls {
  #calls: AnswerCall[] = [];
  #prompt: KeptPrompt | undefined;
  #thoughts: string | undefined;
  #strike: Strike = (text) => text;

  /** At once, not in the end: a prompt may hold images of many megabytes. */
  note({ call, prompt, kept }: CallNote, { bot, sealer }: { bot: BotRow; sealer: Sealer }): void {
    const secrets = botSecrets(sealer, bot);
    const ofBot = new KeptSecret(...secrets, ...secrets.flatMap(secretsIn));
    this.#strike = (text) => ofBot.strikeOutWhole(kept.strikeOutWhole(text));
    this.#calls = [...this.#calls, call].slice(-MOST_CALLS);
    this.#prompt = prompt && keptPrompt(prompt, this.#strike);
    this.#thoughts = undefined;
  }

  /** Of the last call. */
  noteThoughts(thoughts: string | undefined): void {
    this.#thoughts = thoughts && cut(this.#strike(thoughts), MOST_BYTES).text;
  }

  get kept(): KeptCalls | undefined {
    if (this.#calls.length === 0) return undefined;
    return {
      calls: this.#calls,
      ...(this.#prompt ? { prompt: this.#prompt } : {}),
      ...(this.#thoughts ? { thoughts: this.#thoughts } : {}),
    };
  }
}

/** The system prompt and the newest messages go before older ones. */
export function keptPrompt({ system, messages }: Prompt, strike: Strike): KeptPrompt {
  let left = MOST_BYTES;
  const keep = (role: "system" | AskedMessage["role"], text: string, most: number) => {
    const part = cut(strike(text), most);
    left -= Buffer.byteLength(part.text);
    return { role, ...part };
  };
  const first = system ? [keep("system", system, MOST_SYSTEM_BYTES)] : [];
  const newestFirst: KeptPrompt["messages"] = [];
  for (const { role, content } of messages.toReversed()) {
    if (newestFirst.length > 0 && left < LEAST_BYTES) break;
    newestFirst.push(keep(role, wordsOf(content), left));
  }
  const omitted = messages.length - newestFirst.length;
  return { messages: [...first, ...newestFirst.toReversed()], ...(omitted > 0 ? { omitted } : {}) };
}

const wordsOf = (content: AskedMessage["content"]): string =>
  typeof content === "string"
    ? content
    : content
        .map((part) => (part.type === "text" ? part.text : `[image, ${Math.ceil(part.image.byteLength / 1024)} KB]`))
        .join("\n\n");

function cut(text: string, most: number): { text: string; isCut?: true } {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return { text };
  // A character of which only a part fits stays in the decoder.
  return { text: new TextDecoder().decode(bytes.subarray(0, most), { stream: true }), isCut: true };
}

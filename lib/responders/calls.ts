// Accounts for the calls of models and services, for the trace: how long each took, its tokens, what it was asked with.
import type { AnswerCall } from "@/lib/db/documents";
import type { Reason } from "@/lib/errors";
import { KeptSecret } from "@/lib/kept-secret";
import type { AskedMessage } from "@/lib/models/ask";
import { ModelError } from "@/lib/models/model-error";
import { ResponderError } from "@/lib/responders/errors";

/** As a model was asked, whole. */
export type Prompt = { system?: string | undefined; messages: AskedMessage[] };

export type CallNote = {
  call: AnswerCall;
  prompt?: Prompt;
  /** What nobody may read, in whatever is kept of the call. */
  kept: KeptSecret;
};

export type Tokens = { inputTokens?: number; outputTokens?: number };

type Called = Pick<AnswerCall, "name" | "modelId">;
type Account = Omit<CallNote, "call" | "kept"> & { kept?: KeptSecret };

/** One call that goes on. */
export class CallAccount {
  readonly #called: Called;
  readonly #at = new Date();
  readonly #begin = performance.now();
  #firstTokenMs: number | undefined;
  #tokens: Tokens = {};

  constructor(called: Called) {
    this.#called = called;
  }

  /** Something of the answer came: the first time counts. */
  hasBegun(afterMs = performance.now() - this.#begin): void {
    this.#firstTokenMs ??= Math.round(afterMs);
  }

  /** `usage` as the other side tells it, in whatever form. */
  took(usage: unknown): void {
    this.#tokens = { ...this.#tokens, ...tokensIn(usage) };
  }

  end({ kept = new KeptSecret(), ...rest }: Account = {}, problem?: Reason): CallNote {
    const call = {
      ...this.#called,
      at: this.#at.toISOString(),
      ms: Math.round(performance.now() - this.#begin),
      ...(this.#firstTokenMs === undefined ? {} : { firstTokenMs: this.#firstTokenMs }),
      ...this.#tokens,
      ...(problem ? { problem } : {}),
    };
    return { call, kept, ...rest };
  }
}

/** Why a call brought no answer; undefined where somebody ended it. */
export const problemOf = (error: unknown): Reason | undefined =>
  error instanceof ModelError || error instanceof ResponderError ? error.reason : undefined;

const INPUT = ["inputTokens", "input_tokens", "prompt_tokens", "input_count"];
const OUTPUT = ["outputTokens", "output_tokens", "completion_tokens", "output_count"];
const MOST_TOKENS = 2 ** 31 - 1;

/** In the words of OpenAI, Anthropic, Dify, Coze, or our own. */
export function tokensIn(usage: unknown): Tokens {
  const told = (usage ?? {}) as Record<string, unknown>;
  const count = (names: string[]) => names.map((name) => told[name]).find(isCount) as number | undefined;
  const [inputTokens, outputTokens] = [count(INPUT), count(OUTPUT)];
  return {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
  };
}

const isCount = (value: unknown): boolean =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS;

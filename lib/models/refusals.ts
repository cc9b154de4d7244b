// Tells by its words why a server of models refuses: each provider has its own codes and statuses.
import { parseJson } from "@/lib/json";

/** The question is longer than what the model can read at once. */
const CONTEXT_FULL = [
  // OpenAI, Azure, DeepSeek, OpenRouter, vLLM, Groq
  /context[_ ]length[_ ]exceeded|maximum context length|exceeds? (the )?(model'?s? )?(maximum )?context|context (length|window|size).{0,40}exceed/i,
  /reduce (the length of|your) (the )?(messages|prompt|input)|request too large|payload too large|entity too large/i,
  // Moonshot, MiniMax, xAI
  /exceeded model token limit|model max length exceeded|context window exceeds|maximum prompt length/i,
  // DashScope, Volcengine, SiliconFlow
  /range of input length|input length \d+ exceeds|exceed max message tokens|max_seq_len|prompt_tokens.{0,40}must be less/i,
  // Zhipu, and proxies in Chinese
  /prompt (超长|过长)|(输入|上下文|tokens?|prompt).{0,12}(超长|过长|超过|超出)|^1261$/im,
  // Anthropic, Gemini, Mistral, Bedrock, Qianfan
  /prompt (tokens )?(is )?too long|max input characters|input is too long|input token count.{0,40}exceeds|too large for model with|prompt contains \d+ tokens/i,
  // Ollama, LM Studio, llama.cpp, TGI
  /input length exceeds|context size has been exceeded|exceeds the available context|exceed_context_size|greater than the context length|context the overflows|context overflow|inputs`? (must have less|tokens) /i,
];

/** What is left to spend is not enough: waiting does not help, nor another key of the same account. */
const UNPAID = [
  // OpenAI, DeepSeek, SiliconFlow, OpenRouter, Anthropic
  /insufficient[_ ](user[_ ])?(quota|balance|credits?|funds?)|exceeded[_ ](your[_ ])?current[_ ]quota|billing[_ ](hard[_ ]limit|not[_ ]active)/i,
  /(balance|credits?|quota) (is |are )?(not enough|insufficient|too low|exhausted|depleted)|credit balance is too low|add (more )?credits|out of credits?/i,
  // Volcengine, DashScope
  /overdue[_ ]?(balance|error)|(account|service|balance is)\s?overdue|arrearage|account is in good standing|freetieronly|free (tier|quota|trial).{0,40}(exhausted|used up|expired)/i,
  // one-api and new-api, Zhipu, Moonshot
  /pre_consume_token_quota_failed|token quota (is )?(not enough|exhausted)|suspended.{0,60}(billing|balance|recharge)/i,
  /余额不足|额度不足|额度已(用尽|用完|耗尽)|额度失败|欠费|无可用资源包|请充值/,
  // OpenRouter, xAI
  /key limit exceeded|used all available credits|spending limit|doesn'?t have any credits/i,
];

/** Limits of speed that speak like accounts without credit: Gemini's and DashScope's. */
const ONLY_FAST = /RESOURCE_EXHAUSTED|retry in \d|help\.aliyun\.com|allocated quota exceeded/i;

const isOneOf = (patterns: RegExp[], words: string): boolean => patterns.some((pattern) => pattern.test(words));

export const isContextFull = (words: string): boolean => isOneOf(CONTEXT_FULL, words);
export const isUnpaid = (words: string, status: number): boolean =>
  status === 402 || (isOneOf(UNPAID, words) && !(status === 429 && ONLY_FAST.test(words)));

const LONGEST = 2_000;
const TELLING = new Set(
  "error errors message msg detail details param loc code type status base_resp status_msg".split(" "),
);

/** What a refusal says itself, a part a line, without what it repeats of the request. */
export function saidIn(refusal: string): string {
  const body = parseJson(refusal);
  return body === undefined ? refusal.slice(0, LONGEST) : partsOf(body, 0).join("\n");
}

function partsOf(value: unknown, depth: number): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value).slice(0, LONGEST)];
  if (value === null || typeof value !== "object" || depth > 6) return [];
  if (Array.isArray(value)) return value.flatMap((item) => partsOf(item, depth + 1));
  return Object.entries(value).flatMap(([key, item]) => (TELLING.has(key) ? partsOf(item, depth + 1) : []));
}

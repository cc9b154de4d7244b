// What of a request a model's server does not take: found in its refusal, left out, and remembered for that model.

import type { OpenModel } from "@/lib/models/credentials";
import { isContextFull, saidIn } from "@/lib/models/refusals";

export type RequestBody = Record<string, unknown> & { messages?: Message[] };
type Message = { role?: unknown; content?: unknown };

const FIELDS = ["max_tokens", "max_completion_tokens", "stream_options", "temperature", "system"] as const;
type Field = (typeof FIELDS)[number];

/** `value`: another one may be taken. */
export type Change = { field: Field; value: unknown; isRenamed?: boolean; isLasting: boolean };

const NAMED: Record<Field, RegExp> = {
  max_tokens: /max[_ ]tokens|max_?new_?tokens|maxtokens/i,
  max_completion_tokens: /max_(completion_)?tokens/i,
  stream_options: /stream[_ ]options|include_usage/i,
  temperature: /temperature/i,
  // The last ones are the words of chat templates that know only the other two.
  system:
    /\bsystem\b.{0,40}\b(role|prompt|message|instruction)|\broles?\b.{0,80}\bsystem\b|developer instruction is not enabled|roles? must (alternate|be in)|\brole\b.{0,200}'user' (or|and) 'assistant'|only user,? (and|or) assistant/is,
};
const OUT_OF_RANGE = /too (large|big|high)|at most|less than|range|exceed|greater|larger|between|maximum|超/i;

/** What the refusal names of what was asked; undefined where there is nothing to leave out. */
export function changeFor(status: number, refusal: string, asked: RequestBody): Change | undefined {
  const words = saidIn(refusal);
  // A chat template that knows no system message fails in the server.
  const candidates = status === 400 || status === 422 ? FIELDS : status === 500 ? (["system"] as const) : [];
  const field = candidates.find((name) => valueIn(asked, name) !== undefined && NAMED[name].test(words));
  if (!field) return undefined;
  const value = valueIn(asked, field);
  const isFull = isContextFull(words);
  if (field.startsWith("max_")) {
    const isRenamed =
      field === "max_tokens" && !isFull && (!OUT_OF_RANGE.test(words) || /max_completion_tokens/.test(words));
    // How much is left for the answer depends on the question.
    return { field, value, ...(isRenamed ? { isRenamed } : {}), isLasting: !isFull };
  }
  return !isFull ? { field, value, isLasting: true } : undefined;
}

/** The request as the server may take it. */
export function changed(asked: RequestBody, { field, value, isRenamed }: Change): RequestBody {
  if (field === "system") return withoutSystem(asked);
  if (!(field in asked) || !isSame(asked[field], value)) return asked;
  const { [field]: _, ...rest } = asked;
  return isRenamed ? { ...rest, max_completion_tokens: value } : rest;
}

function withoutSystem(asked: RequestBody): RequestBody {
  const [first, ...rest] = asked.messages ?? [];
  if (first?.role !== "system") return asked;
  const at = rest.findIndex(({ role }) => role === "user");
  const { content } = rest[at] ?? {};
  const instructions = String(first.content);
  const told = Array.isArray(content)
    ? [{ type: "text", text: instructions }, ...content]
    : `${instructions}\n\n${String(content ?? "")}`;
  return { ...asked, messages: rest.map((message, index) => (index === at ? { ...message, content: told } : message)) };
}

const valueIn = (asked: RequestBody, field: Field): unknown =>
  field === "system" ? (asked.messages?.[0]?.role === "system" ? true : undefined) : asked[field];

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const MOST_MODELS = 1_000;
// A process may hold it twice, since Next compiles entries apart: then each asks once more.
const remembered = new Map<string, Change[]>();
const keyOf = ({ baseUrl, model }: OpenModel): string => `${baseUrl} ${model}`;

export function remember(model: OpenModel, changes: Change[]): void {
  const lasting = changes.filter(({ isLasting }) => isLasting);
  if (lasting.length === 0) return;
  const key = keyOf(model);
  const known = remembered.get(key) ?? [];
  const isNew = (change: Change) => !known.some((old) => old.field === change.field && isSame(old.value, change.value));
  remembered.delete(key);
  remembered.set(key, [...known, ...lasting.filter(isNew)].slice(-50));
  const [oldest] = remembered.keys();
  if (remembered.size > MOST_MODELS && oldest !== undefined) remembered.delete(oldest);
}

/** The request without what this model refused before. */
export function asRemembered(model: OpenModel, asked: RequestBody): RequestBody {
  return (remembered.get(keyOf(model)) ?? []).reduce(changed, asked);
}

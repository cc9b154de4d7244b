// What went wrong with a model, in words that name the cure, and whether asking again can mend it.
import { APICallError, JSONParseError, TypeValidationError } from "ai";
import { describeReason, type Reason } from "@/lib/errors";
import { addressTrouble, troubleOf } from "@/lib/feishu/error-codes";
import { ProxyError } from "@/lib/feishu/proxy";
import { AddressRefused } from "@/lib/guarded-lookup";
import { parseJson } from "@/lib/json";
import { KeptSecret, secretsIn } from "@/lib/kept-secret";
import type { OpenModel } from "@/lib/models/credentials";
import { isContextFull, isUnpaid, saidIn } from "@/lib/models/refusals";

const LONGEST_WAIT_MS = 3_600_000;
const LONGEST_WORDS = 500;
export const TOO_LONG = "model.tooLong";

type Details = { retryable: boolean; isRateLimit?: boolean; retryAfterMs?: number | undefined; cause?: unknown };

export class ModelError extends Error {
  readonly reason: Reason;
  /** False for a refusal that stays the same however often it is asked. */
  readonly retryable: boolean;
  readonly isRateLimit: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(reason: Reason, details: Details) {
    super(describeReason(reason), { cause: details.cause });
    this.name = "ModelError";
    this.reason = reason;
    this.retryable = details.retryable;
    this.isRateLimit = details.isRateLimit ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** The same without what is kept secret. */
  without(kept: KeptSecret): ModelError {
    const { retryable, isRateLimit, retryAfterMs } = this;
    const cause = kept.causeWithout(this.cause);
    return new ModelError(kept.reasonWithout(this.reason), { retryable, isRateLimit, retryAfterMs, cause });
  }

  // Next compiles instrumentation and route handlers apart: one process holds this class several times over.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ModelError";
  }
}

export const silentError = (model: OpenModel, seconds: number): ModelError =>
  new ModelError({ code: "model.silent", params: { host: hostOf(model), seconds } }, { retryable: true });

const WORDLESS = { length: "model.wordless", filter: "model.filtered", itself: "model.mute" } as const;

/** Of an answer without a word: all of its length went into thoughts, its server withheld it, or it ended by itself. */
export const wordlessError = (model: OpenModel, endedBy: keyof typeof WORDLESS): ModelError =>
  // What ends by itself may have more to say the next time.
  new ModelError({ code: WORDLESS[endedBy], params: { host: hostOf(model) } }, { retryable: endedBy === "itself" });

export const endlessError = (model: OpenModel): ModelError =>
  new ModelError({ code: "model.endless", params: { host: hostOf(model) } }, { retryable: false });

/** What was asked is longer than what the model can read at once. */
export const isTooLong = (error: unknown): error is ModelError =>
  error instanceof ModelError && error.reason.code === TOO_LONG;

export const goneError = (): ModelError => new ModelError({ code: "model.gone" }, { retryable: false });

const hostOf = (model: OpenModel): string => new URL(model.baseUrl).host;

/** Turns whatever asking a model threw, or its stream brought as an error, into a `ModelError`. */
export const asModelError = (error: unknown, model: OpenModel): ModelError =>
  judged(error, model).without(new KeptSecret(model.apiKey, ...secretsIn(model.baseUrl)));

function judged(error: unknown, model: OpenModel): ModelError {
  const own = find(error, (cause) => cause instanceof ModelError);
  if (own instanceof ModelError) return own;
  const host = hostOf(model);
  const refused = find(error, (cause) => cause instanceof AddressRefused) as AddressRefused | undefined;
  if (refused) return new ModelError(refused.reason, { retryable: false, cause: error });
  if (APICallError.isInstance(error) && error.statusCode !== undefined && error.statusCode >= 300) {
    return fromStatus(error, error.statusCode, model);
  }
  const proxy = find(error, (cause) => cause instanceof ProxyError) as ProxyError | undefined;
  if (proxy) return retryable("model.proxy", { host, ...proxyTrouble(proxy) }, error);
  if (find(error, (cause) => JSONParseError.isInstance(cause) || TypeValidationError.isInstance(cause))) {
    return retryable("model.garbage", { host }, error);
  }
  return fromNetwork(error, host);
}

/** Of a success that is none, in the server's own words; undefined: it is no JSON at all. */
export function bodyError(model: OpenModel, body: unknown): ModelError {
  if (body === undefined) return retryable("model.garbage", { host: hostOf(model) }, undefined);
  const words = wordsIn(body);
  const said = saidIn(JSON.stringify(body));
  const known = words ? wellKnown(200, said, paramsOf(model, 200, words)) : undefined;
  if (known) return known;
  return words
    ? retryable("model.fault", paramsOf(model, 200, words), undefined)
    : retryable("model.garbage", { host: hostOf(model) }, undefined);
}

const paramsOf = (model: OpenModel, status: number, words: string) => ({
  host: hostOf(model),
  model: model.model,
  status,
  message: clipped(words),
});

/** What servers tell with many different statuses. */
function wellKnown(status: number, said: string, params: Reason["params"]): ModelError | undefined {
  const known = (code: string) => new ModelError({ code, ...(params ? { params } : {}) }, { retryable: false });
  if (isUnpaid(said, status)) return known("model.unpaid");
  const mayBeLength = status === 200 || status === 400 || status === 413 || status === 422 || status >= 500;
  return mayBeLength && isContextFull(said) ? known(TOO_LONG) : undefined;
}

/** Its own words speak of Feishu. */
function proxyTrouble({ reason: { code, params = {} } }: ProxyError): { proxy: string; problem: string } {
  const known: Record<string, string> = { "connection.proxyAuth": "407", "connection.proxySilent": "ETIMEDOUT" };
  const problem = known[code] ?? params.status ?? params.problem ?? "not HTTP";
  return { proxy: String(params.proxy ?? "?"), problem: String(problem) };
}

function fromNetwork(error: unknown, host: string): ModelError {
  const { code = "", message = String(error) } = addressTrouble(error);
  const trouble = troubleOf(code);
  if (trouble) {
    const name = trouble === "refused" ? "notListening" : trouble;
    return retryable(`model.${name}`, { host, problem: code }, error);
  }
  // The stream ended, or was ended, before the model said that it had finished.
  const isCut = /finish reason|aborted|terminated|premature/i.test(message);
  return isCut
    ? retryable("model.cut", { host }, error)
    : retryable("model.network", { host, problem: message }, error);
}

function fromStatus(error: APICallError, status: number, model: OpenModel): ModelError {
  const params = paramsOf(model, status, wordsOf(error) || error.message);
  // Not with the error as its cause: that may repeat the key, and would be logged.
  const final = (code: string) => new ModelError({ code, params }, { retryable: false });
  if (status < 400) return final("model.redirected");
  const known = wellKnown(status, saidIn(error.responseBody ?? ""), params);
  if (known) return known;
  if (status === 401 || status === 403) return final(model.apiKey ? "model.key" : "model.noKey");
  if (status === 404 || status === 405) return final("model.unknown");
  if (status === 413) return final(TOO_LONG);
  const retryAfterMs = retryAfter(error.responseHeaders);
  if (status === 429) {
    return new ModelError({ code: "model.busy", params }, { retryable: true, isRateLimit: true, retryAfterMs });
  }
  if (status >= 500 || status === 408 || status === 409 || status === 425) {
    return new ModelError({ code: "model.fault", params }, { retryable: true, retryAfterMs });
  }
  return final("model.refused");
}

const retryable = (code: string, params: Reason["params"], cause: unknown): ModelError =>
  new ModelError({ code, params: params ?? {} }, { retryable: true, cause });

function find(error: unknown, is: (cause: unknown) => boolean, depth = 0): unknown {
  if (is(error)) return error;
  const cause = (error as { cause?: unknown } | null | undefined)?.cause;
  return cause === undefined || depth > 5 ? undefined : find(cause, is, depth + 1);
}

/** The server's own words, in the forms that servers of this kind use; empty when there are none. */
function wordsOf({ responseBody }: APICallError): string {
  const text = responseBody?.trim() ?? "";
  const body = parseJson(text);
  return body === undefined ? (/^</.test(text) ? "" : text) : wordsIn(body);
}

function wordsIn(body: unknown): string {
  if (typeof body === "string") return body;
  if (Array.isArray(body)) return wordsIn(body[0]);
  if (body === null || typeof body !== "object") return "";
  const {
    error,
    message,
    msg,
    detail,
    base_resp: base,
    status_msg: status,
    code,
    type,
  } = body as Record<string, unknown>;
  const told =
    wordsIn(error) || wordsIn(message) || wordsIn(msg) || wordsIn(detail) || wordsIn(base) || wordsIn(status);
  // Better the name of the fault than nothing.
  return told || wordsIn(code) || (type === "error" ? "" : wordsIn(type));
}

const clipped = (text: string): string => (text.length > LONGEST_WORDS ? `${text.slice(0, LONGEST_WORDS)}…` : text);

/** Seconds or a date; some servers tell milliseconds beside it. */
function retryAfter(headers: Record<string, string> = {}): number | undefined {
  const inMs = Number(headers["retry-after-ms"] ?? Number.NaN);
  const value = headers["retry-after"];
  const told = value === undefined ? Number.NaN : /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : untilDate(value);
  const ms = Number.isFinite(inMs) ? inMs : told;
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : undefined;
}

const untilDate = (date: string): number => Date.parse(date) - Date.now();

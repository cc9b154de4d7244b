// What Feishu's refusals mean: whose turn it is, whether a retry can mend it, and when.
import type { BotCredentials } from "@/lib/bots/schemas";
import type { Reason } from "@/lib/errors";
import { networkReason } from "@/lib/feishu/network";
import type { KeptSecret } from "@/lib/kept-secret";

export type FeishuErrorKind =
  | "credentials"
  | "rate-limit"
  | "target-gone"
  | "bad-content"
  | "forbidden"
  | "network"
  | "unknown";

type FeishuErrorDetails = {
  kind: FeishuErrorKind;
  /** What it was about, in words. */
  reason: Reason;
  feishuCode?: number | undefined;
  /** Feishu's own words. */
  feishuMessage?: string | undefined;
  httpStatus?: number | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
};

export class FeishuError extends Error {
  readonly kind: FeishuErrorKind;
  readonly reason: Reason;
  readonly feishuCode: number | undefined;
  readonly feishuMessage: string | undefined;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(details: FeishuErrorDetails) {
    super(summary(details), { cause: details.cause });
    this.name = "FeishuError";
    this.kind = details.kind;
    this.reason = details.reason;
    this.feishuCode = details.feishuCode;
    this.feishuMessage = details.feishuMessage;
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
  }

  // Next compiles instrumentation and route handlers apart: one process holds this class several times over.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "FeishuError";
  }

  /** The same without what is kept secret. */
  without(kept: KeptSecret): FeishuError {
    const { kind, feishuCode, feishuMessage, httpStatus, retryAfterMs } = this;
    const cause = kept.causeWithout(this.cause);
    const words = feishuMessage === undefined ? undefined : kept.strikeOut(feishuMessage);
    const reason = kept.reasonWithout(this.reason);
    return new FeishuError({ kind, reason, feishuCode, feishuMessage: words, httpStatus, retryAfterMs, cause });
  }

  /** False for a refusal that stays the same however often it is asked. */
  get retryable(): boolean {
    return this.kind !== "target-gone" && this.kind !== "bad-content" && this.kind !== "forbidden";
  }

  /** True when Feishu said no, so that nothing was sent; false when it may have been. */
  get isRefusal(): boolean {
    return this.feishuCode !== undefined;
  }
}

const summary = ({ kind, feishuCode, feishuMessage, httpStatus, reason }: FeishuErrorDetails): string =>
  feishuCode === undefined
    ? `Feishu: ${kind}${httpStatus ? ` (HTTP ${httpStatus})` : ""}: ${reason.code}`
    : `Feishu: ${kind} (${feishuCode} ${feishuMessage ?? ""})`;

// The codes of the message calls and of the gateway, by Feishu's documentation.
const KINDS: Record<Exclude<FeishuErrorKind, "network" | "unknown">, number[]> = {
  credentials: [10003, 10012, 10014, 99991661, 99991663, 99991664, 99991668, 99991671],
  "rate-limit": [230020, 99991400],
  "target-gone": [230002, 230011, 230019, 230029, 230034, 230050, 230110, 230111, 231003, 232009],
  "bad-content": [230001, 230015, 230022, 230025, 230028, 230054, 230055, 230099, 99992402],
  forbidden: [
    230006, 230013, 230017, 230018, 230027, 230031, 230035, 230036, 230038, 230053, 230071, 230072, 230073, 230074,
    230075, 99991672, 99991679,
  ],
};

const KIND_OF_CODE = new Map<number, FeishuErrorKind>(
  Object.entries(KINDS).flatMap(([kind, codes]) => codes.map((code) => [code, kind as FeishuErrorKind] as const)),
);

// Taken back, deleted, or gone by itself.
const GONE_CODES = new Set([230011, 230110, 230111, 231003]);

/** The message that a call was about is no longer there. */
export const isGone = (error: unknown): boolean =>
  error instanceof FeishuError && error.feishuCode !== undefined && GONE_CODES.has(error.feishuCode);

// The content was found sensitive, or an audit of what leaves the company (DLP) stopped it.
const WITHHELD_CODES = [230022, 230028];

/** The codes that a refusal names: that of a card's trouble stands within the words of a wider one. */
export function codesIn({
  feishuCode,
  feishuMessage = "",
}: Pick<FeishuError, "feishuCode" | "feishuMessage">): number[] {
  const inner = /\bErrCode:\s*(\d+)/i.exec(feishuMessage)?.[1];
  return [feishuCode, inner && Number(inner)].filter((code) => typeof code === "number");
}

const namesWithheld = (refused: Pick<FeishuError, "feishuCode" | "feishuMessage">): boolean =>
  codesIn(refused).some((code) => WITHHELD_CODES.includes(code));

/** Feishu does not want it said: to send it in another form would get round that. */
export const isWithheld = (error: unknown): boolean => error instanceof FeishuError && namesWithheld(error);

/** The codes after which a fresh access token is worth one more try. */
export const STALE_TOKEN_CODES: ReadonlySet<number> = new Set([99991661, 99991663, 99991668]);

export type FeishuAnswer = { code?: number | undefined; msg?: string | undefined };

/** A refusal that Feishu put into words. */
export function refusal(answer: FeishuAnswer, response: { status?: number; headers?: unknown } = {}): FeishuError {
  const feishuCode = Number(answer.code);
  const feishuMessage = answer.msg ?? "";
  const isRefusedContent = namesWithheld({ feishuCode, feishuMessage });
  const kind = isRefusedContent ? "bad-content" : (KIND_OF_CODE.get(feishuCode) ?? kindOfStatus(response.status));
  return new FeishuError({
    kind,
    feishuCode,
    feishuMessage,
    httpStatus: response.status,
    retryAfterMs: retryAfter(response.headers),
    reason: { code: `feishu.${kind}`, params: { code: feishuCode, message: feishuMessage } },
  });
}

/** Turns whatever a call of the SDK threw into a `FeishuError`. `origin` is where the cloud lives, `proxy` the bot's. */
export function asFeishuError(error: unknown, origin: string, proxy?: BotCredentials["proxy"]): FeishuError {
  if (error instanceof FeishuError) return error;
  const response = (error as { response?: { status?: number; data?: unknown; headers?: unknown } }).response;
  if (response) return fromResponse(response, error);
  // The SDK's own words for a token call that was answered with a refusal (1.74).
  const token = /failed to get \w+, code: (\d+), msg: ([\s\S]*)/.exec(error instanceof Error ? error.message : "");
  if (token) return refusal({ code: Number(token[1]), msg: token[2] ?? "" }, { status: 200 });
  return new FeishuError({ kind: "network", reason: networkReason(error, origin, proxy), cause: error });
}

function fromResponse(response: { status?: number; data?: unknown; headers?: unknown }, cause: unknown): FeishuError {
  const data = response.data as FeishuAnswer | null | undefined;
  if (typeof data?.code === "number") return refusal(data, response);
  const status = response.status ?? 0;
  const kind = kindOfStatus(status);
  return new FeishuError({
    kind,
    httpStatus: status,
    retryAfterMs: retryAfter(response.headers),
    reason: { code: "feishu.status", params: { status } },
    cause,
  });
}

function kindOfStatus(status: number | undefined): FeishuErrorKind {
  if (status === 429) return "rate-limit";
  return status !== undefined && status >= 500 ? "network" : "unknown";
}

const LONGEST_WAIT_MS = 3_600_000;

/** `x-ogw-ratelimit-reset` counts seconds; `retry-after` seconds or a date. */
function retryAfter(headers: unknown): number | undefined {
  const get = (name: string) => {
    const value = (headers as Record<string, unknown> | undefined)?.[name];
    return value === undefined || value === null ? undefined : String(value);
  };
  const value = get("x-ogw-ratelimit-reset") ?? get("retry-after");
  if (value === undefined) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, LONGEST_WAIT_MS) : undefined;
}

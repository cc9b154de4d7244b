// Why a responder could not answer: in words for people, and whether asking again can mend it.
import { describeReason, type Reason } from "@/lib/errors";
import type { KeptSecret } from "@/lib/kept-secret";
import { TOO_LONG } from "@/lib/models/model-error";

type Details = {
  retryable: boolean;
  /** What the other side asked for. */
  retryAfterMs?: number | undefined;
  /** The other side had no time: the answer itself did not fail. */
  isRateLimit?: boolean;
  cause?: unknown;
};

export class ResponderError extends Error {
  readonly reason: Reason;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly isRateLimit: boolean;

  constructor(reason: Reason, { retryable, retryAfterMs, isRateLimit = false, cause }: Details) {
    super(describeReason(reason), { cause });
    this.name = "ResponderError";
    this.reason = reason;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
    this.isRateLimit = isRateLimit;
  }

  /** The same without what is kept secret. */
  without(kept: KeptSecret): ResponderError {
    const { retryable, retryAfterMs, isRateLimit } = this;
    const cause = kept.causeWithout(this.cause);
    return new ResponderError(kept.reasonWithout(this.reason), { retryable, retryAfterMs, isRateLimit, cause });
  }

  // Next compiles instrumentation and route handlers apart: one process holds this class several times over.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ResponderError";
  }
}

/** Whoever asked can do something about it. */
export const isQuestionTooLong = ({ code }: Reason): boolean => code === TOO_LONG;

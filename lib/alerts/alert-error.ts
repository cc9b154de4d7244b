// Why an alert could not be sent, in words for people.
import { describeReason, type Reason } from "@/lib/errors";
import type { KeptSecret } from "@/lib/kept-secret";

export class AlertError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, options?: ErrorOptions) {
    super(describeReason(reason), options);
    this.name = "AlertError";
    this.reason = reason;
  }

  /** The same without what is kept secret. */
  without(kept: KeptSecret): AlertError {
    return new AlertError(kept.reasonWithout(this.reason), { cause: kept.causeWithout(this.cause) });
  }

  // Next compiles instrumentation and route handlers apart: one process holds this class several times over.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "AlertError";
  }
}

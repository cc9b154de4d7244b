// The errors that Larkspur throws on purpose, named by whose turn it is, with the HTTP status and the words for people.
import { z } from "zod";
import { type Locale, type TextParams, translate } from "@/lib/text/translate";

/** Stable words of the API's errors and the HTTP status that each one travels with. */
export const ERROR_STATUS = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  unprocessable: 422,
  rate_limited: 429,
  unavailable: 503,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export type FieldError = { path: string; message: string };

/**
 * A reason in a form that can be stored and read in any language:
 * `code` is a key below `reasons` in the text catalogs, `params` fill its sentence.
 */
export type Reason = { code: string; params?: TextParams };

type AppErrorOptions = {
  params?: TextParams;
  /** What is wrong with which field; only with `invalid_input`. */
  fields?: FieldError[];
  retryAfterSeconds?: number;
  /** What the person must do before the same request is taken. */
  needs?: "password";
  cause?: unknown;
};

/** Something a person or a program did or met; `textKey` is a key below `errors` in the text catalogs. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly textKey: string;
  readonly params: TextParams;
  readonly fields: FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly needs: "password" | undefined;

  constructor(code: ErrorCode, textKey: string, options: AppErrorOptions = {}) {
    super(translate("en", `errors.${textKey}`, options.params), { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.textKey = textKey;
    this.params = options.params ?? {};
    this.fields = options.fields;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.needs = options.needs;
  }

  // Next compiles instrumentation and route handlers apart: one process holds this class several times over.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "AppError";
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }

  describe(locale: Locale): string {
    return translate(locale, `errors.${this.textKey}`, this.params);
  }
}

export function tooManyRequests(waitSeconds: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitSeconds));
  return new AppError("rate_limited", "tooManyRequests", { params: { seconds }, retryAfterSeconds: seconds });
}

/** What a caller may not see does not exist for them. `kind` is a key below `errors.notFound`. */
export const notFound = (
  kind: "alert" | "attachment" | "bot" | "event" | "model" | "registration" | "session" | "token" | "user" | "page",
): AppError => new AppError("not_found", `notFound.${kind}`);

/** Why something could not be answered. */
export const failureSchema = z.object({
  reason: z.string().meta({ description: "What went wrong and what to do, in the caller's language" }),
  code: z.string().meta({ description: "A stable identifier" }),
  model: z.object({ id: z.string(), name: z.string() }).optional().meta({ description: "The model that failed" }),
});

/** The model that a reason is about, as whoever asked it noted it. */
export function modelIn({ params = {} }: Reason): { id: string; name: string } | undefined {
  const { modelId, modelName } = params;
  return typeof modelId === "string" && typeof modelName === "string" ? { id: modelId, name: modelName } : undefined;
}

export const describeReason = (reason: Reason, locale: Locale = "en"): string =>
  translate(locale, `reasons.${reason.code}`, reason.params);

/** A mistake in how the process was started: one line that says what to do; start-up ends with it. */
export class StartupError extends Error {
  constructor(textKey: string, params?: TextParams, options?: { cause?: unknown }) {
    super(translate("en", `startup.${textKey}`, params), options);
    this.name = "StartupError";
  }
}

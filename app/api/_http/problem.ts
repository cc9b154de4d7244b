// Turns whatever was thrown into the API's one form of error.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { findByCode, isDatabaseAway } from "@/lib/db/client";
import { AppError, ERROR_STATUS, type ErrorCode, type FieldError } from "@/lib/errors";
import type { Logger } from "@/lib/logger";
import { type Locale, translate } from "@/lib/text/translate";

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    requestId: z.string().optional(),
    needs: z
      .literal("password")
      .optional()
      .meta({ description: "Of a session's 401: the person must enter their password again for this" }),
    success: z.literal(false),
    error: z.string(),
  })
  .meta({ id: "Problem" });

type Problem = z.infer<typeof problemSchema>;

export function problemResponse(error: unknown, locale: Locale, logger: Logger | undefined): Response {
  const known = error instanceof AppError ? error : asInternal(error, logger);
  const detail = known.describe(locale);
  const problem: Problem = {
    type: `urn:larkspur:problem:${known.code}`,
    title: translate(locale, `problems.${known.code}`),
    status: known.status,
    code: known.code,
    detail,
    ...(known.fields ? { errors: known.fields.map((field) => readable(field, locale)) } : {}),
    ...(typeof known.params.requestId === "string" ? { requestId: known.params.requestId } : {}),
    ...(known.needs ? { needs: known.needs } : {}),
    success: false,
    error: detail,
  };
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (known.retryAfterSeconds !== undefined) headers.set("retry-after", String(Math.ceil(known.retryAfterSeconds)));
  // RFC 9110 §15.5.2: a 401 says how to do better.
  if (known.code === "unauthenticated") headers.set("www-authenticate", 'Bearer realm="Larkspur"');
  return new Response(JSON.stringify(problem), { status: known.status, headers });
}

function asInternal(error: unknown, logger: Logger | undefined): AppError {
  const requestId = randomUUID();
  logger?.error({ err: error, requestId }, "a request failed");
  // Codes of our own pool, and PostgreSQL's for a statement that its `statement_timeout` ended.
  if (findByCode(error, /^CONNECTION_BUSY$/)) return new AppError("unavailable", "databaseBusy", { cause: error });
  if (findByCode(error, /^57014$/)) return new AppError("unavailable", "databaseSlow", { cause: error });
  if (isDatabaseAway(error)) return new AppError("unavailable", "databaseAway", { cause: error });
  return new AppError("internal", "internal", { params: { requestId }, cause: error });
}

const readable = (field: FieldError, locale: Locale): FieldError =>
  /^(fields|errors)\./.test(field.message) ? { path: field.path, message: translate(locale, field.message) } : field;

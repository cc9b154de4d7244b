// Reads and checks what came in with a request.
import { z } from "zod";
import { AppError, type FieldError } from "@/lib/errors";
import { type Locale, type TextParams, translate } from "@/lib/text/translate";

const BODY_LIMIT_BYTES = 1024 * 1024;
const MAX_DEPTH = 50; // Feishu's own cards have some ten levels

const localeErrors = { en: z.locales.en().localeError, "zh-CN": z.locales.zhCN().localeError };

/** Throws `invalid_input` with the path of each mistake, in the reader's language. */
export function check<T extends z.ZodType>(schema: T, value: unknown, locale: Locale): z.output<T> {
  const parsed = schema.safeParse(value, { error: (issue) => ownWords(issue, locale) ?? localeErrors[locale](issue) });
  const fields = parsed.success
    ? flawsOf(value).map(({ path, message }) => ({ path, message: translate(locale, message) }))
    : parsed.error.issues.flatMap((issue) => fieldErrors(issue, locale));
  if (parsed.success && fields.length === 0) return parsed.data;
  const problem = fields.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; ");
  throw new AppError("invalid_input", "invalidInput", { params: { problem }, fields });
}

/** What people get wrong in forms, as they would say it; Zod's own words are for programmers. */
function ownWords(issue: z.core.$ZodRawIssue, locale: Locale): string | undefined {
  const say = (key: string, params?: TextParams) => translate(locale, key, params);
  switch (issue.code) {
    case "invalid_type":
      if (issue.input === undefined) return say("fields.required");
      return issue.expected === "int" ? say("fields.wholeNumber") : undefined;
    case "invalid_format":
      return issue.format === "email" ? say("fields.email") : undefined;
    case "too_small": {
      const { origin, minimum, inclusive } = issue;
      if (origin === "string")
        return minimum === 1 ? say("fields.required") : say("fields.tooShort", { count: Number(minimum) });
      return isNumber(origin) && inclusive ? say("fields.tooSmall", { limit: Number(minimum) }) : undefined;
    }
    case "too_big": {
      const { origin, maximum, inclusive } = issue;
      if (origin === "string") return say("fields.tooLong", { count: Number(maximum) });
      return isNumber(origin) && inclusive ? say("fields.tooLarge", { limit: Number(maximum) }) : undefined;
    }
    default:
      return undefined;
  }
}

const isNumber = (origin: string) => origin === "number" || origin === "int";

/**
 * The first text with a character that PostgreSQL cannot keep (NUL, or half of a surrogate pair), or the first place that
 * is nested too deep to be written as JSON again.
 */
function flawsOf(value: unknown, depth = 0): FieldError[] {
  if (typeof value === "string") return isStorable(value) ? [] : [{ path: "", message: "fields.unstorable" }];
  if (value === null || typeof value !== "object") return [];
  if (depth > MAX_DEPTH) return [{ path: "", message: "fields.tooDeep" }];
  for (const [key, item] of Object.entries(value)) {
    const [flaw] = [...flawsOf(key), ...flawsOf(item, depth + 1)];
    if (flaw) return [{ path: flaw.path === "" ? key : `${key}.${flaw.path}`, message: flaw.message }];
  }
  return [];
}

const isStorable = (text: string) => !text.includes("\0") && text.isWellFormed();

function fieldErrors(issue: z.core.$ZodIssue, locale: Locale): FieldError[] {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key].join("."),
      message: translate(locale, "fields.unknown"),
    }));
  }
  const message = issue.message.startsWith("fields.") ? translate(locale, issue.message) : issue.message;
  return [{ path: path.join("."), message }];
}

/** The raw bytes of a body; throws `too_large` as soon as the limit is passed, whatever `content-length` says. */
export async function readBody(request: Request, limit = BODY_LIMIT_BYTES): Promise<Buffer> {
  const tooLarge = () => new AppError("too_large", "bodyTooLarge", { params: { limit: `${limit / 1024 / 1024} MiB` } });
  if (Number(request.headers.get("content-length")) > limit) throw tooLarge();
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    size += part.value.byteLength;
    if (reader && size > limit) {
      void discardRest(reader);
      throw tooLarge();
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks);
}

// Giving the stream up instead would leave the connection open and unread: its caller would wait in vain.
async function discardRest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // The caller has gone.
  }
}

export async function readJson(request: Request): Promise<unknown> {
  const body = await readBody(request);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : "";
    throw new AppError("invalid_input", "malformedJson", {
      params: { problem },
      fields: [{ path: "", message: problem }],
      cause,
    });
  }
}

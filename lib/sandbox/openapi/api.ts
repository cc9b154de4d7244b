// What every OpenAPI call has in common: how it arrives, how it is answered, how it is refused.
import type { z } from "zod";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxState } from "@/lib/sandbox/state";

export interface ApiCall {
  app: SandboxApp;
  params: Record<string, string>;
  query: URLSearchParams;
  /** Parsed JSON; `undefined` for any other content type. */
  body: unknown;
  raw: Buffer;
  contentType: string;
}

export interface ApiAnswer {
  msg?: string;
  data?: object;
  /** Fields beside `code` and `msg`: some old calls answer so. */
  top?: object;
  binary?: { bytes: Buffer; fileName: string };
}

export interface ApiRoute {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below /open-apis, with `:name` for a parameter. */
  path: string;
  /** Any one of these is enough. */
  scopes?: string[];
  handle(state: SandboxState, call: ApiCall): ApiAnswer | Promise<ApiAnswer>;
}

/** A refusal with Feishu's code; HTTP 400 unless the documentation says otherwise. */
export class ApiError extends Error {
  readonly code: number;
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly extra: object;

  constructor(
    code: number,
    message: string,
    options: { status?: number; headers?: Record<string, string>; extra?: object } = {},
  ) {
    super(message);
    this.code = code;
    this.status = options.status ?? 400;
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
  }
}

export const INVALID_PARAM = 230001;

/** `code` is what this area of the API says to a bad parameter. */
export function parseBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  code = INVALID_PARAM,
): z.infer<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ApiError(
    code,
    `Your request contains an invalid request parameter, ext=${issue?.path.join(".") || "body"}`,
  );
}

export function param(call: ApiCall, name: string): string {
  return call.params[name] ?? "";
}

/** A page of a list, as `page_size` and `page_token` ask for it; the token is an offset. */
export function page<T>(query: URLSearchParams, entries: readonly T[], defaultSize: number, maxSize: number) {
  const size = Number(query.get("page_size") ?? defaultSize);
  const start = Number(query.get("page_token") || 0);
  const isValid = Number.isInteger(size) && size >= 1 && size <= maxSize && Number.isInteger(start) && start >= 0;
  if (!isValid) throw new ApiError(INVALID_PARAM, "Your request contains an invalid request parameter, ext=page");
  const hasMore = start + size < entries.length;
  return {
    has_more: hasMore,
    page_token: hasMore ? String(start + size) : "",
    items: entries.slice(start, start + size),
  };
}

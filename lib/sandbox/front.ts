// The HTTP front of the cloud: sends a request to discovery or OpenAPI, records it, answers.
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseJson } from "@/lib/json";
import { appIdOf, DISCOVERY_PATH, discover } from "@/lib/sandbox/discovery";
import type { Gateway } from "@/lib/sandbox/gateway";
import { type HttpAnswer, readBody, send } from "@/lib/sandbox/http";
import type { OpenApi } from "@/lib/sandbox/openapi/server";
import { REGISTRATION_PATH, type Registrations } from "@/lib/sandbox/registration";
import type { Ring } from "@/lib/sandbox/ring";
import type { RecordedCall, SandboxState } from "@/lib/sandbox/state";

// The largest upload is a file of 30 MB.
const MAX_BODY_BYTES = 32 * 1024 * 1024;
const MAX_RECORDED_BYTES = 32 * 1024;

export interface FrontParts {
  gateway: Gateway;
  api: OpenApi;
  registrations: Registrations;
  calls: Ring<RecordedCall>;
}

export class Front {
  readonly #state: SandboxState;
  readonly #gateway: Gateway;
  readonly #api: OpenApi;
  readonly #registrations: Registrations;
  readonly #calls: Ring<RecordedCall>;

  constructor(state: SandboxState, parts: FrontParts) {
    this.#state = state;
    this.#gateway = parts.gateway;
    this.#api = parts.api;
    this.#registrations = parts.registrations;
    this.#calls = parts.calls;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await readBody(request, MAX_BODY_BYTES);
    if (!raw) {
      send(response, { status: 413, body: { code: 413, msg: "request entity too large" } });
      return;
    }
    const url = new URL(request.url ?? "/", this.#state.origin);
    const { appId, answer } = await this.#answer(request, url, raw);
    this.#record(request, url, raw, appId, answer);
    if (answer === "cut") request.socket.destroy();
    else if (answer !== "hang") send(response, answer);
  }

  async #answer(request: IncomingMessage, url: URL, raw: Buffer) {
    const method = request.method ?? "GET";
    if (url.pathname === DISCOVERY_PATH && method === "POST") {
      const body = parseJson(raw);
      return { appId: appIdOf(body), answer: discover(this.#state, this.#gateway, body) ?? ("hang" as const) };
    }
    if (url.pathname === REGISTRATION_PATH && method === "POST") {
      return { appId: undefined, answer: this.#registrations.answer(new URLSearchParams(raw.toString())) };
    }
    if (url.pathname.startsWith("/open-apis/")) {
      return this.#api.handle({
        method,
        path: url.pathname,
        query: url.searchParams,
        authorization: request.headers.authorization,
        contentType: request.headers["content-type"] ?? "",
        raw,
      });
    }
    return { appId: undefined, answer: { status: 404, body: { code: 404, msg: "404 page not found" } } };
  }

  #record(
    request: IncomingMessage,
    url: URL,
    raw: Buffer,
    appId: string | undefined,
    answer: HttpAnswer | "hang" | "cut",
  ): void {
    const isAnswered = typeof answer !== "string";
    const code = isAnswered ? (answer.body as { code?: unknown }).code : undefined;
    const call: RecordedCall = {
      at: Date.now(),
      ...(appId === undefined ? {} : { appId }),
      method: request.method ?? "GET",
      path: url.pathname,
      query: url.search.slice(1),
      body: recordableBody(raw),
      status: isAnswered ? answer.status : 0,
      code: typeof code === "number" ? code : 0,
    };
    this.#calls.push(call);
    this.#state.signals.emit("call", call);
  }
}

function recordableBody(raw: Buffer): unknown {
  if (raw.length === 0) return undefined;
  const body = raw.length > MAX_RECORDED_BYTES ? undefined : parseJson(raw);
  if (typeof body !== "object" || body === null) return `<${raw.length} bytes>`;
  const masked = Object.entries(body).map(([key, value]) => [key, /secret/i.test(key) ? "***" : value]);
  return Array.isArray(body) ? body : Object.fromEntries(masked);
}

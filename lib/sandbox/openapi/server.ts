// Carries an OpenAPI request through faults, token, rate limits and scopes to its handler, and answers as Feishu's gateway does.
import { setTimeout } from "node:timers/promises";
import { parseJson } from "@/lib/json";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { HttpAnswer } from "@/lib/sandbox/http";
import { randomId } from "@/lib/sandbox/ids";
import { type ApiCall, ApiError, type ApiRoute } from "@/lib/sandbox/openapi/api";
import { applicationRoutes, issueTenantToken, TOKEN_PATH } from "@/lib/sandbox/openapi/application";
import { cardkitRoutes } from "@/lib/sandbox/openapi/cardkit";
import { chatRoutes } from "@/lib/sandbox/openapi/chats";
import { frequencyLimit } from "@/lib/sandbox/openapi/errors";
import { interactiveRoutes } from "@/lib/sandbox/openapi/interactive";
import { messageRoutes } from "@/lib/sandbox/openapi/messages";
import { reactionRoutes } from "@/lib/sandbox/openapi/reactions";
import { resourceRoutes } from "@/lib/sandbox/openapi/resources";
import type { SandboxState } from "@/lib/sandbox/state";

export interface ApiRequest {
  method: string;
  /** With /open-apis, without the query. */
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  contentType: string;
  raw: Buffer;
}

/** "hang" never answers, "cut" ends the TCP connection without an answer. */
export type ApiOutcome = { appId: string | undefined; answer: HttpAnswer | "hang" | "cut" };

const PREFIX = "/open-apis";

interface CompiledRoute extends ApiRoute {
  pattern: RegExp;
}

export class OpenApi {
  readonly #state: SandboxState;
  readonly #routes: CompiledRoute[];

  constructor(state: SandboxState, routes: ApiRoute[]) {
    this.#state = state;
    this.#routes = routes.map((route) => ({ ...route, pattern: compile(route.path) }));
  }

  async handle(request: ApiRequest): Promise<ApiOutcome> {
    const body = request.contentType.startsWith("application/json") ? parseJson(request.raw) : undefined;
    const app = this.#appOf(request, body);
    const appId = app?.appId ?? idInBody(body);
    const fault = this.#state.faults.take(
      "api",
      appId,
      ({ method, path }) => (method === undefined || method === request.method) && matchesGlob(path, request.path),
    );
    if (!fault) return { appId, answer: await this.#serve(request, body) };

    const served = fault.when === "after" || fault.as === "slow" ? await this.#serve(request, body) : undefined;
    if (fault.delayMs !== undefined) await this.#delay(fault.delayMs);
    if (fault.as === "hang" || fault.as === "cut") return { appId, answer: fault.as };
    if (fault.as === "slow" && served) return { appId, answer: served };
    const error = new ApiError(fault.code ?? 1, fault.msg ?? "internal error", {
      status: fault.httpStatus ?? 400,
      headers: fault.headers ?? {},
    });
    return { appId, answer: refuse(error) };
  }

  /** Ends early when the cloud stops. */
  async #delay(ms: number): Promise<void> {
    await setTimeout(ms, undefined, { signal: this.#state.stopping }).catch(() => undefined);
  }

  #appOf(request: ApiRequest, body: unknown): SandboxApp | undefined {
    const token = bearerOf(request.authorization);
    if (token !== undefined) return this.#state.apps.appOfToken(token);
    const id = idInBody(body);
    return id === undefined ? undefined : this.#state.apps.get(id);
  }

  async #serve(request: ApiRequest, body: unknown): Promise<HttpAnswer> {
    try {
      const path = request.path.slice(PREFIX.length);
      if (path === TOKEN_PATH && request.method === "POST")
        return { status: 200, body: issueTenantToken(this.#state, body) };
      return await this.#serveRoute(request, path, body);
    } catch (error) {
      if (error instanceof ApiError) return refuse(error);
      this.#state.log("The sandbox failed to answer a call", { path: request.path, reason: String(error) });
      return refuse(new ApiError(1, "internal error", { status: 500 }));
    }
  }

  async #serveRoute(request: ApiRequest, path: string, body: unknown): Promise<HttpAnswer> {
    const candidates = this.#routes.filter((route) => route.pattern.test(path));
    if (candidates.length === 0) return { status: 404, body: { code: 99991404, msg: "404 page not found" } };
    const route = candidates.find(({ method }) => method === request.method);
    if (!route) return { status: 405, body: { code: 99991405, msg: "method not allowed" } };
    const app = this.#authenticate(request.authorization);
    this.#limit(app);
    requireScope(app, route.scopes);
    const params = decodeParams(route.pattern.exec(path)?.groups);
    const call: ApiCall = {
      app,
      params,
      query: request.query,
      body,
      raw: request.raw,
      contentType: request.contentType,
    };
    const { msg = "success", data, top, binary } = await route.handle(this.#state, call);
    if (binary) {
      const name = encodeURIComponent(binary.fileName);
      return { status: 200, headers: { "content-disposition": `attachment; filename="${name}"` }, body: binary.bytes };
    }
    return { status: 200, headers: logId(), body: { code: 0, msg, ...(data ? { data } : {}), ...top } };
  }

  #authenticate(authorization: string | undefined): SandboxApp {
    const token = bearerOf(authorization);
    if (token === undefined) throw new ApiError(99991661, "Missing access token for authorization.");
    const app = this.#state.apps.appOfToken(token);
    if (!app) throw new ApiError(99991663, "Invalid access token for authorization. Please make a test attempt again.");
    return app;
  }

  #limit(app: SandboxApp): void {
    if (!this.#state.settings.rateLimits) return;
    const { perAppSecond, perAppMinute } = this.#state.rates;
    const waitMs = Math.max(perAppSecond.take(app.appId), perAppMinute.take(app.appId));
    if (waitMs > 0) throw frequencyLimit(waitMs);
  }
}

function refuse({ code, message, status, headers, extra }: ApiError): HttpAnswer {
  const log = logId();
  const error = { log_id: log["x-tt-logid"], ...extra };
  return { status, headers: { ...log, ...headers }, body: { code, msg: message, error } };
}

function logId(): { "x-tt-logid": string } {
  return { "x-tt-logid": randomId() };
}

function requireScope(app: SandboxApp, scopes: string[] | undefined): void {
  if (!scopes || app.scopes === null || scopes.some((scope) => app.scopes?.includes(scope))) return;
  const extra = {
    permission_violations: scopes.map((subject) => ({ type: "action_scope_required", subject })),
    helps: [{ url: `https://open.feishu.cn/app/${app.appId}/auth?q=${scopes.join(",")}` }],
  };
  throw new ApiError(99991672, `Access denied. One of the following scopes is required: [${scopes.join(", ")}].`, {
    extra,
  });
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
}

function idInBody(body: unknown): string | undefined {
  const given = (body as { app_id?: unknown } | null | undefined)?.app_id;
  return typeof given === "string" ? given : undefined;
}

function compile(path: string): RegExp {
  return new RegExp(`^${path.replace(/:([a-z_]+)/g, "(?<$1>[^/]+)")}$`);
}

function decodeParams(groups: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]));
}

function matchesGlob(glob: string, path: string): boolean {
  const parts = glob.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(path);
}

export function createOpenApi(state: SandboxState, onlineCount: (appId: string) => number): OpenApi {
  return new OpenApi(state, [
    ...applicationRoutes(onlineCount),
    ...messageRoutes,
    ...reactionRoutes,
    ...resourceRoutes,
    ...chatRoutes,
    ...cardkitRoutes,
    ...interactiveRoutes,
  ]);
}

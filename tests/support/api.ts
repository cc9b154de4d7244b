// Talks to a running Larkspur over its REST API, as a program outside would.
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, onTestFinished } from "vitest";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { freshPostgres } from "@/tests/support/databases";
import { type Server, type ServerOptions, startServer } from "@/tests/support/server";

// biome-ignore lint/suspicious/noExplicitAny: whatever the API answers; the tests look into it.
export type Json = any;

export type ApiAnswer = { status: number; body: Json; headers: Headers; text: string };

export type Api = {
  url: string;
  token: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
  get(path: string): Promise<Json>;
  post(path: string, body?: unknown): Promise<Json>;
};

export const ADMIN = { email: "admin@example.com", password: "correct horse battery" };

// A token has 600 calls a minute, and tests that wait for something ask again and again.
const BURST = 250;
const EACH_MS = 200;
const budgets = new Map<string, { left: number; at: number }>();

async function patience(token: string): Promise<void> {
  const now = performance.now();
  const { left, at } = budgets.get(token) ?? { left: BURST, at: now };
  const budget = { left: Math.min(BURST, left + (now - at) / EACH_MS) - 1, at: now };
  budgets.set(token, budget);
  if (budget.left < 0) await pause(-budget.left * EACH_MS);
}

export function apiOf(url: string, token: string): Api {
  const call: Api["call"] = async (method, path, body, headers = {}) => {
    if (token) await patience(token);
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, body: isJson ? JSON.parse(text) : undefined, headers: response.headers, text };
  };
  const succeed = async (method: string, path: string, body?: unknown) => {
    const answer = await call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path} → ${answer.status} ${answer.text}`);
    return answer.body;
  };
  return { url, token, call, get: (path) => succeed("GET", path), post: (path, body) => succeed("POST", path, body) };
}

export type Installation = { server: Server; admin: Api };

/** The environment of an installation with an administrator and a token, on the given database. */
async function installationEnv(kind: "pglite" | "postgres"): Promise<Record<string, string>> {
  return {
    LARKSPUR_ADMIN_EMAIL: ADMIN.email,
    LARKSPUR_ADMIN_PASSWORD: ADMIN.password,
    LARKSPUR_API_TOKEN: `bootstrap-${randomBytes(24).toString("hex")}`,
    ...(kind === "postgres"
      ? { DATABASE_URL: (await freshPostgres()).url, LARKSPUR_SECRET: randomBytes(24).toString("hex") }
      : {}),
  };
}

/** A started Larkspur with an administrator's API token. */
async function openInstallation(kind: "pglite" | "postgres", options: ServerOptions = {}): Promise<Installation> {
  const env = { ...(await installationEnv(kind)), ...options.env };
  const server = await startServer({ ...options, env });
  return { server, admin: apiOf(server.url, env.LARKSPUR_API_TOKEN ?? "") };
}

/** Of the test's own; stopped when the test ends. */
export async function startInstallation(
  kind: "pglite" | "postgres" = "pglite",
  options: ServerOptions = {},
): Promise<Installation> {
  const installation = await openInstallation(kind, options);
  onTestFinished(async () => {
    await installation.server.stop();
  });
  return installation;
}

/**
 * One Larkspur for all tests of a file that do not mind each other's bots: starting one takes seconds. Call it in the
 * file's body; the first test that asks starts it, the end of the file stops it.
 */
export function shareInstallation(): () => Promise<Installation> {
  let shared: Promise<Installation> | undefined;
  afterAll(async () => {
    await (await shared)?.server.stop();
  });
  return () => {
    shared ??= openInstallation("pglite");
    return shared;
  };
}

/** A bot of Larkspur's for an app of the simulated cloud. Returns its id. */
export async function registerBot(api: Api, cloud: SandboxCloud, app: SandboxApp, more: object = {}): Promise<string> {
  const { appId, appSecret } = app;
  const input = { name: app.name, appId, appSecret, domain: cloud.origin, useWebSocket: true, ...more };
  return (await api.post("/api/feishu/bots", input)).id;
}

export async function addMember(admin: Api, name: string): Promise<Api> {
  const email = `${name.toLowerCase()}-${randomBytes(3).toString("hex")}@example.com`;
  const user = await admin.post("/api/users", { email, name, password: "a long password", role: "member" });
  const { token } = await admin.post("/api/tokens", { name: "test", userId: user.id });
  return apiOf(admin.url, token);
}

export type StreamItem = { event: string; data: Json };

/** Reads the event stream until `stop`; `items` grows as they come. */
export function openStream(api: Api): { items: StreamItem[]; stop(): void; ended: Promise<void> } {
  const abort = new AbortController();
  const items: StreamItem[] = [];
  const read = async () => {
    const response = await fetch(`${api.url}/api/feishu/stream`, {
      headers: { authorization: `Bearer ${api.token}` },
      signal: abort.signal,
    });
    let buffer = "";
    for await (const chunk of response.body ?? []) {
      buffer += Buffer.from(chunk).toString("utf8");
      const blocks = buffer.split("\n\n");
      buffer = blocks.pop() ?? "";
      for (const block of blocks) {
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(block)?.[1];
        const data = field("data");
        if (data) items.push({ event: field("event") ?? "message", data: JSON.parse(data) });
      }
    }
  };
  return { items, stop: () => abort.abort(), ended: read().catch(() => undefined) };
}

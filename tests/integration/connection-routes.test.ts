import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { NextRequest } from "next/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PATCH as updateBot } from "@/app/api/feishu/bots/[id]/route";
import { POST as connect } from "@/app/api/feishu/bots/[id]/ws/connect/route";
import { POST as disconnect } from "@/app/api/feishu/bots/[id]/ws/disconnect/route";
import { GET as history } from "@/app/api/feishu/bots/[id]/ws/history/route";
import { GET as status } from "@/app/api/feishu/bots/[id]/ws/status/route";
import { POST as createBot } from "@/app/api/feishu/bots/route";
import { GET as statuses } from "@/app/api/feishu/ws/status/route";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { waitFor } from "@/tests/support/wait-for";

const TOKEN = "lks_the-bootstrap-token-of-the-connection-routes";
const ORIGIN = "http://larkspur.test";

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "larkspur-routes-"));
  Object.assign(process.env, {
    LARKSPUR_DATA_DIR: folder,
    LARKSPUR_ADMIN_EMAIL: "admin@example.com",
    LARKSPUR_ADMIN_PASSWORD: "correct horse battery",
    LARKSPUR_API_TOKEN: TOKEN,
    LARKSPUR_LOG_LEVEL: "error",
  });
});

afterAll(async () => {
  const holder = (globalThis as { [key: symbol]: { stop(): Promise<void> } | undefined })[Symbol.for("larkspur")];
  await holder?.stop();
  await rm(folder, { recursive: true, force: true });
});

type Handler = (
  request: NextRequest,
  context: { params: Promise<Record<string, string | string[] | undefined>> },
) => Promise<Response>;

async function call(handler: Handler, id = "", { method = "GET", query = "", body = undefined as unknown } = {}) {
  const headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` };
  const request = new NextRequest(`${ORIGIN}/api/anything${query}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await handler(request, { params: Promise.resolve({ id }) });
  return { status: response.status, body: await response.json() };
}

const post = (handler: Handler, id?: string, body?: unknown) => call(handler, id, { method: "POST", body });

async function addBot(cloud: SandboxCloud, more: object = {}) {
  const app = registerTestApp(cloud);
  const { appId, appSecret } = app;
  const answer = await post(createBot, "", { name: "Bot", appId, appSecret, domain: cloud.origin, ...more });
  expect(answer.status).toBe(201);
  return { id: answer.body.id as string, app };
}

const stateOf = async (id: string) => (await call(status, id)).body.state;

test("a bot is connected and disconnected over the API", async () => {
  const cloud = await startTestCloud();
  const { id, app } = await addBot(cloud);
  expect(await call(status, id)).toEqual({ status: 200, body: { botId: id, state: "disconnected" } });
  expect((await call(statuses)).body.connections).not.toContainEqual(expect.objectContaining({ botId: id }));

  const connected = await post(connect, id);
  expect(connected.status).toBe(200);
  expect(connected.body).toEqual({ success: true, botId: id, status: expect.stringMatching(/^connect(ing|ed)$/) });
  await waitFor(async () => (await stateOf(id)) === "connected", "connected");
  expect(cloud.connections(app.appId)).toHaveLength(1);
  expect((await post(connect, id)).body).toEqual({ success: true, botId: id, status: "connected" });
  expect((await call(statuses)).body.connections).toContainEqual(
    expect.objectContaining({ botId: id, state: "connected", connectedAt: expect.any(String) }),
  );

  for (const _ of ["first", "again"]) {
    const answer = await post(disconnect, id);
    expect(answer).toEqual({ status: 200, body: { success: true, botId: id, status: "disconnected" } });
    expect(await stateOf(id)).toBe("disconnected");
  }
  await waitFor(() => cloud.connections(app.appId).length === 0, "the cloud to see it closed");

  const { body } = await call(history, id, { query: "?since=2020-01-01T00:00:00Z" });
  expect(body.changes.map(({ state }: { state: string }) => state)).toEqual([
    "connecting",
    "connected",
    "disconnected",
  ]);
  expect(body.changes[2].reason).toBe("The long connection was turned off.");
  expect(body.availability).toMatchObject({ from: "2020-01-01T00:00:00.000Z", interruptions: 0 });
  expect(body.availability.percent).toBeGreaterThan(0);
});

test("a disabled bot is not connected, but may be disconnected", async () => {
  const cloud = await startTestCloud();
  const { id } = await addBot(cloud, { enabled: false });
  expect(await post(connect, id)).toMatchObject({ status: 409, body: { code: "conflict", success: false } });
  expect(await post(disconnect, id)).toMatchObject({ status: 200, body: { status: "disconnected" } });
});

test("connecting a bot in error tries again now", async () => {
  const cloud = await startTestCloud();
  const { id, app } = await addBot(cloud);
  const { remove } = cloud.faults.add({ on: "credentials", appId: app.appId });
  await post(connect, id);
  await waitFor(async () => (await stateOf(id)) === "error", "error");
  remove();
  expect((await post(connect, id)).body.status).toMatch(/^connect(ing|ed)$/);
  expect(await stateOf(id)).not.toBe("error");
  await waitFor(async () => (await stateOf(id)) === "connected", "connected");
  await call(updateBot, id, { method: "PATCH", body: { useWebSocket: false } });
  await waitFor(async () => (await stateOf(id)) === "disconnected", "disconnected");
  await waitFor(() => cloud.connections(app.appId).length === 0, "the cloud to see it closed");
});

test.each(["?since=yesterday", "?since=2026-01-01", "?until=2026-01-01T00:00:00Z"])(
  "a history asked for wrongly is refused (%s)",
  async (query) => {
    const cloud = await startTestCloud();
    const { id } = await addBot(cloud);
    expect(await call(history, id, { query })).toMatchObject({ status: 400, body: { code: "invalid_input" } });
  },
);

test("what is not there is not found", async () => {
  for (const handler of [status, history]) expect((await call(handler, "nobody")).status).toBe(404);
  for (const handler of [connect, disconnect]) expect((await post(handler, "nobody")).status).toBe(404);
});

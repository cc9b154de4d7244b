// Models over the REST API, from the first one to a bot that answers with it.
import { expect, test } from "vitest";
import { addMember, startInstallation } from "@/tests/support/api";
import { startFakeModel } from "@/tests/support/fake-model";
import { waitFor } from "@/tests/support/wait-for";

const KEY = "sk-of-the-process-test";
const WRONG_KEY = "0a1b2c3d.NoServerKnowsIt";

test("a model is created, tried, listed, changed, used by a bot and then kept", async () => {
  const { admin, server } = await startInstallation("pglite", { env: { LARKSPUR_LOG_LEVEL: "debug" } });
  const fake = await startFakeModel(KEY);
  const input = { name: "Fake", baseUrl: `${fake.baseUrl}/`, model: "fake-1", apiKey: KEY };
  for (const [body, path] of [
    [{ ...input, baseUrl: "nowhere" }, "baseUrl"],
    [{ ...input, model: "" }, "model"],
    [{ ...input, apiKey: "two words" }, "apiKey"],
    [{ ...input, key: KEY }, "key"],
    [{ ...input, baseUrl: "http://169.254.169.254/v1" }, "baseUrl"],
  ] as const) {
    const refused = await admin.call("POST", "/api/models", body);
    expect([refused.status, refused.body.errors?.[0]?.path], refused.text).toEqual([400, path]);
  }
  const created = await admin.call("POST", "/api/models", input);
  expect(created.status).toBe(201);
  expect(created.body).toEqual({
    id: expect.any(String),
    name: "Fake",
    baseUrl: fake.baseUrl,
    model: "fake-1",
    hasApiKey: true,
    shared: false,
    seesImages: false,
    health: "untested",
    bots: [],
    otherBots: 0,
    owner: { id: expect.any(String), name: expect.any(String) },
    createdAt: expect.stringMatching(/Z$/),
    updatedAt: expect.stringMatching(/Z$/),
  });
  const path = `/api/models/${created.body.id}`;
  expect(await admin.post(`${path}/test`)).toMatchObject({ ok: true, firstWords: "Hello!" });
  await admin.post("/api/models", { ...input, name: "Second" });
  const first = await admin.get("/api/models?limit=1");
  expect(first).toMatchObject({ models: [{ name: "Fake" }], nextCursor: expect.any(String) });
  const second = await admin.get(`/api/models?limit=1&cursor=${first.nextCursor}`);
  expect(second).toMatchObject({ models: [{ name: "Second" }], nextCursor: null });
  for (const query of ["limit=0", "cursor=nonsense", "colour=red"]) {
    expect((await admin.call("GET", `/api/models?${query}`)).status, query).toBe(400);
  }

  const member = await addMember(admin, "Ann");
  expect((await member.call("GET", path)).status).toBe(404);
  expect((await member.call("POST", "/api/models", input)).status).toBe(403);
  expect((await admin.call("PATCH", path, { shared: true })).body).toMatchObject({ shared: true, hasApiKey: true });
  expect((await member.call("PATCH", path, { name: "Mine" })).status).toBe(403);

  const reply = { kind: "ai", modelId: created.body.id };
  const bot = await member.post("/api/feishu/bots", { name: "Clever", domain: "sandbox", useWebSocket: true, reply });
  expect(bot.reply).toEqual({ ...reply, historyMessages: 20, stream: true, timeoutSeconds: 60 });
  await member.post("/api/sandbox/messages", { botId: bot.id, text: "hello" });
  const usage = await waitFor(async () => {
    const { days } = await member.get(`/api/feishu/bots/${bot.id}/usage`);
    return days[0];
  }, "the answer");
  expect(usage).toMatchObject({ model: "Fake", inputTokens: 12, outputTokens: 3, answers: 1 });

  await admin.call("PATCH", path, { apiKey: WRONG_KEY });
  await member.post("/api/sandbox/messages", { botId: bot.id, text: "again" });
  const failed = await waitFor(async () => {
    const { events } = await member.get(`/api/feishu/bots/${bot.id}/events?status=failed`);
    return events[0];
  }, "the refusal");
  expect(failed.error).toMatch(/rejected the API key \(status 401: Incorrect API key provided: \[hidden\]\)/);
  const trace = await member.call("GET", `/api/feishu/events/${failed.id}`);
  expect(trace.text).not.toContain(WRONG_KEY);
  expect((await admin.call("POST", `${path}/test`)).text).not.toContain(WRONG_KEY);
  expect(server.logs()).toContain("an answer failed");
  expect(server.logs()).not.toContain(WRONG_KEY);

  const refused = await admin.call("DELETE", path);
  expect([refused.status, refused.body.code]).toEqual([409, "conflict"]);
  expect(refused.body.detail).toContain("Clever");
  await member.call("PATCH", `/api/feishu/bots/${bot.id}`, { reply: { kind: "echo" } });
  expect((await admin.call("DELETE", path)).status).toBe(204);
  expect((await admin.call("GET", path)).status).toBe(404);
  expect(server.logs()).not.toContain(KEY);
});

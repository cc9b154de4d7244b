// The REST API's promises about input, errors and the places it runs on, from outside.
import { expect, test } from "vitest";
import { DEFAULT_BEHAVIOR } from "@/lib/bots/behavior";
import {
  type ApiAnswer,
  addMember,
  apiOf,
  registerBot,
  shareInstallation,
  startInstallation,
} from "@/tests/support/api";
import { randomAppId } from "@/tests/support/app-ids";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { waitFor } from "@/tests/support/wait-for";

const installation = shareInstallation();

function expectProblem(answer: ApiAnswer, status: number, code: string, path?: string): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  expect(answer.body).toMatchObject({ status, code, success: false, error: answer.body.detail });
  expect(answer.body.type).toBeTypeOf("string");
  expect(answer.body.title).toBeTypeOf("string");
  expect(answer.body.detail.length).toBeGreaterThan(10);
  if (path !== undefined) expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
}

const validBot = () => ({ name: "Bot", appId: randomAppId(), appSecret: "secret" });

test("bad input is refused with the place and a word on what to do", async () => {
  const { admin } = await installation();
  const { bots: before } = await admin.get("/api/feishu/bots");
  const post = (body: unknown) => admin.call("POST", "/api/feishu/bots", body);
  const cases: [string, unknown, string][] = [
    ["a missing name", { ...validBot(), name: undefined }, "name"],
    ["a wrong type", { ...validBot(), enabled: "yes" }, "enabled"],
    ["an unknown field", { ...validBot(), nmae: "x" }, "nmae"],
    ["an unknown field inside the policy", { ...validBot(), policy: { group: "all" } }, "policy.group"],
    ["a malformed App ID", { ...validBot(), appId: "cli_123" }, "appId"],
    ["an App ID with a letter beyond f", { ...validBot(), appId: "cli_000000000000000g" }, "appId"],
    ["no secret", { ...validBot(), appSecret: undefined }, "appSecret"],
    ["a domain that is none", { ...validBot(), domain: "feishu.cn" }, "domain"],
    ["a domain with a path", { ...validBot(), domain: "https://example.com/path" }, "domain"],
    ["a responder that does not exist", { ...validBot(), reply: { kind: "oracle" } }, "reply.kind"],
    ["a NUL character", { ...validBot(), name: "a\0b" }, "name"],
    ["a negative age", { ...validBot(), policy: { ignoreOlderThanSeconds: -1 } }, "policy.ignoreOlderThanSeconds"],
  ];
  for (const [, body, path] of cases) expectProblem(await post(body), 400, "invalid_input", path);
  expectProblem(await post('{"name": '), 400, "invalid_input");
  expectProblem(await post("[]"), 400, "invalid_input");
  expectProblem(await post(JSON.stringify({ name: "x".repeat(1024 * 1024 + 1) })), 413, "too_large");
  for (const query of ["limit=0", "limit=201", "limit=abc", "limit=1.5", "cursor=nonsense", "colour=red"]) {
    expectProblem(await admin.call("GET", `/api/feishu/bots?${query}`), 400, "invalid_input");
  }
  expect((await admin.get("/api/feishu/bots")).bots).toEqual(before);
});

test("what is not there is 404, and an error is told in the reader's language", async () => {
  const { admin } = await installation();
  expectProblem(await admin.call("GET", "/api/nothing/here"), 404, "not_found");
  expectProblem(await admin.call("GET", "/api/feishu/bots/unknown"), 404, "not_found");
  expectProblem(await admin.call("GET", "/api/feishu/events/not-a-number"), 404, "not_found");
  expectProblem(await admin.call("GET", "/api/feishu/bots/a%00b"), 404, "not_found");
  const chinese = await admin.call("GET", "/api/feishu/bots/x", undefined, { "accept-language": "zh-CN,zh;q=0.9" });
  expect(chinese.body.detail).toMatch(/机器人/);
  expectProblem(await apiOf(admin.url, "lks_unknown").call("GET", "/api/feishu/bots"), 401, "unauthenticated");
});

test("a bot is created, read, changed in part and deleted", async () => {
  const { admin } = await installation();
  const input = { ...validBot(), policy: { groups: "all" } };
  const created = await admin.call("POST", "/api/feishu/bots", input);
  expect(created.status).toBe(201);
  expect(created.body).toEqual({
    id: expect.any(String),
    name: "Bot",
    appId: input.appId,
    domain: "feishu",
    enabled: true,
    useWebSocket: false,
    wsConnectionState: "disconnected",
    hasAppSecret: true,
    hasVerificationToken: false,
    hasEncryptKey: false,
    hasProxyPassword: false,
    hasReplySecret: false,
    proxy: null,
    webhookUrl: `${admin.url}/api/feishu/webhook/${input.appId}`,
    reply: { kind: "echo" },
    policy: {
      directMessages: "all",
      groups: "all",
      allowSenders: [],
      allowChats: [],
      answerMentionAll: false,
      ignoreOlderThanSeconds: 86_400,
    },
    behavior: DEFAULT_BEHAVIOR,
    owner: { id: expect.any(String), name: expect.any(String) },
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    updatedAt: expect.stringMatching(/Z$/),
  });
  const path = `/api/feishu/bots/${created.body.id}`;
  expectProblem(
    await admin.call("POST", "/api/feishu/bots", { ...input, appId: input.appId.toUpperCase().replace("CLI", "cli") }),
    409,
    "conflict",
  );
  const patched = await admin.call("PATCH", path, { policy: { allowSenders: ["ou_1"] }, reply: { kind: "none" } });
  expect(patched.body).toMatchObject({
    name: "Bot",
    reply: { kind: "none" },
    policy: { groups: "all", allowSenders: ["ou_1"] },
  });
  expectProblem(await admin.call("PATCH", path, { owner: "me" }), 400, "invalid_input", "owner");
  expect((await admin.call("DELETE", path)).status).toBe(204);
  expectProblem(await admin.call("GET", path), 404, "not_found");
});

test("lists go page by page", async () => {
  const member = await addMember((await installation()).admin, "Ann");
  for (let i = 0; i < 5; i++) await member.post("/api/feishu/bots", { ...validBot(), name: `Bot ${i}` });
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page: { bots: { name: string }[]; nextCursor: string | null } = await member.get(
      `/api/feishu/bots?limit=2${cursor ? `&cursor=${cursor}` : ""}`,
    );
    seen.push(...page.bots.map((bot) => bot.name));
    cursor = page.nextCursor;
  }
  expect(seen).toEqual(["Bot 0", "Bot 1", "Bot 2", "Bot 3", "Bot 4"]);
});

test("an origin of one's own is for administrators", async () => {
  const { admin } = await installation();
  const member = await addMember(admin, "Ann");
  const body = { ...validBot(), domain: "http://127.0.0.1:9" };
  expectProblem(await member.call("POST", "/api/feishu/bots", body), 403, "forbidden");
  expect((await admin.call("POST", "/api/feishu/bots", body)).status).toBe(201);
});

test("a sandbox bot needs no credentials, connects, and answers over its long connection", async () => {
  const { admin } = await installation();
  const bot = await admin.post("/api/feishu/bots", { name: "Try", domain: "sandbox", useWebSocket: true });
  expect(bot.appId).toMatch(/^cli_[0-9a-f]{16}$/);
  const said = await admin.post("/api/sandbox/messages", { botId: bot.id, text: "hello" });
  const answer = await waitFor(async () => {
    const { chats } = await admin.get(`/api/sandbox/chats?botId=${bot.id}`);
    return chats.flatMap((chat: { messages: object[] }) => chat.messages).find((m: { fromBot: boolean }) => m.fromBot);
  }, "the answer");
  expect(answer).toMatchObject({ text: "hello", replyTo: said.messageId });
});

test("a disabled bot cannot be connected, and disabling closes its connection", async () => {
  const cloud = await startTestCloud();
  const app = registerTestApp(cloud);
  const { admin } = await installation();
  const botId = await registerBot(admin, cloud, app);
  await waitFor(() => cloud.connections(app.appId).length === 1, "the connection");
  await admin.call("PATCH", `/api/feishu/bots/${botId}`, { enabled: false });
  await waitFor(() => cloud.connections(app.appId).length === 0, "the connection to close");
  expectProblem(await admin.call("POST", `/api/feishu/bots/${botId}/ws/connect`), 409, "conflict");
});

test("on a serverless platform the long connection is refused with the reason and the webhook works", async () => {
  const { admin } = await startInstallation("pglite", { env: { VERCEL: "1" } });
  const bot = await admin.post("/api/feishu/bots", { ...validBot(), verificationToken: "the-token" });
  const refused = await admin.call("POST", `/api/feishu/bots/${bot.id}/ws/connect`);
  expectProblem(refused, 409, "conflict");
  expect(refused.body.detail).toContain("Vercel");
  const challenge = { type: "url_verification", challenge: "abc", token: "the-token" };
  const webhook = `/api/feishu/webhook/${bot.appId}`;
  expect((await apiOf(admin.url, "").call("POST", webhook, challenge)).body).toEqual({ challenge: "abc" });
  const header = {
    event_id: "e1",
    event_type: "im.message.receive_v1",
    create_time: "1700000000000",
    token: "the-token",
    app_id: bot.appId,
  };
  const event = {
    schema: "2.0",
    header,
    event: {
      message: {
        message_id: "om_1",
        chat_id: "oc_1",
        chat_type: "p2p",
        message_type: "text",
        content: '{"text":"hi"}',
        create_time: "1700000000000",
      },
      sender: { sender_id: { open_id: "ou_1" }, sender_type: "user" },
    },
  };
  expect((await apiOf(admin.url, "").call("POST", webhook, event)).status).toBe(200);
  const stored = await waitFor(async () => {
    const { events } = await admin.get(`/api/feishu/bots/${bot.id}/events`);
    return events.find((item: { status: string }) => item.status === "ignored");
  }, "the event to be handled");
  expect(stored).toMatchObject({ eventId: "e1", source: "webhook", text: "hi" });
});

test("health needs nothing, readiness tells of its parts, metrics are an administrator's", async () => {
  const { admin } = await installation();
  const nobody = apiOf(admin.url, "");
  expect((await nobody.call("GET", "/api/health")).body).toMatchObject({
    status: "ok",
    version: expect.any(String),
    instance: expect.any(String),
  });
  const ready = await nobody.call("GET", "/api/ready");
  expect(ready.status).toBe(200);
  expect(Object.keys(ready.body.checks).toSorted()).toEqual(["connections", "database", "worker"]);
  expectProblem(await nobody.call("GET", "/api/metrics"), 401, "unauthenticated");
  const metrics = await admin.call("GET", "/api/metrics");
  expect(metrics.text).toMatch(/^# TYPE larkspur_/m);
});

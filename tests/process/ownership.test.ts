// What a caller may not see is 404 on every route, and no secret leaves by any of them. Walks the list of endpoints, so that a new one is not forgotten.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { allEndpoints } from "@/app/api/_endpoints/all";
import {
  ADMIN,
  type Api,
  addMember,
  apiOf,
  registerBot,
  shareInstallation,
  startInstallation,
} from "@/tests/support/api";
import { Browser } from "@/tests/support/browser";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { waitFor } from "@/tests/support/wait-for";

const installation = shareInstallation();

async function answeredEvent(api: Api, botId: string): Promise<string> {
  return waitFor(async () => {
    const { events } = await api.get(`/api/feishu/bots/${botId}/events?status=done`);
    return events[0]?.id as string | undefined;
  }, "an answered event");
}

async function scene() {
  const cloud = await startTestCloud();
  const app = registerTestApp(cloud, { name: "Bot of Ann" });
  const { server, admin } = await startInstallation("pglite", { env: { LARKSPUR_LOG_LEVEL: "debug" } });
  const ann = await addMember(admin, "Ann");
  const bo = await addMember(admin, "Bo");
  const secrets = {
    verificationToken: "verification-token-of-ann",
    encryptKey: "encrypt-key-of-ann",
    apiKey: "api-key-of-ann",
    hook: "hook-path-of-ann",
  };
  // An origin of one's own is an administrator's to set: the bot begins as one of Feishu's.
  const { id: annId } = await ann.get("/api/account");
  const botId = await registerBot(ann, cloud, app, {
    verificationToken: secrets.verificationToken,
    encryptKey: secrets.encryptKey,
    useWebSocket: false,
    domain: "feishu",
  });
  await admin.call("PATCH", `/api/feishu/bots/${botId}`, { domain: cloud.origin });
  await ann.post(`/api/feishu/bots/${botId}/ws/connect`);
  await waitFor(() => cloud.connections(app.appId).length === 1, "the connection");
  const { chatId } = cloud.directChat(app.appId, "Cy");
  cloud.say({ appId: app.appId, chatId, from: "Cy", text: "hello" });
  const eventId = await answeredEvent(ann, botId);
  const { id: tokenId } = await ann.post("/api/tokens", { name: "of Ann" });
  const { id: modelId } = await ann.post("/api/models", {
    name: "of Ann",
    baseUrl: "https://models.example.com/v1",
    model: "small",
    apiKey: secrets.apiKey,
  });
  const { id: registrationId } = await ann.post("/api/feishu/registrations", { domain: "sandbox" });
  const { id: alertId } = await ann.post("/api/alerts", {
    name: "of Ann",
    channel: "webhook",
    target: `https://hooks.example.com/${secrets.hook}`,
    conditions: { error: true, silentMinutes: null, failedMessages: true, recovered: true },
  });
  const ids: Record<string, string> = {
    bot: botId,
    event: eventId,
    model: modelId,
    registration: registrationId,
    alert: alertId,
  };
  return { cloud, app, server, admin, ann, bo, annId, botId, tokenId, registrationId, ids, secrets };
}

/** Signs the administrator in. Returns the session's id. */
async function openSession(url: string): Promise<string> {
  const browser = new Browser(url);
  await browser.signIn(ADMIN.email, ADMIN.password);
  return (await browser.send("GET", "/api/account/sessions")).body.sessions[0].id;
}

test("another person's things are 404 on every route that names one", async () => {
  const { bo, botId, tokenId, registrationId, ids, server } = await scene();
  const OWN = [
    ["/api/tokens/", tokenId],
    ["/api/account/sessions/", await openSession(server.url)],
  ] as const;
  const idFor = ({ subject, path }: (typeof allEndpoints)[number]) =>
    subject ? ids[subject] : OWN.find(([prefix]) => path.startsWith(prefix))?.[1];
  const walked: string[] = [];
  const wrong: string[] = [];
  for (const endpoint of allEndpoints) {
    const id = idFor(endpoint);
    // Those for administrators answer a member 403 whatever the id: the test below walks them.
    if (!id || endpoint.access === "admin") continue;
    const body = ["POST", "PATCH", "PUT"].includes(endpoint.method) ? {} : undefined;
    const name = `${endpoint.method} ${endpoint.path}`;
    walked.push(name);
    const { status, body: problem } = await bo.call(endpoint.method, endpoint.path.replace("{id}", id), body);
    if (status !== 404 || problem?.code !== "not_found") wrong.push(`${name} → ${status}`);
  }
  for (const name of ["chats?botId=", "messages", "faults"]) {
    const path = `/api/sandbox/${name}${name.endsWith("=") ? botId : ""}`;
    const input = name === "messages" ? { botId, text: "hi" } : { botId, fault: "drop" };
    const { status } = await (name.endsWith("=") ? bo.call("GET", path) : bo.call("POST", path, input));
    if (status !== 404) wrong.push(`${path} → ${status}`);
  }
  const scan = await bo.call("POST", "/api/sandbox/scans", { registrationId, agree: true });
  if (scan.status !== 404) wrong.push(`scans → ${scan.status}`);
  expect(wrong).toEqual([]);
  expect(walked.length).toBeGreaterThan(12);
  // Every path with an id is among them, or is for administrators or everybody.
  const withId = allEndpoints.filter(({ path, access }) => path.includes("{") && access === "viewer");
  expect(withId.map(({ method, path }) => `${method} ${path}`).filter((name) => !walked.includes(name))).toEqual([]);
});

test("nothing but the open routes answers without a session or token", async () => {
  const { server } = await installation();
  const nobody = apiOf(server.url, "");
  const wrong: string[] = [];
  for (const endpoint of allEndpoints) {
    if (endpoint.access === "everybody") continue;
    const path = endpoint.path.replace(/\{\w+\}/g, "x");
    const { status, body } = await nobody.call(endpoint.method, path);
    if (status !== 401 || body?.code !== "unauthenticated") wrong.push(`${endpoint.method} ${path} → ${status}`);
  }
  expect(wrong).toEqual([]);
});

test("members are kept from what is for administrators", async () => {
  const { admin } = await installation();
  const member = await addMember(admin, "Bo");
  const wrong: string[] = [];
  for (const endpoint of allEndpoints) {
    if (endpoint.access !== "admin") continue;
    const path = endpoint.path.replace(/\{\w+\}/g, "x");
    const body = ["POST", "PATCH", "PUT"].includes(endpoint.method) ? {} : undefined;
    const { status } = await member.call(endpoint.method, path, body);
    if (status !== 403) wrong.push(`${endpoint.method} ${path} → ${status}`);
  }
  expect(wrong).toEqual([]);
});

test("secrets are in no response and in no line of the log, at the most talkative level", async () => {
  const { admin, ann, app, annId, botId, tokenId, ids, secrets, server, cloud } = await scene();
  let seen = "";
  for (const endpoint of allEndpoints) {
    if (endpoint.method !== "GET" || endpoint.path.endsWith("/stream")) continue;
    const id = ids[endpoint.subject ?? ""] ?? (endpoint.path.startsWith("/api/users") ? annId : tokenId);
    const query = endpoint.path === "/api/sandbox/chats" ? `?botId=${botId}` : "";
    for (const caller of [admin, ann]) {
      seen += (await caller.call("GET", endpoint.path.replace(/\{\w+\}/, id) + query)).text;
    }
  }
  // Trouble is when things get logged: a refused secret, a failed send, a call that cannot be read.
  cloud.faults.add({ on: "api", as: "error", path: "*/reply", httpStatus: 400, code: 230002, msg: "not in chat" });
  const { chatId } = cloud.directChat(app.appId, "Cy");
  cloud.say({ appId: app.appId, chatId, from: "Cy", text: "again" });
  await ann.call("PATCH", `/api/feishu/bots/${botId}`, { appSecret: "a-wrong-secret-of-ann" });
  await waitFor(async () => (await ann.get(`/api/feishu/bots/${botId}/ws/status`)).state === "error", "the refusal");
  seen += (await ann.call("GET", `/api/feishu/bots/${botId}/ws/status`)).text;
  await ann.call("POST", "/api/feishu/bots", '{"appSecret": "broken-json-secret');
  const key = (await readFile(path.join(server.dataDir, "secret"), "utf8")).trim();
  const access =
    cloud.calls
      .map((call) => JSON.stringify(call))
      .join()
      .match(/t-[\w-]{10,}/g) ?? [];
  const hidden = {
    appSecret: app.appSecret,
    wrong: "a-wrong-secret-of-ann",
    ...secrets,
    key,
    admin: admin.token,
    ann: ann.token,
  };
  for (const [name, secret] of [
    ...Object.entries(hidden),
    ...access.map((token) => ["access token", token] as const),
  ]) {
    expect(seen.includes(secret), `${name} in a response`).toBe(false);
    expect(server.logs().includes(secret), `${name} in the log`).toBe(false);
  }
  expect(server.logs()).not.toMatch(/(access_key|ticket)=(?!\[hidden\])/);
  expect(server.logs()).toContain(botId);
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { updateBot } from "@/lib/bots/changes";
import { openCredentials } from "@/lib/bots/credentials";
import { getBotRow } from "@/lib/bots/queries";
import { type BotCredentials, type CreateBotInput, DEFAULT_POLICY } from "@/lib/bots/schemas";
import { type BotRow, bots, connections } from "@/lib/db/schema";
import { checkBot } from "@/lib/doctor/check-bot";
import { createIntake } from "@/lib/events/intake";
import { FeishuApis } from "@/lib/feishu/api";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { startProxy } from "@/tests/support/connect-proxy";
import { freshDatabase, quietLogger } from "@/tests/support/databases";
import { addBot, addPerson, botsContext, testSealer } from "@/tests/support/people";
import { openSdkSocket } from "@/tests/support/sdk";
import { startTlsFront } from "@/tests/support/tls-front";

type AppSettings = Parameters<typeof registerTestApp>[1];

async function scene(input: Partial<CreateBotInput> = {}, ofApp: AppSettings = {}) {
  const cloud = await startTestCloud();
  const app = registerTestApp(cloud, ofApp);
  const database = await freshDatabase();
  const { db } = database;
  const admin = await addPerson(db, "Admin", "admin");
  const credentials = { appId: app.appId, appSecret: app.appSecret, domain: cloud.origin };
  const botId = await addBot(db, admin, { ...credentials, ...input });
  const loadCredentials = async (id: string): Promise<BotCredentials | null> => {
    const row = await getBotRow(db, id);
    return row && openCredentials(testSealer, row, undefined);
  };
  const apis = new FeishuApis({ loadCredentials, logger: quietLogger });
  const context = { db, apis, loadCredentials, platform: { holdsConnections: true } };
  const examine = async (locale: "en" | "zh-CN" = "en", limitMs?: number) => {
    const { ok, checks } = await checkBot(
      context,
      (await getBotRow(db, botId)) as BotRow,
      { locale, timeZone: "Asia/Shanghai" },
      limitMs,
    );
    return { ok, of: Object.fromEntries(checks.map((check) => [check.id, check])) };
  };
  return { cloud, app, database, db, admin, botId, examine };
}

describe("the doctor", () => {
  test("finds nothing wrong with a bot that is connected and has received something", async () => {
    const { database, botId, examine } = await scene({ useWebSocket: true });
    const leaseUntil = new Date(Date.now() + 60_000);
    await database.db.insert(connections).values({ botId, state: "connected", leaseOwner: "me", leaseUntil });
    const header = { event_id: "e1", event_type: "im.chat.updated_v1", app_id: "x" };
    const intake = createIntake({ ...database, logger: quietLogger });
    await intake.receive(botId, { schema: "2.0", header, event: {} }, "websocket");
    const { ok, of } = await examine();
    expect(ok).toBe(true);
    expect(Object.values(of).map(({ id, status }) => `${id} ${status}`)).toEqual([
      "credentials pass",
      "bot pass",
      "scopes pass",
      "connection pass",
      "clients pass",
      "events pass",
      "console pass",
      "webhook skip",
      "dns skip",
      "tls skip",
      "proxy pass",
      "clock pass",
    ]);
  });

  test("tells wrong credentials with the cure, in the reader's language, and asks nothing further", async () => {
    const { examine } = await scene({ appSecret: "wrong" });
    const { ok, of } = await examine("zh-CN");
    expect(ok).toBe(false);
    expect(of.credentials).toMatchObject({ status: "fail", fix: expect.stringContaining("凭证与基础信息") });
    expect(of.bot?.status).toBe("skip");
  });

  test("tells a cloud that cannot be reached from wrong credentials", async () => {
    const { cloud, examine } = await scene();
    await cloud.stop();
    const { of } = await examine();
    expect(of.credentials).toMatchObject({ status: "fail", fix: expect.stringContaining("network") });
  });

  test("says that nothing can arrive without a long connection and without a webhook key", async () => {
    const { examine } = await scene();
    const { ok, of } = await examine();
    expect(ok).toBe(false);
    expect(of.webhook).toMatchObject({ status: "fail", fix: expect.any(String) });
    expect(of.events?.status).toBe("warn");
  });

  // The console's challenge comes unsigned: with the Encrypt Key alone it is refused, and the address cannot be saved.
  test("asks for the Verification Token where only the Encrypt Key is set and events come by webhook", async () => {
    const keyOnly = await scene({ encryptKey: "a key" });
    expect((await keyOnly.examine()).of.webhook).toMatchObject({
      status: "warn",
      fix: expect.stringContaining("Verification Token"),
    });
    const both = await scene({ encryptKey: "a key", verificationToken: "a token" });
    expect((await both.examine()).of.webhook?.status).toBe("pass");
    const unused = await scene({ encryptKey: "a key", useWebSocket: true });
    expect((await unused.examine()).of.webhook?.status).toBe("pass");
  });

  test("notices another program that is connected with the same app", async () => {
    const { cloud, app, examine } = await scene();
    await openSdkSocket(cloud, app, {});
    expect((await examine()).of.clients).toMatchObject({ status: "warn", fix: expect.any(String) });
  });

  test("does not guess how many programs are connected when Feishu does not say", async () => {
    const { cloud, examine } = await scene();
    cloud.faults.add({ on: "api", as: "error", path: "*/event/v1/connection", code: 99991672, httpStatus: 400 });
    expect((await examine()).of.clients?.status).toBe("skip");
  });

  test("does not call its own two connections during a hand-over somebody else's", async () => {
    const { cloud, app, db, botId, examine } = await scene({ useWebSocket: true });
    await openSdkSocket(cloud, app, {});
    await openSdkSocket(cloud, app, {});
    const held = { leaseOwner: "me", leaseUntil: new Date(Date.now() + 60_000), connectedAt: new Date(0) };
    await db.insert(connections).values({ botId, state: "connected", ...held });
    expect((await examine()).of.clients).toMatchObject({ status: "warn", detail: expect.stringContaining("Another") });
    await db.update(connections).set({ offeredAt: new Date() });
    expect((await examine()).of.clients).toMatchObject({ status: "pass" });
  });

  test("names the scopes that the bot's settings need and that are not granted", async () => {
    const scopes = ["im:message.p2p_msg:readonly", "im:message:send_as_bot", "im:message.group_at_msg"];
    const { db, examine } = await scene({}, { scopes });
    const least = (await examine()).of.scopes;
    expect(least).toMatchObject({ status: "warn", fix: expect.stringContaining("im:message.group_msg") });
    await db.update(bots).set({ policy: { ...DEFAULT_POLICY, groups: "all" } });
    const { of, ok } = await examine();
    expect(ok).toBe(false);
    expect(of.scopes).toMatchObject({ status: "fail", detail: expect.stringContaining("all messages of a group") });
    expect(of.scopes?.detail).not.toContain("direct messages");
  });

  test("says that scopes cannot be read, and which ones to look for by hand", async () => {
    const { cloud, examine } = await scene();
    cloud.faults.add({ on: "api", as: "error", path: "*/application/v6/scopes", code: 212100, httpStatus: 400 });
    const { scopes } = (await examine()).of;
    expect(scopes).toMatchObject({ status: "skip", fix: expect.stringContaining("im:message:send_as_bot") });
  });

  test("leads an app of the other cloud there, whether the token call refuses it or the long connection", async () => {
    const { cloud, db, app, botId, examine } = await scene({ useWebSocket: true });
    const error = { code: "connection.wrongCloud", params: { code: 1000040351, problem: "x", cloud: "lark" } };
    const leaseUntil = new Date(Date.now() + 60_000);
    await db.insert(connections).values({ botId, state: "error", error, leaseOwner: "me", leaseUntil });
    cloud.faults.add({ on: "credentials", appId: app.appId });
    cloud.faults.add({ on: "endpoint", as: "refuse", code: 1000040351, msg: "Incorrect domain name" });
    const { credentials, connection } = (await examine()).of;
    expect(connection).toMatchObject({ status: "fail", fix: "Choose Lark as the cloud under Settings." });
    expect(credentials).toMatchObject({ status: "fail", fix: "Choose Feishu or Lark as the cloud under Settings." });
  });

  test("knows a store app by its tickets", async () => {
    const { database, botId, examine } = await scene();
    const intake = createIntake({ ...database, logger: quietLogger });
    const event = { type: "app_ticket", app_ticket: "ticket" };
    await intake.receive(botId, { uuid: "u-1", type: "event_callback", event }, "webhook");
    expect((await examine()).of.credentials).toMatchObject({
      status: "fail",
      finding: "storeApp",
      fix: expect.stringContaining("custom app"),
    });
  });

  test("leads to the page of the developer console where the cure is", async () => {
    const { db, app, examine } = await scene();
    await db.update(bots).set({ domain: "lark" });
    // Nobody is asked: the secret cannot be opened.
    await db.update(bots).set({ sealedAppSecret: "sealed with another key" });
    const { events: finding } = (await examine()).of;
    expect(finding?.link).toBe(`https://open.larksuite.com/app/${app.appId}/event`);
  });

  test.each([
    ["an event that is not subscribed to", { subscribedEvents: ["im.chat.updated_v1"] }, "im.message.receive_v1"],
    ["a version that is not published", { published: false }, "no published version"],
    ["events that go to a webhook", { webhookUrl: "http://127.0.0.1:1/nowhere" }, "webhook"],
  ])("sees %s where the app may read its own settings", async (_, ofApp, words) => {
    const { examine } = await scene({ useWebSocket: true }, ofApp);
    expect((await examine()).of.console).toMatchObject({ status: "fail", detail: expect.stringContaining(words) });
  });

  test("says what of the console cannot be read, and takes a message as the proof", async () => {
    const { database, botId, examine } = await scene({ useWebSocket: true }, { scopes: ["im:message"] });
    expect((await examine()).of.console).toMatchObject({ status: "skip", fix: expect.any(String) });
    const intake = createIntake({ ...database, logger: quietLogger });
    const header = { event_id: "e1", event_type: "im.message.receive_v1", app_id: "x" };
    const message = { message_id: "om_1", chat_id: "oc_1", chat_type: "p2p", message_type: "text", content: "{}" };
    await intake.receive(botId, { schema: "2.0", header, event: { message } }, "websocket");
    const { console: consoleFinding } = (await examine()).of;
    expect(consoleFinding).toMatchObject({ status: "pass" });
    // In the reader's zone.
    expect(consoleFinding?.detail).toContain("GMT+8");
  });

  test("says for how long nothing has come, and the three things that are usually missing", async () => {
    const { db, botId, examine } = await scene({ useWebSocket: true });
    const connectedAt = new Date(Date.now() - 5 * 3_600_000);
    const held = { leaseOwner: "me", leaseUntil: new Date(Date.now() + 60_000), connectedAt };
    await db.insert(connections).values({ botId, state: "connected", ...held });
    const { events: finding } = (await examine()).of;
    expect(finding).toMatchObject({ status: "warn", detail: expect.stringContaining("5 hours") });
    expect(finding?.fix).toMatch(/1\. .*2\. .*3\. /);
  });

  test("tells a name that cannot be resolved", async () => {
    const { db, examine } = await scene();
    await db.update(bots).set({ domain: "https://no-such-host.invalid" });
    const { dns, proxy } = (await examine()).of;
    expect(dns).toMatchObject({ status: "fail", detail: expect.stringContaining("no-such-host.invalid") });
    expect(proxy?.status).toBe("skip");
  });

  test("tells a certificate that nobody vouches for, and how to name its authority", async () => {
    const { cloud, db, examine } = await scene();
    await db.update(bots).set({ domain: (await startTlsFront(cloud)).origin });
    const { tls, proxy } = (await examine()).of;
    expect(tls).toMatchObject({ status: "fail", fix: expect.stringContaining("NODE_EXTRA_CA_CERTS") });
    expect(proxy?.status).toBe("pass");
  });

  test("goes through the bot's proxy, lets it resolve the name, and tells when it refuses", async () => {
    const open = await startProxy();
    const { cloud, db, admin, botId, examine } = await scene({ proxy: open.url });
    const { port } = new URL(cloud.origin);
    await db.update(bots).set({ domain: `http://feishu.internal:${port}` });
    const through = (await examine()).of;
    expect(through.proxy).toMatchObject({ status: "pass", detail: expect.stringContaining(new URL(open.url).host) });
    expect(through.dns).toMatchObject({ status: "skip", detail: expect.stringContaining("proxy") });
    const closed = await startProxy({ login: "ann:secret" });
    await updateBot(botsContext(db), admin, botId, { proxy: closed.url });
    expect((await examine()).of.proxy).toMatchObject({ status: "fail", fix: expect.any(String) });
  });

  test.each([
    [600, "fail"],
    [-120, "warn"],
    [0, "pass"],
  ])("compares the clocks by the date of an answer (%i s)", async (seconds, verdict) => {
    const { db, examine } = await scene();
    const server = createServer((_, response) => {
      response.setHeader("Date", new Date(Date.now() + seconds * 1000).toUTCString());
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    await db.update(bots).set({ domain: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    expect((await examine()).of.clock).toMatchObject({ status: verdict });
  });

  test("says that a check hangs, and lets the others stand", async () => {
    const { cloud, examine } = await scene();
    cloud.faults.add({ on: "api", as: "hang", path: "*/application/v6/scopes" });
    const { of } = await examine("en", 3_000);
    expect(of.scopes).toMatchObject({ status: "warn", detail: expect.stringContaining("3 s") });
    expect(of.credentials?.status).toBe("pass");
    expect(of.proxy?.status).toBe("pass");
  });
});

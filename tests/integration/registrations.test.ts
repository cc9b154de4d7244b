import { defaultHttpInstance, registerApp } from "@larksuiteoapi/node-sdk";
import { eq } from "drizzle-orm";
import { describe, expect, onTestFinished, test } from "vitest";
import { openCredentials } from "@/lib/bots/credentials";
import { getBotRow } from "@/lib/bots/queries";
import type { BotCredentials } from "@/lib/bots/schemas";
import type { OpenDatabase } from "@/lib/db/client";
import { registrations } from "@/lib/db/registration-table";
import type { BotRow } from "@/lib/db/schema";
import { FeishuApis } from "@/lib/feishu/api";
import { APP_CALLBACKS, APP_EVENTS, APP_SCOPES } from "@/lib/feishu/app-needs";
import { codeUrl } from "@/lib/feishu/registration";
import { getRegistration, Registrar } from "@/lib/registrations/registrar";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { describeOnDatabases, freshDatabase, freshPostgres, openReplica, quietLogger } from "@/tests/support/databases";
import { addBot, addPerson, botsContext, testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

/** The part of one process; `feishu` and `lark` stand for the two real clouds. */
function registrarOn(database: OpenDatabase, feishu: SandboxCloud, lark: SandboxCloud = feishu) {
  const { db, bus } = database;
  const loadCredentials = async (id: string): Promise<BotCredentials | null> => {
    const row = await getBotRow(db, id);
    return row && openCredentials(testSealer, row, feishu.origin);
  };
  const apis = new FeishuApis({ loadCredentials, logger: quietLogger });
  const registrar = new Registrar({
    ...botsContext(db),
    bus,
    apis,
    logger: quietLogger,
    accounts: { feishu: feishu.origin, lark: lark.origin },
    sandboxOrigin: async () => feishu.origin,
  });
  onTestFinished(() => registrar.stop());
  return registrar;
}

async function scene(kind: "pglite" | "postgres" = "pglite") {
  const database = await freshDatabase(kind);
  const { db } = database;
  const cloud = await startTestCloud({ settings: { registrationPollSeconds: 0.02 } });
  const ann = await addPerson(db, "Ann");
  const registrar = registrarOn(database, cloud);
  const look = (id: string) => getRegistration(db, ann, id, "en");
  /** Asks at once, whatever the interval. */
  const ask = async (asking = registrar) => {
    await db.update(registrations).set({ nextPollAt: new Date(0) });
    await asking.pollDue();
  };
  return { database, db, cloud, ann, registrar, look, ask };
}

const botOf = async (db: OpenDatabase["db"], id: string | null) => (await getBotRow(db, id ?? "")) as BotRow;

describeOnDatabases("an app made by QR code", (kind) => {
  test("becomes a bot of whoever asked for the code, by the name given in Feishu, with all that Larkspur needs", async () => {
    const { db, cloud, ann, registrar, look, ask } = await scene(kind);
    const { id, url } = await registrar.begin(ann, { domain: "sandbox" }, "en");
    expect(await look(id)).toMatchObject({ kind: "create", state: "waiting", botId: null, detail: null });
    await ask();
    expect(await look(id)).toMatchObject({ state: "waiting" });
    const app = cloud.registrations.scan(url, "Wang Fang", { name: "IT Service" });
    await ask();
    const done = await look(id);
    expect(done.state).toBe("done");
    const bot = await botOf(db, done.botId);
    expect(bot).toMatchObject({ name: "IT Service", appId: app?.appId, ownerId: ann.userId, useWebSocket: true });
    expect(openCredentials(testSealer, bot, cloud.origin).appSecret).toBe(app?.appSecret);
    expect(cloud.app(bot.appId)).toMatchObject({ scopes: APP_SCOPES, subscribedEvents: APP_EVENTS });
    const rows = await db.select().from(registrations);
    expect(JSON.stringify(rows)).not.toContain(app?.appSecret);
    await expect(registrar.renew(ann, id, "en")).rejects.toMatchObject({ code: "conflict" });
  });

  test("is shown to nobody else", async () => {
    const { db, ann, registrar } = await scene(kind);
    const bo = await addPerson(db, "Bo");
    const { id } = await registrar.begin(ann, { domain: "sandbox" }, "en");
    await expect(getRegistration(db, bo, id, "en")).rejects.toMatchObject({ code: "not_found" });
    await expect(registrar.cancel(bo, id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("is one of three that wait at most: the oldest gives way", async () => {
    const { ann, registrar, look } = await scene(kind);
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) ids.push((await registrar.begin(ann, { domain: "sandbox" }, "en")).id);
    const states = await Promise.all(ids.map(async (id) => (await look(id)).state));
    expect(states).toEqual(["cancelled", "waiting", "waiting", "waiting"]);
  });
});

describe("following a QR code", () => {
  test("goes on at Lark for a person of Lark, and makes a bot of Lark", async () => {
    const { database, db, cloud, ann, look, ask } = await scene();
    const registrar = registrarOn(database, cloud, cloud);
    const { id, url } = await registrar.begin(ann, { domain: "feishu", name: "Given here" }, "en");
    cloud.registrations.scan(url, "Wang Fang", { brand: "lark" });
    await ask(registrar);
    expect(await look(id)).toMatchObject({ state: "waiting", domain: "lark" });
    await ask(registrar);
    expect(await botOf(db, (await look(id)).botId)).toMatchObject({ domain: "lark", name: "Given here" });
  });

  test("asks less often when told to slow down", async () => {
    const { db, cloud, ann, registrar, ask, look } = await scene();
    const { id } = await registrar.begin(ann, { domain: "sandbox" }, "en");
    cloud.settings.registrationPollSeconds = 60;
    await ask();
    const begin = Date.now();
    await ask();
    const [row] = await db.select().from(registrations).where(eq(registrations.id, id));
    expect(row).toMatchObject({ state: "waiting", intervalSeconds: 6 });
    expect(row?.nextPollAt.getTime()).toBeGreaterThan(begin + 5_000);
    expect((await look(id)).detail).toBeNull();
  });

  test("tells a refusal, and a fresh code can be had", async () => {
    const { cloud, ann, registrar, look, ask } = await scene();
    const { id, url } = await registrar.begin(ann, { domain: "sandbox" }, "en");
    cloud.registrations.scan(url, "Wang Fang", { refuse: true });
    await ask();
    expect(await look(id)).toMatchObject({ state: "refused" });
    const renewed = await registrar.renew(ann, id, "en");
    expect(renewed).toMatchObject({ id, state: "waiting" });
    expect(renewed.url).not.toBe(url);
    cloud.registrations.scan(renewed.url, "Wang Fang");
    await ask();
    expect(await look(id)).toMatchObject({ state: "done" });
  });

  test("tells that a code is spent, by its time and by the cloud's word", async () => {
    const { db, ann, registrar, look, ask } = await scene();
    const late = await registrar.begin(ann, { domain: "sandbox" }, "en");
    await db.update(registrations).set({ expiresAt: new Date(Date.now() - 1) });
    expect(await look(late.id)).toMatchObject({ state: "expired" });
    const forgotten = await registrar.begin(ann, { domain: "sandbox" }, "en");
    const sealedDeviceCode = testSealer.seal("unknown to the cloud", `registrations/${forgotten.id}/device-code`);
    await db.update(registrations).set({ sealedDeviceCode }).where(eq(registrations.id, forgotten.id));
    await ask();
    expect(await look(forgotten.id)).toMatchObject({ state: "expired" });
  });

  test("stops when it is cancelled, though the code is scanned afterwards", async () => {
    const { cloud, ann, registrar, look, ask } = await scene();
    const { id, url } = await registrar.begin(ann, { domain: "sandbox" }, "en");
    await registrar.cancel(ann, id);
    cloud.registrations.scan(url, "Wang Fang");
    await ask();
    expect(await look(id)).toMatchObject({ state: "cancelled", botId: null });
  });

  test("outlives a network that is lost for a while, and says so meanwhile", async () => {
    const { database, cloud, ann, look, ask } = await scene();
    const clouds = { sandbox: "http://127.0.0.1:1" };
    const registrar = registrarOn(database, {
      ...cloud,
      get origin() {
        return clouds.sandbox;
      },
    } as SandboxCloud);
    await expect(registrar.begin(ann, { domain: "sandbox" }, "zh-CN")).rejects.toMatchObject({ code: "unavailable" });
    clouds.sandbox = cloud.origin;
    const { id, url } = await registrar.begin(ann, { domain: "sandbox" }, "en");
    clouds.sandbox = "http://127.0.0.1:1";
    cloud.registrations.scan(url, "Wang Fang");
    await ask(registrar);
    expect(await look(id)).toMatchObject({ state: "waiting", detail: expect.stringContaining("127.0.0.1:1") });
    clouds.sandbox = cloud.origin;
    await ask(registrar);
    expect(await look(id)).toMatchObject({ state: "done", detail: null });
  });

  test("lets only administrators name another cloud", async () => {
    const { db, cloud, ann, registrar } = await scene();
    await expect(registrar.begin(ann, { domain: cloud.origin }, "en")).rejects.toMatchObject({ code: "forbidden" });
    const admin = await addPerson(db, "Admin", "admin");
    expect(await registrar.begin(admin, { domain: cloud.origin }, "en")).toMatchObject({ domain: cloud.origin });
  });

  test.runIf(process.env.TEST_DATABASE_URL)(
    "goes on in another process, each question asked by one of them",
    async () => {
      const { url } = await freshPostgres();
      const [one, two] = [await openReplica(url, "one"), await openReplica(url, "two")];
      const cloud = await startTestCloud({ settings: { registrationPollSeconds: 1 } });
      const ann = await addPerson(one.db, "Ann");
      const [first, second] = [registrarOn(one, cloud), registrarOn(two, cloud)];
      const { id, url: code } = await first.begin(ann, { domain: "sandbox" }, "en");
      await one.db.update(registrations).set({ nextPollAt: new Date(0) });
      await Promise.all([first.pollDue(), second.pollDue(), first.pollDue(), second.pollDue()]);
      expect(cloud.calls.filter(({ path }) => path.endsWith("/registration"))).toHaveLength(2);
      // The first is gone; the second runs as a process does.
      cloud.registrations.scan(code, "Wang Fang");
      await two.db.update(registrations).set({ nextPollAt: new Date(0) });
      second.start();
      await waitFor(async () => (await getRegistration(two.db, ann, id, "en")).state === "done", "the bot");
    },
  );
});

describe("the app of a bot, changed by QR code", () => {
  async function withBot(scopes: string[], appSecret?: string) {
    const all = await scene();
    const app = registerTestApp(all.cloud, { scopes, subscribedEvents: ["im.message.receive_v1"] });
    const secret = appSecret ?? app.appSecret;
    const botId = await addBot(all.db, all.ann, { appId: app.appId, appSecret: secret, domain: "sandbox" });
    return { ...all, app, botId };
  }

  test("is given just what its settings miss", async () => {
    const scopes = ["im:message.p2p_msg:readonly", "im:message.group_at_msg:readonly", "im:message"];
    const { cloud, ann, app, botId, registrar, look, ask } = await withBot(scopes);
    const { id, url } = await registrar.begin(ann, { botId }, "en");
    expect(await look(id)).toMatchObject({ kind: "repair", botId, scopes: ["im:message.group_msg"] });
    cloud.registrations.scan(url, "Wang Fang");
    await ask();
    expect(await look(id)).toMatchObject({ state: "done", botId });
    expect(cloud.app(app.appId)?.scopes).toEqual([...scopes, "im:message.group_msg"]);
    expect(cloud.app(app.appId)?.subscribedEvents).toEqual(APP_EVENTS);
  });

  test("brings the right secret along", async () => {
    const { db, cloud, ann, app, botId, registrar, look, ask } = await withBot([], "wrong");
    const { id, url } = await registrar.begin(ann, { botId }, "en");
    cloud.registrations.scan(url, "Wang Fang");
    await ask();
    expect(await look(id)).toMatchObject({ state: "done" });
    expect(openCredentials(testSealer, await botOf(db, botId), cloud.origin).appSecret).toBe(app.appSecret);
  });

  test("is left alone when another one was chosen in Feishu", async () => {
    const { db, cloud, ann, botId, registrar, look, ask } = await withBot([]);
    const { id, url } = await registrar.begin(ann, { botId }, "en");
    const before = await botOf(db, botId);
    cloud.registrations.approve(new URL(url).searchParams.get("user_code") ?? "", "Wang Fang");
    await ask();
    expect(await look(id)).toMatchObject({ state: "failed", detail: expect.stringContaining("not this bot") });
    expect(await botOf(db, botId)).toEqual(before);
  });
});

test("the code shows what the SDK's own registerApp would show", async () => {
  const cloud = await startTestCloud();
  const interceptor = defaultHttpInstance.interceptors.request.use((request) => ({
    ...request,
    url: request.url?.replace(/^https:/, "http:") ?? "",
  }));
  const cancel = new AbortController();
  onTestFinished(() => {
    cancel.abort();
    defaultHttpInstance.interceptors.request.eject(interceptor);
  });
  const shown = await new Promise<string>((resolve, reject) => {
    registerApp({
      domain: new URL(cloud.origin).host,
      source: "larkspur",
      appPreset: { name: "A bot" },
      addons: {
        scopes: { tenant: [...APP_SCOPES] },
        events: { items: { tenant: [...APP_EVENTS] } },
        callbacks: { items: [...APP_CALLBACKS] },
      },
      createOnly: true,
      signal: cancel.signal,
      onQRCodeReady: ({ url }) => resolve(url),
    }).catch(reject);
  });
  const [{ url = "" } = {}] = cloud.registrations.list();
  expect(codeUrl(url, { name: "A bot", scopes: APP_SCOPES })).toBe(shown);
});

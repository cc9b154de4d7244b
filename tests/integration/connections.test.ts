import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { deleteBot } from "@/lib/bots/changes";
import { listChanges } from "@/lib/connections/history";
import { listConnectionStatuses } from "@/lib/connections/status";
import { bots } from "@/lib/db/schema";
import { randomAppId } from "@/tests/support/app-ids";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { addConnectedBot, createManager, type TestBot } from "@/tests/support/connections";
import { freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson, botsContext } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const LONG_AGO = new Date(0);

async function setUp(options: Parameters<typeof createManager>[1] = {}) {
  const database = await freshDatabase();
  const cloud = await startTestCloud();
  const bot = await addConnectedBot(database, cloud);
  const { manager, events } = createManager(database, { exclusive: true, ...options });
  const online = ({ app }: TestBot = bot) => cloud.connections(app.appId).length;
  const statesOf = async ({ id }: TestBot = bot) =>
    (await listChanges(database.db, id, LONG_AGO, "en")).changes.map(({ state }) => state);
  return { ...database, database, cloud, bot, manager, events, online, statesOf };
}

describe("connections", () => {
  test("connects a wished bot, and says since when and by whom", async () => {
    const { bot, manager, statesOf } = await setUp();
    await manager.start();
    const status = await bot.reaches("connected");
    expect(status).toMatchObject({ instance: "test", connectedAt: expect.any(String) });
    expect(status.lastHeartbeat).toBe(status.connectedAt);
    expect(status).not.toHaveProperty("error");
    expect(await statesOf()).toEqual(["connecting", "connected"]);
    expect(manager.counts).toMatchObject({ connected: 1, connecting: 0 });
  });

  test("passes events on and remembers when the last one came", async () => {
    const { cloud, bot, manager, events } = await setUp();
    await manager.start();
    await bot.reaches("connected");
    cloud.pushEvent(bot.app.appId, "some.event_v1", { anything: [1] }, { event_id: "e1" });
    await waitFor(() => cloud.deliveries(bot.app.appId)[0]?.acknowledged, "the acknowledgement");
    expect(events).toMatchObject([
      { botId: bot.id, envelope: { header: { event_id: "e1" }, event: { anything: [1] } } },
    ]);
    await waitFor(async () => (await bot.status()).lastEventAt, "the time of the event");
  });

  test("does not acknowledge what could not be stored", async () => {
    const { cloud, bot, manager } = await setUp({
      onEvent: async () => {
        throw new Error("no room");
      },
    });
    await manager.start();
    await bot.reaches("connected");
    cloud.pushEvent(bot.app.appId, "some.event_v1", {});
    const [attempt] = await waitFor(() => cloud.deliveries(bot.app.appId)[0]?.attempts, "the delivery");
    await waitFor(() => attempt?.ackCode === 500 || cloud.deliveries(bot.app.appId)[0]?.attempts[0]?.ackCode === 500);
    expect(cloud.deliveries(bot.app.appId)[0]?.acknowledged).toBe(false);
  });

  test.each(["close", "reset", "fin"] as const)("a lost connection comes back (%s)", async (how) => {
    const { cloud, bot, manager, online, statesOf } = await setUp();
    await manager.start();
    await bot.reaches("connected");
    cloud.cut(bot.app.appId, how);
    const status = await bot.reaches("reconnecting");
    expect(status).toMatchObject({ reconnectAttempt: 1, error: expect.stringContaining("connection") });
    await bot.reaches("connected");
    expect(online()).toBe(1);
    expect(await statesOf()).toEqual(["connecting", "connected", "reconnecting", "connected"]);
  });

  test("a half-open link is found and replaced", async () => {
    const limits = { tickMs: 20, pingEveryMs: 1_000, silenceMs: 2_000 };
    const { cloud, bot, manager } = await setUp({ limits });
    await manager.start();
    await bot.reaches("connected");
    cloud.silence(bot.app.appId, "half-open");
    const status = await bot.reaches("reconnecting");
    expect(status.errorCode).toBe("connection.silent");
    await bot.reaches("connected");
  });

  test.each([
    ["a busy cloud", { on: "endpoint", as: "refuse", code: 1, data: "empty" }, "connection.busy"],
    ["a refusal without data", { on: "endpoint", as: "refuse", code: 1000040345, data: "none" }, "connection.busy"],
    ["too many connections", { on: "endpoint", as: "refuse", code: 1000040350 }, "connection.limit"],
    ["a refused handshake", { on: "handshake", as: "refuse" }, "connection.handshakeRefused"],
  ] as const)("%s is tried again until it works", async (_, fault, reason) => {
    const { cloud, bot, manager } = await setUp();
    const { remove } = cloud.faults.add(fault);
    await manager.start();
    await waitFor(async () => (await bot.status()).errorCode === reason, reason);
    expect((await bot.status()).state).toBe("connecting");
    await waitFor(async () => (await bot.status()).reconnectAttempt === 2, "the second retry");
    remove();
    await bot.reaches("connected");
  });

  test("wrong credentials are an error at once, in words, and a new secret heals it", async () => {
    const { database, cloud } = await setUp();
    const bot = await addConnectedBot(database, cloud, { appSecret: "wrong" });
    const { manager } = createManager(database, { exclusive: true });
    await manager.start();
    const status = await bot.reaches("error");
    expect(status.error).toContain("App Secret");
    expect(status.errorParams).toMatchObject({ code: 10014 });
    expect(Date.parse(status.nextRetryAt ?? "") - Date.now()).toBeGreaterThan(60_000);
    expect(await listChanges(database.db, bot.id, LONG_AGO, "zh-CN")).toMatchObject({
      changes: [{ state: "connecting" }, { state: "error", reason: expect.stringContaining("开发者后台") }],
      availability: { percent: 0 },
    });
    await bot.update({ appSecret: bot.app.appSecret });
    await bot.reaches("connected");
  });

  test.each([403, 514, 1000040344])("endpoint code %i without data is an error at once", async (code) => {
    const { cloud, bot, manager } = await setUp();
    cloud.faults.add({ on: "endpoint", as: "refuse", code, data: "none" });
    await manager.start();
    expect((await bot.reaches("error")).errorParams).toMatchObject({ code });
  });

  test("an app of the other cloud is told so, and follows the retry times", async () => {
    const { cloud, bot, manager } = await setUp();
    cloud.faults.add({ on: "endpoint", as: "refuse", code: 1000040351, msg: "Incorrect domain name", data: "none" });
    await manager.start();
    const status = await waitFor(async () => {
      const now = await bot.status();
      return now.errorCode && now;
    }, "the refusal");
    expect(status).toMatchObject({ state: "connecting", errorCode: "connection.wrongCloud" });
    expect(status.error).toContain("belongs to the other cloud");
  });

  test("any change of a bot in error is a reason to try again", async () => {
    const { cloud, bot, manager } = await setUp();
    const { remove } = cloud.faults.add({ on: "credentials" });
    await manager.start();
    await bot.reaches("error");
    remove();
    await bot.update({ name: "Renamed" });
    await bot.reaches("connected");
  });

  test("an App ID that the SDK would ignore is an error in words", async () => {
    const { db, bus, cloud, bot, manager } = await setUp();
    await db.update(bots).set({ appId: "cli_malformed" }).where(eq(bots.id, bot.id));
    await manager.start();
    expect((await bot.reaches("error")).errorCode).toBe("connection.appId");
    await db.update(bots).set({ appId: bot.app.appId }).where(eq(bots.id, bot.id));
    bus.publish({ topic: "bot", botId: bot.id });
    await bot.reaches("connected");
    expect(cloud.connections(bot.app.appId)).toHaveLength(1);
  });

  test("other credentials replace the connection", async () => {
    const { cloud, bot, manager, online } = await setUp();
    await manager.start();
    await bot.reaches("connected");
    const next = registerTestApp(cloud);
    await bot.update({ appId: next.appId, appSecret: next.appSecret });
    await waitFor(() => cloud.connections(next.appId).length === 1, "the new connection");
    await waitFor(() => online() === 0, "the old one to be gone");
    await bot.reaches("connected");
  });

  test("the failure of one bot touches no other", async () => {
    const { database, cloud, bot, manager, online } = await setUp();
    const broken = await addConnectedBot(database, cloud, { appSecret: "wrong" });
    const hanging = await addConnectedBot(database, cloud);
    cloud.faults.add({ on: "endpoint", as: "hang", appId: hanging.app.appId });
    await manager.start();
    await bot.reaches("connected");
    await broken.reaches("error");
    await hanging.wish(false);
    await manager.disconnected(hanging.id);
    expect((await bot.status()).state).toBe("connected");
    expect(online()).toBe(1);
  });

  test("switching off closes the socket, and on opens one", async () => {
    const { bot, manager, online } = await setUp();
    await manager.start();
    await bot.reaches("connected");
    await bot.wish(false);
    await manager.disconnected(bot.id);
    expect((await bot.status()).state).toBe("disconnected");
    await waitFor(() => online() === 0, "the cloud to see it closed");
    await manager.disconnected(bot.id);
    await bot.wish(true);
    await bot.reaches("connected");
    expect(online()).toBe(1);
  });

  test("switching on and off in quick succession ends as wished last", async () => {
    const { bot, manager, online } = await setUp();
    await manager.start();
    for (const wished of [false, true, false, true, false]) await bot.wish(wished);
    await manager.disconnected(bot.id);
    await waitFor(() => online() === 0, "no connection");
    for (const wished of [true, false, true]) await bot.wish(wished);
    await bot.reaches("connected");
    expect(online()).toBe(1);
  });

  test("a disabled and a deleted bot lose their connections", async () => {
    const { db, bus, database, cloud, bot, manager, online } = await setUp();
    const other = await addConnectedBot(database, cloud);
    await manager.start();
    await bot.reaches("connected");
    await other.reaches("connected");
    await bot.update({ enabled: false });
    await manager.disconnected(bot.id);
    expect((await bot.status()).state).toBe("disconnected");
    await deleteBot(botsContext(db), { userId: "", name: "Root", isAdmin: true }, other.id);
    bus.publish({ topic: "bot", botId: other.id });
    await waitFor(() => online(other) === 0 && online(bot) === 0, "no connections");
    expect(manager.counts.connected).toBe(0);
  });

  test("stopping closes every socket and leaves the bots to the next process", async () => {
    const { database, bot, manager, online, statesOf } = await setUp();
    await manager.start();
    await bot.reaches("connected");
    await Promise.all([manager.stop(), manager.stop()]);
    await waitFor(() => online() === 0, "the cloud to see it closed");
    expect(await statesOf()).toEqual(["connecting", "connected", "reconnecting"]);
    const next = createManager(database);
    await next.manager.start();
    await bot.reaches("connected");
  });

  test("stopping during the start leaves no socket", async () => {
    const { bot, manager, online, statesOf } = await setUp();
    const started = manager.start();
    await manager.stop();
    await started;
    await manager.start();
    expect(online()).toBe(0);
    expect((await bot.status()).instance).toBeUndefined();
    expect(await statesOf()).not.toContain("connected");
  });

  test("after a crash the connection comes back, and the history knows of the gap", async () => {
    const { database, bot, manager } = await setUp();
    await manager.start();
    await bot.reaches("connected");
    const next = createManager(database, { exclusive: true, instance: "next" });
    await next.manager.start();
    await waitFor(async () => (await bot.status()).instance === "next", "the next process");
    await bot.reaches("connected");
    const { changes, availability } = await listChanges(database.db, bot.id, LONG_AGO, "en");
    expect(changes.map(({ state }) => state)).toEqual(["connecting", "connected", "reconnecting", "connected"]);
    expect(changes[2]).toMatchObject({ instance: "test", reason: expect.stringContaining("test") });
    expect(availability.interruptions).toBe(1);
  });

  test("eighty bots are connected, each once", async () => {
    const { db, cloud, bot, manager } = await setUp();
    const owner = await addPerson(db, "Many", "admin");
    const appIds = Array.from({ length: 80 }, randomAppId);
    for (const appId of appIds) {
      cloud.registerApp({ appId, appSecret: "secret" });
      await addBot(db, owner, { appId, appSecret: "secret", domain: cloud.origin, useWebSocket: true });
    }
    await manager.start();
    await waitFor(
      () => manager.counts.connected === 81,
      () => JSON.stringify(manager.counts),
    );
    expect([bot.app.appId, ...appIds].map((appId) => cloud.connections(appId).length)).toEqual(Array(81).fill(1));
    await waitFor(async () => {
      const statuses = await listConnectionStatuses(db, owner, "en");
      return statuses.length === 81 && statuses.every(({ state }) => state === "connected");
    }, "all to be stored as connected");
  });

  test("shows a member their own bots alone, and those with a long connection", async () => {
    const { db, bot, cloud } = await setUp();
    const member = await addPerson(db, "Mia");
    const wish = { domain: "lark" as const };
    const mine = await addBot(db, member, { ...wish, useWebSocket: true });
    const quiet = await addBot(db, member, wish);
    const ids = (list: { botId: string }[]) => list.map(({ botId }) => botId);
    expect(ids(await listConnectionStatuses(db, member, "en"))).toEqual([mine]);
    expect(ids(await listConnectionStatuses(db, member, "en", "all"))).toEqual([mine, quiet]);
    expect(ids(await listConnectionStatuses(db, member, "en", [bot.id, quiet]))).toEqual([quiet]);
    expect(await listConnectionStatuses(db, member, "en", [quiet])).toEqual([{ botId: quiet, state: "disconnected" }]);
    const admin = await addPerson(db, "Ada", "admin");
    expect(ids(await listConnectionStatuses(db, admin, "en"))).toEqual([bot.id, mine]);
    expect(cloud.connections(bot.app.appId)).toHaveLength(0);
  });
});

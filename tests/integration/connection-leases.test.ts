import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { forgetOldChanges, listChanges } from "@/lib/connections/history";
import { acquireLeases, type Holder, isHeld, releaseLeases, renewLeases } from "@/lib/connections/leases";
import { StatusRecorder } from "@/lib/connections/recorder";
import { getConnectionStatus } from "@/lib/connections/status";
import type { OpenDatabase } from "@/lib/db/client";
import { connectionChanges } from "@/lib/db/schema";
import { startTestCloud } from "@/tests/support/cloud";
import { addConnectedBot, createManager } from "@/tests/support/connections";
import { startDatabaseProxy } from "@/tests/support/database-proxy";
import {
  type DatabaseKind,
  databaseKinds,
  describeOnDatabases,
  freshDatabase,
  freshPostgres,
  openReplica,
  quietLogger,
} from "@/tests/support/databases";
import { addBot, addPerson } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const holder = (instance: string, isAlone = false): Holder => ({ owner: `${instance}/1`, instance, isAlone });
const [a, b] = [holder("a"), holder("b")];

async function botOf({ db }: Pick<OpenDatabase, "db">, input = {}) {
  return addBot(db, await addPerson(db, "Owner", "admin"), { domain: "lark", useWebSocket: true, ...input });
}

const expireLeases = ({ db }: OpenDatabase) =>
  db.execute(sql`update connections set lease_until = now() - interval '1 s'`);

describeOnDatabases("leases", (kind) => {
  test("a bot has one holder at a time", async () => {
    const database = await freshDatabase(kind);
    const { db } = database;
    const botId = await botOf(database);
    const both = await Promise.all([acquireLeases(db, a, [botId]), acquireLeases(db, b, [botId])]);
    expect(both.flat()).toHaveLength(1);
    const [winner, loser] = both[0].length === 1 ? [a, b] : [b, a];
    expect([...(await renewLeases(db, winner, [botId])).keys()]).toEqual([botId]);
    expect((await renewLeases(db, loser, [botId])).size).toBe(0);
    expect(await isHeld(db, botId)).toBe(true);
    await releaseLeases(db, loser, [botId]);
    expect(await isHeld(db, botId)).toBe(true);
    await releaseLeases(db, winner, [botId]);
    expect(await isHeld(db, botId)).toBe(false);
    expect(await acquireLeases(db, loser, [botId])).toEqual([{ botId, fence: 2, before: undefined }]);
  });

  test("an expired lease is taken over, and the sleeper cannot write any more", async () => {
    const database = await freshDatabase(kind);
    const { db } = database;
    const botId = await botOf(database);
    const written: string[][] = [];
    const recorder = new StatusRecorder({ db, logger: quietLogger, onWritten: (ids) => written.push(ids) });
    const record = async (fence: number, state: "connected" | "error") => {
      const status = { state, at: new Date(), reconnectAttempt: 0 };
      recorder.add({ botId, fence, instance: "a", status, isChange: true });
      await recorder.flush();
    };
    await acquireLeases(db, a, [botId]);
    await record(1, "connected");
    expect((await getConnectionStatus(db, botId, "en")).state).toBe("connected");
    await expireLeases(database);
    expect((await getConnectionStatus(db, botId, "en")).state).toBe("reconnecting");
    const [lease] = await acquireLeases(db, b, [botId]);
    expect(lease).toMatchObject({ fence: 2, before: { state: "connected", instance: "a" } });
    expect((await renewLeases(db, a, [botId])).size).toBe(0);
    expect(await getConnectionStatus(db, botId, "en")).toMatchObject({ state: "reconnecting", instance: "b" });
    await record(1, "error");
    expect((await getConnectionStatus(db, botId, "en")).state).toBe("reconnecting");
    expect(written).toEqual([[botId], []]);
    expect((await listChanges(db, botId, new Date(0), "en")).changes).toHaveLength(1);
  });

  test("nobody gets a bot that is disabled or not wished for", async () => {
    const database = await freshDatabase(kind);
    const quiet = await botOf(database, { useWebSocket: false });
    const disabled = await botOf(database, { enabled: false });
    expect(await acquireLeases(database.db, a, [quiet, disabled, "gone"])).toEqual([]);
    expect((await getConnectionStatus(database.db, disabled, "en")).state).toBe("disconnected");
  });

  test("who is alone with the database need not wait for a dead holder", async () => {
    const database = await freshDatabase(kind);
    const botId = await botOf(database);
    await acquireLeases(database.db, a, [botId]);
    expect(await acquireLeases(database.db, b, [botId])).toEqual([]);
    expect(await acquireLeases(database.db, holder("c", true), [botId])).toHaveLength(1);
  });

  test("old changes are forgotten, but not the state in which they ended", async () => {
    const database = await freshDatabase(kind);
    const botId = await botOf(database);
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);
    await database.db.insert(connectionChanges).values([
      { botId, state: "connecting", at: daysAgo(100) },
      { botId, state: "connected", at: daysAgo(99) },
      { botId, state: "error", at: daysAgo(2) },
    ]);
    await forgetOldChanges(database.db);
    const { changes, before, availability } = await listChanges(database.db, botId, daysAgo(4), "en");
    expect(changes.map(({ state }) => state)).toEqual(["error"]);
    expect(before?.state).toBe("connected");
    expect(availability).toMatchObject({ interruptions: 1, percent: 50 });
    expect((await listChanges(database.db, botId, new Date(0), "en")).changes).toHaveLength(2);
  });

  test("a status whose database is away is written when it is back", async () => {
    const database = await freshDatabase(kind);
    const botId = await botOf(database);
    await acquireLeases(database.db, a, [botId]);
    let isAway = true;
    const db = new Proxy(database.db, {
      get(target, key, receiver) {
        if (key === "execute" && isAway) return () => Promise.reject(new Error("away"));
        const value = Reflect.get(target, key, receiver);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const recorder = new StatusRecorder({ db, logger: quietLogger, onWritten: () => undefined });
    const add = (state: "connecting" | "connected") =>
      recorder.add({
        botId,
        fence: 1,
        instance: "a",
        status: { state, at: new Date(), reconnectAttempt: 0 },
        isChange: true,
      });
    add("connecting");
    await recorder.flush();
    add("connected");
    isAway = false;
    await waitFor(async () => (await getConnectionStatus(database.db, botId, "en")).state === "connected");
    const { changes } = await listChanges(database.db, botId, new Date(0), "en");
    expect(changes.map(({ state }) => state)).toEqual(["connecting", "connected"]);
    await recorder.stop();
  });
});

describeOnDatabases("two processes", (kind) => {
  async function twoProcesses(which: DatabaseKind) {
    const url = which === "postgres" ? (await freshPostgres()).url : undefined;
    const first = url ? await openReplica(url, "a") : await freshDatabase();
    const second = url ? await openReplica(url, "b") : first;
    const cloud = await startTestCloud();
    const bot = await addConnectedBot(first, cloud);
    const online = () => cloud.connections(bot.app.appId).length;
    return { first, second, cloud, bot, online };
  }

  test("hold a bot once, and the other takes it over when the first one stops", async () => {
    const { first, second, bot, online } = await twoProcesses(kind);
    const managerA = createManager(first, { instance: "a" }).manager;
    const managerB = createManager(second, { instance: "b" }).manager;
    await managerA.start();
    await bot.reaches("connected");
    await managerB.start();
    await managerB.reconcileBot(bot.id);
    expect(online()).toBe(1);
    expect(managerB.counts).toMatchObject({ connected: 0, connecting: 0 });
    await managerA.stop();
    await waitFor(async () => (await bot.status()).instance === "b", "b to hold it");
    await bot.reaches("connected");
    await waitFor(() => online() === 1, "one connection");
  });

  test("a disconnect through one closes the socket of the other", async () => {
    const { first, second, bot, online } = await twoProcesses(kind);
    const managerA = createManager(first, { instance: "a" }).manager;
    const managerB = createManager(second, { instance: "b" }).manager;
    await managerA.start();
    await bot.reaches("connected");
    await managerB.start();
    await bot.wish(false);
    await managerB.disconnected(bot.id);
    expect((await bot.status()).state).toBe("disconnected");
    await waitFor(() => online() === 0, "no connection");
  });

  test("a holder that lost its lease closes its socket", async () => {
    const { first, bot, online, cloud } = await twoProcesses(kind);
    const { manager } = createManager(first, { instance: "a" });
    await manager.start();
    await bot.reaches("connected");
    const closed: string[] = [];
    cloud.on("connection", ({ state }) => state === "closed" && closed.push(state));
    await first.db.execute(sql`update connections set lease_owner = 'somebody', fence = fence + 1`);
    await waitFor(() => closed.length === 1 && online() === 0, "the socket to be closed");
    expect(manager.counts.connected).toBe(0);
  });
});

test.runIf(databaseKinds.includes("postgres"))(
  "who could not reach the database lets go of what was taken over, as soon as it is back",
  async () => {
    const { url } = await freshPostgres();
    const proxy = await startDatabaseProxy(url);
    const first = await openReplica(proxy.url, "a");
    const second = await openReplica(url, "b");
    const cloud = await startTestCloud();
    const bot = await addConnectedBot(second, cloud);
    const online = () => cloud.connections(bot.app.appId).length;
    const a = createManager(first, { instance: "a" }).manager;
    await a.start();
    await bot.reaches("connected");
    proxy.cut();
    const b = createManager(second, { instance: "b" }).manager;
    await b.start();
    await waitFor(async () => (await bot.status()).instance === "b", "b to hold it", 40_000);
    await bot.reaches("connected");
    expect(a.counts.connected).toBe(1);
    proxy.mend();
    await waitFor(() => a.counts.connected === 0 && online() === 1, "a to let go");
    expect(await bot.status()).toMatchObject({ state: "connected", instance: "b" });
  },
);

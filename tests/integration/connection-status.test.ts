import { isNull, sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { openCredentials } from "@/lib/bots/credentials";
import { getBotRow } from "@/lib/bots/queries";
import { type OnlineCountDeps, OnlineCounter, recordOnlineCount } from "@/lib/connections/online-count";
import type { OpenDatabase } from "@/lib/db/client";
import { connections } from "@/lib/db/schema";
import { createIntake } from "@/lib/events/intake";
import { FeishuApis } from "@/lib/feishu/api";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { startTestCloud } from "@/tests/support/cloud";
import { addConnectedBot, createManager, type TestBot } from "@/tests/support/connections";
import {
  databaseKinds,
  describeOnDatabases,
  freshDatabase,
  freshPostgres,
  openReplica,
  quietLogger,
} from "@/tests/support/databases";
import { envelopeOf } from "@/tests/support/inbox";
import { testSealer } from "@/tests/support/people";
import { openSdkSocket } from "@/tests/support/sdk";
import { waitFor } from "@/tests/support/wait-for";

/** A bot that is connected as the runtime would have it: its events go into the inbox. */
async function connectedBot(database: OpenDatabase, options: Parameters<typeof createManager>[1] = {}) {
  const cloud = await startTestCloud();
  const bot = await addConnectedBot(database, cloud);
  const intake = createIntake({ ...database, logger: quietLogger });
  const { manager } = createManager(database, {
    onEvent: async (botId, envelope) => {
      await intake.receive(botId, envelope, "websocket");
    },
    ...options,
  });
  await manager.start();
  await bot.reaches("connected");
  return { cloud, bot, intake, manager };
}

function write(cloud: SandboxCloud, { app }: TestBot): void {
  const { chatId } = cloud.directChat(app.appId, "Ann");
  cloud.say({ appId: app.appId, chatId, from: "Ann", text: "hello" });
}

describeOnDatabases("what a connection's status says", (kind) => {
  test("says that nothing has come since it was connected, until something does", async () => {
    const database = await freshDatabase(kind);
    const { cloud, bot } = await connectedBot(database, { times: { eventTimesMs: 20 } });
    const before = await bot.status();
    expect(before).toMatchObject({ silentSince: before.connectedAt, neverReceived: true });
    expect(before).not.toHaveProperty("lastReplyAt");
    write(cloud, bot);
    const after = await waitFor(async () => {
      const status = await bot.status();
      return status.lastEventAt && status;
    }, "the event to be seen");
    expect(after).not.toHaveProperty("silentSince");
    expect(after).not.toHaveProperty("neverReceived");

    cloud.cut(bot.app.appId);
    const again = await waitFor(async () => {
      const status = await bot.status();
      return status.state === "connected" && status.connectedAt !== before.connectedAt && status;
    }, "the next connection");
    expect(again.silentSince).toBe(again.connectedAt);
    expect(again).not.toHaveProperty("neverReceived");
  });

  test("does not say that a bot never received an event when one came by another way", async () => {
    const database = await freshDatabase(kind);
    const { bot, intake } = await connectedBot(database);
    const said = { appId: bot.app.appId, chatId: "oc_1", messageId: "om_1", text: "hello" };
    await intake.receive(bot.id, envelopeOf(said), "webhook");
    const status = await bot.status();
    expect(status.silentSince).toBe(status.connectedAt);
    expect(status).not.toHaveProperty("neverReceived");
  });

  test("says nothing of the kind of a bot that is not connected", async () => {
    const database = await freshDatabase(kind);
    const { bot } = await connectedBot(database);
    await bot.wish(false);
    const status = await bot.reaches("disconnected");
    expect(status).not.toHaveProperty("silentSince");
    expect(status).not.toHaveProperty("neverReceived");
  });

  test("tells since when the bot could not answer, until it could again", async () => {
    const database = await freshDatabase(kind);
    const { bot } = await connectedBot(database);
    const finish = (
      id: string,
      status: string,
      age: string,
      answeredBy: string | null = null,
      error: object | null = null,
    ) =>
      database.db.execute(sql`insert into events (bot_id, event_id, event_type, source, status, payload, lane, received_at,
          answered_by, error)
        values (${bot.id}, ${id}, 'im.message.receive_v1', 'websocket', ${status}, '{}', 'oc_1',
          date_trunc('hour', now()) - ${age}::interval, ${answeredBy}, ${JSON.stringify(error)}::text::jsonb)`);
    await finish("1", "failed", "2 hours");
    await finish("2", "done", "2 hours");
    expect(await bot.status()).not.toHaveProperty("failingSince");
    await finish("3", "failed", "2 days");
    expect(await bot.status()).not.toHaveProperty("failingSince");
    await finish("4", "failed", "1 hour");
    await finish("5", "ignored", "0");
    const params = { host: "qwen.example", status: 402, message: "no", modelId: "m1", modelName: "Qwen" };
    await finish("6", "failed", "0", "responder", { code: "model.unpaid", params });
    await finish("help", "done", "0", "fixed");
    await finish("help failed", "failed", "0", "fixed", { code: "event.failed" });
    const { failingSince = "", failure } = await bot.status();
    expect(failure).toMatchObject({ code: "model.unpaid", model: { id: "m1", name: "Qwen" } });
    expect(failure?.reason).toContain("out of credit");
    expect(Date.now() - Date.parse(failingSince)).toBeGreaterThanOrEqual(3_600_000);
    expect(Date.now() - Date.parse(failingSince)).toBeLessThan(2 * 3_600_000);
    await finish("7", "done", "0", "responder");
    expect(await bot.status()).not.toHaveProperty("failingSince");
  });

  test("tells when the bot last answered or sent something, whatever it tried or apologised for after that", async () => {
    const database = await freshDatabase(kind);
    const { bot } = await connectedBot(database);
    await database.db.execute(sql`insert into replies (bot_id, uuid, kind, message_id, at) values
      (${bot.id}, 'a', 'answer', 'om_1', '2026-01-01T00:00:00Z'),
      (${bot.id}, 'b', 'message', 'om_2', '2026-01-02T00:00:00Z'),
      (${bot.id}, 'c', 'answer', null, '2026-01-03T00:00:00Z'),
      (${bot.id}, 'd', 'apology', 'om_3', '2026-01-04T00:00:00Z'),
      (${bot.id}, 'e', 'notice', 'om_4', '2026-01-05T00:00:00Z')`);
    expect((await bot.status()).lastReplyAt).toBe("2026-01-02T00:00:00.000Z");
    await bot.wish(false);
    expect((await bot.reaches("disconnected")).lastReplyAt).toBe("2026-01-02T00:00:00.000Z");
  });
});

test("the last heartbeat moves on by itself on an idle link, though the cloud asks for two minutes between pings", async () => {
  const database = await freshDatabase();
  const limits = { tickMs: 20, pingEveryMs: 100 };
  const { cloud, bot } = await connectedBot(database, { limits, times: { vitalsMs: 100 } });
  expect(cloud.settings.clientConfig.PingInterval).toBe(120);
  const seen = new Set<string | undefined>();
  await waitFor(async () => seen.add((await bot.status()).lastHeartbeat).size >= 4, "three more heartbeats");
  expect(cloud.connections(bot.app.appId)).toHaveLength(1);
});

/** The asker of a process, which asks soon; time that matters passes by `age`. */
function startCounter(database: Pick<OpenDatabase, "db" | "bus">, times: OnlineCountDeps["times"] = {}): OnlineCounter {
  const { db, bus } = database;
  const loadCredentials = async (botId: string) => {
    const row = await getBotRow(db, botId);
    return row && openCredentials(testSealer, row, undefined);
  };
  const apis = new FeishuApis({ loadCredentials, logger: quietLogger });
  const quick = { lookMs: 10, spacingMs: 10, ...times };
  const counter = new OnlineCounter({ db, bus, apis, logger: quietLogger, times: quick });
  onTestFinished(() => counter.stop());
  counter.start();
  return counter;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** As if so much time had passed for the bot's connection. */
async function age({ db }: OpenDatabase, bot: TestBot, ms: number): Promise<void> {
  const by = sql`make_interval(secs => ${ms / 1000})`;
  await db.execute(
    sql`update connections set connected_at = connected_at - ${by}, online_checked_at = online_checked_at - ${by}
      where bot_id = ${bot.id}`,
  );
}

/** What is stored of the one bot. */
async function countOf({ db }: OpenDatabase): Promise<number | null | undefined> {
  const [row] = await db.select({ count: connections.onlineCount }).from(connections);
  return row?.count;
}

const asked = (cloud: SandboxCloud) => cloud.calls.filter(({ path }) => path.endsWith("/event/v1/connection")).length;

describeOnDatabases("others that are connected with the same app", (kind) => {
  test("are told once they were counted twice, and are forgotten when they are gone", async () => {
    const database = await freshDatabase(kind);
    const { cloud, bot } = await connectedBot(database);
    const news: string[] = [];
    database.bus.subscribe("status", ({ botId }) => news.push(botId));
    const foreign = await openSdkSocket(cloud, bot.app, {});
    startCounter(database);
    await age(database, bot, 3 * MINUTE_MS);
    await waitFor(async () => (await countOf(database)) !== null, "the first count");
    expect(await bot.status()).not.toHaveProperty("otherConnections");
    await age(database, bot, MINUTE_MS);
    const shared = await waitFor(async () => (await bot.status()).otherConnections, "the other to be told");
    expect(shared).toBe(1);
    expect(news).toContain(bot.id);

    foreign.client.close({ force: true });
    await waitFor(() => cloud.connections(bot.app.appId).length === 1, "the other to be gone");
    news.length = 0;
    await age(database, bot, 31 * MINUTE_MS);
    await waitFor(async () => !("otherConnections" in (await bot.status())), "the other to be forgotten");
    expect(asked(cloud)).toBe(3);
    await waitFor(() => news.includes(bot.id), "the news of it");
  });

  test("are not asked about before a connection is two minutes old, and then every six hours", async () => {
    const database = await freshDatabase(kind);
    const { cloud, bot } = await connectedBot(database);
    const looks = await startWatchedCounter(database);
    await looks(3);
    expect(asked(cloud)).toBe(0);
    await age(database, bot, 2 * MINUTE_MS);
    await waitFor(() => asked(cloud) === 1, "the first count");
    await age(database, bot, 5 * HOUR_MS);
    await looks(3);
    expect(asked(cloud)).toBe(1);
    await age(database, bot, HOUR_MS);
    await waitFor(() => asked(cloud) === 2, "the second count");
    await looks(3);
    expect(asked(cloud)).toBe(2);
    expect(await bot.status()).not.toHaveProperty("otherConnections");
  });

  test("are not asked about again at each new connection", async () => {
    const database = await freshDatabase(kind);
    const { cloud, bot } = await connectedBot(database);
    const looks = await startWatchedCounter(database);
    await age(database, bot, 3 * MINUTE_MS);
    await waitFor(() => asked(cloud) === 1, "the first count");
    const { connectedAt } = await bot.status();
    cloud.cut(bot.app.appId);
    await waitFor(async () => {
      const status = await bot.status();
      return status.state === "connected" && status.connectedAt !== connectedAt;
    }, "the next connection");
    await database.db.execute(
      sql`update connections set connected_at = now() - interval '3 minutes', online_checked_at = now() - interval '4 minutes'`,
    );
    await looks(3);
    expect(asked(cloud)).toBe(1);
    await age(database, bot, 30 * MINUTE_MS);
    await waitFor(() => asked(cloud) === 2, "the second count");
  });

  test("are unknown where Feishu does not say, and nothing else suffers", async () => {
    const database = await freshDatabase(kind);
    const { cloud, bot } = await connectedBot(database);
    cloud.faults.add({ on: "api", as: "error", path: "*/event/v1/connection", code: 99991672, httpStatus: 400 });
    const looks = await startWatchedCounter(database);
    await age(database, bot, 3 * MINUTE_MS);
    await waitFor(() => asked(cloud) === 1, "the count");
    await looks(3);
    expect(asked(cloud)).toBe(1);
    const status = await bot.status();
    expect(status.state).toBe("connected");
    expect(status).not.toHaveProperty("otherConnections");
  });

  test("are not counted while the bot changes hands", async () => {
    const database = await freshDatabase(kind);
    const { cloud, bot } = await connectedBot(database);
    const { db } = database;
    const looks = await startWatchedCounter(database);
    const claim = { successorOwner: "b", successorUntil: new Date(Date.now() + HOUR_MS) };
    await db.update(connections).set(claim);
    await age(database, bot, 3 * MINUTE_MS);
    await recordOnlineCount(db, bot.id, 2);
    await looks(3);
    expect(asked(cloud)).toBe(0);
    expect(await db.$count(connections, isNull(connections.onlineCheckedAt))).toBe(1);
    await db.update(connections).set({ successorOwner: null, successorUntil: null });
    await waitFor(() => asked(cloud) === 1, "the count afterwards");
  });

  test("are told of a connection only as long as it lasts", async () => {
    const database = await freshDatabase(kind);
    const { bot } = await connectedBot(database);
    await database.db.execute(sql`update connections set online_count = 3, online_checked_at = now()`);
    expect((await bot.status()).otherConnections).toBe(2);
    await database.db.execute(sql`update connections set connected_at = now() + interval '1 second'`);
    expect(await bot.status()).not.toHaveProperty("otherConnections");
  });

  test("that somebody else has counted are believed once they are counted again", async () => {
    const database = await freshDatabase(kind);
    const { cloud, bot } = await connectedBot(database);
    await openSdkSocket(cloud, bot.app, {});
    await recordOnlineCount(database.db, bot.id, 2);
    await recordOnlineCount(database.db, bot.id, 2);
    expect(await bot.status()).not.toHaveProperty("otherConnections");
    startCounter(database);
    await age(database, bot, 3 * MINUTE_MS);
    // `age` moves both times: the reading stays younger than the connection.
    expect(await waitFor(async () => (await bot.status()).otherConnections, "the other to be told")).toBe(1);
    await recordOnlineCount(database.db, bot.id, 1);
    expect(await bot.status()).not.toHaveProperty("otherConnections");
  });
});

test.runIf(databaseKinds.includes("postgres"))("replicas share the asking", async () => {
  const { url } = await freshPostgres();
  const database = await openReplica(url, "a");
  const { cloud, bot } = await connectedBot(database);
  const bots = [bot, await addConnectedBot(database, cloud), await addConnectedBot(database, cloud)];
  for (const { id } of bots) database.bus.publish({ topic: "bot", botId: id });
  for (const one of bots) await one.reaches("connected");
  const looks = await startWatchedCounter(database);
  const looksElsewhere = await startWatchedCounter(await openReplica(url, "b"));
  await database.db.execute(sql`update connections set connected_at = now() - interval '3 minutes'`);
  await waitFor(() => asked(cloud) >= bots.length, "every bot to be asked about");
  await Promise.all([looks(3), looksElsewhere(3)]);
  expect(asked(cloud)).toBe(bots.length);
});

test.runIf(databaseKinds.includes("postgres"))("a hand-over is never taken for another process", async () => {
  const { url } = await freshPostgres();
  const database = await openReplica(url, "a");
  const { cloud, bot, manager } = await connectedBot(database, { instance: "a" });
  // It asks all the time: only the doubt keeps its length.
  startCounter(database, { settleMs: 0, soonMs: 0, usualMs: 0 });
  let most = 1;
  cloud.on("connection", () => {
    most = Math.max(most, cloud.connections(bot.app.appId).length);
  });
  const watched = watchCounts(database);
  await createManager(await openReplica(url, "b"), { instance: "b" }).manager.start();
  await manager.stop();
  await waitFor(async () => (await bot.status()).instance === "b", "the hand-over");
  await age(database, bot, MINUTE_MS);
  await waitFor(() => watched.at(-1) === 1, "one connection to be counted");
  expect(most).toBe(2);
  expect(watched.filter((count) => count !== null && count > 1)).toEqual([]);
});

/** What is stored of all bots, read again and again until the test ends. */
function watchCounts({ db }: OpenDatabase): (number | null)[] {
  const seen: (number | null)[] = [];
  let isOver = false;
  const reading = (async () => {
    while (!isOver) {
      const rows = await db.select({ count: connections.onlineCount }).from(connections);
      seen.push(...rows.map(({ count }) => count));
    }
  })();
  onTestFinished(() => {
    isOver = true;
    return reading;
  });
  return seen;
}

/** Starts the asker; the function waits until it has looked for work so many times more. */
async function startWatchedCounter(database: OpenDatabase): Promise<(times: number) => Promise<void>> {
  let looks = 0;
  const db = new Proxy(database.db, {
    get(target, name, receiver) {
      if (name === "update") looks += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  startCounter({ ...database, db });
  return async (times) => {
    const from = looks;
    // One that is under way may have begun before; one more is over when the next begins.
    await waitFor(() => looks >= from + times + 2, "the asker to look");
  };
}

import { type SQL, sql } from "drizzle-orm";
import { expect, onTestFinished, test, vi } from "vitest";
import { listChanges } from "@/lib/connections/history";
import type { ManagerDeps } from "@/lib/connections/manager";
import { type OpenDatabase, queryRows } from "@/lib/db/client";
import { createIntake } from "@/lib/events/intake";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { startTestCloud } from "@/tests/support/cloud";
import { addConnectedBot, createManager, type TestBot } from "@/tests/support/connections";
import { startDatabaseProxy } from "@/tests/support/database-proxy";
import { databaseKinds, freshPostgres, openReplica, quietLogger } from "@/tests/support/databases";
import { waitFor } from "@/tests/support/wait-for";

const onPostgres = test.runIf(databaseKinds.includes("postgres"));

async function scene(bots: number) {
  const { url } = await freshPostgres();
  const database = await openReplica(url, "observer");
  const cloud = await startTestCloud();
  const all: TestBot[] = [];
  for (let i = 0; i < bots; i++) all.push(await addConnectedBot(database, cloud));
  const online = (bot: TestBot) => cloud.connections(bot.app.appId).length;
  return {
    url,
    database,
    cloud,
    bots: all,
    online,
    async replica(instance: string, options: { through?: string } & Partial<ManagerDeps> = {}) {
      const { through = url, ...deps } = options;
      const { db, bus } = await openReplica(through, instance);
      const intake = createIntake({ db, bus, logger: quietLogger });
      const onEvent = async (botId: string, envelope: unknown) => {
        await intake.receive(botId, envelope, "websocket");
      };
      return createManager({ db, bus }, { instance, onEvent, ...deps }).manager;
    },
    /** How many bots each instance holds and is connected with. */
    async shares() {
      const rows = await queryRows<{ instance: string; held: number }>(
        database.db,
        sql`select instance, count(*)::int as held from connections
          where lease_until >= now() and state = 'connected' group by instance order by instance`,
      );
      return Object.fromEntries(rows.map(({ instance, held }) => [instance, held]));
    },
    async allOnce() {
      await waitFor(() => all.every((bot) => online(bot) === 1), "one connection a bot");
    },
  };
}

type Scene = Awaited<ReturnType<typeof scene>>;

/** The smallest number of connections that each bot has had since. */
function watchFewest({ cloud, bots, online }: Scene): () => number {
  let fewest = Math.min(...bots.map(online));
  cloud.on("connection", () => {
    fewest = Math.min(fewest, ...bots.map(online));
  });
  return () => fewest;
}

function writeTo(cloud: SandboxCloud, appId: string): string {
  const { chatId } = cloud.directChat(appId, "Ann");
  return cloud.say({ appId, chatId, from: "Ann", text: "hello" }).eventId;
}

/** People write to every bot until it is stopped; returns how many messages there were. */
function keepWriting({ cloud, bots }: Scene): () => string[] {
  const eventIds: string[] = [];
  const timer = setInterval(() => {
    for (const { app } of bots) {
      eventIds.push(writeTo(cloud, app.appId));
    }
  }, 20);
  return () => {
    clearInterval(timer);
    return eventIds;
  };
}

async function storedEvents({ db }: OpenDatabase): Promise<string[]> {
  const rows = await queryRows<{ event_id: string }>(db, sql`select event_id from events`);
  return rows.map((row) => row.event_id).toSorted();
}

onPostgres("a replica that stops hands over without a moment without a connection, and nothing is lost", async () => {
  const here = await scene(3);
  const a = await here.replica("a");
  await a.start();
  for (const bot of here.bots) await bot.reaches("connected");
  const b = await here.replica("b");
  const [bot] = here.bots as [TestBot];
  const fewest = watchFewest(here);
  const stopWriting = keepWriting(here);
  await b.start();
  await a.stop();
  expect(await here.shares()).toEqual({ b: 3 });
  await here.allOnce();
  await waitFor(async () => (await storedEvents(here.database)).length > 60, "messages after the hand-over");
  const written = stopWriting();
  await waitFor(async () => (await storedEvents(here.database)).length >= written.length, "every message", 40_000);
  expect(await storedEvents(here.database)).toEqual(written.toSorted());
  expect(fewest()).toBe(1);
  const history = await listChanges(here.database.db, bot.id, new Date(0), "en");
  expect(history.changes.map(({ state, instance }) => [state, instance])).toEqual([
    ["connecting", "a"],
    ["connected", "a"],
    ["connected", "b"],
  ]);
  expect(history.changes.at(-1)?.reason).toContain("process a handed the connection over");
  expect(history.availability.interruptions).toBe(0);
});

onPostgres("a replica that stops alone does not wait for a successor", async () => {
  const here = await scene(1);
  const [bot] = here.bots as [TestBot];
  const a = await here.replica("a", { times: { handOverMs: 600_000 } });
  await a.start();
  await bot.reaches("connected");
  await a.stop();
  expect(here.online(bot)).toBe(0);
  expect(await bot.reaches("connecting")).not.toHaveProperty("instance");
});

onPostgres("a replica that joins gets its share, one after the other, and no bot is without a connection", async () => {
  const here = await scene(9);
  const a = await here.replica("a");
  await a.start();
  for (const bot of here.bots) await bot.reaches("connected");
  const fewest = watchFewest(here);
  const stopWriting = keepWriting(here);
  const b = await here.replica("b");
  const c = await here.replica("c");
  await b.start();
  await c.start();
  await waitFor(async () => Object.values(await here.shares()).join() === "3,3,3", "three each", 30_000);
  await here.allOnce();
  const written = stopWriting();
  await waitFor(async () => (await storedEvents(here.database)).length >= written.length, "every message", 40_000);
  expect(await storedEvents(here.database)).toEqual(written.toSorted());
  expect(fewest()).toBe(1);
  expect([a, b, c].map(({ counts }) => counts.connected)).toEqual([3, 3, 3]);
});

onPostgres("the bots of a replica that vanished are spread", async () => {
  const here = await scene(9);
  const proxy = await startDatabaseProxy(here.url);
  const gone = await here.replica("gone", { through: proxy.url });
  await gone.start();
  for (const bot of here.bots) await bot.reaches("connected");
  proxy.cut();
  const a = await here.replica("a");
  const b = await here.replica("b");
  await Promise.all([a.start(), b.start()]);
  await waitFor(
    async () => JSON.stringify(Object.values(await here.shares()).toSorted()) === "[4,5]",
    "both to hold their part",
    30_000,
  );
  const held = [a, b].map(({ counts }) => counts.connected).toSorted();
  expect(held).toEqual([4, 5]);
});

onPostgres("an offer to nobody who can connect leaves the bot where it is, and it can be switched off", async () => {
  const here = await scene(2);
  const [bot] = here.bots as [TestBot];
  const a = await here.replica("a");
  await a.start();
  for (const each of here.bots) await each.reaches("connected");
  const b = await here.replica("b", {
    checkCredentials: () => new Promise(() => undefined),
  });
  await b.start();
  const claimed = await waitFor(async () => {
    const [row] = await queryRows<{ bot_id: string }>(
      here.database.db,
      sql`select bot_id from connections where successor_owner like 'b/%' and successor_until >= now()`,
    );
    return row?.bot_id;
  }, "b to claim one");
  const chosen = here.bots.find(({ id }) => id === claimed) ?? bot;
  expect(await chosen.status()).toMatchObject({ state: "connected", instance: "a" });
  await chosen.wish(false);
  await a.disconnected(chosen.id);
  expect(here.online(chosen)).toBe(0);
  expect((await chosen.status()).state).toBe("disconnected");
});

onPostgres("while the database is away connections stay up, and it goes on when it is back", async () => {
  const here = await scene(2);
  const [first, second] = here.bots as [TestBot, TestBot];
  const proxy = await startDatabaseProxy(here.url);
  const a = await here.replica("a", { through: proxy.url });
  await a.start();
  for (const bot of here.bots) await bot.reaches("connected");
  const fewest = watchFewest(here);
  proxy.cut();
  const eventId = writeTo(here.cloud, first.app.appId);
  const expired = sql`select 1 from connections where lease_until < now() - interval '1 s'`;
  await waitFor(async () => (await queryRows(here.database.db, expired)).length === 2, "the leases to expire", 30_000);
  expect(a.counts.connected).toBe(2);
  expect(fewest()).toBe(1);
  expect(await storedEvents(here.database)).toEqual([]);
  await here.database.db.execute(
    sql`update connections set lease_owner = 'somebody', lease_until = now() + interval '1 h', fence = fence + 1
      where bot_id = ${second.id}`,
  );
  const late = writeTo(here.cloud, second.app.appId);
  proxy.mend();
  await waitFor(() => here.online(second) === 0, "the lost bot to be let go");
  here.cloud.repush(first.app.appId, eventId);
  await waitFor(async () => (await storedEvents(here.database)).includes(eventId), "the event");
  expect(await storedEvents(here.database)).not.toContain(late);
  expect(here.online(first)).toBe(1);
  expect(await first.status()).toMatchObject({ state: "connected", instance: "a" });
});

onPostgres("replicas whose database is back keep their bots", async () => {
  const here = await scene(4);
  const { db } = here.database;
  const proxy = await startDatabaseProxy(here.url);
  // Looks much more often than the other, which so has no chance of being first.
  const a = await here.replica("a", { through: proxy.url, times: { reconcileMs: 50 } });
  const b = await here.replica("b", { through: proxy.url });
  await Promise.all([a.start(), b.start()]);
  await waitFor(async () => JSON.stringify(await here.shares()) === '{"a":2,"b":2}', "two each", 30_000);
  await here.allOnce();
  const fewest = watchFewest(here);
  const held = async (how: SQL) =>
    (await queryRows(db, sql`select 1 from connections where lease_until ${how} now()`)).length;
  proxy.cut();
  await waitFor(async () => (await held(sql`<`)) === 4, "the leases to expire", 30_000);
  proxy.mend();
  await waitFor(async () => (await held(sql`>=`)) === 4, "the leases to be renewed", 30_000);
  expect(await here.shares()).toEqual({ a: 2, b: 2 });
  expect(fewest()).toBe(1);
});

onPostgres("who slept asks whether a bot is still its own before it takes a message", async () => {
  const here = await scene(1);
  const [bot] = here.bots as [TestBot];
  const a = await here.replica("a");
  await a.start();
  await bot.reaches("connected");
  await here.database.db.execute(
    sql`update connections set lease_owner = 'somebody', lease_until = now() + interval '1 h', fence = fence + 1`,
  );
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + 3_600_000);
  onTestFinished(() => clock.mockRestore());
  writeTo(here.cloud, bot.app.appId);
  await waitFor(() => here.online(bot) === 0, "the bot to be let go");
  expect(await storedEvents(here.database)).toEqual([]);
});

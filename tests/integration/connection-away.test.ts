// The database goes away, or the computer sleeps: who still holds which bot is found out before anything is done.
import { type SQL, sql } from "drizzle-orm";
import { expect, onTestFinished, vi } from "vitest";
import { queryRows } from "@/lib/db/client";
import type { TestBot } from "@/tests/support/connections";
import { startDatabaseProxy } from "@/tests/support/database-proxy";
import { onPostgres, scene, storedEvents, watchFewest, writeTo } from "@/tests/support/managers";
import { waitFor } from "@/tests/support/wait-for";

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

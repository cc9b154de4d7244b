import { sql } from "drizzle-orm";
import { expect } from "vitest";
import { listChanges } from "@/lib/connections/history";
import { queryRows } from "@/lib/db/client";
import type { TestBot } from "@/tests/support/connections";
import { startDatabaseProxy } from "@/tests/support/database-proxy";
import { keepWriting, onPostgres, scene, storedEvents, watchFewest } from "@/tests/support/managers";
import { waitFor } from "@/tests/support/wait-for";

onPostgres("a replica that stops hands over without a moment without a connection, and nothing is lost", async () => {
  const here = await scene(3);
  const a = await here.replica("a");
  await a.start();
  for (const bot of here.bots) await bot.reaches("connected");
  const caughtUp: string[] = [];
  const b = await here.replica("b", { onConnected: (botId) => caughtUp.push(botId) });
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
  // Who takes a bot over looks for what was missed, as after any other gap.
  expect(caughtUp.toSorted()).toEqual(here.bots.map(({ id }) => id).toSorted());
  const history = await listChanges(here.database.db, bot.id, new Date(0), "en");
  expect(history.changes.map(({ state, instance }) => [state, instance])).toEqual([
    ["connecting", "a"],
    ["connected", "a"],
    ["connected", "b"],
  ]);
  expect(history.changes.at(-1)?.reason).toContain("handed over from the Larkspur instance a");
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
  // A connection that was handed over is closed after its row has the new holder.
  const held = () => [a, b].map(({ counts }) => counts.connected).toSorted();
  await waitFor(() => held().join() === "4,5", "both to count what they hold");
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

import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { listChanges } from "@/lib/connections/history";
import { acquireLeases } from "@/lib/connections/leases";
import type { Database } from "@/lib/db/client";
import { replicas } from "@/lib/db/schema";
import { readBotDays } from "@/lib/overview/bot-days";
import { startTestCloud } from "@/tests/support/cloud";
import { addConnectedBot, createManager } from "@/tests/support/connections";
import { type DatabaseKind, describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { waitFor } from "@/tests/support/wait-for";

const HOUR_MS = 3_600_000;
const ADMIN = { userId: "nobody", name: "Nobody", isAdmin: true };

async function setUp(kind: DatabaseKind, options: Parameters<typeof createManager>[1] = {}) {
  const database = await freshDatabase(kind);
  const bot = await addConnectedBot(database, await startTestCloud());
  const start = async (more: typeof options = {}) => {
    const { manager } = createManager(database, { exclusive: true, ...options, ...more });
    await manager.start();
    await bot.reaches("connected");
    return manager;
  };
  const history = () => listChanges(database.db, bot.id, new Date(Date.now() - HOUR_MS), "en");
  return { db: database.db, bot, start, history };
}

/** As if everything that is stored had happened so much earlier. */
async function earlier(db: Database, seconds: number): Promise<void> {
  const by = sql`make_interval(secs => ${seconds})`;
  await db.execute(sql`update connection_changes set at = at - ${by}`);
  await db.execute(sql`update connections set lease_until = lease_until - ${by}, connected_at = connected_at - ${by}`);
  await db.execute(sql`update replicas set seen_at = seen_at - ${by}`);
}

/** Up for 100 s, then down for so long, then up. */
async function expectDown(db: Database, history: Awaited<ReturnType<typeof listChanges>>, seconds: number) {
  const { percent, interruptions } = history.availability;
  expect(interruptions).toBe(1);
  const expected = (100 / (100 + seconds)) * 100;
  expect(Math.abs((percent ?? 0) - expected)).toBeLessThan(5);
  const now = Date.now();
  const days = await readBotDays(db, ADMIN, new Date(now - HOUR_MS), new Date(now), "en");
  expect(Math.abs((days.bots[0]?.percent ?? 0) - expected)).toBeLessThan(5);
}

describeOnDatabases("time in which no process ran", (kind) => {
  test("is down after a stop", async () => {
    const { db, start, history } = await setUp(kind);
    const manager = await start();
    await db.execute(sql`update connection_changes set at = at - interval '100 s'`);
    await manager.stop();
    await earlier(db, 60);
    await start();
    const after = await history();
    await expectDown(db, after, 60);
    expect(after.changes.find(({ reason }) => reason?.includes("stopped"))?.state).toBe("reconnecting");
  });

  test("is down after a crash", async () => {
    const { db, bot, start, history } = await setUp(kind);
    await start();
    await db.execute(sql`update connection_changes set at = at - interval '100 s'`);
    await waitFor(async () => (await db.select().from(replicas)).length > 0, "the mark of the process");
    await earlier(db, 28);
    await start({ instance: "next" });
    await waitFor(async () => {
      const { state, instance } = await bot.status();
      return state === "connected" && instance === "next";
    }, "the next process");
    await expectDown(db, await history(), 28);
  });

  test("begins when a replica last renewed its lease, not when the lease ran out", async () => {
    const { db, bot } = await setUp(kind);
    const holder = (instance: string) => ({ owner: `${instance}/1`, instance, isAlone: false });
    await acquireLeases(db, holder("a"), [bot.id]);
    await earlier(db, 30);
    const [lease] = await acquireLeases(db, holder("b"), [bot.id]);
    const goneForMs = Date.now() - (lease?.before?.aliveAt?.getTime() ?? 0);
    expect(goneForMs).toBeGreaterThanOrEqual(29_900);
  });

  test("does not count while a person has switched the bot off", async () => {
    const { db, bot, start, history } = await setUp(kind);
    const manager = await start();
    await db.execute(sql`update connection_changes set at = at - interval '100 s'`);
    await bot.wish(false);
    await manager.disconnected(bot.id);
    await manager.stop();
    await earlier(db, 60);
    await bot.wish(true);
    await start();
    expect((await history()).availability).toMatchObject({ percent: 100, interruptions: 0 });
  });

  test("a process that stood still was down meanwhile", async () => {
    let stoodMs = 0;
    const times = { pulseMs: 10, stillAfterMs: 100 };
    const { bot, start, history } = await setUp(kind, { clock: () => stoodMs, times });
    await start();
    const connectedAt = Date.parse((await bot.status()).connectedAt ?? "");
    await waitFor(() => Date.now() > connectedAt + 150, "the connection to be older than the gap");
    stoodMs = 100;
    await waitFor(async () => (await history()).changes.length === 4, "the gap to be stored");
    const { changes, availability } = await history();
    expect(changes.map(({ state }) => state)).toEqual(["connecting", "connected", "reconnecting", "connected"]);
    expect(changes[2]?.reason).toContain("was frozen");
    expect(Date.parse(changes[3]?.at ?? "") - Date.parse(changes[2]?.at ?? "")).toBeGreaterThanOrEqual(99);
    expect(availability.interruptions).toBe(1);
    expect((await bot.status()).state).toBe("connected");
  });
});

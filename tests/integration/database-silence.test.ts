// Links to PostgreSQL that die in silence: packets are lost, and neither side is told.
import { eq, sql } from "drizzle-orm";
import postgres from "postgres";
import { describe, expect, onTestFinished, test } from "vitest";
import { isDatabaseAway, type OpenDatabase, queryRows } from "@/lib/db/client";
import { bots, events } from "@/lib/db/schema";
import { createIntake } from "@/lib/events/intake";
import { checkReadiness } from "@/lib/readiness";
import { startTestCloud } from "@/tests/support/cloud";
import { startDatabaseProxy } from "@/tests/support/database-proxy";
import { databaseKinds, migratedPostgres, openReplica, quietLogger } from "@/tests/support/databases";
import { envelopeOf, openInbox } from "@/tests/support/inbox";
import { waitFor } from "@/tests/support/wait-for";

// Long enough for a busy machine to answer, and everything within a second or two.
const TIMES = { lookMs: 50, silentMs: 800, answerMs: 800, probeEveryMs: 700, connectMs: 2_000, awayMs: 2_000 };
/** What the product promises with its own, longer times. */
const LIMIT_MS = 15_000;

/** A process whose links go through a proxy, a bot of its, and what PostgreSQL itself says. */
async function open(options: { tls?: boolean } = {}) {
  const { url } = await migratedPostgres();
  const admin = postgres(url, { max: 1, onnotice: () => undefined });
  onTestFinished(() => admin.end());
  const proxy = await startDatabaseProxy(url, options);
  const bot = await openInbox(await openReplica(url, "direct"), await startTestCloud()).addBot();
  const database = await openReplica(proxy.url, "behind", TIMES);
  const intake = createIntake({ db: database.work, bus: database.bus, logger: quietLogger });
  let said = 0;
  const receive = (eventId = `ev${said++}`) =>
    intake.receive(
      bot.id,
      envelopeOf({ appId: bot.appId, chatId: "oc_1", text: "hi", messageId: eventId, eventId }),
      "websocket",
    );
  const stored = () =>
    admin<{ event_id: string }[]>`select event_id from events order by id`.then((rows) =>
      rows.map((row) => row.event_id),
    );
  return { url, proxy, bot, database, receive, stored };
}

/** So many links are open afterwards. */
const warm = ({ work }: OpenDatabase, links = 5) =>
  Promise.all(Array.from({ length: links }, () => work.execute(sql`select pg_sleep(0.05)`)));

describe.runIf(databaseKinds.includes("postgres"))("a link to PostgreSQL that dies in silence", () => {
  test.each(["those of one pool", "all", "all, with new ones for a while"] as const)(
    "%s: it goes on, and nothing is lost or doubled",
    async (which) => {
      const { proxy, database, receive, stored } = await open();
      await warm(database);
      await receive();
      proxy.mute(which === "those of one pool" ? "others" : undefined);
      if (which === "all, with new ones for a while") {
        proxy.muteNew(true);
        await expect(receive()).rejects.toSatisfy(isDatabaseAway);
        proxy.muteNew(false);
      }
      const before = (await stored()).length;
      const began = performance.now();
      const receipts = await Promise.all(["a", "b", "c"].map((eventId) => receive(eventId)));
      expect(performance.now() - began).toBeLessThan(LIMIT_MS);
      expect(receipts.every(({ isNew }) => isNew)).toBe(true);
      expect((await stored()).slice(before)).toEqual(["a", "b", "c"]);
    },
  );

  test("an event that was stored, but whose answer was lost, is stored once and told as new", async () => {
    const { proxy, receive, stored } = await open();
    await receive("a");
    proxy.mute("others", "answers");
    const { isNew } = await receive("b");
    expect(isNew).toBe(true);
    expect(await stored()).toEqual(["a", "b"]);
  });

  test("a transaction fails, and what it had locked is free again", async () => {
    const { proxy, database, bot } = await open();
    const rename = (name: string) => database.work.update(bots).set({ name }).where(eq(bots.id, bot.id));
    const broken = database.work.transaction(async (transaction) => {
      await transaction.update(bots).set({ name: "first" }).where(eq(bots.id, bot.id));
      proxy.mute("others");
      await transaction.update(bots).set({ name: "second" }).where(eq(bots.id, bot.id));
    });
    await expect(broken).rejects.toSatisfy(isDatabaseAway);
    await rename("third");
    const [row] = await database.db.select({ name: bots.name }).from(bots).where(eq(bots.id, bot.id));
    expect(row?.name).toBe("third");
  });

  test("news are heard again", async () => {
    const { url, proxy, database } = await open();
    const teller = await openReplica(url, "teller");
    let heard = 0;
    database.bus.subscribe("settings", () => {
      heard += 1;
    });
    const tell = () => {
      teller.bus.publish({ topic: "settings" });
      return heard > 0;
    };
    await waitFor(tell, "news before");
    proxy.mute("listening");
    heard = 0;
    await waitFor(tell, "news after", LIMIT_MS);
  });

  test("the process is not ready while nothing answers, and then it is", async () => {
    const { proxy, database } = await open();
    const healthy = { isHealthy: true };
    const { work, isSilent: isDatabaseSilent } = database;
    const isReady = async () => {
      const parts = {
        work,
        isDatabaseSilent,
        worker: healthy,
        connections: healthy,
        signal: new AbortController().signal,
      };
      return (await checkReadiness(parts)).status === "ok";
    };
    await warm(database);
    expect(await isReady()).toBe(true);
    proxy.mute();
    proxy.muteNew(true);
    await waitFor(async () => !(await isReady()), "503", LIMIT_MS);
    proxy.muteNew(false);
    await waitFor(isReady, "200", LIMIT_MS);
  });

  test("over TLS, too", async () => {
    const { proxy, database, receive, stored } = await open({ tls: true });
    await warm(database);
    await receive("a");
    proxy.mute();
    expect(await receive("b")).toMatchObject({ isNew: true });
    expect(await stored()).toEqual(["a", "b"]);
  });

  test("is told from one whose statement takes long", async () => {
    const { database } = await open();
    const answer = await database.db.transaction(async (transaction) => {
      const [before] = await queryRows<{ pid: number }>(transaction, sql`select pg_backend_pid() as pid`);
      const [after] = await queryRows<{ pid: number }>(transaction, sql`select pg_backend_pid() as pid, pg_sleep(1.5)`);
      return { before: before?.pid, after: after?.pid };
    });
    expect(answer.after).toBe(answer.before);
  });
});

describe.runIf(databaseKinds.includes("postgres"))("reading", () => {
  test("as much of it as there may be takes nothing from intake", async () => {
    const { database, receive } = await open();
    let isReading = true;
    const reading = Promise.all(Array.from({ length: 20 }, () => database.db.execute(sql`select pg_sleep(0.5)`))).then(
      () => {
        isReading = false;
      },
    );
    for (let i = 0; i < 5; i++) await receive();
    expect(isReading).toBe(true);
    await reading;
  });

  test("that takes too long is ended by PostgreSQL", async () => {
    const { url } = await migratedPostgres();
    const { db, work } = await openReplica(url, "test", { consoleStatementMs: 100 });
    const code = await db.execute(sql`select pg_sleep(60)`).then(
      () => "done",
      (error: { cause?: { code?: string } }) => error.cause?.code,
    );
    expect(code).toBe("57014");
    await work.execute(sql`select pg_sleep(0.2)`);
    expect(await work.select().from(events)).toEqual([]);
  });
});

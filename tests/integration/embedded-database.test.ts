import { randomUUID } from "node:crypto";
import { rename } from "node:fs/promises";
import path from "node:path";
import type { Worker } from "node:worker_threads";
import { type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { type Database, isDatabaseAway, queryRows, uniqueViolation } from "@/lib/db/client";
import { openPglite } from "@/lib/db/pglite";
import { events, users } from "@/lib/db/schema";
import { checkReadiness } from "@/lib/readiness";
import { startTestCloud } from "@/tests/support/cloud";
import {
  barePglite,
  freshDatabase,
  freshFolder,
  freshPglite,
  openFolder,
  quietLogger,
} from "@/tests/support/databases";
import { envelopeOf, openInbox } from "@/tests/support/inbox";
import { waitFor } from "@/tests/support/wait-for";

const LONG = sql`select count(*) from generate_series(1, 1000000)`;

const insertUser = (db: Pick<Database, "insert">, email: string) =>
  db.insert(users).values({ id: randomUUID(), email, name: "Ann", passwordHash: "none", role: "member" });
const emailsOf = async (db: Database) =>
  (await db.select({ email: users.email }).from(users)).map(({ email }) => email);

test("the event loop turns while a long statement runs", async () => {
  const { db } = await freshDatabase();
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  await db.execute(LONG);
  isOver = true;
  expect(turns).toBeGreaterThan(1);
});

describe("the one session", () => {
  test("is given to work before what the console asked for earlier", async () => {
    const { db, work } = await freshDatabase();
    const order: string[] = [];
    const ask = (way: Database, name: string) => way.execute(sql`select 1`).then(() => order.push(name));
    const asked: Promise<unknown>[] = [];
    await db.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      asked.push(ask(db, "console 1"), ask(db, "console 2"), ask(work, "work 1"), ask(work, "work 2"));
      await tx.execute(LONG);
      order.push("running");
    });
    await Promise.all(asked);
    expect(order).toEqual(["running", "work 1", "work 2", "console 1", "console 2"]);
  });

  test("is given to the console, too, however much work there is", async () => {
    const { db, work } = await freshDatabase();
    let isAnswered = false;
    let asked = 0;
    const keepAsking = async () => {
      for (; !isAnswered && asked < 10_000; asked += 1) await work.execute(sql`select 1`);
    };
    const workers = Array.from({ length: 20 }, keepAsking);
    await db.execute(sql`select 1`);
    isAnswered = true;
    await Promise.all(workers);
    expect(asked).toBeLessThan(10_000);
  });

  test("belongs to a transaction until its end", async () => {
    const { db, work } = await freshDatabase();
    const meanwhile: Promise<string[]>[] = [];
    await db.transaction(async (tx) => {
      await insertUser(tx, "first@example.com");
      meanwhile.push(emailsOf(work));
      await tx.execute(LONG);
      await insertUser(tx, "second@example.com");
    });
    expect(await Promise.all(meanwhile)).toEqual([["first@example.com", "second@example.com"]]);
  });

  test("is taken from a transaction that waits for somebody who waits for it", async () => {
    const { db } = await freshPglite({ idleMs: 100 });
    const stuck = db.transaction(async (tx) => {
      await insertUser(tx, "ann@example.com");
      await db.execute(sql`select 1`);
      await insertUser(tx, "bob@example.com");
    });
    await expect(stuck).rejects.toMatchObject({ cause: { code: "25P03" } });
    expect(await emailsOf(db)).toEqual([]);
  });

  test("is taken from a transaction of the console that takes long while others wait", async () => {
    const { db, work } = await freshPglite({ consoleMs: 0 });
    const others: Promise<unknown>[] = [];
    const long = db.transaction(async (tx) => {
      await insertUser(tx, "ann@example.com");
      others.push(work.execute(sql`select 1`).then(() => "done"));
      await tx.execute(LONG);
      await tx.execute(sql`select 1`);
    });
    await expect(long).rejects.toMatchObject({ cause: { code: "25P03" } });
    expect(await Promise.all(others)).toEqual(["done"]);
    expect(await emailsOf(db)).toEqual([]);
  });

  test("does what was asked before it is closed, and nothing more", async () => {
    const { db, close } = await freshDatabase();
    const asked = db.execute(LONG).then(() => "done");
    const transaction = db.transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      return tx.execute(sql`select 2`);
    });
    await Promise.resolve();
    const closing = close();
    await Promise.all([asked, transaction, closing]);
    await expect(db.execute(sql`select 1`)).rejects.toSatisfy(isDatabaseAway);
  });
});

describe("a transaction", () => {
  test("that fails leaves nothing behind", async () => {
    const { db } = await freshDatabase();
    const failing = db.transaction(async (tx) => {
      await insertUser(tx, "ann@example.com");
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await emailsOf(db)).toEqual([]);
  });

  test("inside another one is taken back alone", async () => {
    const { db } = await freshDatabase();
    await db.transaction(async (tx) => {
      await insertUser(tx, "ann@example.com");
      const inner = tx.transaction(async (savepoint) => {
        await insertUser(savepoint, "bob@example.com");
        await insertUser(savepoint, "ann@example.com");
      });
      expect(uniqueViolation(await inner.catch((error: unknown) => error))).toBe("users_email");
      await insertUser(tx, "cid@example.com");
    });
    expect(await emailsOf(db)).toEqual(["ann@example.com", "cid@example.com"]);
  });
});

describe("what goes in and comes out", () => {
  const values: [string, SQL][] = [
    ["bytes", sql`select ${new Uint8Array([0, 1, 255])}::bytea as value`],
    ["json", sql`select ${{ list: [1, null, "ä"], deep: { a: true } }}::jsonb as value`],
    ["a list in json", sql`select ${sql.param(["a", { b: 1 }])}::json as value`],
    ["a time", sql`select ${new Date(1_700_000_000_123)}::timestamptz as value`],
    ["a day", sql`select '2026-02-03'::date as value, '1 day'::interval as other`],
    ["numbers", sql`select 1.5::float8 as a, 7::int2 as b, 12345678901234567890::numeric as c, 9007199254740993 as d`],
    ["texts", sql`select ${"你好 \\ \" ' 🙂"}::text as a, ''::text as b, null::text as c`],
    ["truth", sql`select ${true}::boolean as a, ${false}::boolean as b`],
    [
      "lists",
      sql`select ${sql.param(["a", 'b"c', null])}::text[] as a, array[array[1,2],array[3,4]] as b, '{}'::int[] as c`,
    ],
    ["many rows", sql`select n, repeat('é', 1000) as text from generate_series(1, 300) n`],
    ["no rows", sql`update users set name = 'x' where false`],
    ["a table", sql`create temporary table numbers (n int primary key)`],
    ["added rows", sql`insert into numbers values (1), (2), (1) on conflict do nothing`],
    ["changed rows", sql`update numbers set n = n + 10 returning n`],
  ];

  test("is what PGlite itself takes and gives", async () => {
    const { db } = await freshDatabase();
    const own = drizzle(await barePglite()) as unknown as Database;
    for (const [name, statement] of values) {
      const answers = await Promise.all(
        [db, own].map((way) => way.execute(statement).catch((error) => error.cause.code)),
      );
      expect(answers[0], name).toEqual(answers[1]);
    }
  });

  test("an error has the database's fields", async () => {
    const { db } = await freshDatabase();
    const twice = async () => {
      await insertUser(db, "ann@example.com");
      await insertUser(db, "ann@example.com");
    };
    const error = await twice().catch((caught: unknown) => caught);
    expect(uniqueViolation(error)).toBe("users_email");
    expect(error).toMatchObject({
      cause: { severity: "ERROR", table: "users", detail: expect.stringContaining("ann@") },
    });
    await expect(db.execute(sql`select 'x'::int`)).rejects.toMatchObject({ cause: { code: "22P02" } });
    await expect(db.execute(sql`selec`)).rejects.toMatchObject({ cause: { code: "42601" } });
  });

  test("a value that cannot be sent fails alone", async () => {
    const { db } = await freshDatabase();
    const [good, bad] = await Promise.allSettled([
      queryRows(db, sql`select 1 as one`),
      db.execute(sql`select ${sql.param({ call: () => 1 })}::jsonb`),
    ]);
    expect(good).toEqual({ status: "fulfilled", value: [{ one: 1 }] });
    expect(bad.status).toBe("rejected");
  });
});

describe("the end of its thread", () => {
  const threads: Worker[] = [];
  const note = (worker: Worker) => threads.push(worker);
  beforeEach(() => {
    threads.length = 0;
    process.on("worker", note);
    onTestFinished(() => void process.off("worker", note));
  });

  test("refuses what is under way; a message is stored once, whether intake could repeat it in time or not", async () => {
    const database = await openFolder(await freshFolder());
    const { db, work } = database;
    const inbox = openInbox({ ...database, db: work }, await startTestCloud());
    const bot = await inbox.addBot();
    const envelope = envelopeOf({ appId: bot.appId, chatId: "oc_1", text: "hi", messageId: "om_1" });
    const receive = () => inbox.intake.receive(bot.id, envelope, "websocket");
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const transaction = work.transaction(async (tx) => {
      await insertUser(tx, "ann@example.com");
      begin();
      await tx.execute(sql`select count(*) from generate_series(1, 100000000)`); // is not waited for
    });
    await begun;
    const underWay = [transaction, db.execute(sql`select 1`), receive()].map((asked) =>
      asked.then(
        () => "done",
        (error: unknown) => isDatabaseAway(error),
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    await threads.at(-1)?.terminate();
    const [transactionEnd, statementEnd, receiptEnd] = await Promise.all(underWay);
    expect([transactionEnd, statementEnd]).toEqual([true, true]);
    expect([true, "done"]).toContain(receiptEnd);
    expect(await waitFor(() => emailsOf(db))).not.toContain("ann@example.com");
    expect(await receive()).toMatchObject({ isNew: receiptEnd !== "done" });
    expect(await receive()).toMatchObject({ isNew: false });
    expect(await db.select().from(events)).toHaveLength(1);
    expect(threads).toHaveLength(2);
  });

  test("is told by readiness until the database is open again, and listeners hear what comes then", async () => {
    const dataDir = await freshFolder();
    const driver = await openPglite(dataDir, quietLogger);
    onTestFinished(() => driver.close());
    const { work, listen, notify } = driver;
    const heard: string[] = [];
    await listen("news", (payload) => heard.push(payload));
    const healthy = { isHealthy: true };
    const status = async () =>
      (
        await checkReadiness({
          work,
          isDatabaseSilent: undefined,
          worker: healthy,
          connections: healthy,
          signal: new AbortController().signal,
        })
      ).checks.database;
    expect(await status()).toBe("ok");
    // As a disk that is away for a while.
    await rename(path.join(dataDir, "pg"), path.join(dataDir, "away"));
    await threads.at(-1)?.terminate();
    expect(await status()).toBe("failed");
    await rename(path.join(dataDir, "away"), path.join(dataDir, "pg"));
    await waitFor(async () => (await status()) === "ok");
    await notify("news", "back");
    await waitFor(() => heard.includes("back"));
  });
});

import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import type { Database, Transaction } from "@/lib/db/client";
import { lateChanges, messageCounts } from "@/lib/db/count-tables";
import { bots, events } from "@/lib/db/schema";
import { type Counts, countMessages, keepCounts, QUARTER_MS } from "@/lib/events/kept-counts";
import { replayAll } from "@/lib/events/replay-all";
import { deleteOldEvents } from "@/lib/events/retention";
import { readDay } from "@/lib/overview/day-counts";
import { databaseKinds, describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson } from "@/tests/support/people";
import { statementsOf } from "@/tests/support/statements";

const HOUR_MS = 3_600_000;
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);

async function receive(db: Database | Transaction, botId: string, at: Date, status: "done" | "failed" | "pending") {
  const unique = randomUUID();
  const row = { eventType: "im.message.receive_v1", messageId: `om_${unique}`, source: "sandbox", lane: "oc" } as const;
  const [event] = await db
    .insert(events)
    .values({ ...row, botId, eventId: unique, payload: {}, status, receivedAt: at, finishedAt: at })
    .returning({ id: events.id });
  return event?.id ?? 0;
}

async function openScene(kind: Parameters<typeof freshDatabase>[0]) {
  const { db, bus } = await freshDatabase(kind);
  const [admin, member] = [await addPerson(db, "Admin", "admin"), await addPerson(db, "Member")];
  const [first, second] = [await addBot(db, admin), await addBot(db, member)];
  /** What is told, which must be what counting everything gives. */
  const told = async (viewer = admin) => {
    const day = await readDay(db, viewer, new Date());
    type Sums = [received: number, answered: number, failed: number];
    const sum = (list: Iterable<Counts>) =>
      [...list].reduce<Sums>(
        (sums, { received, answered, failed }) => [sums[0] + received, sums[1] + answered, sums[2] + failed],
        [0, 0, 0],
      );
    expect(sum(day.quarters)).toEqual(sum(day.bots.values()));
    return sum(day.bots.values());
  };
  return { db, bus, admin, member, first, second, told };
}

/** The statements that read messages which were received before the running quarter and the one before it. */
const counting = async (db: Database, work: () => Promise<unknown>) =>
  (await statementsOf(db, work)).filter(({ query }) => query.includes("date_bin('15 minutes', received_at"));

describeOnDatabases("the counts of quarters of an hour that are over", (kind) => {
  test("are kept, and right after late answers, replays, late arrivals, retention and the end of a bot", async () => {
    const { db, bus, admin, member, first, second, told } = await openScene(kind);
    const late = await receive(db, first, ago(5), "pending");
    for (const [botId, status] of [
      [first, "done"],
      [first, "failed"],
      [second, "done"],
    ] as const) {
      await receive(db, botId, ago(3), status);
    }
    expect(await told()).toEqual([4, 2, 1]);
    expect(await told(member)).toEqual([1, 1, 0]);
    expect(await db.$count(lateChanges)).toBe(0);
    // Of what is over, nothing is counted again: what runs, and the part of a quarter with which the day began.
    expect(await counting(db, () => told())).toHaveLength(2);

    await db.update(events).set({ status: "done" }).where(eq(events.id, late));
    expect(await told()).toEqual([4, 3, 1]);
    const [bot] = await db.select().from(bots).where(eq(bots.id, first));
    if (!bot) throw new Error("The bot is gone.");
    await replayAll({ db, bus }, admin, bot, "failed");
    expect(await told()).toEqual([4, 3, 0]);
    await db.update(events).set({ status: "done" }).where(eq(events.status, "pending"));
    await receive(db, second, ago(3), "failed");
    await receive(db, second, new Date(), "pending");
    expect(await told()).toEqual([6, 4, 1]);
    // An hour and a quarter of it are the same in each form.
    const all = await countMessages(db, ago(24), new Date(Date.now() + HOUR_MS), 1);
    expect(all.reduce((sum, { received }) => sum + received, 0)).toBe(6);

    await receive(db, first, ago(24 * 200), "done");
    await deleteOldEvents(db, { vacuum: false });
    expect(await told()).toEqual([6, 4, 1]);
    await db.delete(bots).where(eq(bots.id, second));
    expect(await told()).toEqual([3, 3, 0]);
    expect(await db.$count(messageCounts, eq(messageCounts.botId, second))).toBe(0);
  });

  test("are not those of somebody who began to count before the last change", async () => {
    const { db, first, told } = await openScene(kind);
    const id = await receive(db, first, ago(3), "failed");
    await told();
    // Two count at once: whoever began earlier, and does not know of the answer, ends later.
    await db.update(events).set({ status: "processing" }).where(eq(events.id, id));
    const slow = slowed(db, async () => {
      await db.update(events).set({ status: "done" }).where(eq(events.id, id));
      await keepCounts(db);
    });
    await keepCounts(slow);
    expect(await told()).toEqual([1, 1, 0]);
  });
});

/** A database in which something happens between counting and keeping what was counted. */
function slowed(db: Database, meanwhile: () => Promise<void>): Database {
  let happened = false;
  return new Proxy(db, {
    get(target, name) {
      if (name !== "transaction" || happened) return Reflect.get(target, name, target);
      return async (work: (tx: Transaction) => Promise<unknown>) => {
        happened = true;
        await meanwhile();
        return target.transaction(work);
      };
    },
  });
}

// The embedded database has one connection: nobody counts while a transaction is open.
describe.runIf(databaseKinds.includes("postgres"))("a change in a transaction that is not over", () => {
  test("is counted once it is, although the quarter was counted meanwhile", async () => {
    const { db, first, told } = await openScene("postgres");
    const at = new Date(Math.floor(ago(3).getTime() / QUARTER_MS) * QUARTER_MS + 1_000);
    const [one, other] = [await receive(db, first, at, "failed"), await receive(db, first, at, "failed")];
    await told();
    const [changed, committed] = [openPromise(), openPromise()];
    const change = db.transaction(async (tx) => {
      await tx.update(events).set({ status: "done" }).where(eq(events.id, one));
      changed.resolve();
      await committed.promise;
    });
    await changed.promise;
    await db.update(events).set({ status: "done" }).where(eq(events.id, other));
    expect(await told()).toEqual([2, 1, 1]);
    committed.resolve();
    await change;
    expect(await told()).toEqual([2, 2, 0]);
  });
});

function openPromise() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: () => resolve() };
}

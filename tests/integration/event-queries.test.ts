import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { Database } from "@/lib/db/client";
import { events, users } from "@/lib/db/schema";
import { findNeighbours } from "@/lib/events/neighbours";
import {
  type AskedEvents,
  countEvents,
  type EventListRequest,
  listAllEvents,
  listEvents,
  requireEvent,
  showEvent,
  showEventDetails,
} from "@/lib/events/queries";
import { replayEvent } from "@/lib/events/replay";
import { deleteOldEvents } from "@/lib/events/retention";
import { describeOnDatabases } from "@/tests/support/databases";
import { testOwner } from "@/tests/support/inbox";
import { openWork } from "@/tests/support/work";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 14, minute));

const listOfBot = (db: Database, botId: string) => (request: EventListRequest) => listEvents(db, botId, request);

const stranger = { userId: "stranger", name: "Stranger", isAdmin: false };
const admin = { userId: "admin", name: "Admin", isAdmin: true };

describeOnDatabases("reading events", (kind) => {
  const openAsleep = async () => {
    const work = await openWork(kind);
    await work.worker.stop();
    return work;
  };

  test("lists a bot's events newest first, page by page", async () => {
    const { write, bot, addBot, database } = await openAsleep();
    const other = await addBot();
    await write("not this bot's", { to: other });
    const ids: number[] = [];
    for (const text of ["1", "2", "3", "4", "5"]) ids.push((await write(text)).id);
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await listEvents(database.db, bot.id, { limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
      // What arrives meanwhile is newer than the first page and moves nothing.
      await write("meanwhile");
    } while (cursor);
    expect(seen).toEqual([...ids].reverse());
  });

  test("finds what stands before and after an event in the log that it was opened from", async () => {
    const { write, bot, addBot, database } = await openAsleep();
    const { db } = database;
    const [first, second, third] = [await write("printer 1"), await write("scanner"), await write("printer 2")];
    const other = await addBot();
    const elsewhere = await write("printer 3", { to: other });
    const beside = async (botId: string | undefined, filter: AskedEvents, id: number, viewer = admin) => {
      const { newer, older } = await findNeighbours(db, viewer, botId, filter, { id });
      return [newer?.id, older?.id].map((found) => found && Number(found));
    };
    expect(await beside(bot.id, {}, second.id)).toEqual([third.id, first.id]);
    expect(await beside(bot.id, { q: "printer" }, third.id)).toEqual([undefined, first.id]);
    expect(await beside(undefined, { q: "printer" }, third.id)).toEqual([elsewhere.id, first.id]);
    // What no longer fits the filter keeps its place.
    expect(await beside(bot.id, { q: "printer" }, second.id)).toEqual([third.id, first.id]);
    expect(await beside(undefined, {}, second.id, stranger)).toEqual([undefined, undefined]);
  });

  test("filters by status, chat and words, which mean nothing but themselves", async () => {
    const { write, bot, database, chatOf } = await openAsleep();
    const { db } = database;
    const percent = await write("100% Sure_thing");
    const backslash = await write("C:\\temp", { from: "Bo" });
    const done = await write("1000 sure things", { from: "Bo" });
    await db.update(events).set({ status: "done" }).where(eq(events.id, done.id));
    const found = async (request: Partial<Parameters<typeof listEvents>[2]>) =>
      (await listEvents(db, bot.id, { limit: 50, ...request })).items.map(({ id }) => id);
    expect(await found({ status: "done" })).toEqual([done.id]);
    expect(await found({ chatId: chatOf("Bo") })).toEqual([done.id, backslash.id]);
    expect(await found({ q: "100%" })).toEqual([percent.id]);
    expect(await found({ q: "sURE_" })).toEqual([percent.id]);
    expect(await found({ q: "\\temp" })).toEqual([backslash.id]);
    expect(await found({ q: done.messageId.slice(2) })).toEqual([done.id]);
    expect(await found({ q: "sure", chatId: chatOf("Ann") })).toEqual([percent.id]);
    expect(await found({ q: "sure\0thing" })).toEqual([]);
    expect(await found({ q: "" })).toHaveLength(3);
    expect(await countEvents(db, bot.id, {})).toBe(3);
    expect(await countEvents(db, bot.id, { q: "sure", chatId: chatOf("Ann") })).toBe(1);
    const [bo] = await db.select().from(events).where(eq(events.id, done.id));
    expect(await found({ senderId: bo?.senderId ?? "" })).toEqual([done.id, backslash.id]);
    expect(await found({ senderId: "ou_nobody\0" })).toEqual([]);
  });

  test("lists what was received in a span of time, page by page, whatever order it came in", async () => {
    const { write, bot, addBot, database } = await openAsleep();
    const { db } = database;
    const other = await addBot();
    const ids: number[] = [];
    // Three at the same moment, and the last one older than all: another process's clock.
    const minutes = [1, 2, 2, 2, 3, 0];
    for (const minute of minutes) {
      const { id } = await write(`at ${minute}`);
      ids.push(id);
      await db
        .update(events)
        .set({ receivedAt: at(minute) })
        .where(eq(events.id, id));
    }
    await write("not this bot's", { to: other });
    const [one, two, alsoTwo, thirdTwo, three, zero] = ids;
    const span = async (since?: number, until?: number, list = listOfBot(db, bot.id)) => {
      const found: number[] = [];
      let cursor: string | undefined;
      do {
        const [from, to] = [since, until].map((minute) =>
          minute === undefined ? undefined : at(minute).toISOString(),
        );
        const page = await list({ limit: 2, cursor, since: from, until: to });
        found.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      return found;
    };
    expect(await span(2, 3)).toEqual([thirdTwo, alsoTwo, two]);
    expect(await span(undefined, 3)).toEqual([thirdTwo, alsoTwo, two, one, zero]);
    expect(await span(2)).toEqual([three, thirdTwo, alsoTwo, two]);
    expect(await span(0, 2, (request) => listAllEvents(db, admin, request))).toEqual([one, zero]);
    expect(await span(0, 2, (request) => listAllEvents(db, stranger, request))).toEqual([]);
    for (const until of [2, 1]) {
      await expect(span(2, until)).rejects.toMatchObject({ code: "invalid_input", fields: [{ path: "until" }] });
    }
    const { nextCursor } = await listEvents(db, bot.id, { limit: 1 });
    const foreign = { limit: 1, cursor: nextCursor ?? "", since: at(0).toISOString() };
    await expect(listEvents(db, bot.id, foreign)).rejects.toMatchObject({ code: "invalid_input" });
    expect((await listEvents(db, bot.id, { limit: 9, since: "0000-01-01T00:00:00Z" })).items).toHaveLength(6);
  });

  test("shows an event to its owner and to administrators alone", async () => {
    const { write, database } = await openAsleep();
    const { db } = database;
    const { id } = await write("hello");
    expect((await requireEvent(db, testOwner, String(id))).id).toBe(id);
    expect((await requireEvent(db, admin, String(id))).id).toBe(id);
    await expect(requireEvent(db, stranger, String(id))).rejects.toMatchObject({ code: "not_found" });
  });

  test("knows no event by what is no id", async () => {
    const { database } = await openAsleep();
    for (const id of ["0", "-1", "1.0", "1e3", "x", "", " 1", "99999999999999999999", "1;drop", "\0"]) {
      await expect(requireEvent(database.db, admin, id), id).rejects.toMatchObject({ code: "not_found" });
    }
  });

  test("shows the steps, the payload and the replies of an event", async () => {
    const { write, finished, database } = await openWork(kind);
    const { id } = await write("hello");
    const row = await finished(id);
    const event = await showEventDetails(database.db, row, "en");
    expect(event).toMatchObject({
      id: String(id),
      status: "done",
      text: "hello",
      attempts: 1,
      receivedAt: expect.stringMatching(/Z$/),
      finishedAt: expect.stringMatching(/Z$/),
      payload: { header: { token: "[hidden]" } },
      replies: [{ messageId: expect.stringMatching(/^om_/), kind: "answer", text: "hello" }],
    });
    expect(event.steps.at(-1)).toMatchObject({ name: "replied", ms: expect.any(Number) });
    expect(event).not.toHaveProperty("reason");
    expect(event).not.toHaveProperty("error");
  });

  test("says why an event was not answered, in the reader's language", async () => {
    const { write, finished } = await openWork(kind, {}, { reply: { kind: "none" } });
    const row = await finished((await write("hello")).id);
    expect(showEvent(row, "en")).toMatchObject({
      reason: "storeOnly",
      reasonText: "The bot is set to store messages without answering.",
    });
    expect(showEvent(row, "zh-CN").reasonText).toContain("保存");
  });

  test("replays a finished event, once at a time, and writes down who did it", async () => {
    const { write, event, database } = await openAsleep();
    const { db } = database;
    await db.insert(users).values({ id: "u", email: "u@example.com", name: "U", passwordHash: "", role: "member" });
    const { id } = await write("hello");
    await expect(replayEvent(database, testOwner, await event(id))).rejects.toMatchObject({ code: "conflict" });
    await db.update(events).set({ status: "ignored", reason: "event.tooOld" }).where(eq(events.id, id));
    const replays = await Promise.allSettled([
      replayEvent(database, testOwner, await event(id)),
      replayEvent(database, testOwner, await event(id)),
    ]);
    expect(replays.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(showEvent(await event(id), "en").replays).toBe(1);
    expect(await event(id)).toMatchObject({ status: "pending", replays: 1, attempts: 0, reason: null, detached: true });
    expect(await db.query.auditLog.findMany()).toMatchObject([{ action: "event.replayed", targetId: String(id) }]);
  });

  test("forgets finished events after 90 days, and keeps what is unfinished", async () => {
    const { write, database } = await openAsleep();
    const { db } = database;
    const old = new Date(Date.now() - 91 * 86_400_000);
    const gone = await write("old");
    await db.update(events).set({ receivedAt: old, status: "done" }).where(eq(events.id, gone.id));
    const waiting = await write("old and waiting");
    await db.update(events).set({ receivedAt: old }).where(eq(events.id, waiting.id));
    const young = await write("young");
    expect(await deleteOldEvents(db, { vacuum: kind === "pglite" })).toBe(1);
    const kept = await db.select({ id: events.id }).from(events).orderBy(events.id);
    expect(kept.map(({ id }) => id)).toEqual([waiting.id, young.id]);
  });
});

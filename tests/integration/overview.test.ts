import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Database } from "@/lib/db/client";
import { connectionChanges, connections, events, replies } from "@/lib/db/schema";
import { listAllEvents } from "@/lib/events/queries";
import { readEveryBot } from "@/lib/overview/every-bot";
import { readFigures } from "@/lib/overview/figures";
import { readCounts, readOverview } from "@/lib/overview/overview";
import { everyBotSchema } from "@/lib/overview/schemas";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson } from "@/tests/support/people";

const MINUTE_MS = 60_000;
const ago = (minutes: number, from = new Date()) => new Date(from.getTime() - minutes * MINUTE_MS);

type Row = Partial<typeof events.$inferInsert>;

async function receive(db: Database, botId: string, receivedAt: Date, row: Row = {}): Promise<number> {
  const unique = randomUUID();
  const [event] = await db
    .insert(events)
    .values({
      botId,
      eventId: unique,
      eventType: "im.message.receive_v1",
      messageId: `om_${unique}`,
      source: "websocket",
      status: "done",
      payload: {},
      lane: "oc_1",
      receivedAt,
      ...row,
    })
    .returning({ id: events.id });
  return event?.id ?? 0;
}

async function openScene(kind: Parameters<typeof freshDatabase>[0]) {
  const { db } = await freshDatabase(kind);
  const [admin, member] = [await addPerson(db, "Admin", "admin"), await addPerson(db, "Member")];
  const [service, helper] = [
    await addBot(db, admin, { name: "IT Service", useWebSocket: true }),
    await addBot(db, member, { name: "HR Helper", useWebSocket: true }),
  ];
  return { db, admin, member, service, helper };
}

describeOnDatabases("the overview", (kind) => {
  test("counts what was given up within a day, whenever it came", async () => {
    const { db, admin, member, service, helper } = await openScene(kind);
    await receive(db, helper, ago(3 * 24 * 60), { status: "failed", finishedAt: ago(5) });
    await receive(db, service, ago(30), { status: "failed", finishedAt: ago(25) });
    await receive(db, service, ago(3 * 24 * 60), { status: "failed", finishedAt: ago(2 * 24 * 60) });
    expect(await readCounts(db, admin)).toMatchObject({ failed: 2 });
    const days = (await readOverview(db, admin, "en", "UTC")).bots;
    expect(days.map(({ botId, messages, failed }) => ({ botId, messages, failed }))).toEqual([
      { botId: service, messages: 1, failed: 1 },
      { botId: helper, messages: 0, failed: 1 },
    ]);
    expect(await readCounts(db, member)).toMatchObject({ failed: 1 });
    for (const viewer of [admin, member]) {
      const { failed } = await readCounts(db, viewer);
      expect((await readOverview(db, viewer, "en", "UTC")).messages.failed).toBe(failed);
    }
  });

  test("counts what came by the hour and today, in the reader's zone", async () => {
    const { db, admin, service } = await openScene(kind);
    // 00:10 in Kolkata, which is half an hour off: the day is ten minutes old there, and 18:40 of the day before in UTC.
    const now = new Date("2026-07-28T18:40:00Z");
    await receive(db, service, ago(5, now));
    await receive(db, service, ago(5, now), { status: "failed", finishedAt: ago(4, now) });
    await receive(db, service, ago(5, now), { status: "pending" });
    await receive(db, service, ago(15, now));
    await receive(db, service, ago(5, now), { eventType: "im.chat.updated_v1", status: "ignored" });
    await receive(db, service, ago(25 * 60, now));

    const there = await readFigures(db, admin, "Asia/Kolkata", now);
    expect(there.messages).toMatchObject({ today: 3, waiting: 1, failed: 1 });
    expect(there.hours).toHaveLength(24);
    expect(there.hours.slice(-2)).toEqual([
      { from: "2026-07-28T17:30:00.000Z", received: 1, answered: 1, failed: 0 },
      { from: "2026-07-28T18:30:00.000Z", received: 3, answered: 1, failed: 1 },
    ]);
    const here = await readFigures(db, admin, "UTC", now);
    expect(here.messages.today).toBe(4);
    expect(here.hours.at(-1)).toEqual({ from: "2026-07-28T18:00:00.000Z", received: 4, answered: 2, failed: 1 });
  });

  test("a day of 25 hours begins where it begins", async () => {
    const { db, admin, service } = await openScene(kind);
    // 23:30 in New York on the day on which the clocks were set back: 24.5 hours old.
    const now = new Date("2026-11-02T04:30:00Z");
    await receive(db, service, new Date("2026-11-01T04:00:00Z"));
    await receive(db, service, new Date("2026-11-01T03:59:59Z"));
    const { messages, hours } = await readFigures(db, admin, "America/New_York", now);
    expect(messages.today).toBe(1);
    expect(hours[0]?.from).toBe("2026-11-01T05:00:00.000Z");
  });

  test("the median is of answers, and a replay says nothing of how soon", async () => {
    const { db, admin, service } = await openScene(kind);
    const at = ago(30);
    const answered = (ms: number, row: Row = {}) =>
      receive(db, service, at, { finishedAt: new Date(at.getTime() + ms), ...row });
    expect((await readFigures(db, admin, "UTC")).messages.medianAnswerMs).toBeNull();
    for (const ms of [100, 800, 1_200]) await answered(ms);
    await answered(500_000, { replays: 1 });
    await answered(5, { status: "ignored" });
    expect((await readFigures(db, admin, "UTC")).messages.medianAnswerMs).toBe(800);
  });

  test("shows each bot's day and what happened, to members of their own bots alone", async () => {
    const { db, admin, member, service, helper } = await openScene(kind);
    const [up, down, back] = [ago(60 * 30), ago(130), ago(128)];
    await db.insert(connectionChanges).values([
      { botId: service, at: up, state: "connected" },
      { botId: service, at: down, state: "reconnecting", reason: { code: "connection.closed" } },
      { botId: service, at: back, state: "connected" },
      { botId: helper, at: ago(10), state: "error", reason: { code: "connection.closed" } },
    ]);
    const lease = { leaseOwner: "a/1", leaseUntil: new Date(Date.now() + 60_000) };
    await db.insert(connections).values([
      { botId: service, state: "connected", ...lease },
      { botId: helper, state: "error", ...lease },
    ]);
    const at = ago(3);
    const eventId = await receive(db, service, at, { finishedAt: new Date(at.getTime() + 800) });
    await receive(db, helper, ago(2), { status: "pending" });
    await db.insert(replies).values([
      { botId: service, uuid: "1", eventId, kind: "answer", messageId: "om_a", at },
      { botId: service, uuid: "2", eventId, kind: "apology", messageId: "om_b", at: ago(1) },
    ]);
    // A replay is asked for later, and says nothing of how soon it was answered.
    await receive(db, service, at, { finishedAt: ago(1), replays: 1 });

    const all = await readOverview(db, admin, "en", "UTC");
    expect(all.connections).toEqual({ up: 1, wished: 2 });
    expect(all.bots.map(({ botId }) => botId)).toEqual([service, helper]);
    const [day, other] = all.bots;
    expect(day?.spans.reduce((sum, { count }) => sum + count, 0)).toBe(60);
    expect(day?.spans.map(({ state }) => state)).toEqual(["connected", "reconnecting", "connected"]);
    expect(day?.spans[1]?.reason).toBe(0);
    expect(all.reasons).toEqual([expect.stringContaining("Feishu closed the connection")]);
    expect(day).toMatchObject({ interruptions: 1, lastMessageAt: at.toISOString(), lastReplyAt: at.toISOString() });
    expect(day?.lastAnswerMs).toBe(800);
    expect(other?.spans).toEqual([
      expect.objectContaining({ state: "none" }),
      { count: 1, state: "error", reason: 0, up: 0 },
    ]);
    expect(all.changes.map(({ botName, kind: what }) => [botName, what])).toEqual([
      ["HR Helper", "failed"],
      ["IT Service", "lost"],
      ["IT Service", "connected"],
    ]);
    expect(all.changes[1]).toMatchObject({ at: down.toISOString(), backAt: back.toISOString() });

    const own = await readOverview(db, member, "en", "UTC");
    expect(own.connections).toEqual({ up: 0, wished: 1 });
    expect(own.messages).toMatchObject({ today: 1, waiting: 1 });
    expect(own.bots.map(({ botId }) => botId)).toEqual([helper]);
    expect(own.changes.map(({ botId }) => botId)).toEqual([helper]);
    expect(await readCounts(db, member)).toEqual({ errors: 1, waiting: 1, failed: 0 });
    expect(await readCounts(db, await addPerson(db, "Nobody"))).toEqual({ errors: 0, waiting: 0, failed: 0 });
    expect((await listAllEvents(db, admin, { limit: 5 })).items.map(({ botId }) => botId)).toEqual([
      service,
      helper,
      service,
    ]);
    expect((await listAllEvents(db, member, { limit: 5 })).items.map(({ botId }) => botId)).toEqual([helper]);
  });

  test("shows every bot in brief with its connection, and no secret, to members their own alone", async () => {
    const { db, admin, member, service, helper } = await openScene(kind);
    const lease = { leaseOwner: "a/1", leaseUntil: new Date(Date.now() + 60_000) };
    await db
      .insert(connections)
      .values({ botId: helper, state: "error", error: { code: "connection.closed" }, ...lease });
    const all = await readEveryBot(db, admin, "en");
    expect(all.bots.map(({ id }) => id)).toEqual([service, helper]);
    expect(all.statuses.map(({ botId, state }) => [botId, state])).toEqual([
      [service, "connecting"],
      [helper, "error"],
    ]);
    expect(everyBotSchema.parse(all)).toEqual(all);
    expect(JSON.stringify(all)).not.toMatch(/sealed|secret/i);
    const own = await readEveryBot(db, member, "en");
    expect(own.bots.map(({ id }) => id)).toEqual([helper]);
    expect(own.statuses.map(({ botId }) => botId)).toEqual([helper]);
  });
});

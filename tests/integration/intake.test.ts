import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { eq, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { MIGRATIONS_FOLDER } from "@/lib/db/migrations";
import { bots, chats, events } from "@/lib/db/schema";
import { startTestCloud } from "@/tests/support/cloud";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { envelopeOf, openInbox } from "@/tests/support/inbox";

describeOnDatabases("intake", (kind) => {
  const open = async () => {
    const inbox = openInbox(await freshDatabase(kind), await startTestCloud());
    const bot = await inbox.addBot();
    const envelope = (messageId: string, more: Partial<Parameters<typeof envelopeOf>[0]> = {}) =>
      envelopeOf({ appId: bot.appId, chatId: "oc_1", text: "hi", messageId, ...more });
    const receive = (value: unknown) => inbox.intake.receive(bot.id, value, "websocket");
    return { ...inbox, bot, envelope, receive };
  };

  test("has the event in the database when it says so", async () => {
    const { receive, envelope, event, bot } = await open();
    const { id, isNew } = await receive(envelope("om_1", { eventId: "ev1", createTime: 1_700_000_000_000 }));
    expect(isNew).toBe(true);
    expect(await event(id)).toMatchObject({
      botId: bot.id,
      eventId: "ev1",
      eventType: "im.message.receive_v1",
      messageId: "om_1",
      chatId: "oc_1",
      chatType: "p2p",
      senderId: "ou_ann",
      text: "hi",
      source: "websocket",
      status: "pending",
      attempts: 0,
      sentAt: new Date(1_700_000_000_000),
      steps: [{ name: "received" }, { name: "stored" }],
      payload: { schema: "2.0", header: { token: "[hidden]", event_id: "ev1" } },
    });
  });

  test("stores a message whatever time Feishu gives for it", async () => {
    const { receive, envelope, event } = await open();
    const now = Date.now();
    const { id } = await receive(envelope("om_1", { createTime: now * 1000 }));
    expect((await event(id)).sentAt).toEqual(new Date(now));
    const absurd = await receive(envelope("om_2", { createTime: 8.6e15 }));
    expect((await event(absurd.id)).sentAt).toBe(null);
  });

  test("what was stored under Lark's word for a direct chat, and with a ticket, is mended by the migration", async () => {
    const { receive, envelope, event, database } = await open();
    const { id } = await receive(envelope("om_1"));
    const ticket = await receive({ uuid: "u-1", type: "event_callback", event: { type: "app_ticket" } });
    for (const table of ["events", "chats"]) {
      await database.db.execute(sql.raw(`update ${table} set chat_type = 'private' where chat_type = 'p2p'`));
    }
    await database.db.execute(sql`update chats set person_id = null`);
    await database.db.execute(
      sql`update events set payload = jsonb_set(payload, '{event,app_ticket}', '"t-1"') where id = ${ticket.id}`,
    );
    const name = (await readdir(MIGRATIONS_FOLDER)).find((file) => file.endsWith("_direct_chats_in_lark.sql")) ?? "";
    const migration = await readFile(path.join(MIGRATIONS_FOLDER, name), "utf8");
    for (const statement of migration.split("--> statement-breakpoint")) await database.db.execute(sql.raw(statement));
    expect((await event(id)).chatType).toBe("p2p");
    expect(await database.db.select().from(chats)).toMatchObject([{ chatType: "p2p", personId: "ou_ann" }]);
    expect((await event(ticket.id)).payload.event).toMatchObject({ app_ticket: "[hidden]" });
  });

  test("tells the others of what is new, and only of that", async () => {
    const { receive, envelope, database } = await open();
    const news: number[] = [];
    database.bus.subscribe("event", ({ id, due }) => due && news.push(id));
    const { id } = await receive(envelope("om_1", { eventId: "ev1" }));
    await receive(envelope("om_1", { eventId: "ev1" }));
    expect(news).toEqual([id]);
  });

  test("knows a repeat by its event id, however late", async () => {
    const { receive, envelope, database } = await open();
    const first = await receive(envelope("om_1", { eventId: "ev1" }));
    await database.db.update(events).set({ status: "done" }).where(eq(events.id, first.id));
    expect(await receive(envelope("om_1", { eventId: "ev1" }))).toEqual({ id: first.id, isNew: false });
  });

  test("knows a repeat by its message id under another event id", async () => {
    const { receive, envelope } = await open();
    const first = await receive(envelope("om_1", { eventId: "ev1" }));
    expect(await receive(envelope("om_1", { eventId: "ev2" }))).toEqual({ id: first.id, isNew: false });
  });

  test("stores one of several alike that arrive together", async () => {
    const { receive, envelope, database } = await open();
    const together = [
      envelope("om_1", { eventId: "ev1" }),
      envelope("om_1", { eventId: "ev1" }),
      envelope("om_1", { eventId: "ev2" }),
      envelope("om_2", { eventId: "ev3" }),
    ];
    const receipts = await Promise.all(together.map(receive));
    expect(receipts.map(({ isNew }) => isNew)).toEqual([true, false, false, true]);
    expect(new Set(receipts.slice(0, 3).map(({ id }) => id)).size).toBe(1);
    expect(await database.db.$count(events)).toBe(2);
  });

  test("keeps the same message apart for two bots", async () => {
    const { receive, envelope, intake, addBot } = await open();
    const other = await addBot();
    const value = envelope("om_1", { eventId: "ev1" });
    const receipts = await Promise.all([receive(value), intake.receive(other.id, value, "websocket")]);
    expect(receipts.map(({ isNew }) => isNew)).toEqual([true, true]);
  });

  test("takes two events that are no messages about one message", async () => {
    const { receive } = await open();
    const reaction = (eventId: string) => ({
      header: { event_id: eventId, event_type: "im.message.reaction.created_v1" },
      event: { message_id: "om_1" },
    });
    expect((await receive(reaction("ev1"))).isNew).toBe(true);
    expect((await receive(reaction("ev2"))).isNew).toBe(true);
  });

  test("numbers events in the order of their arrival, whatever their kind", async () => {
    const { receive, envelope } = await open();
    const values = Array.from({ length: 120 }, (_, index) => {
      const value = envelope(`om_${index}`);
      if (index % 3 === 1) value.event.message.message_type = "image";
      if (index % 3 === 2) value.event.message.message_type = "interactive";
      return value;
    });
    const ids = (await Promise.all(values.map(receive))).map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
    expect(new Set(ids).size).toBe(120);
  });

  test("stores what PostgreSQL would refuse without the bad characters", async () => {
    const { receive, envelope, event } = await open();
    const { id } = await receive(envelope("om_1", { text: "a\0b \ud800 👋" }));
    expect((await event(id)).text).toBe("ab \ufffd 👋");
  });

  // One such message used to be refused each time, and with it all that arrived in the same moment.
  test("stores a message whose parts are of other kinds than Feishu's, and what arrives beside it", async () => {
    const { receive, envelope, event } = await open();
    const parts = [
      { content: 5 },
      { content: { text: "hi" } },
      { mentions: [null, 5, { key: 7 }, { key: "@_user_1", name: { toString: 5 } }] },
      { message_type: "post", content: JSON.stringify({ content: [[null, { tag: "at", user_id: 7 }, { text: {} }]] }) },
      { message_type: "post", content: JSON.stringify({ content: [[{ tag: "a", text: {}, href: { toString: 5 } }]] }) },
    ].map((part, index) => {
      const value = envelope(`om_odd_${index}`);
      Object.assign(value.event.message, part);
      return value;
    });
    const [good, ...odd] = await Promise.all([envelope("om_1"), ...parts].map(receive));
    expect((await event(good?.id ?? 0)).text).toBe("hi");
    const texts = await Promise.all(odd.map(async ({ id }) => (await event(id)).text));
    expect(texts).toEqual(["", "", "hi", "@", ""]);
    expect((await event(odd[0]?.id ?? 0)).payload).toMatchObject({ event: { message: { content: 5 } } });
  });

  test("one event that cannot be stored does not fail the others of its batch", async () => {
    const { receive, envelope, intake, database } = await open();
    const results = await Promise.allSettled([
      receive(envelope("om_1")),
      intake.receive("a-bot-that-is-gone", envelope("om_2"), "websocket"),
      receive(envelope("om_3")),
    ]);
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { code: "not_found" } });
    expect(await database.db.$count(events)).toBe(2);
  });

  test("refuses events of a bot that was deleted", async () => {
    const { receive, envelope, bot, database } = await open();
    await receive(envelope("om_1"));
    await database.db.delete(bots).where(eq(bots.id, bot.id));
    await expect(receive(envelope("om_2"))).rejects.toMatchObject({ code: "not_found" });
  });

  test("refuses what is no event", async () => {
    const { receive } = await open();
    await expect(receive({ hello: "world" })).rejects.toMatchObject({ code: "invalid_input" });
  });

  test("rejects when it cannot store, so that nothing is acknowledged", async () => {
    const { receive, envelope, database } = await open();
    await database.db.execute(sql`drop table events cascade`);
    await expect(receive(envelope("om_1"))).rejects.toThrow();
  });
});

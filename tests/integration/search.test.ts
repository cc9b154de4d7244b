import { expect, test } from "vitest";
import { chats, replies } from "@/lib/db/schema";
import { findNamed } from "@/lib/events/named";
import { listEvents } from "@/lib/events/queries";
import { Names } from "@/lib/feishu/names";
import { searchEverything } from "@/lib/search";
import { describeOnDatabases } from "@/tests/support/databases";
import { testOwner } from "@/tests/support/inbox";
import { openWork } from "@/tests/support/work";

const stranger = { userId: "stranger", name: "Stranger", isAdmin: false };
const admin = { userId: "admin", name: "Admin", isAdmin: true };

describeOnDatabases("the search over everything", (kind) => {
  test("finds bots, messages, chats and people by words and ids, and nothing of others", async () => {
    const { write, bot, addBot, event, worker, database, apis } = await openWork(kind, {}, { name: "HR Helper" });
    await worker.stop();
    const { db } = database;
    await addBot({ name: "the other helper" });
    const asked = await write("Where is the 100% printer?", { from: "Wang Fang" });
    await write("VPN 连不上了", { from: "Bo" });
    const stored = await event(asked.id);
    const [chatId, senderId] = [stored.chatId ?? "", stored.senderId ?? ""];
    await db
      .insert(chats)
      .values({ botId: bot.id, chatId, chatType: "p2p", cursorAt: new Date() })
      .onConflictDoNothing();
    const reply = { botId: bot.id, uuid: "u", eventId: asked.id, kind: "answer", messageId: "om_reply" } as const;
    await db.insert(replies).values(reply);
    const names = new Names(apis);
    const found = (q: string, viewer = testOwner) => searchEverything({ db, names, locale: "en" }, viewer, q);
    const inHr = { botId: bot.id, botName: "HR Helper" };
    const messages = async (q: string) => (await found(q)).messages.map(({ id }) => Number(id));

    expect((await found("helper")).bots.map(({ name }) => name)).toEqual(["HR Helper", "the other helper"]);
    expect((await found("THE OTHER")).bots).toMatchObject([{ name: "the other helper", state: "disconnected" }]);
    expect((await found(bot.appId.slice(4, 12))).bots.map(({ id }) => id)).toEqual([bot.id]);
    expect(await messages("100% PRINT")).toEqual([asked.id]);
    expect(await messages("连不上")).toHaveLength(1);
    for (const id of [asked.messageId, stored.eventId, String(asked.id), "om_reply"]) {
      expect((await messages(id))[0], id).toBe(asked.id);
    }
    expect((await found(asked.messageId)).messages[0]).toMatchObject({ botName: "HR Helper", botId: bot.id });
    expect((await found(chatId)).chats).toEqual([
      { chatId, chatType: "p2p", title: "Direct chat with Wang Fang", ...inHr },
    ]);
    expect((await found(senderId)).people).toEqual([{ senderId, name: "Wang Fang", title: "Wang Fang", ...inHr }]);

    expect((await found("wang f")).people).toEqual([{ senderId, name: "Wang Fang", title: "Wang Fang", ...inHr }]);
    for (const [q, count] of [
      ["wang f", 1],
      ["Bo", 1],
      ["ou_", 0],
      ["w", 0],
    ] as const) {
      expect(await findNamed(db, names, { botId: bot.id }, q), q).toHaveLength(count);
    }
    const named = await findNamed(db, names, { viewer: testOwner }, "fang");
    const request = { limit: 9, q: "fang" };
    expect((await listEvents(db, bot.id, { ...request, named })).items.map(({ id }) => id)).toEqual([asked.id]);
    expect((await listEvents(db, bot.id, request)).items).toEqual([]);

    const nothing = { bots: [], messages: [], chats: [], people: [] };
    for (const q of ["helper", "printer", "wang f", asked.messageId, String(asked.id), chatId, senderId, "om_reply"]) {
      expect(await found(q, stranger), q).toEqual(nothing);
    }
    expect((await found("printer", admin)).messages).toHaveLength(1);
    for (const q of ["%", "_", "\\", "no such thing", "0", "a\0b"])
      expect((await found(q, stranger)).bots, q).toEqual([]);
  });
});

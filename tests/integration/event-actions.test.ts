// What can be done with many messages, and how one trace is shown to others.
import { desc, eq } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import { auditLog, bots, events } from "@/lib/db/schema";
import { listContacts, namesInEvents } from "@/lib/events/contacts";
import { exportEvents } from "@/lib/events/export";
import { listCauses } from "@/lib/events/failures";
import { listFailed, requireEvent, showEventDetails } from "@/lib/events/queries";
import { replayAll, replayCause } from "@/lib/events/replay-all";
import { retryEvent } from "@/lib/events/retry";
import { openShared, shareEvent } from "@/lib/events/share";
import { describeOnDatabases } from "@/tests/support/databases";
import { answerJson, startService } from "@/tests/support/http-service";
import { botTexts, testOwner } from "@/tests/support/inbox";
import { addBot, addPerson, testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";
import { openWork, REPLY } from "@/tests/support/work";

const admin = { userId: "admin", name: "Admin", isAdmin: true };

describeOnDatabases("actions on events", (kind) => {
  async function openFailing() {
    let isWell = false;
    const service = await startService((call, response) =>
      isWell ? answerJson(response, { text: `re: ${call.body.message.text}` }) : answerJson(response, {}, 400),
    );
    const work = await openWork(kind, {}, { reply: { kind: "http", url: service.url, timeoutSeconds: 5 } });
    await work.database.db.execute("update users set role = 'admin'");
    return { ...work, service, heal: () => (isWell = true) };
  }

  test("what failed is replayed together, in order, and only that; each try says why in the reader's language", async () => {
    const { write, finished, bot, database, heal, cloud, chatOf, event, service } = await openFailing();
    const { db } = database;
    const failed = [];
    for (const text of ["one", "two", "three"]) failed.push((await write(text)).id);
    for (const id of failed) expect(await finished(id)).toMatchObject({ status: "failed" });
    const inChinese = await showEventDetails(db, await event(failed[0] ?? 0), "zh-CN");
    const step = inChinese.steps.find(({ name }) => name === "failed");
    expect(step).toMatchObject({
      reason: expect.stringMatching(/^[a-z]+\./i),
      detail: expect.stringMatching(/\p{Script=Han}/u),
    });

    const ids = failed.map(String).reverse();
    expect(await listFailed(db, bot.id)).toEqual({ count: 3, more: false, ids });
    heal();
    service.calls.length = 0;
    expect(await replayAll(database, testOwner, bot, "failed")).toEqual({ replayed: 3, left: 0 });
    for (const id of failed) expect(await finished(id)).toMatchObject({ status: "done", replays: 1 });
    expect(service.calls.map(({ body }) => body.message.text)).toEqual(["one", "two", "three"]);
    expect(botTexts(cloud, chatOf("Ann")).slice(-3)).toEqual(["re: one", "re: two", "re: three"]);
    expect(await replayAll(database, testOwner, bot, "failed")).toEqual({ replayed: 0, left: 0 });
    const [row] = await db.select().from(auditLog).orderBy(desc(auditLog.id)).limit(1);
    expect(row).toMatchObject({ action: "events.replayed", targetId: bot.id, detail: { count: 3 } });
  });

  test("what failed for one cause is told once, over all bots, and replayed alone", async () => {
    const { write, finished, bot, addBot, database, heal, service } = await openFailing();
    const { db } = database;
    const second = await addBot();
    await db.update(bots).set({ reply: bot.reply, insideServices: bot.insideServices }).where(eq(bots.id, second.id));
    const ids = [(await write("one")).id, (await write("two", { to: second })).id, (await write("else")).id];
    for (const id of ids) await finished(id);
    const params = { host: "qwen.example", status: 402, message: "no", modelId: "m1", modelName: "Qwen" };
    const unpaid = { code: "model.unpaid", params };
    await db
      .update(events)
      .set({ error: unpaid })
      .where(eq(events.id, ids[2] ?? 0));

    const { causes } = await listCauses(db, admin, undefined, "en");
    expect(causes.map(({ code, count, model }) => [code, count, model])).toEqual([
      [expect.stringMatching(/^http\./), 2, undefined],
      ["model.unpaid", 1, { id: "m1", name: "Qwen" }],
    ]);
    expect(causes[0]?.bots.map(({ id, count }) => [id, count]).toSorted()).toEqual(
      [
        [bot.id, 1],
        [second.id, 1],
      ].toSorted(),
    );
    expect((await listCauses(db, admin, second.id, "en")).causes.map(({ count }) => count)).toEqual([1]);
    expect(await listCauses(db, await addPerson(db, "Stranger"), undefined, "en")).toEqual({ causes: [] });

    heal();
    service.calls.length = 0;
    expect(await replayCause(database, await addPerson(db, "Nobody"), causes[0]?.cause ?? "")).toMatchObject({
      replayed: 0,
    });
    expect(await replayCause(database, admin, causes[0]?.cause ?? "")).toEqual({ replayed: 2, left: 0 });
    for (const id of ids.slice(0, 2)) expect(await finished(id)).toMatchObject({ status: "done" });
    expect(service.calls.map(({ body }) => body.message.text).toSorted()).toEqual(["one", "two"]);
    expect((await listCauses(db, admin, undefined, "en")).causes.map(({ code }) => code)).toEqual(["model.unpaid"]);
  });

  test("what waits for its next try is tried at once, and nothing else is", async () => {
    // So seldom that only the news can have told the worker.
    const { write, finished, database, cloud, event } = await openWork(kind, { timing: { lookMs: 60_000 } });
    const { db } = database;
    await db.execute("update users set role = 'admin'");
    const headers = { "retry-after": "50" };
    cloud.faults.add({ on: "api", as: "error", path: REPLY, httpStatus: 500, code: 1663, headers, times: 1 });
    const { id } = await write("hello");
    const waiting = await waitFor(async () => {
      const row = await event(id);
      return row.error && row;
    }, "the first try to fail");
    const { nextTryAt = "" } = await showEventDetails(db, waiting, "en");
    expect(Date.parse(nextTryAt) - Date.now()).toBeGreaterThan(20_000);
    await retryEvent(database, testOwner, waiting);
    const done = await finished(id);
    expect(done).toMatchObject({ status: "done", attempts: 2 });
    expect(await showEventDetails(db, done, "en")).not.toHaveProperty("nextTryAt");
    const [row] = await db.select().from(auditLog).orderBy(desc(auditLog.id)).limit(1);
    expect(row).toMatchObject({ action: "event.retried", targetId: String(id) });
    await expect(retryEvent(database, testOwner, done)).rejects.toMatchObject({ code: "conflict" });
    await db.update(events).set({ status: "pending", attempts: 0 }).where(eq(events.id, id));
    await expect(retryEvent(database, testOwner, done)).rejects.toMatchObject({ code: "conflict" });
    expect(await showEventDetails(db, await event(id), "en")).not.toHaveProperty("nextTryAt");
  });

  test("a trace is shared by a link that ends, and that nobody can make up", async () => {
    const { write, finished, database } = await openWork(kind);
    const parts = { db: database.db, sealer: testSealer };
    const { id } = await write("hello");
    await finished(id);
    const { token, expiresAt } = await shareEvent(
      parts,
      testOwner,
      await requireEvent(parts.db, testOwner, String(id)),
      2,
    );
    expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(86_400_000);
    expect(await openShared(parts, token)).toMatchObject({ row: { id, text: "hello" }, bot: { name: "Test bot" } });
    const [audit] = await parts.db.select().from(auditLog).orderBy(desc(auditLog.id)).limit(1);
    expect(audit).toMatchObject({ action: "event.shared", targetId: String(id), actorName: testOwner.name });
    for (const wrong of ["", "v1.AAAA", `${token.slice(0, -6)}AAAAAA`, testSealer.seal("{}", "shared/event")]) {
      await expect(openShared(parts, wrong)).rejects.toMatchObject({ code: "not_found" });
    }
    vi.setSystemTime(Date.parse(expiresAt) + 1);
    await expect(openShared(parts, token)).rejects.toMatchObject({ code: "not_found" });
    vi.useRealTimers();
    await parts.db.delete(events).where(eq(events.id, id));
    await expect(openShared(parts, token)).rejects.toMatchObject({ code: "not_found" });
  });

  test("the filtered log is written out, and no text becomes a formula", async () => {
    const { write, finished, database, bot } = await openWork(kind);
    for (const text of ['=HYPERLINK("x")', 'say "hi",\nplease', "你好"]) await finished((await write(text)).id);
    const whole = async (format: "csv" | "json", q?: string) => {
      let text = "";
      for await (const part of exportEvents(database.db, bot.id, { format, locale: "en", q })) text += part;
      return text;
    };
    const csv = await whole("csv");
    expect(csv.startsWith("\uFEFFid,receivedAt,")).toBe(true);
    expect(csv).toContain(`"'=HYPERLINK(""x"")"`);
    expect(csv).toContain(`"say ""hi"",\nplease"`);
    expect(JSON.parse(await whole("json")).map(({ text }: { text: string }) => text)).toEqual([
      "你好",
      'say "hi",\nplease',
      '=HYPERLINK("x")',
    ]);
    expect(JSON.parse(await whole("json", "你"))).toHaveLength(1);
    expect(JSON.parse(await whole("json", "nowhere"))).toEqual([]);
  });

  test("whom a bot has heard is listed, by name where one is told", async () => {
    const { write, finished, database, bot } = await openWork(kind);
    const first = await write("hello");
    await finished(first.id);
    const second = await write("hello", { from: "Bo" });
    const { senderId } = await finished(second.id);
    const names = { ofPerson: async (_: unknown, id: string) => (id === senderId ? "Bo" : ""), ofChat: async () => "" };
    const { people, chats } = await listContacts({ db: database.db, names, locale: "en" }, bot);
    expect(people).toEqual([
      { id: senderId, name: "Bo" },
      { id: expect.stringMatching(/^ou_/), title: "Unnamed person" },
    ]);
    expect(chats).toEqual([]);
  });

  test("who wrote to several bots is named by its event, to whom may see the bot", async () => {
    const { write, finished, database, bot } = await openWork(kind);
    const { db } = database;
    const [admin, stranger] = [await addPerson(db, "Admin", "admin"), await addPerson(db, "Stranger")];
    const own = await write("hello");
    const { senderId, chatId } = await finished(own.id);
    const otherBot = await addBot(db, stranger, { name: "Another" });
    const [elsewhere] = await db
      .insert(events)
      .values({
        botId: otherBot,
        eventId: "elsewhere",
        eventType: "im.message.receive_v1",
        senderId: "ou_bo",
        chatId: "oc_team",
        chatType: "group",
        source: "websocket",
        status: "done",
        payload: {},
        lane: "oc_team",
      })
      .returning({ id: events.id });
    const asked: string[] = [];
    const names = {
      ofPerson: async ({ id: botId }: { id: string }, id: string) => {
        asked.push(`${botId} ${id}`);
        return id === "ou_bo" ? "Bo" : "";
      },
      ofChat: async (_: unknown, id: string) => `Group ${id}`,
    };
    const ids = [own.id, elsewhere?.id ?? 0, 999_999_999];
    const source = { db, names, locale: "en" as const };
    expect(await namesInEvents(source, admin, ids)).toEqual({
      names: { ou_bo: "Bo", oc_team: "Group oc_team" },
      titles: { [senderId ?? ""]: "Unnamed person", [chatId ?? ""]: "Direct chat with an unnamed person" },
    });
    expect(asked.sort()).toEqual([`${bot.id} ${senderId}`, `${otherBot} ou_bo`].sort());
    expect(await namesInEvents(source, stranger, [own.id])).toEqual({ names: {}, titles: {} });

    const unnamed = { db, names: { ...names, ofChat: async () => "" }, locale: "zh-CN" as const };
    const { titles } = await namesInEvents(unnamed, admin, [elsewhere?.id ?? 0]);
    expect(titles).toEqual({ oc_team: "Bo的群聊" });
  });
});

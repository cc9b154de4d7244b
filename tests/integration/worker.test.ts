import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { DEFAULT_POLICY } from "@/lib/bots/schemas";
import { queryRows } from "@/lib/db/client";
import type { Policy } from "@/lib/db/documents";
import type { BotRow } from "@/lib/db/schema";
import { replayEvent } from "@/lib/events/replay";
import type { WorkerOptions } from "@/lib/events/worker";
import { describeOnDatabases } from "@/tests/support/databases";
import { botTexts, hear, testOwner } from "@/tests/support/inbox";
import { waitFor } from "@/tests/support/wait-for";
import { openWork, REPLY } from "@/tests/support/work";

describeOnDatabases("the worker", (kind) => {
  const open = (options: Partial<WorkerOptions> = {}, overrides: Partial<BotRow> = {}) =>
    openWork(kind, options, overrides);

  test("answers over a real connection with a reply to that very message", async () => {
    const { connect, bot, cloud, chatOf, eventOf, finished, repliesTo } = await open();
    await connect(bot);
    const { messageId, eventId } = cloud.say({
      appId: bot.appId,
      chatId: chatOf("Ann"),
      from: "Ann",
      text: " hello  you ",
    });
    const event = await finished((await eventOf(messageId)).id);
    expect(event).toMatchObject({ eventId, status: "done", attempts: 1, text: "hello  you", source: "sandbox" });
    expect(event.steps.map(({ name }) => name)).toEqual([
      "received",
      "stored",
      "acknowledged",
      "started",
      "answered",
      "replied",
    ]);
    const reply = cloud.messages(chatOf("Ann")).at(-1);
    expect(reply).toMatchObject({ text: "hello  you", parentId: messageId, sender: { kind: "bot" } });
    expect(repliesTo(messageId)[0]?.uuid).toMatch(/^.{1,50}$/);
    await waitFor(() => cloud.deliveries(bot.appId).every(({ acknowledged }) => acknowledged), "the acknowledgement");
  });

  test("answers a group where it is mentioned, without the mention, and nowhere else", async () => {
    const { connect, bot, cloud, eventOf, finished } = await open();
    const { chatId } = cloud.group("Team", { apps: [bot.appId], people: ["Ann"] });
    await connect(bot);
    const aside = cloud.say({ appId: bot.appId, chatId, from: "Ann", text: "not for you" });
    const asked = cloud.say({ appId: bot.appId, chatId, from: "Ann", text: "deploy", mentions: ["bot"] });
    expect(await finished((await eventOf(asked.messageId)).id)).toMatchObject({ status: "done", text: "deploy" });
    expect(await finished((await eventOf(aside.messageId)).id)).toMatchObject({
      status: "ignored",
      reason: "event.notMentioned",
      text: "not for you",
    });
    expect(botTexts(cloud, chatId)).toEqual(["deploy"]);
  });

  test("answers each chat in order", async () => {
    const { write, cloud, chatOf, allFinished } = await open();
    const people = ["Ann", "Bo", "Cy"];
    const texts = Array.from({ length: 15 }, (_, index) => `message ${index}`);
    await Promise.all(texts.flatMap((text) => people.map((from) => write(text, { from }))));
    await allFinished();
    for (const person of people) expect(botTexts(cloud, chatOf(person))).toEqual(texts);
  });

  test("answers other chats and other bots while one is slow", async () => {
    const { write, cloud, finished, event, addBot } = await open({ timing: { lookMs: 20, stopLimitMs: 50 } });
    const other = await addBot();
    cloud.faults.add({ on: "api", as: "hang", path: REPLY, appId: other.appId });
    const stuck = await Promise.all(
      Array.from({ length: 40 }, (_, index) => write(`stuck ${index}`, { to: other, from: `Person ${index}` })),
    );
    const quick = await Promise.all(["Bo", "Cy", "Di"].map((from) => write("quick", { from })));
    for (const { id } of quick) expect((await finished(id)).status).toBe("done");
    const states = await Promise.all(stuck.map(({ id }) => event(id)));
    expect(states.filter(({ status }) => status === "processing").length).toBeLessThanOrEqual(32);
  });

  test("answers a repeated message once", async () => {
    const { write, cloud, chatOf, finished, repliesTo } = await open();
    const first = await write("once", { eventId: "ev1", messageId: "om_same" });
    await finished(first.id);
    const repeat = await write("once", { eventId: "ev2", messageId: "om_same" });
    expect(repeat.id).toBe(first.id);
    await finished((await write("after it")).id);
    expect(botTexts(cloud, chatOf("Ann"))).toEqual(["once", "after it"]);
    expect(repliesTo("om_same").length).toBe(1);
  });

  test("a replay answers whatever the policy says, and does not overtake a uuid", async () => {
    const { write, cloud, chatOf, finished, event, database } = await open(
      {},
      { policy: { ...DEFAULT_POLICY, directMessages: "none" } },
    );
    const { id } = await write("hello");
    expect(await finished(id)).toMatchObject({ status: "ignored", reason: "event.directMessagesOff" });
    for (const times of [1, 2]) {
      await replayEvent(database, testOwner, await event(id));
      expect(await finished(id)).toMatchObject({ status: "done", reason: null, replays: times });
    }
    expect(botTexts(cloud, chatOf("Ann")).filter((text) => text === "hello")).toEqual(["hello", "hello"]);
  });

  test("asks for one access token however many answers begin at once", async () => {
    const { write, cloud, finished } = await open();
    const written = await Promise.all(Array.from({ length: 8 }, (_, index) => write("hi", { from: `P${index}` })));
    await Promise.all(written.map(({ id }) => finished(id)));
    expect(cloud.calls.filter(({ path }) => path.includes("tenant_access_token")).length).toBe(1);
  });

  test("gets a new access token once when Feishu finds the old one stale", async () => {
    const { write, cloud, bot, finished } = await open();
    await finished((await write("before")).id);
    cloud.revokeTokens(bot.appId);
    const written = await Promise.all(Array.from({ length: 5 }, (_, index) => write("hi", { from: `P${index}` })));
    for (const { id } of written) expect(await finished(id)).toMatchObject({ status: "done", attempts: 1 });
    expect(cloud.calls.filter(({ path }) => path.includes("tenant_access_token")).length).toBe(2);
  });

  test.each([
    ["storeOnly", { reply: { kind: "none" as const } }, {}],
    ["botDisabled", { enabled: false }, {}],
    ["tooOld", { policy: { ...DEFAULT_POLICY, ignoreOlderThanSeconds: 60 } }, { createTime: Date.now() - 120_000 }],
    ["nothingToAnswer", {}, { text: "  " }],
  ])("stores and ignores: %s", async (reason, overrides, more) => {
    const { write, cloud, chatOf, finished } = await open({}, overrides);
    const { id } = await write("hello", more);
    expect(await finished(id)).toMatchObject({ status: "ignored", reason: `event.${reason}` });
    expect(botTexts(cloud, chatOf("Ann"))).toEqual([]);
  });

  test("stores and ignores every event that is no message", async () => {
    const { intake, bot, finished } = await open();
    const header = { event_id: "ev1", event_type: "im.chat.member.bot.added_v1" };
    const { id } = await intake.receive(bot.id, { schema: "2.0", header, event: { chat_id: "oc_1" } }, "websocket");
    expect(await finished(id)).toMatchObject({ status: "ignored", reason: "event.notMessage" });
  });

  test("refuses a store app with a clear word, and keeps its ticket to nobody", async () => {
    const { intake, bot, finished, database } = await open();
    const event = { type: "app_ticket", app_id: bot.appId, app_ticket: "t-g1044ghJRUIJJ5" };
    const ticket = { uuid: "u-1", type: "event_callback", token: "vt", event };
    const { id } = await intake.receive(bot.id, ticket, "webhook");
    expect(await finished(id)).toMatchObject({ status: "ignored", reason: "event.storeApp" });
    const rows = await queryRows(database.db, sql`select to_jsonb(e)::text as row from events e`);
    expect(JSON.stringify(rows)).not.toContain("t-g1044");
  });

  const toAListedFew: Policy = {
    ...DEFAULT_POLICY,
    directMessages: "allowlist",
    groups: "all",
    allowSenders: ["u_ann"],
  };

  test("a direct chat in Lark opens to those listed, by any of their ids, and to nobody else", async () => {
    const { intake, bot, cloud, chatOf, event, finished } = await open({}, { policy: toAListedFew });
    const heard = async (from: string) => {
      const envelope = hear(cloud, { appId: bot.appId, chatId: chatOf(from), from, text: `I am ${from}` });
      envelope.event.message.chat_type = "private";
      const ids = { ...envelope.event.sender.sender_id, user_id: `u_${from.toLowerCase()}` };
      envelope.event.sender.sender_id = ids;
      return (await intake.receive(bot.id, envelope, "websocket")).id;
    };
    const [ann, bo] = [await heard("Ann"), await heard("Bo")];
    expect(await finished(ann)).toMatchObject({ status: "done", chatType: "p2p" });
    expect(await finished(bo)).toMatchObject({ status: "ignored", reason: "event.senderNotAllowed" });
    expect(botTexts(cloud, chatOf("Ann"))).toEqual(["I am Ann"]);
    expect(botTexts(cloud, chatOf("Bo"))).not.toContain("I am Bo");
    expect((await event(bo)).chatType).toBe("p2p");
  });

  test("handles all that is due without being started", async () => {
    const { write, startWorker, event, worker } = await open();
    await worker.stop();
    const written = await Promise.all(["a", "b", "c"].map((text) => write(text)));
    const asleep = await startWorker({ timing: { lookMs: 1_000_000 } });
    await asleep.drain();
    for (const { id } of written) expect((await event(id)).status).toBe("done");
  });

  test("a deleted bot's events trouble nobody", async () => {
    const { write, cloud, bot, addBot, database, event, finished } = await open();
    cloud.faults.add({ on: "api", as: "slow", path: REPLY, delayMs: 200 });
    const { id } = await write("hello");
    await waitFor(async () => (await event(id)).status === "processing", "the worker to begin");
    await database.db.execute(sql`delete from bots where id = ${bot.id}`);
    const other = await addBot();
    expect((await finished((await write("hi", { to: other })).id)).status).toBe("done");
  });

  test("works off a burst: each message answered once, each chat in order", async () => {
    const { write, cloud, chatOf, addBot, allFinished, bot } = await open();
    const bots = [bot, await addBot(), await addBot(), await addBot()];
    await Promise.all(
      Array.from({ length: 240 }, (_, index) =>
        write(String(index), { to: bots[index % 4] as BotRow, from: `Person ${index % 12}` }),
      ),
    );
    await allFinished();
    for (const [number, one] of bots.entries()) {
      for (let person = number; person < 12; person += 4) {
        const texts = botTexts(cloud, chatOf(`Person ${person}`, one)).map(Number);
        expect(texts.length).toBe(20);
        expect(texts).toEqual([...texts].sort((a, b) => a - b));
      }
    }
  });
});

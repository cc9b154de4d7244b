// What a bot does around its answers: commands, rules, welcomes, its menu, quiet hours and explained refusals.
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { DEFAULT_POLICY } from "@/lib/bots/schemas";
import { events, replies } from "@/lib/db/schema";
import { replayEvent } from "@/lib/events/replay";
import { addReaction } from "@/lib/feishu/reactions";
import { describeOnDatabases } from "@/tests/support/databases";
import { botTexts, testOwner } from "@/tests/support/inbox";
import { openTalk } from "@/tests/support/talk";
import { waitFor } from "@/tests/support/wait-for";
import { REPLY } from "@/tests/support/work";

describeOnDatabases("commands", (kind) => {
  test("are obeyed in the chat's language, and anything else is a message like any other", async () => {
    const rules = [
      { match: "command" as const, pattern: "VPN", action: { kind: "text" as const, text: "See the wiki." } },
    ];
    const { say, ask, answered, cloud, direct, group, behave } = await openTalk(kind, { rules });
    const status = await answered(say("/status"));
    expect(status).toMatchObject({ status: "done", text: "/status" });
    expect(status.steps.find(({ name }) => name === "command")?.detail).toBe("/status");
    await answered(say("/helpers"));
    await answered(say("/vpn at home"));
    await answered(say("/help"));
    const texts = botTexts(cloud, direct);
    expect(texts[0]).toMatch(/^Test bot\nAnswers: echo\nConnection: webhook\nQueue: empty$/);
    expect(texts.slice(1, 3)).toEqual(["/helpers", "See the wiki."]);
    expect(texts[3]).toMatch(/^Test bot supports these commands:\n\/new [\s\S]*\/stop [\s\S]*\/vpn$/);
    await answered(ask("你好"));
    await answered(ask("/stop"));
    await answered(ask("/help", { from: "Bo" }));
    expect(botTexts(cloud, group)).toEqual([
      "你好",
      "当前没有正在生成的回复。",
      expect.stringContaining("支持以下指令"),
    ]);
    await behave({ commands: false });
    for (const text of ["/stop", "/new"]) expect((await answered(say(text))).status).toBe("done");
    expect(botTexts(cloud, direct).slice(4)).toEqual(["/stop", "/new"]);
    await behave({}, { reply: { kind: "none" } });
    expect(await answered(say("/help"))).toMatchObject({ status: "ignored", reason: "event.storeOnly" });
  });

  test("/stop does not wait behind what it stops: what was asked before is not answered, what comes after is", async () => {
    const { say, answered, cloud, direct, eventOf } = await openTalk(kind);
    const hanging = say("slow");
    cloud.faults.add({ on: "api", as: "slow", path: `*/im/v1/messages/${hanging}/reply`, delayMs: 3_000 });
    await waitFor(async () => (await eventOf(hanging)).status === "processing", "the first to be answered");
    const waiting = [say("second"), say("third")];
    for (const id of waiting) await eventOf(id);
    const stop = say("/stop");
    const after = say("after");
    expect(await answered(stop)).toMatchObject({ status: "done" });
    expect((await eventOf(hanging)).status).toBe("processing");
    for (const id of waiting) {
      expect(await answered(id)).toMatchObject({ status: "ignored", reason: "event.stopped" });
    }
    expect((await answered(after)).status).toBe("done");
    const texts = botTexts(cloud, direct);
    expect(texts).toContain("Stopped.\n2 waiting messages will not be answered.");
    expect(texts).not.toContain("second");
    expect(texts.at(-1)).toBe("after");
  });

  test("are obeyed for those alone whom the bot answers", async () => {
    const policy = { ...DEFAULT_POLICY, directMessages: "none" as const };
    const { say, answered, said, direct } = await openTalk(kind, {}, { policy });
    expect(await answered(say("/status"))).toMatchObject({ status: "ignored", reason: "event.directMessagesOff" });
    expect(await said(direct, 1)).toEqual(["Test bot doesn't answer direct messages. Please ask in a group."]);
  });
});

describeOnDatabases("rules", (kind) => {
  test("the first that fits decides, whatever the letters' case", async () => {
    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "hi" }] } };
    const { say, answered, cloud, direct, database, event } = await openTalk(kind, {
      rules: [
        { match: "exact", pattern: "price", action: { kind: "text", text: "Free for {{senderName}}." } },
        { match: "contains", pattern: "spam", action: { kind: "silent" } },
        { match: "regex", pattern: "^ticket \\d+$", action: { kind: "card", card } },
        { match: "contains", pattern: "nothing", action: { kind: "reply", reply: { kind: "none" } } },
        { match: "contains", pattern: "TICKET", action: { kind: "reply", reply: { kind: "echo" } } },
      ],
    });
    const first = await answered(say(" Price "));
    expect(first.steps.find(({ name }) => name === "rule")?.detail).toBe("1: price");
    const silent = await answered(say("SPAM, price"));
    expect(silent).toMatchObject({ status: "ignored", reason: "event.silenced" });
    await answered(say("Ticket 42"));
    expect(await answered(say("nothing"))).toMatchObject({ status: "ignored", reason: "event.storeOnly" });
    await answered(say("my ticket"));
    const messages = cloud.messages(direct).filter(({ sender }) => sender.kind === "bot");
    expect(messages.map(({ messageType, text }) => text ?? messageType)).toEqual([
      "Free for Ann.",
      "interactive",
      "my ticket",
    ]);
    await replayEvent(database, testOwner, await event(silent.id));
    expect(await answered(silent.messageId ?? "")).toMatchObject({ status: "done" });
  });

  test("answer where the bot otherwise only stores", async () => {
    const rules = [{ match: "exact" as const, pattern: "hi", action: { kind: "text" as const, text: "Hello." } }];
    const { say, answered, cloud, direct } = await openTalk(kind, { rules }, { reply: { kind: "none" } });
    expect(await answered(say("hello"))).toMatchObject({ status: "ignored", reason: "event.storeOnly" });
    expect((await answered(say("hi"))).status).toBe("done");
    expect(botTexts(cloud, direct)).toEqual(["Hello."]);
  });

  test("whose pattern is too large are skipped, and the trace says so", async () => {
    const pattern = "x{1000}".repeat(65);
    const { say, answered } = await openTalk(kind, {
      rules: [
        { match: "regex", pattern, action: { kind: "silent" } },
        { match: "exact", pattern: "hi", action: { kind: "text", text: "Hello." } },
      ],
    });
    const { steps } = await answered(say("hi"));
    const reason = { code: "event.rulesSkipped", params: { numbers: "1" } };
    expect(steps.find(({ name }) => name === "rulesSkipped")).toMatchObject({ reason });
    expect(steps.find(({ name }) => name === "rule")?.detail).toBe("2: hi");
  });
});

describeOnDatabases("welcomes and the menu", (kind) => {
  test("a person is welcomed once, a group each time it takes the bot in, and a refused try is repeated", async () => {
    const welcome = { direct: "Hello {{senderName}}, I am {{botName}}.", group: "Hello {{chatName}}!" };
    const { bot, cloud, handled, direct, group, database } = await openTalk(kind, { welcome });
    cloud.faults.add({ on: "api", as: "error", path: "*/im/v1/messages", httpStatus: 502, times: 1 });
    const first = await handled(cloud.enterChat(bot.appId, "Ann").eventId);
    expect(first).toMatchObject({ status: "done", attempts: 2 });
    const again = await handled(cloud.enterChat(bot.appId, "Ann").eventId);
    expect(again).toMatchObject({ status: "ignored", reason: "event.welcomedBefore" });
    expect(botTexts(cloud, direct)).toEqual(["Hello Ann, I am Test bot."]);
    cloud.addBot(group, bot.appId, "Ann");
    cloud.removeBot(group, bot.appId, "Ann");
    cloud.addBot(group, bot.appId, "Bo");
    await waitFor(() => botTexts(cloud, group).length === 2, "two welcomes");
    expect(botTexts(cloud, group)).toEqual(["Hello Team!", "Hello Team!"]);
    const kinds = await database.db.select({ kind: replies.kind }).from(replies).where(eq(replies.eventId, first.id));
    expect(kinds).toEqual([{ kind: "notice" }]);
  });

  test("nobody is welcomed by a bot that has no welcome, is off, or does not talk to them", async () => {
    const { bot, cloud, handled, behave, direct } = await openTalk(kind);
    const enter = async () => (await handled(cloud.enterChat(bot.appId, "Ann").eventId)).reason;
    expect(await enter()).toBe("event.notMessage");
    const behavior = { welcome: { direct: "Hello", group: null } };
    await behave(behavior, { policy: { ...DEFAULT_POLICY, directMessages: "allowlist" } });
    expect(await enter()).toBe("event.senderNotAllowed");
    await behave(behavior, { enabled: false });
    expect(await enter()).toBe("event.botDisabled");
    expect(botTexts(cloud, direct)).toEqual([]);
  });

  test("an entry of the menu is answered as if it had been written", async () => {
    const menu = [
      { eventKey: "hours", text: "When are you open?" },
      { eventKey: "help", text: "/help" },
    ];
    const { bot, cloud, handled, direct, say, answered } = await openTalk(kind, { menu });
    const choose = (key: string) => handled(cloud.chooseMenu(bot.appId, "Ann", key).eventId);
    expect(await choose("hours")).toMatchObject({ status: "done", text: "When are you open?", chatId: direct });
    expect(await choose("other")).toMatchObject({ status: "ignored", reason: "event.menuUnknown", text: "other" });
    await answered(say("hi"));
    const help = await choose("help");
    expect(help).toMatchObject({ status: "done", lane: direct, attempts: 1 });
    expect(botTexts(cloud, direct)).toEqual(["When are you open?", "hi", expect.stringContaining("/status")]);
  });
});

describeOnDatabases("quiet hours, refusals and reactions", (kind) => {
  const allDay = { from: "00:00", to: "00:00", timezone: "Asia/Shanghai", text: "We are closed." };

  test("in quiet hours a chat is told so once, commands are obeyed, and a replay is answered", async () => {
    const { say, ask, answered, cloud, direct, group, database, event } = await openTalk(kind, { quietHours: allDay });
    const first = await answered(say("hello"));
    expect(first).toMatchObject({ status: "ignored", reason: "event.quietHours" });
    expect((await answered(say("anybody?"))).reason).toBe("event.quietHours");
    await answered(say("/new"));
    expect((await answered(ask("and here?"))).reason).toBe("event.quietHours");
    expect(botTexts(cloud, direct)).toEqual(["We are closed.", expect.stringContaining("New conversation")]);
    expect(botTexts(cloud, group)).toEqual(["We are closed."]);
    await replayEvent(database, testOwner, await event(first.id));
    expect((await answered(first.messageId ?? "")).status).toBe("done");
    expect(botTexts(cloud, direct).at(-1)).toBe("hello");
  });

  test("whoever is refused is told why once a day, where they spoke to the bot", async () => {
    const policy = { ...DEFAULT_POLICY, directMessages: "allowlist" as const, groups: "none" as const };
    const { say, ask, answered, said, cloud, bot, direct, group, behave, database } = await openTalk(
      kind,
      {},
      { policy },
    );
    for (const text of ["你好", "在吗"]) {
      expect((await answered(say(text))).reason).toBe("event.senderNotAllowed");
    }
    expect(await said(direct, 1)).toEqual([expect.stringContaining("请联系其负责人添加")]);
    await answered(say("not for the bot", { chatId: group }));
    const refused = await answered(ask("for the bot"));
    expect(refused.reason).toBe("event.groupsOff");
    expect(await said(group, 1)).toEqual([expect.stringMatching(/^@Ann .*doesn't answer in groups/)]);
    expect(cloud.messages(group).at(-1)?.parentId).toBeUndefined();
    const kept = () => database.db.select().from(replies).where(eq(replies.eventId, refused.id));
    await waitFor(async () => (await kept())[0]?.kind === "notice", "the explanation to be kept");
    await behave({ explainRefusals: false });
    const other = cloud.directChat(bot.appId, "Cy").chatId;
    await answered(say("hello", { chatId: other, from: "Cy" }));
    await behave({});
    await answered(say("hello again", { chatId: other, from: "Cy" }));
    expect(await said(other, 1)).toHaveLength(1);
    expect(botTexts(cloud, direct)).toHaveLength(1);
  });

  test("an emoji stands under a message while it is answered, also over a failed try, and hurts nothing", async () => {
    const talk = await openTalk(kind, { reaction: "OnIt" });
    const { say, answered, cloud, database, eventOf, apis, bot, startWorker } = talk;
    const seen: string[] = [];
    cloud.on("change", ({ messageId, reactions }) => {
      seen.push(`${messageId} ${reactions.map(({ emoji }) => emoji).join()}`);
    });
    const reactions = (messageId: string) => cloud.message(messageId)?.reactions.length;
    cloud.faults.add({ on: "api", as: "error", path: REPLY, httpStatus: 502, times: 1 });
    const messageId = say("hello");
    expect(await answered(messageId)).toMatchObject({ status: "done", attempts: 2 });
    await waitFor(() => seen.includes(`${messageId} OnIt`) && reactions(messageId) === 0, "the emoji to go");
    expect(seen.filter((change) => change === `${messageId} OnIt`)).toHaveLength(1);
    await waitFor(async () => (await eventOf(messageId)).reactionId === null, "the emoji to be forgotten");
    // One that a process has left when it died.
    const left = await addReaction(await apis.of(bot), messageId, "OnIt");
    await database.db
      .update(events)
      .set({ reactionId: left, finishedAt: new Date(Date.now() - 120_000) })
      .where(eq(events.messageId, messageId));
    await startWorker({ instance: "second", exclusive: false });
    await waitFor(
      async () => (await eventOf(messageId)).reactionId === null,
      "the emoji that was left to be forgotten",
    );
    expect(reactions(messageId)).toBe(0);
    cloud.faults.add({ on: "api", as: "error", path: "*/reactions", code: 231001, msg: "no such emoji" });
    expect((await answered(say("again"))).status).toBe("done");
    const command = say("/status");
    await answered(command);
    expect(seen.some((change) => change.startsWith(command))).toBe(false);
    expect(await database.db.$count(events, eq(events.status, "failed"))).toBe(0);
  });
});

// What a bot remembers of a conversation: in chats, threads, for each person, after /new, and of what was taken back.
import { expect, test } from "vitest";
import type { Behavior } from "@/lib/db/documents";
import { conversationOf } from "@/lib/events/reading";
import type { Try } from "@/lib/events/try";
import { readHistory } from "@/lib/responders/history";
import { historyBefore } from "@/lib/responders/http-history";
import type { Question } from "@/lib/responders/responder";
import { describeOnDatabases } from "@/tests/support/databases";
import { openTalk, type Talk } from "@/tests/support/talk";

describeOnDatabases("the memory of a conversation", (kind) => {
  /** What whoever answers the message is shown: by a model's rules, which must be the service's. */
  async function shownWith(talk: Talk, messageId: string, behavior: Partial<Behavior> = {}): Promise<string[]> {
    const { bot, database, answered } = talk;
    const event = await answered(messageId);
    const conversation = conversationOf({ event, bot: { ...bot, behavior } } as unknown as Pick<Try, "event" | "bot">);
    const place = { botId: bot.id, conversation, eventId: event.id };
    const history = await readHistory(database.db, place, 20);
    const question = { ...place, delivered: { receivedAt: event.receivedAt } } as unknown as Question;
    const told = await historyBefore(database.db, question);
    expect(told.map(({ text }) => text)).toEqual(history.map(({ text }) => text));
    return history.filter(({ by }) => by === "person").map(({ text }) => text);
  }

  test("is the chat's, and begins anew with /new; commands are no part of it", async () => {
    const talk = await openTalk(kind);
    const { say, answered } = talk;
    await answered(say("one"));
    await answered(say("/status"));
    await answered(say("two"));
    expect(await shownWith(talk, say("three"))).toEqual(["one", "two"]);
    await answered(say("/new"));
    expect(await shownWith(talk, say("four"))).toEqual([]);
    expect(await shownWith(talk, say("five"))).toEqual(["four"]);
  });

  test("is a thread's own, with the message it hangs on; /new in a thread leaves the chat alone", async () => {
    const talk = await openTalk(kind);
    const { ask, answered, eventOf } = talk;
    const root = ask("root");
    await answered(root);
    const thread = { threadId: "omt_one", parentId: root };
    await answered(ask("in the thread", thread));
    await answered(ask("elsewhere", { threadId: "omt_two" }));
    expect(await shownWith(talk, ask("again", thread))).toEqual(["root", "in the thread"]);
    await answered(ask("/new", thread));
    expect(await shownWith(talk, ask("afresh", thread))).toEqual([]);
    expect(await shownWith(talk, ask("in the chat"))).toEqual(["root"]);
    expect((await eventOf(root)).status).toBe("done");
  });

  test("is everybody's in a group, or each person's own", async () => {
    const talk = await openTalk(kind, { memory: "person" });
    const { ask, answered } = talk;
    await answered(ask("of Ann"));
    await answered(ask("of Bo", { from: "Bo" }));
    expect(await shownWith(talk, ask("more"), { memory: "person" })).toEqual(["of Ann"]);
    await answered(ask("/new"));
    expect(await shownWith(talk, ask("Ann again"), { memory: "person" })).toEqual([]);
    expect(await shownWith(talk, ask("Bo again", { from: "Bo" }), { memory: "person" })).toEqual(["of Bo"]);
    expect((await shownWith(talk, ask("all")))[0]).toBe("of Ann");
  });

  test("forgets what was taken back, and what waits for its turn is not answered then", async () => {
    const talk = await openTalk(kind, { mergeSeconds: 2 });
    const { say, answered, cloud, bot, event, eventOf, finished, behave } = talk;
    const waiting = await eventOf(say("wait"));
    cloud.recallMessage(waiting.messageId ?? "");
    expect(await finished(waiting.id)).toMatchObject({ status: "ignored", reason: "event.recalled" });
    await behave({});
    const [secret, kept] = [say("secret"), say("kept")];
    const { id } = await answered(secret);
    await answered(kept);
    cloud.recallMessage(secret);
    const { eventId } = cloud.pushEvent(bot.appId, "im.message.recalled_v1", { message_id: secret });
    await talk.handled(eventId);
    expect(await shownWith(talk, say("next"))).toEqual(["kept"]);
    expect((await event(id)).status).toBe("done");
  });
});

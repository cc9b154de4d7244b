// Messages that a person sends right after each other are answered as one, whoever answers them and whatever happens meanwhile.
import { asc, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { events } from "@/lib/db/schema";
import { takeNotice } from "@/lib/events/notices";
import { startTestCloud } from "@/tests/support/cloud";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { botTexts, openInbox } from "@/tests/support/inbox";
import { openTalk, type Talk } from "@/tests/support/talk";
import { waitFor } from "@/tests/support/wait-for";

describeOnDatabases("merging", (kind) => {
  const answers = ({ cloud }: Talk, chatId: string) =>
    cloud
      .messages(chatId)
      .filter(({ sender }) => sender.kind === "bot")
      .map(({ text, parentId }) => ({ text, parentId }));

  test("the last of several messages is answered with the text of all, the earlier ones say by which", async () => {
    const talk = await openTalk(kind, { mergeSeconds: 3 });
    const { say, answered, direct, eventOf, cloud } = talk;
    const [first, second, third] = [say("one"), say("two"), say("three")];
    const last = await answered(third);
    expect(last).toMatchObject({ status: "done", text: "one\ntwo\nthree", attempts: 1 });
    expect(answers(talk, direct)).toEqual([{ text: "one\ntwo\nthree", parentId: third }]);
    const into = async (messageId: string) => {
      const { status, reason, steps } = await eventOf(messageId);
      return [status, reason, steps.at(-2)?.detail];
    };
    expect(await into(second)).toEqual(["ignored", "event.merged", String(last.id)]);
    expect(await into(first)).toEqual(["ignored", "event.merged", String((await eventOf(second)).id)]);
    // A command is none of it, and ends it.
    const [before, command] = [say("four"), say("/status")];
    expect((await answered(before)).text).toBe("four");
    expect((await answered(command)).text).toBe("/status");
    expect(botTexts(cloud, direct)).toEqual(["one\ntwo\nthree", "four", expect.stringContaining("Test bot")]);
  });

  test("in a group only what one person says to the bot is put together, and the order stays", async () => {
    const talk = await openTalk(kind, { mergeSeconds: 3 });
    const { ask, say, answered, group, eventOf } = talk;
    const ann = ask("one");
    const bo = ask("other", { from: "Bo" });
    const aside = say("not for the bot", { chatId: group });
    const last = ask("two");
    expect((await answered(last)).text).toBe("one\ntwo");
    expect(await eventOf(ann)).toMatchObject({ reason: "event.merged" });
    expect(await eventOf(aside)).toMatchObject({ reason: "event.notMentioned" });
    expect(answers(talk, group)).toEqual([
      { text: "other", parentId: bo },
      { text: "one\ntwo", parentId: last },
    ]);
  });

  test("who gathers may die and another goes on; several workers at once answer once", async () => {
    const cloud = await startTestCloud();
    const inbox = openInbox(await freshDatabase(kind), cloud);
    const bot = await inbox.addBot({ behavior: { mergeSeconds: 2 } });
    const { chatId } = cloud.directChat(bot.appId, "Ann");
    await inbox.connect(bot);
    const start = (instance: string) => inbox.startWorker({ instance, exclusive: false, timing: { lookMs: 20 } });
    const say = (text: string) => cloud.say({ appId: bot.appId, chatId, from: "Ann", text }).messageId;
    const first = await start("first");
    const one = say("one");
    await waitFor(
      async () => (await inbox.eventOf(one)).steps.some(({ name }) => name === "gathering"),
      "the first worker to wait for more",
    );
    const two = say("two");
    await first.stop();
    await Promise.all([start("second"), start("third")]);
    expect(await inbox.finished((await inbox.eventOf(two)).id)).toMatchObject({ status: "done", text: "one\ntwo" });
    expect(botTexts(cloud, chatId)).toEqual(["one\ntwo"]);
    const rows = await inbox.database.db
      .select({ status: events.status })
      .from(events)
      .where(eq(events.botId, bot.id))
      .orderBy(asc(events.id));
    expect(rows.map(({ status }) => status)).toEqual(["ignored", "done"]);
  });

  test("of many who want to say something once, one may, and again when the time is over", async () => {
    const inbox = openInbox(await freshDatabase(kind), await startTestCloud());
    const { db } = inbox.database;
    const notice = { botId: (await inbox.addBot()).id, receiver: "ou_ann", notice: "refusal.groupsOff" };
    const take = (everyMs: number) => takeNotice(db, notice, everyMs);
    const taken = await Promise.all(Array.from({ length: 8 }, () => take(86_400_000)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await take(86_400_000)).toBe(false);
    expect(await takeNotice(db, { ...notice, receiver: "ou_bo" }, 86_400_000)).toBe(true);
    await waitFor(() => take(1), "the time to be over");
  });
});

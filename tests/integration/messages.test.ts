import { expect, test } from "vitest";
import { replies } from "@/lib/db/schema";
import { sendMessage } from "@/lib/events/messages";
import type { SendMessageInput } from "@/lib/events/schemas";
import { describeOnDatabases } from "@/tests/support/databases";
import { botTexts } from "@/tests/support/inbox";
import { openWork } from "@/tests/support/work";

describeOnDatabases("sending a message", (kind) => {
  const open = async () => {
    const work = await openWork(kind);
    const { database, apis, bot, chatOf } = work;
    const send = (input: Partial<SendMessageInput>, key?: string, as = bot) =>
      sendMessage({ db: database.db, apis }, as, { receiveId: chatOf("Ann"), ...input }, key);
    return { ...work, send };
  };

  test("sends text, Markdown, and whatever Feishu knows", async () => {
    const { send, cloud, chatOf } = await open();
    const ids = [
      await send({ text: "hello" }),
      await send({ markdown: "**hello**" }),
      await send({ msgType: "text", content: { text: "object" } }),
      await send({ msgType: "text", content: '{"text":"string"}' }),
    ];
    expect(new Set(ids).size).toBe(4);
    const sent = cloud.messages(chatOf("Ann"));
    expect(sent.map(({ messageId }) => messageId)).toEqual(ids);
    expect(sent.map(({ messageType }) => messageType)).toEqual(["text", "post", "text", "text"]);
    expect(sent[1]?.content).toContain('"tag":"md"');
    expect(botTexts(cloud, chatOf("Ann"))).toEqual(["hello", "**hello**", "object", "string"]);
  });

  test("takes the kind of receiver from the id where it is not given", async () => {
    const { send, cloud } = await open();
    const ann = cloud.person("Ann");
    for (const receiveId of [ann.openId, ann.unionId]) await send({ receiveId, text: "hi" });
    await send({ receiveId: ann.userId, receiveIdType: "user_id", text: "hi" });
    const types = cloud.calls.filter(({ path }) => path.endsWith("/messages")).map(({ query }) => query);
    expect(types).toEqual([
      expect.stringContaining("open_id"),
      expect.stringContaining("union_id"),
      expect.stringContaining("user_id"),
    ]);
  });

  test("gives the first message again for the same key", async () => {
    const { send, cloud, chatOf } = await open();
    const first = await send({ text: "once" }, "key-1");
    expect(await send({ text: "other words" }, "key-1")).toBe(first);
    expect(await send({ text: "once", uuid: "key-1" })).toBe(first);
    expect(await send({ text: "another" }, "key-2")).not.toBe(first);
    expect(botTexts(cloud, chatOf("Ann"))).toEqual(["once", "another"]);
  });

  test("gives one message to several who ask at once with the same key", async () => {
    const { send, cloud, chatOf } = await open();
    const ids = await Promise.all(Array.from({ length: 10 }, () => send({ text: "once" }, "key")));
    expect(new Set(ids).size).toBe(1);
    expect(botTexts(cloud, chatOf("Ann"))).toEqual(["once"]);
  });

  test("forgets a key after 24 h", async () => {
    const { send, database, cloud } = await open();
    await send({ text: "first" }, "key");
    await database.db.update(replies).set({ at: new Date(Date.now() - 25 * 3_600_000) });
    const before = cloud.calls.length;
    await send({ text: "second" }, "key");
    expect(cloud.calls.length).toBeGreaterThan(before);
  });

  test("sends under the same uuid again after an answer that got lost", async () => {
    const { send, cloud, chatOf } = await open();
    cloud.faults.add({ on: "api", as: "cut", path: "*/im/v1/messages", when: "after", times: 1 });
    await expect(send({ text: "once" }, "key")).rejects.toMatchObject({ code: "unavailable" });
    expect(await send({ text: "once" }, "key")).toMatch(/^om_/);
    expect(botTexts(cloud, chatOf("Ann"))).toEqual(["once"]);
  });

  test("says what Feishu refused, with its code and words", async () => {
    const { send, cloud } = await open();
    cloud.faults.add({
      on: "api",
      as: "error",
      path: "*/im/v1/messages",
      code: 230013,
      msg: "no availability",
      times: 1,
    });
    const refused = await send({ text: "hi" }, "key").catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "unprocessable", message: expect.stringContaining("230013") });
    expect(refused).toMatchObject({ message: expect.stringContaining("no availability") });
    expect(await send({ text: "hi" }, "key")).toMatch(/^om_/);
  });

  test("a fault on Feishu's side is worth another try", async () => {
    const { send, cloud } = await open();
    cloud.faults.add({ on: "api", as: "error", path: "*/im/v1/messages", httpStatus: 502, code: 1663, times: 1 });
    await expect(send({ text: "hi" })).rejects.toMatchObject({ code: "unavailable" });
  });

  test("sends nothing for a disabled bot", async () => {
    const { send, bot, cloud } = await open();
    await expect(send({ text: "hi" }, undefined, { ...bot, enabled: false })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(cloud.calls).toEqual([]);
  });
});

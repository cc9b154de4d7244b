import { describe, expect, it } from "vitest";
import { imageTypeOf } from "@/lib/sandbox/room";
import { localName } from "@/lib/sandbox/room-names";
import { refusal, sandboxScene, sendToChat, textContent } from "../support/sandbox-scene";
import { openSdkSocket } from "../support/sdk";
import { waitFor } from "../support/wait-for";

const PNG = Buffer.from("89504e470d0a1a0a00000000", "hex");

/** A connected bot that repeats each message, and its room. */
async function roomScene() {
  const scene = await sandboxScene({ ackTimeoutMs: 500, ladderMs: [100, 100] });
  const { cloud, app, client } = scene;
  const room = cloud.room(app.appId);
  const answered = new Set<string>();
  const socket = await openSdkSocket(cloud, app, {
    "im.message.receive_v1": async ({ message }: { message: { message_id: string; content: string } }) => {
      if (answered.has(message.message_id)) return;
      answered.add(message.message_id);
      await client.im.v1.message.reply({
        path: { message_id: message.message_id },
        data: { msg_type: "text", content: message.content },
      });
    },
  });
  const counts = () => room.head("Bot").counts;
  const chat = (kind: "direct" | "group") =>
    room.chats("Bot").find((each) => each.kind === kind && each.title !== "Ann");
  return { ...scene, room, socket, counts, chat };
}

describe("the room of a bot", () => {
  it("counts what was written, received and answered, and what came twice is answered once", async () => {
    const { room, counts, cloud, app } = await roomScene();
    room.say({ text: "one" });
    const isQuiet = () => cloud.deliveries(app.appId).every(({ acknowledged }) => acknowledged);
    await waitFor(() => counts().answered === 1 && isQuiet(), "the first answer");
    room.disturb("repeat");
    room.disturb("repeatMessage");
    room.disturb("loseAck");
    expect(room.head("Bot").faults.map(({ fault }) => fault)).toEqual(["loseAck"]);
    room.say({ text: "two" });
    await waitFor(
      () => counts().repeated >= 3 && counts().received === 2 && counts().answered === 2,
      "three pushes more",
    );
    expect(counts()).toMatchObject({ written: 2, received: 2, answered: 2, answeredTwice: 0 });
    // It happened as often as it should.
    expect(room.head("Bot").faults).toEqual([]);
  });

  it("calls its groups the same as the API does", async () => {
    const { room, client } = await roomScene();
    const named = room.addGroup("Lunch, at noon", ["Li Lei"], false);
    const titles = room.head("Sandbox bot").chats.filter(({ kind }) => kind === "group");
    expect(titles.map(({ title }) => title)).toEqual(["Sandbox bot, Wang Fang, Li Lei", "Lunch, at noon"]);
    for (const { chatId, title } of titles) {
      const { data } = await client.im.v1.chat.get({ path: { chat_id: chatId } });
      expect(data?.name).toBe(title);
    }
    expect(titles.at(-1)?.chatId).toBe(named?.chatId);
    expect(localName("Sandbox bot, Wang Fang, Li Lei", "zh-CN")).toBe("Sandbox bot、王芳、李雷");
    expect(localName("Sandbox bot, Wang Fang, Li Lei", "en")).toBe("Sandbox bot, Wang Fang, Li Lei");
  });

  it("sees an answer that was given twice", async () => {
    const { room, client, counts } = await roomScene();
    const said = room.say({ text: "one" });
    await waitFor(() => counts().answered === 1, "the answer");
    const again = {
      path: { message_id: said?.messageId ?? "" },
      data: { msg_type: "text", content: textContent("one") },
    };
    await client.im.v1.message.reply(again);
    expect(counts().answeredTwice).toBe(1);
    // Unless somebody asked for it.
    expect(room.head("Bot", new Map([[said?.messageId ?? "", 1]])).counts.answeredTwice).toBe(0);
  });

  it("has threads, also one for each message of a group of topics", async () => {
    const { room, counts, chat } = await roomScene();
    const first = room.say({ chatId: chat("group")?.chatId, text: "@_user_1 hi", mentionBot: true });
    await waitFor(() => counts().answered === 1, "the answer");
    room.say({ chatId: first?.chatId, text: "below", mentionBot: true, replyTo: first?.messageId, inThread: true });
    await waitFor(() => counts().answered === 2, "the answer in the thread");
    const threads = room.chats("Bot").flatMap(({ messages }) => messages.map(({ threadId }) => threadId));
    expect(new Set(threads.filter(Boolean)).size).toBe(1);
    expect(threads.filter(Boolean)).toHaveLength(3);
    const topics = room.addGroup("Topics", ["Li Lei"], true);
    room.say({ chatId: topics?.chatId, text: "a" });
    room.say({ chatId: topics?.chatId, text: "b" });
    const begun =
      room
        .chats("Bot")
        .find(({ isTopic }) => isTopic)
        ?.messages.map(({ threadId }) => threadId) ?? [];
    expect(new Set(begun.filter(Boolean)).size).toBe(2);
  });

  it("lets the bot download what was attached, and nobody what belongs to another room", async () => {
    const { room, client, cloud } = await roomScene();
    const { key, kind } = room.attach({ bytes: PNG, fileName: "a.png" });
    expect([kind, imageTypeOf(PNG)]).toEqual(["image", "image/png"]);
    const said = room.say({ attachment: key });
    const got = await client.im.v1.messageResource.get({
      path: { message_id: said?.messageId ?? "", file_key: key },
      params: { type: "image" },
    });
    expect(got.headers["content-disposition"]).toContain("a.png");
    const other = cloud.registerApp({ appId: "cli_00000000000000ff", appSecret: "other" });
    const elsewhere = cloud.room(other.appId);
    expect([elsewhere.resource(key), elsewhere.say({ attachment: key })]).toEqual([undefined, undefined]);
    // To write a key down is not to have it.
    elsewhere.say({ text: `"image_key":"${key}"` });
    expect(elsewhere.resource(key)).toBeUndefined();
    expect(elsewhere.recall(said?.messageId ?? "")).toBe(false);
    expect(elsewhere.react(said?.messageId ?? "", undefined, "OK", false)).toBe(false);
    expect(elsewhere.say({ chatId: said?.chatId, text: "hi" })).toBeUndefined();
  });

  it("forwards messages of one chat to another as one, and none of another room or that was recalled", async () => {
    const { room, cloud, chat } = await roomScene();
    const [one, two] = [room.say({ text: "one" }), room.say({ text: "two" })];
    const ids = [one, two].map((said) => said?.messageId ?? "");
    const sent = room.say({ chatId: chat("group")?.chatId, forward: ids });
    const shown = chat("group")?.messages.find(({ messageId }) => messageId === sent?.messageId);
    expect(shown).toMatchObject({ messageType: "merge_forward", eventId: sent?.eventId });
    expect(shown?.forwarded).toEqual([
      { sender: "Wang Fang", messageType: "text", text: "one" },
      { sender: "Wang Fang", messageType: "text", text: "two" },
    ]);
    const elsewhere = cloud.room(cloud.registerApp({ appId: "cli_00000000000000ff", appSecret: "other" }).appId);
    expect(elsewhere.say({ forward: ids })).toBeUndefined();
    room.recall(ids[0] ?? "");
    expect(room.say({ forward: ids })).toBeUndefined();
  });

  it("keeps a group in sight whose bot was removed", async () => {
    const { room, client, chat } = await roomScene();
    const chatId = chat("group")?.chatId ?? "";
    expect(room.setMember(chatId, false, undefined)).toBe(true);
    expect(chat("group")).toMatchObject({ chatId, hasBot: false });
    await expect(sendToChat(client, chatId, { content: textContent("hi") })).rejects.toMatchObject(refusal(230002));
    expect(room.setMember(chatId, true, undefined)).toBe(true);
    expect(chat("group")).toMatchObject({ hasBot: true });
  });

  it("shows reactions by whom, and nothing of what was recalled", async () => {
    const { room, chat } = await roomScene();
    const said = room.say({ text: "secret words" });
    const messageId = said?.messageId ?? "";
    expect(room.react(messageId, "Li Lei", "OK", false)).toBe(true);
    expect(chat("direct")?.messages[0]?.reactions).toEqual([{ emoji: "OK", by: ["Li Lei"] }]);
    expect(room.recall(messageId)).toBe(true);
    expect(chat("direct")?.messages[0]).toMatchObject({ recalled: true, content: "{}", text: null });
  });
});

import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import { DEFAULT_REPLY } from "@/lib/bots/reply";
import { DEFAULT_POLICY } from "@/lib/bots/schemas";
import type { OpenDatabase } from "@/lib/db/client";
import { sandboxRooms } from "@/lib/db/sandbox-table";
import { bots, users } from "@/lib/db/schema";
import { SandboxHost } from "@/lib/sandbox/host";
import { KEPT } from "@/lib/sandbox/room-keeping";
import { randomAppId } from "@/tests/support/app-ids";
import { describeOnDatabases, freshDatabase, quietLogger } from "@/tests/support/databases";
import { openSdkSocket, sdkClient } from "@/tests/support/sdk";
import { waitFor } from "@/tests/support/wait-for";

const PNG = Buffer.from("89504e470d0a1a0a00000000", "hex");

async function addBot({ db }: OpenDatabase) {
  const owner = { id: "owner", email: "owner@example.com", name: "Owner", passwordHash: "", role: "member" as const };
  await db.insert(users).values(owner).onConflictDoNothing();
  const bot = { id: randomBytes(6).toString("hex"), appId: randomAppId(), appSecret: "secret", name: "Bot" };
  const { appSecret: sealedAppSecret, ...row } = bot;
  const more = { ownerId: "owner", domain: "sandbox", sealedAppSecret, reply: DEFAULT_REPLY, policy: DEFAULT_POLICY };
  await db.insert(bots).values({ ...row, ...more });
  return bot;
}

type Bot = Awaited<ReturnType<typeof addBot>>;

/** The sandbox of a process, with the bot's room held by it. */
async function openRoom(database: OpenDatabase, bot: Bot, isElsewhere = false) {
  const host = new SandboxHost({
    ...database,
    logger: quietLogger,
    exclusive: database.kind === "pglite",
    isElsewhere: async () => isElsewhere,
  });
  onTestFinished(() => host.stop());
  await host.admit({ ...bot, ownerId: "somebody" });
  const cloud = await host.cloud();
  const room = cloud.room(bot.appId);
  const app = cloud.app(bot.appId);
  if (!app) throw new Error("The app is not known.");
  const client = sdkClient(cloud, app);
  const chatOf = (title: string) => room.chats("Bot").find((chat) => chat.title === title);
  const texts = () => room.chats("Bot").flatMap(({ messages }) => messages.map(({ text }) => text));
  /** The bot answers whatever it hears. */
  const connect = () =>
    openSdkSocket(cloud, app, {
      "im.message.receive_v1": async ({ message }: { message: { message_id: string } }) => {
        const data = { msg_type: "text", content: JSON.stringify({ text: "heard" }), uuid: message.message_id };
        await client.im.v1.message.reply({ path: { message_id: message.message_id }, data });
      },
    });
  return { host, cloud, room, client, chatOf, texts, connect, counts: () => room.head("Bot").counts };
}

const stored = async ({ db }: OpenDatabase, { id }: Bot) =>
  (await db.select().from(sandboxRooms).where(eq(sandboxRooms.botId, id)))[0];

const isStored = (database: OpenDatabase, bot: Bot, words: string) =>
  waitFor(async () => (await stored(database, bot))?.state.includes(words), `“${words}” to be stored`);

describeOnDatabases("the rooms of the sandbox", (kind) => {
  test("are as they were after a restart, and the bot goes on in them", async () => {
    const database = await freshDatabase(kind);
    const bot = await addBot(database);
    const first = await openRoom(database, bot);
    await first.connect();
    const { room, client } = first;
    const dora = room.addPerson("Dora");
    const group = room.addGroup("Planning", [dora?.openId ?? ""], true);
    const chatId = group?.chatId ?? "";
    const said = room.say({ chatId, text: "zero \u0000, half \ud800", mentionBot: true, person: dora?.openId });
    await waitFor(() => first.counts().answered === 1, "the answer");
    room.say({ chatId, text: "below", replyTo: said?.messageId ?? "", inThread: true });
    const recalled = room.say({ text: "not this" });
    await waitFor(() => first.counts().answered === 3, "the answers");
    room.recall(recalled?.messageId ?? "");
    room.react(said?.messageId ?? "", dora?.openId, "THUMBSUP", false);
    const { key } = room.attach({ bytes: PNG, fileName: "a.png" });
    const image = room.say({ attachment: key });
    room.say({ chatId, forward: [said?.messageId ?? "", image?.messageId ?? ""] });
    const data = JSON.stringify({
      schema: "2.0",
      body: { elements: [{ tag: "markdown", element_id: "m", content: "" }] },
    });
    const made = await client.cardkit.v1.card.create({ data: { type: "card_json", data } });
    const card_id = made.data?.card_id ?? "";
    const content = JSON.stringify({ type: "card", data: { card_id } });
    const reply = { msg_type: "interactive", content, uuid: "the-card" };
    await client.im.v1.message.reply({ path: { message_id: said?.messageId ?? "" }, data: reply });
    const element = JSON.stringify({ tag: "markdown", element_id: "m", content: "grown" });
    const grow = (cloud: typeof client, sequence: number) =>
      cloud.cardkit.v1.cardElement.update({ path: { card_id, element_id: "m" }, data: { element, sequence } });
    await grow(client, 7);
    await waitFor(() => first.counts().answered === 5 && first.counts().received === 5, "every answer");
    room.setMember(chatId, false, undefined);
    const before = { chats: room.chats("Bot"), head: room.head("Bot") };
    await first.host.stop();

    const second = await openRoom(database, bot);
    expect({ chats: second.room.chats("Bot"), head: second.room.head("Bot") }).toEqual(before);
    expect(second.room.resource(key)?.bytes).toEqual(PNG);
    expect(JSON.stringify(second.room.chats("Bot"))).toContain("grown");
    // A try that began before the restart makes no second message, and the card goes on where it was.
    const next = { msg_type: "text", content: JSON.stringify({ text: "later" }), uuid: "the-card" };
    second.room.setMember(chatId, true, undefined);
    const path = { message_id: said?.messageId ?? "" };
    expect((await second.client.im.v1.message.reply({ path, data: next })).data?.msg_type).toBe("interactive");
    await expect(grow(second.client, 7)).rejects.toMatchObject({ response: { data: { code: 300317 } } });
    await grow(second.client, 8);
    await second.connect();
    second.room.say({ text: "and now?" });
    // It is acknowledged after it is answered.
    await waitFor(() => second.counts().received === 6, "an answer after the restart");
    expect(second.counts()).toMatchObject({ written: 6, answered: 6, answeredTwice: 0 });
  });

  test("what the bot had not received comes to it after the restart", async () => {
    const database = await freshDatabase(kind);
    const bot = await addBot(database);
    const first = await openRoom(database, bot);
    const said = first.room.say({ text: "are you there?" });
    await first.host.stop();

    const second = await openRoom(database, bot);
    await second.connect();
    await waitFor(() => second.counts().received === 1, "the acknowledgement");
    expect(second.counts()).toMatchObject({ written: 1, answered: 1 });
    const shown = second.chatOf("Wang Fang")?.messages[0];
    expect(shown).toMatchObject({ messageId: said?.messageId, eventId: said?.eventId });
  });

  test("are stored soon after a change, and by the process alone that holds them", async () => {
    const database = await freshDatabase(kind);
    const bot = await addBot(database);
    const killed = await openRoom(database, bot);
    killed.room.say({ text: "first" });
    await isStored(database, bot, "first");
    const next = await openRoom(database, bot);
    killed.room.say({ text: "into the void" });
    await killed.host.stop();
    expect(next.texts()).toEqual(["first"]);
    next.room.say({ text: "second" });
    await isStored(database, bot, "second");
    expect((await stored(database, bot))?.state).not.toContain("into the void");
  });

  test("are bounded: the newest messages, and small files", async () => {
    const database = await freshDatabase(kind);
    const bot = await addBot(database);
    const first = await openRoom(database, bot);
    const persons = first.room.head("Bot").people.map(({ openId }) => openId);
    const say = (i: number) => first.room.say({ person: persons[i % 2], text: `number ${i}` });
    for (let i = 0; i < 12; i++) say(i);
    // Which of two in different chats is the newer one is told by the millisecond.
    const said = Date.now();
    await waitFor(() => Date.now() > said, "the next millisecond");
    for (let i = 12; i < KEPT.messages + 10; i++) say(i);
    const upload = (size: number, fileName: string) => first.room.attach({ bytes: Buffer.alloc(size, "x"), fileName });
    first.room.say({ attachment: upload(KEPT.fileBytes, "small.txt").key });
    first.room.say({ attachment: upload(KEPT.fileBytes + 1, "large.txt").key });
    await first.host.stop();

    const second = await openRoom(database, bot);
    const messages = second.room.chats("Bot").flatMap((chat) => chat.messages);
    expect(messages).toHaveLength(KEPT.messages);
    // Two files came after the last number.
    expect(second.texts()).not.toContain("number 11");
    expect(second.texts()).toContain("number 12");
    expect(second.texts()).toContain(`number ${KEPT.messages + 9}`);
    const files = messages.filter(({ messageType }) => messageType === "file");
    expect(files.map(({ fileLost = false }) => fileLost)).toEqual([false, true]);

    for (let i = 0; i < 20; i++) second.room.say({ text: `${i} ${"long ".repeat(20_000)}` });
    await second.host.stop();
    const state = (await stored(database, bot))?.state ?? "";
    expect(Buffer.byteLength(state)).toBeLessThan(KEPT.bytes * 1.2);
    const third = await openRoom(database, bot);
    expect(third.chatOf("Wang Fang")?.messages.at(-1)?.text).toMatch(/^19 /);
  });

  test("begin anew where what was stored cannot be read, or is another app's", async () => {
    const database = await freshDatabase(kind);
    const bot = await addBot(database);
    const write = (state: string) =>
      database.db
        .insert(sandboxRooms)
        .values({ botId: bot.id, holder: "gone", state, files: "[]" })
        .onConflictDoUpdate({ target: sandboxRooms.botId, set: { state } });
    for (const state of ["", "[]", '{"form":0}']) {
      await write(state);
      const { host, texts, room } = await openRoom(database, bot);
      expect(texts()).toEqual([]);
      expect(room.head("Bot").chats).toHaveLength(4);
      await host.stop();
      // It stays until there is something to be said.
      expect((await stored(database, bot))?.state).toBe(state);
    }
    const renewed = await openRoom(database, bot);
    renewed.room.say({ text: "again" });
    await renewed.host.stop();
    expect((await openRoom(database, bot)).texts()).toEqual(["again"]);
    expect((await openRoom(database, { ...bot, appId: randomAppId() })).texts()).toEqual([]);
  });

  test("go with their bot, and with its leaving the sandbox", async () => {
    const database = await freshDatabase(kind);
    const [deleted, moved] = [await addBot(database), await addBot(database)];
    const { db, bus } = database;
    for (const bot of [deleted, moved]) {
      const { host, room, cloud } = await openRoom(database, bot);
      room.say({ text: "hello" });
      await isStored(database, bot, "hello");
      room.say({ text: "too late" });
      if (bot === deleted) await db.delete(bots).where(eq(bots.id, bot.id));
      else await db.update(bots).set({ domain: "feishu" }).where(eq(bots.id, bot.id));
      bus.publish({ topic: "bot", botId: bot.id });
      await waitFor(() => !cloud.app(bot.appId), "the app to be gone");
      await waitFor(async () => !(await stored(database, bot)), "the room to be gone");
      await host.stop();
      expect(await stored(database, bot)).toBeUndefined();
    }
  });

  // With the embedded database there is one process.
  if (kind === "pglite") return;

  test("move with the connection from process to process", async () => {
    const database = await freshDatabase(kind);
    const bot = await addBot(database);
    const here = await openRoom(database, bot);
    here.room.say({ text: "here" });
    await isStored(database, bot, "here");
    // A process that only answers for the bot leaves the room where its connection is.
    const there = await openRoom(database, bot, true);
    expect(there.texts()).toEqual([]);
    here.room.say({ text: "still here" });
    await isStored(database, bot, "still here");
    await there.host.hold(bot.id);
    const moved = there.cloud.room(bot.appId);
    moved.say({ text: "there" });
    await isStored(database, bot, "there");
    await here.host.hold(bot.id);
    expect(JSON.stringify(here.cloud.room(bot.appId).chats("Bot"))).toMatch(/still here.*there/);
  });
});

// What belongs to a question: quotes, forwards, images and files, from the chat to what a model is asked.
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { AiReply } from "@/lib/db/documents";
import { bots, models, users } from "@/lib/db/schema";
import { showEventDetails } from "@/lib/events/queries";
import { replayEvent } from "@/lib/events/replay";
import { startTestCloud } from "@/tests/support/cloud";
import { describeOnOneDatabase, freshDatabase } from "@/tests/support/databases";
import { docxOf, PNG, pdfOf } from "@/tests/support/documents";
import { startFakeModel } from "@/tests/support/fake-model";
import { botTexts, openInbox, testOwner } from "@/tests/support/inbox";
import { waitFor } from "@/tests/support/wait-for";

type Part = { type: string; text?: string; image_url?: { url: string } };
type Content = string | Part[];

const RESOURCES = "*/im/v1/messages/*/resources/*";

describeOnOneDatabase("what belongs to a question", (kind) => {
  async function scene(more: { seesImages?: boolean; scopes?: string[] } = {}) {
    const cloud = await startTestCloud();
    const inbox = openInbox(await freshDatabase(kind), cloud);
    const { db } = inbox.database;
    const fake = await startFakeModel();
    const bot = await inbox.addBot();
    if (more.scopes) cloud.registerApp({ appId: bot.appId, appSecret: bot.sealedAppSecret, scopes: more.scopes });
    await db.update(users).set({ role: "admin" });
    const modelId = randomUUID();
    const { seesImages = true } = more;
    await db.insert(models).values({
      id: modelId,
      ownerId: bot.ownerId,
      name: "M",
      baseUrl: fake.baseUrl,
      model: "m",
      seesImages,
      mayReachInside: true,
    });
    const reply: AiReply = { kind: "ai", modelId, historyMessages: 20, stream: false, timeoutSeconds: 60 };
    await db.update(bots).set({ reply }).where(eq(bots.id, bot.id));
    await inbox.connect(bot);
    await inbox.startWorker({ timing: { lookMs: 20 } });
    const { chatId } = cloud.directChat(bot.appId, "Ann");
    const to = { appId: bot.appId, chatId, from: "Ann" };
    const settled = async ({ messageId }: { messageId: string }) => inbox.finished((await inbox.eventOf(messageId)).id);
    return {
      ...{ cloud, inbox, db, fake, bot, chatId, to, settled },
      /** What the model was asked last, the newest message last. */
      asked: () => (fake.requests.at(-1)?.body.messages ?? []).map(({ content }) => content as Content),
      trace: async (id: number) => (await inbox.event(id)).steps.map(({ name, detail }) => [name, detail]),
    };
  }

  const textOf = (content: Content | undefined): string =>
    typeof content === "string" ? content : (content ?? []).map(({ text }) => text ?? "").join("");
  const imagesOf = (content: Content | undefined): string[] =>
    typeof content === "string" ? [] : (content ?? []).flatMap(({ image_url }) => image_url?.url ?? []);

  test("a quoted message of a person is told with the name, from what is stored", async () => {
    const { cloud, to, settled, asked, trace } = await scene();
    const first = cloud.say({ ...to, text: "The launch is on Friday." });
    await settled(first);
    const event = await settled(cloud.say({ ...to, from: "Bo", text: "When exactly?", parentId: first.messageId }));
    expect(asked().at(-1)).toBe(
      '<quoted_message from="Ann">\nThe launch is on Friday.\n</quoted_message>\n\nWhen exactly?',
    );
    expect(await trace(event.id)).toContainEqual(["quoted", "Ann"]);
    expect(cloud.calls.some(({ method, path }) => method === "GET" && path.includes("/im/v1/messages/"))).toBe(false);
  });

  test("a quoted answer of the bot itself is told as its own, and what it never heard is asked for", async () => {
    const { cloud, inbox, to, bot, chatId, settled, asked } = await scene();
    await settled(cloud.say({ ...to, text: "hello" }));
    const answer = cloud.messages(chatId).find(({ sender }) => sender.kind === "bot");
    await settled(cloud.say({ ...to, text: "Say it again.", parentId: answer?.messageId ?? "" }));
    expect(asked().at(-1)).toBe('<quoted_message from="you">\nHello!\n</quoted_message>\n\nSay it again.');
    const group = cloud.group("Team", { people: ["Ann", "Bo"] });
    const unheard = cloud.say({ ...to, chatId: group.chatId, from: "Bo", text: "Before the bot came." });
    cloud.group("Team", { apps: [bot.appId] });
    const event = await settled(
      cloud.say({ ...to, chatId: group.chatId, mentions: ["bot"], text: "@_user_1", parentId: unheard.messageId }),
    );
    expect(event.status).toBe("done");
    expect(asked().at(-1)).toContain('<quoted_message from="Bo">\nBefore the bot came.');
    expect(inbox).toBeDefined();
  });

  test("what cannot be read of a quote does not stop the answer, and the trace says why", async () => {
    const scopes = ["im:message:send_as_bot", "im:message:readonly"];
    const { cloud, bot, to, settled, asked, trace } = await scene({ scopes });
    const group = cloud.group("Team", { people: ["Ann"] });
    const unheard = cloud.say({ ...to, chatId: group.chatId, text: "among us" });
    cloud.group("Team", { apps: [bot.appId] });
    const event = await settled(
      cloud.say({ ...to, chatId: group.chatId, mentions: ["bot"], text: "@_user_1 and?", parentId: unheard.messageId }),
    );
    expect(event.status).toBe("done");
    expect(asked().at(-1)).toMatch(
      /^<quoted_message>\n\[The quoted message could not be read: the app is missing.*and\?$/s,
    );
    expect(await trace(event.id)).toContainEqual(["unread", expect.stringContaining("im:message.group_msg")]);
    const gone = cloud.say({ ...to, text: "a slip" });
    await settled(gone);
    cloud.recallMessage(gone.messageId);
  });

  test("a merged forward is told as a transcript, forwards inside of it indented", async () => {
    const { cloud, to, settled, asked } = await scene();
    const one = cloud.say({ ...to, from: "Bo", text: "Shall we?" });
    const two = cloud.say({ ...to, text: "Yes." });
    const inner = cloud.forward({ ...to, messageIds: [two.messageId] });
    await settled(inner);
    const outer = cloud.forward({ ...to, messageIds: [one.messageId, inner.messageId] });
    await settled(outer);
    const text = textOf(asked().at(-1)).replace(/ \(\d{4}-\d\d-\d\d \d\d:\d\d\)/g, "");
    expect(text).toBe("<forwarded_messages>\nBo: Shall we?\nAnn: [merge_forward]\n  Ann: Yes.\n</forwarded_messages>");
    await settled(cloud.say({ ...to, text: "Who agreed?" }));
    expect(asked().some((content) => textOf(content).includes("Bo"))).toBe(true);
  });

  test("an echo says what was forwarded, or why it cannot be read", async () => {
    const { cloud, db, bot, to, chatId, settled } = await scene();
    await db
      .update(bots)
      .set({ reply: { kind: "echo" } })
      .where(eq(bots.id, bot.id));
    const one = cloud.say({ ...to, from: "Bo", text: "Shall we?" });
    const two = cloud.say({ ...to, text: "Yes." });
    await settled(two);
    await settled(cloud.forward({ ...to, messageIds: [one.messageId, two.messageId] }));
    const said = botTexts(cloud, chatId)
      .at(-1)
      ?.replace(/ \(\d{4}-\d\d-\d\d \d\d:\d\d\)/g, "");
    expect(said).toBe("Bo: Shall we?\nAnn: Yes.");
    cloud.registerApp({ appId: bot.appId, appSecret: bot.sealedAppSecret, scopes: ["im:message:send_as_bot"] });
    await settled(cloud.forward({ ...to, messageIds: [one.messageId] }));
    expect(botTexts(cloud, chatId).at(-1)).toContain("could not be read");
  });

  test("a model that sees is shown images: alone, in rich text, quoted, and remembered", async () => {
    const { cloud, to, settled, asked } = await scene();
    const jpeg = Buffer.concat([Buffer.from("ffd8ffe0", "hex"), Buffer.alloc(64)]);
    const alone = cloud.sendImage({ ...to, bytes: PNG });
    await settled(alone);
    const png = `data:image/png;base64,${PNG.toString("base64")}`;
    expect(imagesOf(asked().at(-1))).toEqual([png]);
    await settled(cloud.say({ ...to, text: "What colour is it?" }));
    expect(imagesOf(asked()[0])).toEqual([png]);
    await settled(cloud.sendPost({ ...to, paragraphs: [[{ text: "and this " }, { image: jpeg }]] }));
    expect(imagesOf(asked().at(-1))).toEqual([`data:image/jpeg;base64,${jpeg.toString("base64")}`]);
    expect(textOf(asked().at(-1))).toBe("and this [image]");
    await settled(cloud.say({ ...to, text: "the first one?", parentId: alone.messageId }));
    expect(imagesOf(asked().at(-1))).toEqual([png]);
    // The quoted one is not shown a second time.
    expect(
      asked()
        .flatMap(imagesOf)
        .filter((url) => url === png),
    ).toHaveLength(1);
  });

  test("a model that does not see hears that there was an image; one alone is answered by a sentence", async () => {
    const { cloud, fake, chatId, to, settled, asked } = await scene({ seesImages: false });
    await settled(cloud.sendImage({ ...to, bytes: PNG }));
    expect(botTexts(cloud, chatId)).toEqual(["I can't see images. Please describe it in text."]);
    expect(fake.requests).toEqual([]);
    await settled(cloud.say({ ...to, text: "你好" }));
    await settled(cloud.sendImage({ ...to, bytes: PNG }));
    expect(botTexts(cloud, chatId).at(-1)).toBe("我还看不了图片，请用文字描述内容。");
    await settled(cloud.sendPost({ ...to, paragraphs: [[{ text: "look " }, { image: PNG }]] }));
    expect(asked().at(-1)).toContain("you cannot see images");
    expect(cloud.calls.some(({ path }) => path.includes("/resources/"))).toBe(false);
  });

  test("a file's text is part of the question, and of those that follow", async () => {
    const { cloud, db, inbox, to, settled, asked, trace } = await scene();
    const event = await settled(cloud.sendFile({ ...to, bytes: pdfOf(["Revenue grew"]), fileName: "report.pdf" }));
    expect(asked().at(-1)).toBe('<file name="report.pdf">\nRevenue grew\n</file>');
    expect(event.text).toBe("[file] report.pdf");
    expect(await trace(event.id)).toContainEqual(["read", "report.pdf"]);
    await settled(cloud.say({ ...to, text: "Summarise it." }));
    expect(asked()[0]).toContain("Revenue grew");
    const gb = Buffer.from("c4e3bac3", "hex");
    await settled(cloud.sendFile({ ...to, bytes: gb, fileName: "笔记.txt" }));
    expect(asked().at(-1)).toContain("你好");
    const broken = Buffer.concat([Buffer.from("你好，"), Buffer.from([0xff]), Buffer.from("世界")]);
    const damaged = await settled(cloud.sendFile({ ...to, bytes: broken, fileName: "a.csv" }));
    expect(asked().at(-1)).toContain(
      "你好，�世界\n[Some characters of this file could not be read; � stands for them.]",
    );
    const { attachments } = await showEventDetails(db, await inbox.event(damaged.id), "en");
    expect(attachments).toMatchObject([{ name: "a.csv", isDamaged: true }]);
    const details = await showEventDetails(db, await inbox.event(event.id), "en");
    expect(details.attachments).toMatchObject([
      { kind: "file", name: "report.pdf", of: "message", characters: 12, pages: 1 },
    ]);
    expect(JSON.stringify(details)).not.toContain("Revenue");
  });

  test("a file that cannot be read alone is answered in the person's language; with words the model is told", async () => {
    const { cloud, fake, chatId, to, settled, asked } = await scene();
    await settled(cloud.sendFile({ ...to, bytes: pdfOf(["x"], { isEncrypted: true }), fileName: "locked.pdf" }));
    await settled(cloud.sendVoice({ ...to, bytes: Buffer.from("sound"), ms: 900 }));
    expect(botTexts(cloud, chatId)).toEqual([
      "“locked.pdf” is password-protected. Remove the password and send it again.",
      "I can't listen to voice messages. Please type your message instead.",
    ]);
    expect(fake.requests).toEqual([]);
    const scan = cloud.sendFile({ ...to, bytes: pdfOf([""]), fileName: "scan.pdf" });
    await settled(scan);
    await settled(cloud.say({ ...to, text: "and what is in it?", parentId: scan.messageId }));
    expect(asked().at(-1)).toMatch(/<file name="scan.pdf">\n\[“scan.pdf” contains no text.*and what is in it\?$/s);
  });

  test("Feishu's refusal and a limit are said; a fault of the network is tried again", async () => {
    const { cloud, inbox, chatId, to, settled } = await scene({ scopes: ["im:message:send_as_bot"] });
    await settled(cloud.sendFile({ ...to, bytes: docxOf(["secret"]), fileName: "plan.docx" }));
    expect(botTexts(cloud, chatId)[0]).toMatch(/does not have permission to download “plan.docx”/);
    cloud.registerApp({ appId: to.appId, appSecret: "test-secret", scopes: null });
    const huge = cloud.sendFile({ ...to, bytes: Buffer.alloc(21 * 1024 * 1024, "x"), fileName: "huge.txt" });
    await settled(huge);
    expect(botTexts(cloud, chatId)[1]).toMatch(/larger than 20 MB/);
    cloud.faults.add({ on: "api", path: RESOURCES, as: "cut", times: 1 });
    const retried = cloud.sendFile({ ...to, bytes: Buffer.from("words"), fileName: "a.txt" });
    const event = await inbox.eventOf(retried.messageId);
    await settled(retried);
    expect((await inbox.event(event.id)).attempts).toBe(2);
    expect(botTexts(cloud, chatId)[2]).toBe("Hello!");
  });

  test("an answer is stopped while its file is fetched, and while it waits for its turn", async () => {
    const { cloud, inbox, bot, to, settled } = await scene();
    cloud.faults.add({ on: "api", path: RESOURCES, as: "hang" });
    const asked = ["Ann", "Bo", "Cy", "Di"].map((from) => {
      const chat = { ...to, from, chatId: cloud.directChat(bot.appId, from).chatId };
      return { chat, sent: cloud.sendFile({ ...chat, bytes: Buffer.from("words"), fileName: "a.txt" }) };
    });
    const statusOf = async ({ sent }: (typeof asked)[number]) => (await inbox.eventOf(sent.messageId)).status;
    await waitFor(
      async () => (await Promise.all(asked.map(statusOf))).every((status) => status === "processing"),
      "all",
    );
    for (const { chat, sent } of asked.toReversed()) {
      cloud.say({ ...chat, text: "/stop" });
      expect((await settled(sent)).steps.map(({ name }) => name)).toContain("stopped");
    }
  });

  test("a replay reads everything anew", async () => {
    const { cloud, inbox, db, chatId, to, settled } = await scene({ scopes: ["im:message:send_as_bot"] });
    const event = await settled(cloud.sendFile({ ...to, bytes: Buffer.from("words"), fileName: "a.txt" }));
    expect(botTexts(cloud, chatId)[0]).toMatch(/does not have permission/);
    cloud.registerApp({ appId: to.appId, appSecret: "test-secret", scopes: null });
    await replayEvent({ db, bus: inbox.database.bus }, testOwner, await inbox.event(event.id));
    await inbox.finished(event.id);
    expect(botTexts(cloud, chatId)[1]).toBe("Hello!");
  });
});

// What people send, as those who answer get it: cards, mentions in rich text, and messages that cannot be read.
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { DEFAULT_POLICY } from "@/lib/bots/schemas";
import type { Reply } from "@/lib/db/documents";
import { bots, users } from "@/lib/db/schema";
import { readHistory } from "@/lib/feishu/history";
import { registerTestApp } from "@/tests/support/cloud";
import { describeOnOneDatabase } from "@/tests/support/databases";
import { answerJson, startService } from "@/tests/support/http-service";
import { botTexts } from "@/tests/support/inbox";
import { withModel } from "@/tests/support/model-scene";
import { sendToChat } from "@/tests/support/sandbox-scene";
import { sdkClient } from "@/tests/support/sdk";
import { openTalk } from "@/tests/support/talk";

const CARD = {
  schema: "2.0",
  header: { title: { tag: "plain_text", content: "Disk full" } },
  body: { elements: [{ tag: "markdown", content: "**95 %** on [web-3](https://g.example/1)" }] },
};
const PLACEHOLDER = { title: "Leave", elements: [[{ tag: "text", text: "请升级至最新版本客户端，以查看内容" }]] };

describeOnOneDatabase("reading what people send", (kind) => {
  /** A service that answers with what it was told; another bot is in the group, too. */
  async function withService() {
    const talk = await openTalk(kind);
    const service = await startService((_, response) => answerJson(response, { text: "heard" }));
    const { db } = talk.database;
    await db.update(users).set({ role: "admin" });
    const reply: Reply = { kind: "http", url: service.url, timeoutSeconds: 10 };
    await db
      .update(bots)
      .set({ reply, insideServices: [service.url] })
      .where(eq(bots.id, talk.bot.id));
    const other = registerTestApp(talk.cloud);
    const { chatId } = talk.cloud.group("Alerts", { apps: [other.appId], people: ["Ann"] });
    const sent = await sendToChat(sdkClient(talk.cloud, other), chatId, {
      msg_type: "interactive",
      content: JSON.stringify(CARD),
    });
    const cardId = sent.data?.message_id ?? "";
    const unread = talk.cloud.say({
      appId: other.appId,
      chatId,
      from: "Ann",
      messageType: "interactive",
      content: PLACEHOLDER,
    });
    talk.cloud.group("Alerts", { apps: [talk.bot.appId] });
    return { ...talk, service, chatId, cardId, unreadId: unread.messageId, told: () => service.calls.at(-1)?.body };
  }

  test("a card is told as Markdown: sent, quoted, forwarded; of one that Feishu keeps there is a problem", async () => {
    const scene = await withService();
    const { say, ask, answered, cloud, bot, direct, told, chatId, cardId, unreadId } = scene;
    await answered(
      say("", { messageType: "interactive", content: { ...PLACEHOLDER, user_dsl: JSON.stringify(CARD) } }),
    );
    expect(told().message).toMatchObject({
      type: "interactive",
      text: "**Disk full**\n**95 %** on [web-3](https://g.example/1)",
    });
    await answered(ask("What is that?", { chatId, parentId: cardId }));
    expect(told().quoted).toMatchObject({
      text: "**Disk full**\n**95 %** on [web-3](https://g.example/1)",
      sender: { type: "app" },
      problem: null,
    });
    await answered(ask("And that?", { chatId, parentId: unreadId }));
    expect(told().quoted).toMatchObject({ text: null, problem: expect.stringMatching(/“Leave”.*placeholder/) });
    // Pushed to the bot itself, it is asked for once more.
    const heard = say("", { messageType: "interactive", content: PLACEHOLDER });
    await answered(heard);
    await answered(say("And this?", { parentId: heard }));
    expect(cloud.calls.some(({ method, path }) => method === "GET" && path.endsWith(`/messages/${heard}`))).toBe(true);
    expect(told().quoted).toMatchObject({ text: null, problem: expect.stringMatching(/placeholder/) });
    const forwarded = cloud.forward({ appId: bot.appId, chatId: direct, from: "Ann", messageIds: [unreadId, cardId] });
    await answered(forwarded.messageId);
    expect(told().quoted).toMatchObject({ kind: "forward", problem: null });
    expect(told().quoted.text).toContain("**95 %** on [web-3](https://g.example/1)");
    expect(told().quoted.text).toMatch(/Ann.*: \[.*“Leave”.*placeholder/);
  });

  test("a card in a chat's history is asked for as it was written", async () => {
    const { bot, apis, group, answered, ask } = await openTalk(kind);
    await answered(ask("", { messageType: "interactive", content: CARD }));
    const request = { appId: bot.appId, chatId: group, chatType: "group", since: 0, pageToken: undefined };
    const { messages } = await readHistory(await apis.of(bot), request);
    expect(JSON.stringify(messages)).toContain("web-3");
  });

  test("a post mentions the bot, or everybody, by what stands in it alone", async () => {
    const { cloud, bot, group, say, answered, behave } = await openTalk(kind);
    const botOpenId = cloud.app(bot.appId)?.openId;
    const post = (user_id: string | undefined, text: string) =>
      say("", {
        chatId: group,
        messageType: "post",
        content: {
          title: "",
          content: [
            [
              { tag: "at", user_id, user_name: "X" },
              { tag: "text", text },
            ],
          ],
        },
      });
    expect(await answered(post(botOpenId, " lunch?"))).toMatchObject({ status: "done", text: "lunch?" });
    expect(await answered(post("ou_somebody", " lunch?"))).toMatchObject({ reason: "event.notMentioned" });
    expect(await answered(post("all", " lunch!"))).toMatchObject({ reason: "event.onlyMentionAll" });
    await behave({}, { policy: { ...DEFAULT_POLICY, answerMentionAll: true } });
    expect(await answered(post("all", " lunch!"))).toMatchObject({ status: "done", text: "@all lunch!" });
    expect(botTexts(cloud, group)).toEqual(["lunch?", "@all lunch!"]);
  });

  test("what cannot be read is answered with a line, and never with silence", async () => {
    const talk = await openTalk(kind);
    const { say, ask, answered, cloud, direct, group, behave } = talk;
    expect(await answered(ask(""))).toMatchObject({ status: "done" });
    expect(botTexts(cloud, group)).toEqual([expect.stringMatching(/^Yes\? Please include your question/)]);
    const { bot: asked, fake } = await withModel(talk);
    await behave({}, { reply: asked.reply });
    const odd = [
      ["folder", { file_key: "file_1", file_name: "plans" }],
      ["interactive", PLACEHOLDER],
      ["hologram", {}],
      ["vote", {}],
      ["post", { title: "", content: [] }],
    ] as const;
    for (const [messageType, content] of odd) {
      expect(await answered(say("", { messageType, content }))).toMatchObject({ status: "done" });
    }
    expect(botTexts(cloud, direct)).toEqual([
      "I can't open folders. Please send the files one by one.",
      "The card “Leave” could not be read: Feishu only provided a placeholder.",
      "I can't read this type of message. Please describe it in text.",
      "I can't read this type of message. Please describe it in text.",
      expect.stringMatching(/^Yes\?/),
    ]);
    await answered(ask("你好"));
    await answered(ask(""));
    expect(botTexts(cloud, group).at(-1)).toMatch(/^我在/);
    expect(fake.requests).toHaveLength(1);
    await answered(say("", { messageType: "vote", content: { topic: "Lunch", options: ["Rice"] } }));
    expect(JSON.stringify(fake.requests.at(-1)?.body)).toContain("Lunch");
  });

  test("a merged forward is told in the order of time, each forward within it in its place", async () => {
    const { cloud, bot, direct, say, answered } = await openTalk(kind);
    const at = (minute: number) => ({ createTime: Date.now() - 3_600_000 + minute * 60_000 });
    const [last, first, second] = [say("last", at(9)), say("first", at(1)), say("second", at(2))];
    for (const id of [last, first, second]) await answered(id);
    const to = { appId: bot.appId, chatId: direct, from: "Bo" };
    const inner = cloud.forward({ ...to, ...at(5), messageIds: [second, first] });
    const outer = cloud.forward({ ...to, messageIds: [last, inner.messageId, first] });
    await answered(outer.messageId);
    const said = botTexts(cloud, direct)
      .at(-1)
      ?.replace(/ \(\d{4}-\d\d-\d\d \d\d:\d\d\)/g, "");
    expect(said).toBe("Ann: first\nBo: [merge_forward]\n  Ann: first\n  Ann: second\nAnn: last");
  });
});

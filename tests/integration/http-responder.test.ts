import { createHmac, randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { sealBotSecret } from "@/lib/bots/credentials";
import type { HttpReply } from "@/lib/db/documents";
import { bots, type EventRow, users } from "@/lib/db/schema";
import { showEventDetails } from "@/lib/events/queries";
import { replayEvent } from "@/lib/events/replay";
import { describeOnOneDatabase } from "@/tests/support/databases";
import { answerJson, type ServiceCall, startService } from "@/tests/support/http-service";
import { botTexts, testOwner } from "@/tests/support/inbox";
import { testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";
import { openWork, REPLY } from "@/tests/support/work";

type Answering = (response: ServerResponse, count: number, call: ServiceCall) => void;

describeOnOneDatabase("a service of one's own", (kind) => {
  async function open(
    answer: Answering,
    {
      timeoutSeconds = 5,
      secret = "",
      ...more
    }: { timeoutSeconds?: number; secret?: string; insideServices?: string[] } = {},
  ) {
    const service = await startService((call, response, count) => answer(response, count, call));
    const work = await openWork(kind, {}, { reply: { kind: "http", url: service.url, timeoutSeconds }, ...more });
    const { db } = work.database;
    await db.update(users).set({ role: "admin" }).where(eq(users.id, testOwner.userId));
    if (secret) {
      const sealedReplySecret = sealBotSecret(testSealer, work.bot.id, "reply-secret", secret);
      await db.update(bots).set({ sealedReplySecret, updatedAt: new Date() }).where(eq(bots.id, work.bot.id));
    }
    const written = () => botTexts(work.cloud, work.chatOf("Ann"));
    const failedOnce = (id: number) =>
      waitFor(async () => {
        const row = await work.event(id);
        return row.error !== null && row;
      }, "a try to fail");
    return { ...work, service, written, failedOnce };
  }

  test("may answer in another form after a stream that broke off: what was seen of that goes", async () => {
    const { write, finished, written } = await open((response, count) => {
      if (count > 1) return answerJson(response, { text: "the whole" });
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"text":"half"}\n\n');
      void waitFor(() => written().length > 0, "the card").then(() => response.destroy());
    });
    const { id } = await write("hello");
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 2 });
    expect(written()).toEqual(["the whole"]);
  });

  test("is told about the message, signed, under an id that stays in a retry and changes in a replay", async () => {
    const key = randomBytes(24);
    const answering: Answering = (response, count) =>
      count === 1 ? answerJson(response, {}, 500) : answerJson(response, { text: `answer ${count}` });
    const scene = await open(answering, { secret: `whsec_${key.toString("base64")}` });
    const { write, finished, makeDue, failedOnce, service, bot, database, event } = scene;
    const { id, messageId } = await write("你好 😀");
    await failedOnce(id);
    await makeDue(id);
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 2, error: null });
    await replayEvent(database, testOwner, await event(id));
    await finished(id);

    const [first, second, third] = service.calls as [ServiceCall, ServiceCall, ServiceCall];
    const ids = [first, second, third].map(({ headers }) => headers["webhook-id"]);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
    for (const { headers, raw } of service.calls) {
      const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${raw}`;
      expect(headers["webhook-signature"]).toBe(`v1,${createHmac("sha256", key).update(signed).digest("base64")}`);
      expect(Math.abs(Number(headers["webhook-timestamp"]) - Date.now() / 1000)).toBeLessThan(60);
    }
    expect(first.body).toMatchObject({
      event: { id: String(id), type: "im.message.receive_v1", receivedAt: expect.stringMatching(/Z$/) },
      bot: { id: bot.id, name: "Test bot", appId: bot.appId },
      message: {
        id: messageId,
        text: "你好 😀",
        type: "text",
        content: '{"text":"你好 😀"}',
        mentions: [],
        parentId: null,
      },
      chat: { id: scene.chatOf("Ann"), type: "p2p" },
      sender: { id: expect.stringMatching(/^ou_/), type: "user" },
      history: [],
    });
    expect(scene.written()).toEqual(["answer 2", "answer 3"]);
  });

  test("is told what the message quotes, and where its files can be fetched; nothing is downloaded for it", async () => {
    const { cloud, bot, chatOf, connect, service, eventOf, finished, event } = await open((response) =>
      answerJson(response, { text: "yes" }),
    );
    await connect(bot);
    const to = { appId: bot.appId, chatId: chatOf("Ann"), from: "Ann" };
    const file = cloud.sendFile({ ...to, bytes: Buffer.from("words"), fileName: "a.txt" });
    await finished((await eventOf(file.messageId)).id);
    const { id } = await eventOf(cloud.say({ ...to, text: "this one", parentId: file.messageId }).messageId);
    await finished(id);
    const [first, second] = service.calls.map(({ body }) => body);
    const key = expect.stringMatching(/^file_/);
    expect(first).toMatchObject({ quoted: null, attachments: [{ kind: "file", key, name: "a.txt", of: "message" }] });
    expect(second).toMatchObject({
      message: { text: "this one", parentId: file.messageId },
      quoted: { id: file.messageId, kind: "quote", text: "[file] a.txt", sender: { type: "person", name: "Ann" } },
      attachments: [
        { kind: "file", key, of: "quoted", path: expect.stringContaining(`/events/${id}/resources/file_`) },
      ],
    });
    expect(cloud.calls.some(({ path }) => path.includes("/resources/"))).toBe(false);
    expect((await event(id)).steps.map(({ name }) => name)).toContain("quoted");
  });

  test("is shown what was said before in this chat, and signs nothing without a secret", async () => {
    const { write, finished, service } = await open((response, count) =>
      answerJson(response, { text: `no. ${count}` }),
    );
    for (const text of ["one", "two"]) await finished((await write(text)).id);
    await finished((await write("elsewhere", { from: "Bo" })).id);
    await finished((await write("three")).id);
    const said = ({ body }: ServiceCall) =>
      body.history.map(({ role, text }: Record<string, string>) => `${role}: ${text}`);
    expect(service.calls.map(said)).toEqual([
      [],
      ["user: one", "assistant: no. 1"],
      [],
      ["user: one", "assistant: no. 1", "user: two", "assistant: no. 2"],
    ]);
    expect(service.calls[0]?.headers["webhook-id"]).toMatch(/^msg_/);
    expect(service.calls[0]?.headers).not.toHaveProperty("webhook-signature");
  });

  test("answers with text, Markdown, a card, several messages, or nothing", async () => {
    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: "in a card" }] } };
    const answers: Answering[] = [
      (response) => answerJson(response, { text: "as text" }),
      (response) => answerJson(response, { markdown: "**as Markdown**" }),
      (response) => answerJson(response, { card }),
      (response) => answerJson(response, { messages: [{ text: "one" }, { markdown: "two" }] }),
      (response) => response.setHeader("content-type", "text/plain; charset=utf-8").end("plain"),
      (response) => answerJson(response, {}),
      (response) => response.writeHead(204).end(),
    ];
    const { write, finished, cloud, chatOf } = await open((response, count, call) =>
      answers[count - 1]?.(response, count, call),
    );
    const statuses: string[] = [];
    for (const [index] of answers.entries()) {
      const { status, reason } = await finished((await write(`question ${index}`)).id);
      statuses.push(reason ?? status);
    }
    expect(statuses).toEqual([
      ...["done", "done", "done", "done", "done"],
      ...["event.nothingToAnswer", "event.nothingToAnswer"],
    ]);
    const sent = cloud.messages(chatOf("Ann")).filter(({ sender }) => sender.kind === "bot");
    expect(sent.map(({ messageType }) => messageType)).toEqual(["text", "post", "interactive", "text", "post", "text"]);
  });

  test("calls a whole group only where somebody has allowed it; a person it may always mention", async () => {
    const all = ['<at user_id="all"></at>', "<AT id=all></AT>"];
    const one = '<at user_id="ou_1"></at>';
    const text = `${all.join(" ")} ${one}`;
    const card = { schema: "2.0", body: { elements: [{ tag: "markdown", content: text }] } };
    const scene = await open((response) => answerJson(response, { messages: [{ text }, { card }] }));
    const { write, finished, cloud, bot, database } = scene;
    const said = async () => {
      const before = cloud.calls.length;
      await finished((await write("hello")).id);
      const sent = cloud.calls
        .slice(before)
        .flatMap(({ body }) => (body as { content?: string } | null)?.content ?? []);
      return sent.join("").replaceAll('\\"', '"');
    };
    const calm = await said();
    for (const mention of all) expect(calm).not.toContain(mention);
    expect(calm.split(one)).toHaveLength(3);
    const reply = { ...(bot.reply as HttpReply), mentionAll: true };
    await database.db.update(bots).set({ reply, updatedAt: new Date() }).where(eq(bots.id, bot.id));
    const allowed = await said();
    for (const mention of all) expect(allowed.split(mention)).toHaveLength(3);
  });

  test("may send a card with an image that Feishu does not know: the card comes without it", async () => {
    const text = { tag: "markdown", content: "words ![x](img_v3_0002)" };
    const card = { schema: "2.0", body: { elements: [{ tag: "img", img_key: "img_v3_0001" }, text] } };
    const scene = await open((response) => answerJson(response, { card }));
    const { write, finished, cloud, bot, chatOf } = scene;
    const msg = "Failed to create card content, ext=ErrCode: 200570; ErrMsg: image key is invalid;";
    cloud.faults.add({ on: "api", as: "error", appId: bot.appId, path: REPLY, code: 230099, msg, times: 1 });
    expect(await finished((await write("hello")).id)).toMatchObject({ status: "done", attempts: 1 });
    const [sent, ...more] = cloud.messages(chatOf("Ann")).filter(({ sender }) => sender.kind === "bot");
    expect(more).toEqual([]);
    expect(sent?.card).toMatchObject({ body: { elements: [{ tag: "markdown", content: "words [x]" }] } });
  });

  test("may say that it answers later: the event is done, and the trace says so", async () => {
    const { write, finished, written } = await open((response) => response.writeHead(202).end());
    const row = await finished((await write("take your time")).id);
    expect(row).toMatchObject({ status: "done", error: null });
    expect(row.steps.map(({ name }) => name)).toContain("later");
    expect(written()).toEqual([]);
  });

  test.each([
    [
      "its own form",
      ['{"text":"Hel"}', '{"text":"lo"}'],
      'event: done\ndata: {"usage":{"inputTokens":31,"outputTokens":7}}\n\n',
    ],
    [
      "OpenAI's",
      ['{"choices":[{"delta":{"role":"assistant","content":"Hel"}}]}', '{"choices":[{"delta":{"content":"lo"}}]}'],
      'data: {"choices":[],"usage":{"prompt_tokens":31,"completion_tokens":7}}\n\ndata: [DONE]\n\n',
    ],
  ])("streams an answer in %s, and may tell what it took", async (_, pieces, end) => {
    const { write, finished, cloud, chatOf, database } = await open((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const piece of pieces) response.write(`data: ${piece}\n\n`);
      response.end(end);
    });
    const done = await finished((await write("hello")).id);
    expect(done.status).toBe("done");
    const { calls } = await showEventDetails(database.db, done, "en");
    expect(calls).toMatchObject([{ inputTokens: 31, outputTokens: 7, firstTokenMs: expect.any(Number) }]);
    const [sent, ...more] = cloud.messages(chatOf("Ann")).filter(({ sender }) => sender.kind === "bot");
    expect(more).toEqual([]);
    expect(JSON.stringify(sent)).toContain("Hello");
  });

  test("is asked again where its stream breaks off", async () => {
    const { write, finished, makeDue, failedOnce, service } = await open((response, count) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"text":"the beginning"}\n\n', () => (count === 1 ? response.destroy() : response.end()));
    });
    const { id } = await write("hello");
    expect((await failedOnce(id)).error?.code).toMatch(/^http\.(reset|network)$/);
    await makeDue(id);
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 2 });
    expect(service.calls).toHaveLength(2);
  });

  const endless: Answering = (response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const go = () => void (response.writable && response.write(" ", () => setTimeout(go, 20)));
    go();
  };
  test.each([
    ["does not answer", () => undefined, "http.timeout"],
    ["never ends", endless, "http.timeout"],
    ["has a fault", (response: ServerResponse) => answerJson(response, { oops: true }, 503), "http.fault"],
    ["hangs up", (response: ServerResponse) => response.destroy(), "http.reset"],
  ] as [string, Answering, string][])("is asked again where it %s", async (_, answering, code) => {
    const scene = await open(
      (response, count, call) =>
        count === 1 ? answering(response, count, call) : answerJson(response, { text: "back" }),
      { timeoutSeconds: 1 },
    );
    const { id } = await scene.write("hello");
    const row = await scene.failedOnce(id);
    expect(row).toMatchObject({ status: "pending", error: { code } });
    await scene.makeDue(id);
    expect(await scene.finished(id)).toMatchObject({ status: "done", attempts: 2 });
    expect(scene.written()).toEqual(["back"]);
  });

  test("is asked again when it says so, which uses up no try", async () => {
    const at: number[] = [];
    const { write, finished } = await open((response, count) => {
      at.push(performance.now());
      if (count === 1) answerJson(response, {}, 429, { "retry-after": "2" });
      else answerJson(response, { text: "now" });
    });
    const row = await finished((await write("hello")).id);
    expect(row.status).toBe("done");
    expect(row.steps.map(({ name }) => name)).toContain("limited");
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(1_900);
  });

  const long = "x".repeat(300);
  test.each([
    ["refuses", (response) => answerJson(response, { problem: long }, 404), "http.refused", { status: 404 }],
    [
      "redirects",
      (response) => response.writeHead(302, { location: "/other" }).end(),
      "http.redirect",
      { status: 302 },
    ],
    ["answers with too much", (response) => answerJson(response, { text: "x".repeat(1_100_000) }), "http.tooLarge", {}],
    [
      "answers with something else",
      (response) => answerJson(response, { reply: "x" }),
      "http.unreadable",
      { body: '{"reply":"x"}' },
    ],
    [
      "answers with a page",
      (response) => response.setHeader("content-type", "text/html").end("<html>"),
      "http.unreadable",
      { body: "<html>" },
    ],
    [
      "streams something else",
      (response) => response.setHeader("content-type", "text/event-stream").end("data: x\n\n"),
      "http.unreadable",
      {},
    ],
  ] as [string, Answering, string, object][])("is not asked again where it %s", async (_, answering, code, params) => {
    const { write, finished, service, written } = await open(answering);
    const row: EventRow = await finished((await write("hello")).id);
    expect(row).toMatchObject({ status: "failed", attempts: 1, error: { code, params } });
    expect(String(row.error?.params?.body ?? "").length).toBeLessThanOrEqual(201);
    expect(service.calls.map(({ path }) => path)).toEqual(["/answer"]);
    expect(written()).toEqual([expect.stringContaining("Sorry")]);
  });

  test("is not called inside the network where no administrator entered it, whoever owns the bot", async () => {
    const { write, finished, service } = await open((response) => answerJson(response, { text: "x" }), {
      insideServices: [],
    });
    expect(await finished((await write("hello")).id)).toMatchObject({
      status: "failed",
      error: { code: "outside.private" },
    });
    expect(service.calls).toEqual([]);
  });
});

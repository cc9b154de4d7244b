// Services whose protocol is known answer: Dify and Coze in a stream with conversations of their own, n8n from a workflow.
import type { ServerResponse } from "node:http";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { sealBotSecret } from "@/lib/bots/credentials";
import { serviceOf } from "@/lib/bots/reach";
import { changedReply } from "@/lib/bots/reply-changes";
import { DEFAULT_POLICY } from "@/lib/bots/schemas";
import type { HttpReply } from "@/lib/db/documents";
import { bots, conversations, serviceConversations, users } from "@/lib/db/schema";
import { showEventDetails } from "@/lib/events/queries";
import { neededScopes } from "@/lib/feishu/scopes";
import { describeOnOneDatabase } from "@/tests/support/databases";
import { PNG } from "@/tests/support/documents";
import { answerJson, type ServiceCall, startService } from "@/tests/support/http-service";
import { botTexts, testOwner } from "@/tests/support/inbox";
import { testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";
import { openWork } from "@/tests/support/work";

type Answering = (response: ServerResponse, call: ServiceCall, count: number) => void;

const stream = (response: ServerResponse, events: string[]) => {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const event of events) response.write(`${event}\n\n`);
  response.end();
};

const dify = (data: object) => `data: ${JSON.stringify(data)}`;
const coze = (name: string, data: object | string) => `event:${name}\ndata:${JSON.stringify(data)}`;

describeOnOneDatabase("services whose protocol is known", (kind) => {
  async function open(reply: Partial<HttpReply> & { path?: string }, answer: Answering) {
    const service = await startService((call, response, count) => answer(response, call, count));
    const { path = "", ...rest } = reply;
    const url = `http://127.0.0.1:${service.port}${path}`;
    const work = await openWork(kind, {}, { reply: { kind: "http", url, timeoutSeconds: 5, ...rest } });
    const { db } = work.database;
    await db.update(users).set({ role: "admin" }).where(eq(users.id, testOwner.userId));
    const sealedReplySecret = sealBotSecret(testSealer, work.bot.id, "reply-secret", "the-key");
    await db.update(bots).set({ sealedReplySecret, updatedAt: new Date() }).where(eq(bots.id, work.bot.id));
    const written = () => botTexts(work.cloud, work.chatOf("Ann"));
    const failedOnce = (id: number) =>
      waitFor(async () => {
        const row = await work.event(id);
        return row.error;
      }, "a try to fail");
    const say = async (text: string) => work.finished((await work.write(text)).id);
    const callsFor = async (id: number) => (await showEventDetails(db, await work.event(id), "en")).calls;
    return { ...work, db, service, written, failedOnce, say, callsFor };
  }

  test("Dify goes on with its conversation until somebody begins anew, and begins another when it is gone", async () => {
    let isGone = false;
    const scene = await open({ protocol: "dify", path: "/v1" }, (response, { body, headers }, count) => {
      if (headers.authorization !== "Bearer the-key") return answerJson(response, { code: "unauthorized" }, 401);
      if (isGone && body.conversation_id) {
        isGone = false;
        return answerJson(response, { code: "not_found", message: "Conversation Not Exists." }, 404);
      }
      const conversation_id = body.conversation_id ?? `conversation ${count}`;
      stream(response, [
        "event: ping",
        dify({ event: "workflow_started", conversation_id }),
        dify({ event: "message", answer: "to ", conversation_id }),
        dify({ event: "agent_message", answer: body.query, conversation_id }),
        dify({ event: "message_end", conversation_id, metadata: {} }),
      ]);
    });
    const { say, service, written, db, bot, chatOf } = scene;
    await say("one");
    await say("two");
    expect(written()).toEqual(["to one", "to two"]);
    expect(service.calls.map(({ path }) => path)).toEqual(["/v1/chat-messages", "/v1/chat-messages"]);
    expect(service.calls[0]?.body).toMatchObject({
      query: "one",
      response_mode: "streaming",
      user: expect.stringMatching(/^ou_/),
    });
    const ids = () => service.calls.map(({ body }) => body.conversation_id);
    expect(ids()).toEqual([undefined, "conversation 1"]);
    const { id } = await say("three");
    await db.insert(conversations).values({ botId: bot.id, key: chatOf("Ann"), freshAfter: id });
    await say("four");
    await say("five");
    expect(ids().slice(3)).toEqual([undefined, "conversation 4"]);
    isGone = true;
    await say("six");
    expect(ids().slice(5)).toEqual(["conversation 4", undefined]);
    await say("seven");
    expect(ids().at(-1)).toBe("conversation 7");
    expect(written().at(-1)).toBe("to seven");
    expect(await db.select().from(serviceConversations)).toHaveLength(2);
  });

  test("Dify's trouble in the middle is tried again, a refusal is not", async () => {
    const scene = await open({ protocol: "dify", path: "/v1/chat-messages" }, (response, { body }, count) => {
      if (body.query === "odd") return answerJson(response, { text: "hello" });
      if (body.query === "bad") return answerJson(response, { code: "invalid_param", message: "no" }, 400);
      const begin = dify({ event: "message", answer: "half", conversation_id: "c" });
      if (count === 1) return stream(response, [begin, dify({ event: "error", code: "overloaded", message: "busy" })]);
      if (count === 2) return stream(response, [begin]);
      stream(response, [
        dify({ event: "message", answer: "whole", conversation_id: "c" }),
        dify({ event: "message_end", metadata: { usage: { prompt_tokens: 31, completion_tokens: 7 } } }),
      ]);
    });
    const { write, failedOnce, makeDue, finished, written, say, service } = scene;
    const { id } = await write("hello");
    expect(await failedOnce(id)).toMatchObject({ code: "http.streamError", params: { problem: "overloaded: busy" } });
    await makeDue(id);
    await waitFor(async () => (await scene.event(id)).error?.code === "http.brokenOff", "the second try to fail");
    await makeDue(id);
    expect(await finished(id)).toMatchObject({ status: "done", attempts: 3 });
    expect(written()).toEqual(["whole"]);
    expect(await scene.callsFor(id)).toMatchObject([
      { inputTokens: 31, outputTokens: 7, firstTokenMs: expect.any(Number) },
    ]);
    const refused = await say("bad");
    expect(refused).toMatchObject({ status: "failed", attempts: 1, error: { code: "http.refused" } });
    expect(service.calls).toHaveLength(4);
    expect(await say("odd")).toMatchObject({ status: "failed", attempts: 1, error: { code: "http.noStream" } });
  });

  test("Coze answers in a stream, and refuses with the status 200", async () => {
    const scene = await open({ protocol: "coze", agentId: "73428668" }, (response, { body }) => {
      const [{ content }] = body.additional_messages;
      if (content === "bad") return answerJson(response, { code: 4100, msg: "authentication is invalid" });
      const of = (id: string, more: object) => ({
        id,
        conversation_id: "7379",
        role: "assistant",
        type: "answer",
        ...more,
      });
      stream(response, [
        coze("conversation.chat.created", { id: "1", conversation_id: "7379", bot_id: body.bot_id }),
        coze("conversation.message.delta", of("a", { content: "Hel" })),
        coze("conversation.message.delta", of("a", { content: "lo" })),
        coze("conversation.message.completed", of("a", { content: "Hello" })),
        coze("conversation.message.delta", of("b", { content: "there" })),
        coze("conversation.message.completed", of("c", { type: "follow_up", content: "And then?" })),
        ...(content === "fail"
          ? [coze("conversation.chat.failed", { id: "1", last_error: { code: 5000, msg: "inner" } })]
          : [
              coze("conversation.chat.completed", {
                id: "1",
                usage: { token_count: 9, output_count: 3, input_count: 6 },
              }),
              coze("done", "[DONE]"),
            ]),
      ]);
    });
    const { say, write, failedOnce, service, written } = scene;
    const hi = await say("hi");
    expect(written()).toEqual(["Hello\n\nthere"]);
    expect(await scene.callsFor(hi.id)).toMatchObject([{ inputTokens: 6, outputTokens: 3 }]);
    expect(service.calls[0]).toMatchObject({
      path: "/v3/chat",
      headers: { authorization: "Bearer the-key" },
      body: { bot_id: "73428668", stream: true, additional_messages: [{ role: "user", content: "hi" }] },
    });
    await say("again");
    expect(service.calls[1]?.path).toBe("/v3/chat?conversation_id=7379");
    const refused = await say("bad");
    expect(refused).toMatchObject({ status: "failed", error: { code: "http.refused", params: { status: 4100 } } });
    const { id } = await write("fail");
    expect(await failedOnce(id)).toMatchObject({ code: "http.streamError", params: { problem: "5000: inner" } });
  });

  test("n8n answers in the forms that workflows have, and is told to when it only says that it has started", async () => {
    const answers: Record<string, (response: ServerResponse) => void> = {
      agent: (response) => answerJson(response, { output: "from an agent" }),
      items: (response) => answerJson(response, [{ text: "from an item" }]),
      text: (response) => response.writeHead(200, { "content-type": "text/html" }).end("plain words"),
      lines: (response) =>
        response.end(
          '{"type":"begin"}\n{"type":"item","content":"in "}\n{"type":"item","content":"pieces"}\n{"type":"end"}',
        ),
      started: (response) => answerJson(response, { message: "Workflow was started" }),
    };
    const scene = await open({ protocol: "n8n", path: "/webhook/abc" }, (response, { body }) =>
      answers[body.chatInput]?.(response),
    );
    const { say, service, written } = scene;
    for (const text of ["agent", "items", "text", "lines"]) await say(text);
    expect(written()).toEqual(["from an agent", "from an item", "plain words", "in pieces"]);
    expect(await say("started")).toMatchObject({ status: "failed", error: { code: "http.n8nStarted" } });
    const [first] = service.calls;
    expect(first).toMatchObject({
      path: "/webhook/abc",
      headers: { authorization: "Bearer the-key" },
      body: { chatInput: "agent", sender: { type: "user" }, chat: { type: "p2p" } },
    });
    expect(new Set(service.calls.map(({ body }) => body.sessionId)).size).toBe(1);
  });
  test("they are asked with what the message quotes and what its files say, and of what cannot be read the person hears", async () => {
    const said = { event: "message", answer: "fine", conversation_id: "c" };
    const scene = await open({ protocol: "dify", path: "/v1" }, (response, { path }) => {
      if (path === "/hook") return answerJson(response, { output: "fine" });
      if (path === "/v1/chat-messages") return stream(response, [dify(said), dify({ event: "message_end" })]);
      stream(response, [
        coze("conversation.message.delta", { type: "answer", content: "fine" }),
        coze("done", "[DONE]"),
      ]);
    });
    const { cloud, bot, db, chatOf, connect, eventOf, finished, service, written } = scene;
    await connect(bot);
    const to = { appId: bot.appId, chatId: chatOf("Ann"), from: "Ann" };
    const settled = async (message: { messageId: string }) => {
      await finished((await eventOf(message.messageId)).id);
      return message;
    };
    const last = () => service.calls.at(-1)?.body;
    const file = await settled(cloud.sendFile({ ...to, bytes: Buffer.from("Revenue grew"), fileName: "a.txt" }));
    const asElement = '<file name="a.txt">\nRevenue grew\n</file>';
    expect(last().query).toBe(asElement);
    await settled(cloud.sendImage({ ...to, bytes: PNG }));
    expect(written()).toEqual(["fine", "I can't see images. Please describe it in text."]);
    expect(service.calls).toHaveLength(1);
    const ask = async (reply: Partial<HttpReply>, path: string) => {
      const url = `http://127.0.0.1:${service.port}${path}`;
      const whole = { kind: "http", url, timeoutSeconds: 5, ...reply } as const;
      await db
        .update(bots)
        .set({ reply: whole, insideServices: [serviceOf(whole)], updatedAt: new Date() })
        .where(eq(bots.id, bot.id));
      await settled(cloud.say({ ...to, text: "By how much?", parentId: file.messageId }));
    };
    const wanted = `<quoted_message from="Ann">\n[file] a.txt\n</quoted_message>\n\n${asElement}\n\nBy how much?`;
    await ask({ protocol: "coze", agentId: "7" }, "");
    expect(last().additional_messages[0].content).toBe(wanted);
    await ask({ protocol: "n8n" }, "/hook");
    expect(last()).toMatchObject({
      chatInput: wanted,
      message: { text: "By how much?" },
      quoted: { id: file.messageId, sender: { name: "Ann" } },
      attachments: [{ kind: "file", name: "a.txt", of: "quoted" }],
    });
    expect(last().history.at(-1)).toMatchObject({ role: "assistant", text: "fine" });
    await settled(cloud.sendImage({ ...to, bytes: PNG }));
    expect(last()).toMatchObject({ chatInput: "[image]", attachments: [{ kind: "image", of: "message" }] });
  });
});

test("those that write in a stream need the permission to let an answer grow", () => {
  const asks = (protocol: HttpReply["protocol"]) =>
    neededScopes(DEFAULT_POLICY, { kind: "http", url: "https://a.example", timeoutSeconds: 5, protocol })
      .map(({ use }) => use)
      .includes("growing");
  expect([undefined, "dify", "coze", "n8n"].map((protocol) => asks(protocol as HttpReply["protocol"]))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test("a bot of Coze's must be named, and what a protocol needs goes with it", () => {
  const own = { kind: "http", url: "https://a.example/x", timeoutSeconds: 30 } as const;
  expect(() => changedReply(own, { protocol: "coze" })).toThrow();
  const changed = changedReply(own, { protocol: "coze", agentId: "7" });
  expect(changed).toEqual({ ...own, protocol: "coze", agentId: "7" });
  expect(changedReply(changed, { protocol: null, agentId: null })).toEqual(own);
});

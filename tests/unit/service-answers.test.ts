// What Dify, Coze and n8n answer in the wild, over real sockets: what is whole, what has failed, and what is never told.
import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { exchange } from "@/lib/responders/http-call";
import { readN8n } from "@/lib/responders/n8n-answer";
import { COZE, DIFY, type Dialect, readDialect } from "@/lib/responders/service-dialects";
import { answerJson, startService } from "@/tests/support/http-service";

const KEY = "app-0123456789abcdef";

async function asked<T>(
  answer: (response: ServerResponse) => void,
  read: Parameters<typeof exchange<T>>[3],
  seconds = 5,
) {
  const { url } = await startService((_call, response) => answer(response));
  const service = { timeoutSeconds: seconds, allowPrivate: true, secret: KEY };
  const context = { signal: new AbortController().signal };
  return exchange(service, { url, headers: {}, body: "{}" }, context, read);
}

const outcomeOf = (asking: Promise<unknown>) =>
  asking.then(
    (value) => value,
    ({ reason, retryable }) => ({ code: reason.code, retryable, problem: reason.params.problem ?? reason.params.body }),
  );

const event = (data: object, name?: string) => `${name ? `event: ${name}\n` : ""}data: ${JSON.stringify(data)}\n\n`;

async function spoken(dialect: Dialect, events: string[], end: "end" | "cut" | "hang" = "end") {
  const shown: string[] = [];
  const context = { signal: new AbortController().signal, show: (text: string) => shown.push(text) };
  const answering = (response: ServerResponse) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(events.join(""), () => {
      if (end === "end") response.end();
      if (end === "cut") response.destroy();
    });
  };
  const outcome = await outcomeOf(asked(answering, (received) => readDialect(dialect, received, context), 1));
  return { outcome, shown };
}

describe("Dify", () => {
  const said = (answer: string) => event({ event: "message", answer, conversation_id: "c" });
  const finished = (data: object) => event({ event: "workflow_finished", conversation_id: "c", data });
  const done = finished({ status: "succeeded", outputs: { answer: "whole" } });
  const whole = { text: "whole", conversationId: "c" };

  test.each([
    ["workflow_finished, and an end", [said("who"), said("le"), done], "end", whole],
    ["workflow_finished, and a cut", [said("who"), said("le"), done], "cut", whole],
    ["workflow_finished, and nothing more", [said("who"), said("le"), done], "hang", whole],
    ["the answer in the outputs alone", [done], "end", whole],
    [
      "what moderation puts in its place behind the end",
      [said("rude"), done, event({ event: "message_replace", answer: "whole" }), event({ event: "message_end" })],
      "end",
      whole,
    ],
    [
      "a node that tells more than anybody reads",
      [event({ event: "node_finished", data: { inputs: "x".repeat(90_000) } }), said("whole"), done],
      "end",
      whole,
    ],
    [
      "an end that tells more than anybody reads",
      [said("whole"), event({ event: "message_end", conversation_id: "c", metadata: "x".repeat(90_000) })],
      "end",
      whole,
    ],
    ["a pause behind words", [said("whole"), event({ event: "workflow_paused" })], "end", whole],
  ] as const)("%s is an answer", async (_what, events, end, wanted) => {
    expect((await spoken(DIFY, [...events], end)).outcome).toEqual(wanted);
  });

  test.each([
    ["a pause without words", [event({ event: "workflow_paused" })], "http.paused", false],
    [
      "a workflow that failed",
      [said("half"), finished({ status: "failed", error: "no credit" })],
      "http.streamError",
      true,
    ],
    ["a cut in the middle", [said("half")], "http.brokenOff", true],
    ["a text that cannot be read", [said("x".repeat(90_000))], "http.endlessLine", false],
  ] as const)("%s is none", async (_what, events, code, retryable) => {
    expect((await spoken(DIFY, [...events])).outcome).toMatchObject({ code, retryable });
  });

  test("an answer of many small pieces is as long as its text, and not as its stream", async () => {
    const events = Array.from({ length: 3_500 }, () =>
      said("五个汉字。").replace("}", `,"metadata":"${"x".repeat(400)}"}`),
    );
    const { outcome, shown } = await spoken(DIFY, [...events, event({ event: "message_end" })]);
    expect((outcome as { text: string }).text).toBe("五个汉字。".repeat(3_500));
    // Whoever is shown it looks at all of it: not at each piece.
    expect(shown.length).toBeLessThan(1_000);
    expect(shown.at(-1)).toBe("五个汉字。".repeat(3_500));
    const large = Array.from({ length: 40 }, () => said("x".repeat(30_000)));
    expect((await spoken(DIFY, large)).outcome).toMatchObject({ code: "http.tooLarge", retryable: false });
  });

  test("its key is in no error, whole or cut, and in no text", async () => {
    const { outcome } = await spoken(DIFY, [event({ event: "error", code: 401, message: `bad key ${KEY}` })]);
    expect(outcome).toMatchObject({ problem: "401: bad key [hidden]" });
    expect((await spoken(DIFY, [said(`My key is ${KEY}.`), done])).outcome).toMatchObject({
      text: "My key is [hidden].",
    });
    const body = `${"x".repeat(190)} ${KEY}`;
    const refused = await outcomeOf(
      asked(
        (response) => answerJson(response, body, 401),
        async () => "",
      ),
    );
    expect(JSON.stringify(refused)).toContain("xx [hidden]");
    expect(JSON.stringify(refused)).not.toContain("app-");
  });
});

describe("Coze", () => {
  const delta = (content: string) => event({ type: "answer", id: "a", content }, "conversation.message.delta");
  const completed = (data: object) => event(data, "conversation.message.completed");
  const finish = completed({ type: "verbose", id: "v", content: '{"msg_type":"generate_answer_finish","data":"{}"}' });

  test.each([
    ["a message without its pieces", [completed({ type: "answer", id: "a", content: "whole" }), event({}, "done")]],
    [
      "a message and its pieces",
      [delta("who"), delta("le"), completed({ type: "answer", id: "a", content: "whole" }), finish],
    ],
    ["what waits for a tool behind words", [delta("whole"), event({}, "conversation.chat.requires_action")]],
  ] as const)("%s is an answer", async (_what, events) => {
    expect((await spoken(COZE, [...events])).outcome).toMatchObject({ text: "whole" });
  });

  test("what waits for a tool without words is none, and is not asked for again", async () => {
    const { outcome } = await spoken(COZE, [event({}, "conversation.chat.requires_action")]);
    expect(outcome).toMatchObject({ code: "http.paused", retryable: false });
  });
});

describe("n8n", () => {
  const answered = (body: string | string[], type = "application/json", cut = false) =>
    outcomeOf(
      asked((response) => {
        response.writeHead(200, { "content-type": type });
        response.write([body].flat().join(""), () => (cut ? response.destroy() : response.end()));
      }, readN8n),
    );
  const said = (text: string) => [{ format: "markdown", text }];
  const begin = '{"type":"begin","metadata":{}}';
  const item = (content: unknown) => JSON.stringify({ type: "item", content });
  const end = '{"type":"end"}';

  test.each([
    ["objects on lines", [begin, "\n", item("who"), "\n", item("le"), "\n", end, "\n"]],
    ["several objects a line", [begin, item("who"), item("le {"), end].map((part) => part.replace(" {", ""))],
    ["items that are objects", [begin, item({ output: "who" }), item({ output: "le" }), end]],
    ["items that are objects, as text", [begin, item('{"output":"who"}'), item('{"output":"le"}'), end]],
    ["outputs alone", ['{"output":"who"}\n', '{"output":"le"}\n']],
    ["a run after the other", [begin, item("who"), end, begin, item("le"), end]],
    ["what an agent wrote and the last node put out", [begin, item("who"), item("le"), item({ output: "whole" }), end]],
  ])("%s are read", async (_what, body) => {
    expect(await answered(body)).toEqual(said("whole"));
  });

  test("braces in a text do not end it", async () => {
    expect(await answered([begin, item('a } " \\ { b'), end])).toEqual(said('a } " \\ { b'));
    expect(await answered("if (a) { b } {c}", "text/html")).toEqual(said("if (a) { b } {c}"));
  });

  test.each([
    ["an error in the middle", [begin, item("half"), '{"type":"error","content":"no credit"}'], "http.streamError"],
    ["an error of another form", [begin, item("half"), '{"error":{"message":"no credit"}}'], "http.streamError"],
    ["an end before its end", [begin, item("half")], "http.brokenOff"],
    ["an object that has no end", [begin, item("half"), end, '{"type":"it'], "http.brokenOff"],
    ["a whole that has no end", ['{"output":"half'], "http.brokenOff"],
  ])("%s is no answer", async (_what, body, code) => {
    expect(await answered(body)).toMatchObject({ code, retryable: true });
  });

  test("a cut of the connection is no answer", async () => {
    expect(await answered([begin, item("half")], "application/json", true)).toMatchObject({ retryable: true });
  });

  test("its text may have 1 MiB, and its stream more", async () => {
    const items = Array.from({ length: 20_000 }, () =>
      JSON.stringify({ type: "item", content: "ab", metadata: "x".repeat(60) }),
    );
    expect(await answered([begin, ...items, end])).toEqual(said("ab".repeat(20_000)));
    expect(await answered([begin, item("x".repeat(70_000))])).toMatchObject({ code: "http.endlessLine" });
    expect(await answered(`{"output":"${"x".repeat(1_100_000)}"}`)).toMatchObject({ code: "http.tooLarge" });
  });
});

// Answers as OpenAI-compatible servers really send them, over a real connection: read whole, and asked for once.
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { describeReason } from "@/lib/errors";
import { askingScene } from "@/tests/support/asking";
import type { Script } from "@/tests/support/model-server";

type Json = Record<string, unknown>;

const chunk = (delta: Json | null, more: Json = {}, choice: Json = {}) => ({
  id: "1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason: null, ...choice }],
  ...more,
});
const HEL = chunk({ role: "assistant", content: "Hel" });
const LO = chunk({ content: "lo!" });
const STOP = chunk({}, {}, { finish_reason: "stop" });
const USAGE = { choices: [], usage: { prompt_tokens: 12, completion_tokens: 3 } };

const event = (data: unknown) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
const stream = (...data: unknown[]) => data.map(event).join("");
const sent = (body: string | object | Buffer, headers: Record<string, string> = {}): Script => ({
  status: 200,
  headers: { "content-type": "text/event-stream", ...headers },
  body,
});
/** Between two good pieces. */
const between = (...odd: unknown[]) => sent(stream(HEL, ...odd, LO, STOP, "[DONE]"));

const message = { role: "assistant", content: "Hello!" };
const whole = { id: "1", object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }] };
const json = JSON.stringify(whole);
const plain = stream(HEL, LO, STOP, USAGE, "[DONE]");

const ODDITIES: [what: string, script: Script][] = [
  ["data that is null", between("null")],
  ["data without anything", between("")],
  ["choices that are null", between({ id: "1", choices: null })],
  ["no choices", between({ id: "1", object: "chat.completion.chunk" })],
  ["empty choices", between({ id: "1", choices: [] })],
  ["a choice that is null", between({ choices: [null] })],
  ["a delta that is null", between(chunk(null))],
  ["content that is null", between(chunk({ content: null, refusal: null, tool_calls: null }))],
  [
    "an error that is null in each chunk",
    sent(stream(...[HEL, LO, STOP].map((one) => ({ ...one, error: null })), "[DONE]")),
  ],
  ["an empty error", between({ ...chunk({}), error: {} })],
  ["no reason to finish before [DONE]", sent(stream(HEL, LO, "[DONE]"))],
  [
    "an empty reason to finish",
    sent(stream(...[HEL, LO].map((one) => chunk(one.choices[0]?.delta ?? null, {}, { finish_reason: "" })), "[DONE]")),
  ],
  ["no end but the tokens", sent(stream(HEL, LO, USAGE))],
  ["another word for the end", sent(stream(HEL, LO, chunk({}, {}, { finish_reason: "eos" })))],
  [
    "a reason to finish in each chunk",
    sent(
      stream(
        chunk({ content: "Hel" }, {}, { finish_reason: "stop" }),
        chunk({ content: "lo!" }, {}, { finish_reason: "stop" }),
      ),
    ),
  ],
  ["the role of a user", sent(stream(chunk({ role: "user", content: "Hel" }), LO, STOP))],
  ["a number as id", between({ ...chunk({}), id: 7 })],
  [
    "texts for the time and the tokens",
    sent(
      stream({ ...HEL, created: "1700000000" }, LO, STOP, {
        choices: [],
        usage: { prompt_tokens: "12", completion_tokens: "3" },
      }),
    ),
  ],
  ["tokens that are none", between({ ...chunk({}), usage: { prompt_tokens: {}, completion_tokens: "many" } })],
  ["usage that is a text", between({ ...chunk({}), usage: "" })],
  ["a model that is null", between({ ...chunk({}), model: 5, system_fingerprint: 3 })],
  ["a ping", between({ type: "ping" })],
  ["an event named ping", sent(`${event(HEL)}event: ping\ndata: {}\n\n: comment\n\n${stream(LO, STOP)}`)],
  ["words that keep it open", between("OK")],
  ["an event named done", sent(`${stream(HEL, LO)}event: done\ndata: {}\n\n`)],
  ["a code for success", between({ code: "success", message: "ok" })],
  ["calls of tools without a name", between(chunk({ tool_calls: [{ index: 0, function: { arguments: "{}" } }] }))],
  ["reasoning that is an object", between(chunk({ reasoning: { summary: "x" } }))],
  ["content in parts", sent(stream(chunk({ content: [{ type: "text", text: "Hel" }] }), LO, STOP))],
  [
    "whole messages instead of deltas",
    sent(
      stream(
        { choices: [{ message: { content: "Hel" } }] },
        { choices: [{ message: { content: "Hello!" } }] },
        "[DONE]",
      ),
    ),
  ],
  ["the whole message once more", sent(stream(HEL, LO, { choices: [{ message, finish_reason: "stop" }] }))],
  ["no empty lines between the events", sent([HEL, LO, STOP].map((one) => `data: ${JSON.stringify(one)}\n`).join(""))],
  ["line ends of Windows", sent(plain.replaceAll("\n", "\r\n"))],
  ["a byte order mark", sent(`\ufeff${plain}`)],
  ["no empty line at the end", sent(stream(HEL, LO, STOP).trimEnd())],
  ["JSON as an event stream", sent(json)],
  ["JSON in one event", sent(event(json))],
  ["JSON without a reason to finish", sent(JSON.stringify({ choices: [{ message }] }))],
  ["an event stream as JSON", sent(plain, { "content-type": "application/json" })],
  ["an event stream as a text", sent(plain, { "content-type": "text/plain" })],
  ["an event stream as a page", sent(plain, { "content-type": "text/html; charset=utf-8" })],
  [
    "chunks a line",
    sent([HEL, LO, STOP].map((one) => `${JSON.stringify(one)}\n`).join(""), { "content-type": "application/x-ndjson" }),
  ],
  ["gzip in spite of identity", sent(gzipSync(plain), { "content-encoding": "gzip" })],
  ["deflate in spite of identity", sent(deflateSync(plain), { "content-encoding": "deflate" })],
  ["Brotli in spite of identity", sent(brotliCompressSync(plain), { "content-encoding": "br" })],
  ["JSON in gzip", sent(gzipSync(json), { "content-encoding": "gzip", "content-type": "application/json" })],
];

test.each(ODDITIES)("%s: read whole, and asked for once", async (_, script) => {
  const { fake, ask } = await askingScene();
  fake.next(script);
  expect((await ask()).text).toBe("Hello!");
  expect(fake.requests).toHaveLength(1);
});

test("tokens that are told as texts are counted", async () => {
  const { fake, ask } = await askingScene();
  fake.next(sent(stream(HEL, LO, STOP, { choices: [], usage: { prompt_tokens: "12", completion_tokens: "3" } })));
  expect(await ask()).toMatchObject({ inputTokens: 12, outputTokens: 3 });
});

test.each([
  ["a name", { error: "overloaded" }, "overloaded"],
  ["an object of its own", { object: "error", message: "The model is loading", code: 40_303 }, "The model is loading"],
  ["a type", { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "Overloaded"],
  ["a code", { code: 50_505, message: "Model service overloaded." }, "Model service overloaded."],
  ["details", { detail: "Engine is dead" }, "Engine is dead"],
  ["MiniMax's form", { choices: null, base_resp: { status_code: 1000, status_msg: "unknown error" } }, "unknown error"],
])("an error within a success, told by %s, is told in its own words", async (_, body, words) => {
  const { fake, failure } = await askingScene();
  for (const script of [
    sent(stream(body)),
    sent(stream(HEL, body, "[DONE]")),
    sent(body),
    sent(body, { "content-type": "application/json" }),
  ]) {
    fake.next(script);
    const error = await failure();
    expect(describeReason(error.reason)).toContain(`status 200: ${words}`);
    expect(error.retryable).toBe(true);
  }
});

test.each([
  ["a page", sent("<!doctype html><p>Welcome</p>", { "content-type": "text/html" })],
  ["a text", sent("Bad gateway", { "content-type": "text/plain" })],
  ["JSON of something else", sent({ hello: "world" }, { "content-type": "application/json" })],
  ["half of a JSON", sent('{"choices": [', { "content-type": "application/json" })],
])("%s is no answer", async (_, script) => {
  const { fake, failure } = await askingScene();
  fake.next(script);
  expect((await failure()).reason.code).toBe("model.garbage");
});

test("an answer that is cut off is not taken for a whole one", async () => {
  const { fake, failure } = await askingScene();
  fake.next(sent(stream(HEL, LO)));
  expect((await failure()).reason.code).toBe("model.cut");
});

test("once the answer has ended, neither a cut nor a connection that stays open matters", async () => {
  const { fake, ask } = await askingScene();
  fake.next({ text: ["Hello!"], end: "cutAfterFinish" }, { text: ["Hello!"], end: "hangAfterDone" });
  expect((await ask()).text).toBe("Hello!");
  expect((await ask()).text).toBe("Hello!");
  expect(fake.requests).toHaveLength(2);
});

test("an answer that ends at the end of the context before its first word is a question that is too long", async () => {
  const { fake, failure } = await askingScene();
  fake.next(
    sent(
      stream(
        chunk({ role: "assistant", content: "" }),
        chunk({}, {}, { finish_reason: "model_context_window_exceeded" }),
      ),
    ),
  );
  expect((await failure()).reason.code).toBe("model.tooLong");
});

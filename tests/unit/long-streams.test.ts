// Answers of very many pieces, over real sockets: what is done with each of them does not grow, and others have their turns.
import { expect, test } from "vitest";
import { askModel } from "@/lib/models/ask";
import { callService, chunksOf, exchange } from "@/lib/responders/http-call";
import { readStream } from "@/lib/responders/http-stream";
import { startService } from "@/tests/support/http-service";

const PIECES = 30_000;

async function serveOf(piece: string, last: string) {
  return startService(async (_call, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let sent = 0; sent < PIECES; sent += 100) {
      if (!response.write(piece.repeat(100))) await new Promise((done) => response.once("drain", done));
    }
    response.end(last);
  });
}

async function turnsDuring<T>(work: Promise<T>): Promise<{ value: T; turns: number }> {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const value = await work.finally(() => clearInterval(timer));
  return { value, turns };
}

test("a model's", async () => {
  const piece = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "a" } }] })}\n\n`;
  const { port } = await serveOf(piece, "data: [DONE]\n\n");
  const model = {
    id: "m",
    name: "m",
    baseUrl: `http://127.0.0.1:${port}/v1`,
    model: "m",
    seesImages: false,
    apiKey: undefined,
    allowPrivate: true,
  };
  let heard = 0;
  const asked = {
    messages: [{ role: "user" as const, content: "hi" }],
    silenceMs: 20_000,
    onText: () => {
      heard += 1;
    },
  };
  const { value, turns } = await turnsDuring(askModel(model as never, asked));
  expect(value.text).toHaveLength(PIECES);
  expect(heard).toBeLessThan(PIECES / 10);
  expect(turns).toBeGreaterThan(2);
});

test("a service's", async () => {
  const { url } = await serveOf('data: {"text":"a"}\n\n', "data: [DONE]\n\n");
  let heard = 0;
  const show = () => {
    heard += 1;
  };
  const context = { signal: new AbortController().signal };
  const service = { timeoutSeconds: 20, allowPrivate: true, secret: "app-0123456789" };
  const asking = exchange(service, { url, headers: {}, body: "{}" }, context, ({ response, host, kept }) =>
    readStream(chunksOf(response, host, { limit: 1e9 }), host, show, { kept }),
  );
  const { value, turns } = await turnsDuring(asking);
  expect(value).toHaveLength(PIECES);
  expect(heard).toBeLessThan(PIECES / 10);
  expect(turns).toBeGreaterThan(2);
});

test("a hundred at once take turns: nobody else waits for all of them", async () => {
  const text = 'data: {"text":"a"}\n\n'.repeat(2_000);
  async function* stream() {
    yield text;
  }
  const begin = performance.now();
  let before = begin;
  let longestMs = 0;
  const timer = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - before);
    before = performance.now();
  }, 0);
  await Promise.all(Array.from({ length: 100 }, () => readStream(stream(), "a.example", () => undefined)));
  clearInterval(timer);
  // Without turns it is all of it, or most.
  expect(longestMs).toBeLessThan((performance.now() - begin) / 2);
});

test("one that is nothing but space at first costs no more with each piece", async () => {
  const spaces = " ".repeat(100);
  const { url } = await startService(async (_call, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    for (let sent = 0; sent < 20_000; sent += 1) {
      if (!response.write(spaces)) await new Promise((done) => response.once("drain", done));
    }
    response.end();
  });
  const service = { url, timeoutSeconds: 20, allowPrivate: true, secret: undefined };
  const asking = callService(service, { id: "1", body: "{}" }, { signal: new AbortController().signal });
  await expect(asking).rejects.toMatchObject({ reason: { code: "http.tooLarge" } });
});

// A server that speaks OpenAI's chat completions as it is told to: its words and their speed, its errors, its silences.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export type Script = {
  /** The answer in the pieces that it comes in; a promise is awaited in its place. */
  text?: (string | Promise<unknown>)[];
  /** Told as the first piece of the text goes out. */
  onFirst?: () => void;
  /** Thoughts that come first, in a field of their own. */
  reasoning?: string[];
  /** Calls of tools that nobody offered, before the text. */
  tools?: string[];
  /** Between two pieces. */
  pauseMs?: number;
  /** Why it ended: "stop" unless told otherwise. */
  finish?: string;
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
  /** The whole response instead: its status, headers and body as they are. */
  status?: number;
  headers?: Record<string, string>;
  body?: string | object | Buffer;
  /** After the pieces: the socket is destroyed, nothing more comes, or what comes is not JSON. */
  end?: "cut" | "hang" | "garbage" | "unfinished" | "cutAfterFinish" | "hangAfterDone";
  /** Awaited before anything is answered. */
  until?: Promise<unknown>;
};

export type FakeModel = {
  baseUrl: string;
  /** What was asked, in order. */
  requests: { authorization: string | undefined; path: string; body: FakeRequest }[];
  /** How many answers are being written now. */
  readonly open: number;
  /** What comes next; without one it answers "Hello!" */
  next(...scripts: Script[]): void;
  /** What it says from now on whenever nothing else was told. */
  always(script: Script): void;
  stop(): Promise<void>;
};

type FakeRequest = {
  model: string;
  messages: { role: string; content: string }[];
  stream?: boolean;
  temperature?: number;
  max_tokens?: number;
  max_completion_tokens?: number;
  stream_options?: object;
};

/** `key`: another one is refused with 401. */
export async function openFakeModel(key?: string): Promise<FakeModel> {
  const scripts: Script[] = [];
  const sockets = new Set<Socket>();
  const requests: FakeModel["requests"] = [];
  let usual: Script = { text: ["Hel", "lo!"] };
  let open = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    response.once("close", () => {
      open -= 1;
    });
    const { authorization } = request.headers;
    requests.push({ authorization, path: request.url ?? "", body: await jsonOf(request) });
    const isRefused = key !== undefined && authorization !== `Bearer ${key}`;
    const script = isRefused ? wrongKey(authorization) : (scripts.shift() ?? usual);
    await script.until;
    await play(script, request, response);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    get open() {
      return open;
    },
    next: (...more) => void scripts.push(...more),
    always: (script) => {
      usual = script;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

// As some servers do: it repeats the whole key.
const wrongKey = (authorization = "none"): Script => ({
  status: 401,
  body: {
    error: {
      message: `Incorrect API key provided: ${authorization.replace("Bearer ", "")}`,
      type: "invalid_request_error",
    },
  },
});

async function jsonOf(request: IncomingMessage): Promise<FakeRequest> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return JSON.parse(text || "{}");
}

async function play(script: Script, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== "/v1/chat/completions") {
    response.writeHead(404, { "content-type": "application/json" }).end('{"detail":"Not Found"}');
    return;
  }
  if (script.status !== undefined) {
    const { status, headers, body = "" } = script;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", ...script.headers });
  response.flushHeaders();
  const pieces = [
    ...(script.reasoning ?? []).map((reasoning_content) => ({ reasoning_content })),
    ...(script.tools ?? []).map((name, index) => ({
      tool_calls: [{ index, id: `call-${index}`, type: "function", function: { name, arguments: '{"a":1}' } }],
    })),
    ...(script.text ?? []).map((content) => ({ content })),
  ];
  let hasBegun = false;
  for (const delta of pieces) {
    if (response.destroyed) return;
    if ("content" in delta && typeof delta.content !== "string") {
      await delta.content;
      continue;
    }
    if ("content" in delta && !hasBegun) {
      hasBegun = true;
      script.onFirst?.();
    }
    response.write(chunkOf({ choices: [{ index: 0, delta, finish_reason: null }] }));
    if (script.pauseMs) await pause(script.pauseMs);
  }
  finish(script, response);
}

function finish({ end, usage, finish: reason = "stop" }: Script, response: ServerResponse): void {
  if (end === "cut") response.destroy();
  if (end === "garbage") response.end("data: {what is this?\n\n");
  if (end === "unfinished") response.end();
  if (end !== undefined && end !== "cutAfterFinish" && end !== "hangAfterDone") return;
  const finished = chunkOf({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
  if (end === "cutAfterFinish") {
    response.write(finished, () => response.destroy());
    return;
  }
  response.write(finished);
  const counted = usage === undefined ? { prompt_tokens: 12, completion_tokens: 3 } : usage;
  if (counted) response.write(chunkOf({ choices: [], usage: counted }));
  if (end === "hangAfterDone") response.write("data: [DONE]\n\n");
  else response.end("data: [DONE]\n\n");
}

const chunkOf = (more: object): string =>
  `data: ${JSON.stringify({ id: "chat-1", object: "chat.completion.chunk", created: 1, model: "fake", ...more })}\n\n`;

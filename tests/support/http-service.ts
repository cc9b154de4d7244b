// A service as somebody would write one to answer for their bot, for tests.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

// biome-ignore lint/suspicious/noExplicitAny: what it is told; the tests look into it.
type Told = any;

export type ServiceCall = { path: string; headers: IncomingHttpHeaders; raw: string; body: Told };
type Answering = (call: ServiceCall, response: ServerResponse, count: number) => void;

export type TestService = { url: string; port: number; calls: ServiceCall[] };

/** On loopback; ended with the test. `count` tells how many calls there were, this one included. */
export async function startService(answer: Answering): Promise<TestService> {
  const calls: ServiceCall[] = [];
  const server = createServer(async (request, response) => {
    const raw = await textOf(request);
    const call = { path: request.url ?? "", headers: request.headers, raw, body: raw === "" ? null : JSON.parse(raw) };
    calls.push(call);
    answer(call, response, calls.length);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/answer`, port, calls };
}

export const answerJson = (response: ServerResponse, value: unknown, status = 200, headers = {}): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(value));
};

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}

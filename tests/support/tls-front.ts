// Puts TLS before a simulated cloud, with a certificate that only the tests' own authority vouches for.
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import path from "node:path";
import type { Duplex } from "node:stream";
import { onTestFinished } from "vitest";
import type { SandboxCloud } from "@/lib/sandbox/cloud";

const FOLDER = path.join(import.meta.dirname, "../fixtures/tls");

/** For NODE_EXTRA_CA_CERTS. */
export const TEST_AUTHORITY = path.join(FOLDER, "ca.pem");

/** Answers as the cloud does, at an https origin; its WebSocket addresses are wss. Closed when the test ends. */
export async function startTlsFront(cloud: Pick<SandboxCloud, "origin">): Promise<{ origin: string }> {
  const [key, cert] = await Promise.all(
    ["server-key.pem", "server.pem"].map((name) => readFile(path.join(FOLDER, name))),
  );
  const server = createServer({ key, cert });
  const sockets = new Set<Duplex>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on("request", (request, response) => void pass(request, response, cloud.origin, origin));
  server.on("upgrade", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    const { hostname, port } = new URL(cloud.origin);
    const target = connect(Number(port), hostname, () => {
      const headers = request.rawHeaders.map((text, index) => (index % 2 ? `${text}\r\n` : `${text}: `)).join("");
      target.write(`GET ${request.url} HTTP/1.1\r\n${headers}\r\n`);
      target.write(head);
      client.pipe(target).pipe(client);
    });
    for (const socket of [client, target]) socket.on("error", () => socket.destroy());
    client.on("close", () => target.destroy());
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin };
}

async function pass(request: IncomingMessage, response: ServerResponse, inner: string, outer: string): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const answer = await fetch(`${inner}${request.url}`, {
    method: request.method ?? "GET",
    headers: Object.fromEntries(
      ["content-type", "authorization"].flatMap((name) =>
        request.headers[name] ? [[name, String(request.headers[name])]] : [],
      ),
    ),
    ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
  });
  const text = (await answer.text()).replaceAll(inner.replace(/^http/, "ws"), outer.replace(/^http/, "ws"));
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" }).end(text);
}

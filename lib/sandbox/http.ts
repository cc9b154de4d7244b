// Reads requests and writes answers of the cloud's plain HTTP side.
import type { IncomingMessage, ServerResponse } from "node:http";

export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body: object | Buffer;
}

/** Resolves with nothing when the body is longer than `limit`. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
  }
  return length <= limit ? Buffer.concat(chunks) : undefined;
}

export function send(response: ServerResponse, answer: HttpAnswer): void {
  if (response.destroyed || response.headersSent) return;
  const isBinary = Buffer.isBuffer(answer.body);
  const bytes = isBinary ? (answer.body as Buffer) : Buffer.from(JSON.stringify(answer.body));
  const type = isBinary ? "application/octet-stream" : "application/json; charset=utf-8";
  response.writeHead(answer.status, { "content-type": type, "content-length": bytes.length, ...answer.headers });
  response.end(bytes);
}

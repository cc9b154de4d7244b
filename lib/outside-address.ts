// Calls addresses that people entered: never a link-local one, inside the network only where that is allowed, judged again once the name is resolved.
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { pipeline, Readable, type Transform } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { literalOf } from "@/lib/address-trouble";
import { proxyOf } from "@/lib/feishu/network";
import { agentThrough } from "@/lib/feishu/proxy";
import { AddressRefused, lookupGuarded, type Right, requireAllowed } from "@/lib/guarded-lookup";

export type GuardedInit = Right & {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
};

/**
 * Like `fetch`, through the environment's proxy where it names one, without following redirects (they are answers like
 * others). Throws `AddressRefused`, or Node's own network errors.
 */
export async function guardedFetch(address: string, init: GuardedInit): Promise<Response> {
  const url = new URL(address);
  requireAllowed(url, init.allowPrivate);
  const proxy = proxyOf(url.href);
  // The proxy resolves the name itself; what it means from here is checked all the same.
  if (proxy && !literalOf(url)) await checkName(url.hostname, init);
  const agent = proxy ? agentThrough(proxy) : directAgent(url.protocol, init);
  return new Promise((done, fail) => {
    const options = {
      method: init.method ?? "GET",
      headers: { ...init.headers, "accept-encoding": "identity" },
      agent,
      ...(init.signal ? { signal: init.signal } : {}),
    };
    const outgoing = (url.protocol === "https:" ? requestHttps : requestHttp)(url, options, (incoming) => {
      try {
        done(responseOf(incoming));
      } catch (error) {
        // A status that HTTP does not know.
        incoming.destroy();
        fail(error);
      }
    });
    outgoing.on("error", fail);
    outgoing.end(init.body);
  });
}

async function checkName(hostname: string, right: Right): Promise<void> {
  const lookUp = lookupGuarded(right);
  await new Promise<void>((done, fail) => {
    // Behind a proxy many names cannot be resolved from here.
    lookUp(hostname, { all: true }, (error) => (error instanceof AddressRefused ? fail(error) : done()));
  });
}

const agents = new Map<string, HttpAgent | HttpsAgent>();

// One for each right: a connection kept open by somebody who may call inside must not serve somebody who may not.
function directAgent(protocol: string, right: Right): HttpAgent | HttpsAgent {
  const key = `${protocol} ${right.allowPrivate}`;
  const known = right.resolve ? undefined : agents.get(key);
  if (known) return known;
  const options = { keepAlive: !right.resolve, timeout: 0, lookup: lookupGuarded(right) };
  const agent = protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
  if (!right.resolve) agents.set(key, agent);
  return agent;
}

const BODILESS = new Set([204, 205, 304]);

function responseOf(incoming: IncomingMessage): Response {
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.append(incoming.rawHeaders[i] ?? "", incoming.rawHeaders[i + 1] ?? "");
  }
  const status = incoming.statusCode ?? 500;
  if (BODILESS.has(status)) incoming.resume();
  const body = BODILESS.has(status)
    ? null
    : (Readable.toWeb(unpacked(incoming, headers)) as ReadableStream<Uint8Array>);
  return new Response(body, { status, statusText: incoming.statusMessage ?? "", headers });
}

/** Some servers and proxies compress although nobody asked them to. */
function unpacked(incoming: IncomingMessage, headers: Headers): Readable {
  const unpack = UNPACKING.get(headers.get("content-encoding")?.trim().toLowerCase() ?? "");
  if (!unpack) return incoming;
  headers.delete("content-encoding");
  headers.delete("content-length");
  // Whoever reads the outcome sees the error, too.
  return pipeline(incoming, unpack(), () => undefined);
}

// What has come is unpacked at once, and also where the end is missing.
const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = constants;
const zlib = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
const gunzip = () => createGunzip(zlib);
const UNPACKING = new Map<string, () => Transform>([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", () => createInflate(zlib)],
  ["br", () => createBrotliDecompress({ flush: BROTLI_OPERATION_FLUSH, finishFlush: BROTLI_OPERATION_FLUSH })],
]);

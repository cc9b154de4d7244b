// The way out to Feishu: the proxy of the environment, time limits, and what went wrong in words.
import type { Agent } from "node:http";
import { defaultHttpInstance } from "@larksuiteoapi/node-sdk";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import type { Reason } from "@/lib/errors";

const REQUEST_LIMIT_MS = 10_000;

export type HttpClient = typeof defaultHttpInstance;

const proxyAgents = new Map<string, Agent>();

/** The agent that leads through the proxy which HTTPS_PROXY, HTTP_PROXY and NO_PROXY name; undefined: go directly. */
function agentFor(url: string): Agent | undefined {
  const proxy = proxyFor(url);
  if (!proxy) return undefined;
  const agent = proxyAgents.get(proxy) ?? new HttpsProxyAgent(proxy, { keepAlive: true });
  proxyAgents.set(proxy, agent);
  return agent;
}

/** The proxy's address for a URL, that of a WebSocket included; an empty string: none. */
export const proxyFor = (url: string): string => getProxyForUrl(url.replace(/^ws/, "http"));

/**
 * A client of its own for HTTP calls, to be given to the SDK as `httpInstance`: through the proxy, given up after 10 s,
 * and answering with the body like the SDK's own.
 */
export function createHttp(): HttpClient {
  const client = createRawHttp();
  client.interceptors.response.use((response) => {
    const { $return_headers: withHeaders } = response.config as { $return_headers?: boolean };
    return withHeaders ? { data: response.data, headers: response.headers } : response.data;
  });
  return client;
}

function createRawHttp(): HttpClient {
  // No redirects: one would carry the secret to an address that nobody chose.
  const client = defaultHttpInstance.create({ proxy: false, timeout: REQUEST_LIMIT_MS, maxRedirects: 0 });
  client.interceptors.request.use((config) => {
    const agent = agentFor(client.getUri(config));
    if (agent) Object.assign(config, { httpAgent: agent, httpsAgent: agent });
    return config;
  });
  return client;
}

export type Answer = { status: number; body: unknown };

let rawHttp: HttpClient | undefined;

/** Posts JSON. Any HTTP status is an answer; no answer within the limit throws. */
export async function postJson(
  url: string,
  body: object,
  options: { limitMs?: number; signal?: AbortSignal; headers?: Record<string, string> } = {},
): Promise<Answer> {
  rawHttp ??= createRawHttp();
  const limit = AbortSignal.timeout(options.limitMs ?? REQUEST_LIMIT_MS);
  const response = await rawHttp.post<unknown>(url, body, {
    headers: { "Content-Type": "application/json", ...options.headers },
    signal: options.signal ? AbortSignal.any([limit, options.signal]) : limit,
    validateStatus: () => true,
  });
  return { status: response.status, body: response.data };
}

const DNS_CODES = /^(ENOTFOUND|EAI_AGAIN|EAI_NONAME|EAI_FAIL)$/;
const REFUSED_CODES = /^ECONNREFUSED$/;
const TIMEOUT_CODES = /^(ETIMEDOUT|ECONNABORTED|ERR_CANCELED|ESOCKETTIMEDOUT)$/;
const UNREACHABLE_CODES = /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/;
const TLS_CODES = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO)/;

/** Why an address could not be talked to. */
export function networkReason(error: unknown, url: string): Reason {
  const host = URL.canParse(url) ? new URL(url).host : url;
  const { code = "", message = String(error) } = rootOf(error);
  const proxy = proxyFor(url);
  // Through a proxy only the way to the proxy itself can fail like this.
  if (proxy && [DNS_CODES, REFUSED_CODES, UNREACHABLE_CODES].some((codes) => codes.test(code))) {
    return { code: "connection.proxyDown", params: { host: new URL(proxy).host, problem: code } };
  }
  if (DNS_CODES.test(code)) return { code: "connection.dns", params: { host } };
  if (REFUSED_CODES.test(code)) return { code: "connection.refused", params: { host } };
  if (UNREACHABLE_CODES.test(code)) return { code: "connection.unreachable", params: { host } };
  if (TIMEOUT_CODES.test(code)) return { code: "connection.noAnswer", params: { host } };
  if (TLS_CODES.test(code)) return { code: "connection.tls", params: { host, problem: code } };
  if (code === "ECONNRESET" || code === "EPIPE") return { code: "connection.reset", params: { host } };
  return { code: "connection.network", params: { host, problem: code || message } };
}

// An AggregateError (one attempt per address) has no message of its own; the first attempt's says it.
function rootOf(error: unknown): { code?: string; message?: string } {
  const { errors, code, message, cause } = error as {
    errors?: unknown[];
    code?: string;
    message?: string;
    cause?: unknown;
  };
  if (typeof code === "string" && code !== "") return { code, ...(message ? { message } : {}) };
  if (errors?.[0]) return rootOf(errors[0]);
  if (cause instanceof Error) return rootOf(cause);
  return message ? { message } : {};
}

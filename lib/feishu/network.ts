// The way out to Feishu: the bot's proxy or the environment's, time limits, and what went wrong in words.
import { Agent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { defaultHttpInstance } from "@larksuiteoapi/node-sdk";
import { getProxyForUrl } from "proxy-from-env";
import type { BotCredentials } from "@/lib/bots/schemas";
import type { Reason } from "@/lib/errors";
import { addressTrouble, type NetworkTrouble, troubleOf } from "@/lib/feishu/error-codes";
import { agentThrough, ProxyAgent, ProxyError, proxyName } from "@/lib/feishu/proxy";
import { AddressRefused, lookupOfAdministrators, requireAllowed } from "@/lib/guarded-lookup";

const REQUEST_LIMIT_MS = 10_000;

export type HttpClient = typeof defaultHttpInstance;

type OwnProxy = BotCredentials["proxy"];

/**
 * The address of the proxy that leads to a URL, that of a WebSocket included; undefined: go directly. `own` is the bot's:
 * an address wins over the environment, NO_PROXY included; null: never a proxy. The address may hold a password: show
 * `proxyName` of it.
 */
export function proxyOf(url: string, own?: OwnProxy): string | undefined {
  if (own !== undefined) return own ?? undefined;
  const proxy = getProxyForUrl(url.replace(/^ws/, "http"));
  if (proxy === "") return undefined;
  // The package puts the target's scheme before an address that has none; everybody means http.
  return Object.values(process.env).includes(proxy) ? proxy : proxy.replace(/^https:/, "http:");
}

// A cloud of one's own is anywhere but where a machine keeps its credentials.
const guarded = { keepAlive: true, lookup: lookupOfAdministrators };
const directly = { httpAgent: new Agent(guarded), httpsAgent: new HttpsAgent(guarded) };

/** Throws `AddressRefused` for an address that is never called. */
function agentsFor(url: string, own: OwnProxy): { httpAgent: Agent; httpsAgent: Agent } {
  if (URL.canParse(url)) requireAllowed(new URL(url), true);
  const proxy = proxyOf(url, own);
  if (!proxy) return directly;
  const agent = agentThrough(proxy);
  return { httpAgent: agent, httpsAgent: agent };
}

/**
 * A client of its own for HTTP calls, to be given to the SDK as `httpInstance`: through the proxy, given up after 10 s,
 * and answering with the body like the SDK's own.
 */
export function createHttp(own?: OwnProxy): HttpClient {
  const client = createRawHttp();
  client.interceptors.request.use((config) => Object.assign(config, agentsFor(client.getUri(config), own)));
  client.interceptors.response.use((response) => {
    const { $return_headers: withHeaders } = response.config as { $return_headers?: boolean };
    return withHeaders ? { data: response.data, headers: response.headers } : response.data;
  });
  return client;
}

// No redirects: one would carry the secret to an address that nobody chose.
const createRawHttp = (): HttpClient =>
  defaultHttpInstance.create({ proxy: false, timeout: REQUEST_LIMIT_MS, maxRedirects: 0 });

export type Answer = { status: number; body: unknown };

let rawHttp: HttpClient | undefined;

type PostOptions = {
  proxy: OwnProxy;
  limitMs?: number | undefined;
  signal?: AbortSignal;
  headers?: Record<string, string>;
};

/** Posts JSON. Any HTTP status is an answer; no answer within the limit throws. */
export const postJson = (url: string, body: object, options: PostOptions): Promise<Answer> =>
  post(url, body, "application/json", options);

/** Posts a form, as OAuth wants it; answers and throws as `postJson` does. */
export const postForm = (url: string, form: Record<string, string>, options: PostOptions): Promise<Answer> =>
  post(url, new URLSearchParams(form).toString(), "application/x-www-form-urlencoded", options);

async function post(url: string, body: object | string, contentType: string, options: PostOptions): Promise<Answer> {
  rawHttp ??= createRawHttp();
  const limit = AbortSignal.timeout(options.limitMs ?? REQUEST_LIMIT_MS);
  const response = await rawHttp.post<unknown>(url, body, {
    ...agentsFor(url, options.proxy),
    headers: { "Content-Type": contentType, ...options.headers },
    signal: options.signal ? AbortSignal.any([limit, options.signal]) : limit,
    validateStatus: () => true,
  });
  return { status: response.status, body: response.data };
}

/** Whether an address answers at all, over a connection made for this question; any HTTP status is an answer. */
export async function reach(
  url: string,
  own: OwnProxy,
): Promise<{ ok: true; ms: number } | { ok: false; reason: Reason }> {
  rawHttp ??= createRawHttp();
  const proxy = proxyOf(url, own);
  const begin = performance.now();
  try {
    const agents = proxy
      ? { httpAgent: new ProxyAgent(proxy), httpsAgent: new ProxyAgent(proxy) }
      : agentsFor(url, null);
    const signal = AbortSignal.timeout(REQUEST_LIMIT_MS);
    await rawHttp.head(url, { ...agents, signal, headers: { Connection: "close" }, validateStatus: () => true });
    return { ok: true, ms: Math.round(performance.now() - begin) };
  } catch (error) {
    return { ok: false, reason: networkReason(error, url, own) };
  }
}

/** Why an address could not be talked to; `own` is the bot's proxy, as for `proxyOf`. */
export function networkReason(error: unknown, url: string, own?: OwnProxy): Reason {
  const refused = reasonIn(error);
  if (refused) return refused;
  const host = URL.canParse(url) ? new URL(url).host : url;
  const { code = "", message = String(error) } = addressTrouble(error);
  const trouble = troubleOf(code);
  if (!trouble) return { code: "connection.network", params: { host, problem: code || message } };
  const params = { host, ...(trouble === "tls" ? { problem: code } : {}) };
  const proxy = proxyOf(url, own);
  return proxy && isThroughProxy(trouble)
    ? { code: `connection.${trouble}Through`, params: { ...params, proxy: proxyName(proxy) } }
    : { code: `connection.${trouble}`, params };
}

// Whatever else happens on the way to the proxy is a ProxyError.
const isThroughProxy = (trouble: NetworkTrouble): boolean =>
  trouble === "noAnswer" || trouble === "tls" || trouble === "reset";

function reasonIn(error: unknown): Reason | undefined {
  if (error instanceof ProxyError || error instanceof AddressRefused) return error.reason;
  return error instanceof Error && error.cause ? reasonIn(error.cause) : undefined;
}

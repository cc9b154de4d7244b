// The way through an HTTP proxy: a tunnel made by CONNECT, kept for the next call, and what the proxy did wrong in words.
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpsProxyAgent } from "https-proxy-agent";
import type { Reason } from "@/lib/errors";
import { addressTrouble, isTlsCode } from "@/lib/feishu/error-codes";
import { AddressRefused, lookupOfAdministrators, requireAllowed } from "@/lib/guarded-lookup";

const TUNNEL_LIMIT_MS = 8_000; // below the limit of any call, so that the proxy is named and not the cloud
const IDLE_LIMIT_MS = 30_000;
const MAX_AGENTS = 100;

/** What a proxy did instead of opening a tunnel. Never carries its address with the password. */
export class ProxyError extends Error {
  readonly reason: Reason;

  constructor(reason: Reason) {
    super(`The proxy ${reason.params?.proxy ?? ""}: ${reason.code}`);
    this.name = "ProxyError";
    this.reason = reason;
  }

  // Next compiles instrumentation and route handlers apart: one process holds this class several times over.
  // Axios gives the error that it wraps around this one the same name.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "ProxyError" && "reason" in value;
  }
}

/** The host and port of a proxy's address, to be shown. */
export const proxyName = (proxy: string): string => (URL.canParse(proxy) ? new URL(proxy).host : "?");

/**
 * Opens a tunnel to where the request goes, TLS to that place included. Rejects with a `ProxyError` for whatever happens
 * before the tunnel stands.
 */
export async function connectThrough(
  proxy: string,
  request: ClientRequest,
  options: AgentConnectOpts,
  signal?: AbortSignal,
): Promise<Socket> {
  const address = parsed(proxy);
  const headers = authorization(address);
  address.username = "";
  address.password = "";
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(), TUNNEL_LIMIT_MS);
  requireAllowed(address, true);
  const tunnel = new HttpsProxyAgent(address, {
    lookup: lookupOfAdministrators,
    signal: signal ? AbortSignal.any([signal, abort.signal]) : abort.signal,
    headers: () => ({ ...headers }),
  });
  let status: number | undefined;
  tunnel.once("proxyConnect", (answer) => {
    status = answer.statusCode;
  });
  try {
    const socket = await tunnel.connect(request, options);
    if (status === 200) return socket;
    // The package would replay the proxy's refusal as if the cloud had answered with it.
    socket.destroy();
    throw new ProxyError(refusalReason(address.host, status));
  } catch (error) {
    if (error instanceof ProxyError || error instanceof AddressRefused || signal?.aborted) throw error;
    throw new ProxyError(troubleReason(error, address.host, abort.signal.aborted));
  } finally {
    clearTimeout(limit);
  }
}

function parsed(proxy: string): URL {
  if (URL.canParse(proxy) && /^https?:\/\//.test(proxy)) return new URL(proxy);
  throw new ProxyError({ code: "connection.proxyInvalid" });
}

function authorization({ username, password }: URL): Record<string, string> {
  if (!username && !password) return {};
  const plain = `${decoded(username)}:${decoded(password)}`;
  return { "Proxy-Authorization": `Basic ${Buffer.from(plain).toString("base64")}` };
}

// A lone % in an address is no escape, and many passwords have one.
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function refusalReason(proxy: string, status = 0): Reason {
  if (status === 407) return { code: "connection.proxyAuth", params: { proxy } };
  return status >= 100 && status < 1000
    ? { code: "connection.proxyRefused", params: { proxy, status } }
    : { code: "connection.proxyGarbage", params: { proxy } };
}

function troubleReason(error: unknown, proxy: string, isLate: boolean): Reason {
  if (isLate) return { code: "connection.proxySilent", params: { proxy, seconds: TUNNEL_LIMIT_MS / 1000 } };
  const { code: problem } = addressTrouble(error);
  if (!problem) return { code: "connection.proxyGarbage", params: { proxy } };
  return { code: isTlsCode(problem) ? "connection.proxyTls" : "connection.proxyDown", params: { proxy, problem } };
}

/** Keeps a tunnel open for the next call, for a while. */
export class ProxyAgent extends Agent {
  readonly #proxy: string;

  constructor(proxy: string) {
    super({ keepAlive: true, timeout: IDLE_LIMIT_MS });
    this.#proxy = proxy;
  }

  override connect(request: ClientRequest, options: AgentConnectOpts): Promise<Socket> {
    return connectThrough(this.#proxy, request, options);
  }

  /** Closes what is idle now, and each call's tunnel when that call is over. */
  retire(): void {
    this.maxFreeSockets = 0;
    for (const sockets of Object.values(this.freeSockets)) for (const socket of sockets ?? []) socket.destroy();
  }
}

/** Least recently used first. */
const agents = new Map<string, ProxyAgent>();

/** The one agent for a proxy's address. */
export function agentThrough(proxy: string): Agent {
  const agent = agents.get(proxy) ?? new ProxyAgent(proxy);
  agents.delete(proxy);
  agents.set(proxy, agent);
  const [oldest] = agents;
  if (agents.size > MAX_AGENTS && oldest) {
    agents.delete(oldest[0]);
    oldest[1].retire();
  }
  return agent;
}

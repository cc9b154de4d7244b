// Goes the way to a cloud once, as a call would, and tells the stages apart: the name, the proxy, TLS, the answer and its clock.
import { lookup as resolve } from "node:dns/promises";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP } from "node:net";
import { TLSSocket } from "node:tls";
import type { BotCredentials } from "@/lib/bots/schemas";
import type { Reason } from "@/lib/errors";
import { networkReason, proxyOf } from "@/lib/feishu/network";
import { ProxyAgent } from "@/lib/feishu/proxy";
import { lookupOfAdministrators, requireAllowed } from "@/lib/guarded-lookup";

// Answered by the gateway itself, so that no cache on the way has an old date in it.
const PROBE_PATH = "/open-apis/auth/v3/tenant_access_token/internal";

export type Certificate = { issuer: string; validTo: Date };

export type Reached =
  | { ok: true; ms: number; certificate?: Certificate /** The cloud's clock minus ours. */; skewMs?: number }
  | { ok: false; reason: Reason };

/** `own` is the bot's proxy, as for `proxyOf`. Never rejects; any HTTP status is an answer. */
export function probe(origin: string, own: BotCredentials["proxy"], limitMs: number): Promise<Reached> {
  const proxy = proxyOf(origin, own);
  const url = new URL(PROBE_PATH, origin);
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const begin = performance.now();
    const fail = (error: unknown) => resolve({ ok: false, reason: networkReason(error, origin, own) });
    try {
      requireAllowed(url, true);
      const agent = proxy ? new ProxyAgent(proxy) : false;
      const headers = { Connection: "close", "Cache-Control": "no-cache" };
      const lookup = lookupOfAdministrators;
      const request = send(url, { agent, lookup, headers, signal: AbortSignal.timeout(limitMs) });
      let certificate: Certificate | undefined;
      let sentAt = Date.now();
      request.on("finish", () => {
        sentAt = Date.now();
      });
      request.on("response", (response) => {
        certificate = response.socket instanceof TLSSocket ? certificateOf(response.socket) : undefined;
        const skewMs = skewOf(response.headers, (sentAt + Date.now()) / 2);
        const ms = Math.round(performance.now() - begin);
        resolve({ ok: true, ms, ...(certificate && { certificate }), ...(skewMs !== undefined && { skewMs }) });
        response.destroy();
      });
      request.on("error", (error) => fail(error.name === "AbortError" ? timeout() : error));
      request.end();
    } catch (error) {
      fail(error);
    }
  });
}

const timeout = (): Error => Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" });

function certificateOf(socket: TLSSocket): Certificate | undefined {
  const { issuer, valid_to: validTo } = socket.getPeerCertificate();
  if (!issuer || !validTo) return undefined;
  const name = issuer.O ?? issuer.CN ?? "";
  return { issuer: Array.isArray(name) ? (name[0] ?? "") : name, validTo: new Date(validTo) };
}

/** Undefined without a date, or with one that a cache on the way kept. */
function skewOf(headers: { date?: string | undefined; age?: string | undefined }, now: number): number | undefined {
  const date = Date.parse(headers.date ?? "");
  if (Number.isNaN(date) || Number(headers.age ?? 0) > 0) return undefined;
  // A date has whole seconds: on average half a second has passed since.
  return date + 500 - now;
}

export type Resolved =
  | { kind: "address" | "byProxy" }
  | { kind: "resolved"; addresses: string[] }
  | { kind: "failed"; problem: string };

/** Asks this server's DNS, unless a proxy is the one who asks. Never rejects. */
export async function resolveName(origin: string, own: BotCredentials["proxy"]): Promise<Resolved> {
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, "");
  if (proxyOf(origin, own)) return { kind: "byProxy" };
  if (isIP(host)) return { kind: "address" };
  try {
    const found = await resolve(host, { all: true });
    return { kind: "resolved", addresses: found.map(({ address }) => address) };
  } catch (error) {
    return { kind: "failed", problem: (error as { code?: string }).code ?? String(error) };
  }
}

export type TlsTrouble = "selfSigned" | "expired" | "notYetValid" | "unknownAuthority" | "wrongName" | "failed";

/** What Node's code says of a certificate. */
export function tlsTrouble(code: string): TlsTrouble {
  if (code === "DEPTH_ZERO_SELF_SIGNED_CERT") return "selfSigned";
  if (code === "CERT_HAS_EXPIRED") return "expired";
  if (code === "CERT_NOT_YET_VALID") return "notYetValid";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "wrongName";
  return /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY|GET_ISSUER))/.test(code) ? "unknownAuthority" : "failed";
}

// Asks the cloud for the address of a WebSocket and says precisely what came back.
import type { BotCredentials } from "@/lib/bots/schemas";
import type { Reason } from "@/lib/errors";
import { networkReason, postJson } from "@/lib/feishu/network";
import { KeptSecret } from "@/lib/kept-secret";

/**
 * Why there is no connection. "credentials": retrying is in vain until a person acts. "refused": the cloud said no
 * without saying why. "other": the network, a busy cloud, a dead link.
 */
export type Loss = { kind: "credentials" | "refused" | "other"; reason: Reason };

export type Discovery = { ok: true; url: string; clientConfig: object } | { ok: false; loss: Loss };

/** Feishu's endpoint codes: forbidden, authentication failed, no credentials. */
const CREDENTIAL_CODES = [403, 514, 1000040344];
/** System busy (two codes) and internal error: Feishu's own trouble, over by itself. */
const BUSY_CODES = [1, 1000040343, 1000040345];
const LIMIT_CODE = 1000040350; // the number of connections exceeded the limit
const WRONG_CLOUD_CODE = 1000040351; // "Incorrect domain name": Feishu was asked for an app of Lark's, or the reverse

export const LONGEST_QUOTE = 200;

type Request = {
  url: string;
  body: object;
  headers: Record<string, string>;
  proxy: BotCredentials["proxy"];
  limitMs: number;
  signal: AbortSignal;
};

export async function discover({ url, body, ...options }: Request): Promise<Discovery> {
  try {
    const answer = await postJson(url, body, options);
    const found = readAnswer(answer.status, answer.body, new URL(url).host);
    if (found.ok) return found;
    const kept = new KeptSecret((body as { AppSecret?: string }).AppSecret);
    return { ok: false, loss: { ...found.loss, reason: kept.reasonWithout(found.loss.reason) } };
  } catch (error) {
    return { ok: false, loss: { kind: "other", reason: networkReason(error, url, options.proxy) } };
  }
}

// The SDK (1.74) reads `data` before `code` and so never sees the code of a refusal without `data`.
function readAnswer(status: number, body: unknown, host: string): Discovery {
  const { code, msg, data } = asRecord(body);
  if (typeof code === "number" && code !== 0) return { ok: false, loss: refusal(code, quote(msg), status, host) };
  if (status !== 200) return other({ code: "connection.httpStatus", params: { host, status } });
  const { URL: address, ClientConfig: clientConfig } = asRecord(data);
  if (code !== 0 || typeof address !== "string" || !isSocketAddress(address)) {
    return other({ code: "connection.garbage", params: { host } });
  }
  return { ok: true, url: serviceIdBehind(address), clientConfig: asRecord(clientConfig) };
}

export function refusal(code: number, problem: string, status = 200, host = ""): Loss {
  const params = { code, problem: problem || `HTTP ${status}` };
  if (code === 403) return { kind: "credentials", reason: { code: "connection.forbidden", params } };
  if (CREDENTIAL_CODES.includes(code)) {
    return { kind: "credentials", reason: { code: "connection.credentials", params } };
  }
  if (BUSY_CODES.includes(code)) return { kind: "other", reason: { code: "connection.busy", params } };
  if (code === LIMIT_CODE) return { kind: "other", reason: { code: "connection.limit", params } };
  if (code === WRONG_CLOUD_CODE) {
    return {
      kind: "refused",
      reason: { code: "connection.wrongCloud", params: { ...params, cloud: otherThan(host) } },
    };
  }
  return { kind: "refused", reason: { code: "connection.refusedWithCode", params } };
}

/** The cloud to choose instead. */
function otherThan(host: string): string {
  if (/(^|\.)feishu\.cn$/.test(host)) return "lark";
  return /(^|\.)larksuite\.com$/.test(host) ? "feishu" : "other";
}

const other = (reason: Reason): Discovery => ({ ok: false, loss: { kind: "other", reason } });

const asRecord = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === "object" ? (value as Record<string, unknown>) : {};

const quote = (value: unknown): string => (typeof value === "string" ? value.slice(0, LONGEST_QUOTE) : "");

const isSocketAddress = (address: string): boolean =>
  URL.canParse(address) && /^wss?:$/.test(new URL(address).protocol);

// The SDK (1.74) parses the whole address as a query and so loses its first parameter: service_id must not be that.
function serviceIdBehind(address: string): string {
  const [place = "", query = ""] = address.split("?", 2);
  const parameters = query.split("&");
  if (!parameters[0]?.startsWith("service_id=")) return address;
  return `${place}?${[...parameters.slice(1), parameters[0]].join("&")}`;
}

// The OAuth device flow (RFC 8628) by which Feishu makes an app, or changes one, for whoever scans a QR code.
import { gzipSync } from "node:zlib";
import { z } from "zod";
import type { Reason } from "@/lib/errors";
import { APP_CALLBACKS, APP_EVENTS } from "@/lib/feishu/app-needs";
import { LONGEST_QUOTE } from "@/lib/feishu/discovery";
import { FeishuError } from "@/lib/feishu/errors";
import { networkReason, postForm } from "@/lib/feishu/network";

// Where the SDK's registerApp (1.74) begins, and where it goes on for a tenant of Lark. Not used itself: it keeps the
// device code to its own memory, gives up at the first call that gets no answer, and knows no proxy.
export const ACCOUNTS = { feishu: "https://accounts.feishu.cn", lark: "https://accounts.larksuite.com" };

const PATH = "/oauth/v1/app/registration";
const SLOW_DOWN_SECONDS = 5; // RFC 8628 §3.5

export type AccountsCloud = {
  origin: string;
  /** Null: never through a proxy. */
  proxy?: null;
  /** Feishu's own: a person of Lark has to be asked about there. */
  sendsOn?: boolean;
};

export type Begun = { deviceCode: string; url: string; intervalSeconds: number; expiresInSeconds: number };

const begunSchema = z.object({
  device_code: z.string().min(1).max(2_000),
  verification_uri_complete: z.url({ protocol: /^https?$/ }),
  interval: z.number().positive().max(600).default(5),
  expires_in: z.number().positive().max(86_400).default(600),
});

/** Throws a `FeishuError` whose reason says what came instead. */
export async function beginRegistration(cloud: AccountsCloud): Promise<Begun> {
  const answer = await ask(cloud, {
    action: "begin",
    archetype: "PersonalAgent",
    auth_method: "client_secret",
    request_user_info: "open_id",
  });
  const begun = begunSchema.safeParse(answer.body);
  if (!begun.success) throw strange(cloud, answer);
  const { device_code: deviceCode, verification_uri_complete: url, interval, expires_in: life } = begun.data;
  return { deviceCode, url, intervalSeconds: Math.ceil(interval), expiresInSeconds: Math.floor(life) };
}

type Wish = {
  /** Offered to the person, who may change it. */
  name?: string | undefined;
  scopes: readonly string[];
  /** The app to be changed; without it a new one is made. */
  appId?: string | undefined;
};

/** What the QR code shows: Feishu's page, told what to ask the person for. The same as registerApp's (SDK 1.74). */
export function codeUrl(page: string, { name, scopes, appId }: Wish): string {
  const url = new URL(page);
  url.searchParams.set("from", "sdk");
  url.searchParams.set("source", "node-sdk/larkspur");
  url.searchParams.set("tp", "sdk");
  if (name) url.searchParams.set("name", name);
  const addons = {
    scopes: { tenant: scopes },
    events: { items: { tenant: APP_EVENTS } },
    callbacks: { items: APP_CALLBACKS },
  };
  url.searchParams.set("addons", gzipSync(JSON.stringify(addons)).toString("base64url"));
  if (appId) url.searchParams.set("clientID", appId);
  else url.searchParams.set("createOnly", "true");
  return url.toString();
}

export type Progress =
  | { state: "waiting"; slowerBySeconds?: number }
  /** The person belongs to Lark: the same device code goes on there. */
  | { state: "elsewhere" }
  | { state: "done"; appId: string; appSecret: string; brand: "feishu" | "lark" }
  | { state: "refused" | "expired" }
  | { state: "failed"; reason: Reason };

type PollAnswer = {
  client_id?: unknown;
  client_secret?: unknown;
  user_info?: { tenant_brand?: unknown };
  error?: unknown;
  error_description?: unknown;
};

/** How far the person has come. Throws a `FeishuError` when no answer came that says so: the next question may get one. */
export async function askProgress(cloud: AccountsCloud, deviceCode: string): Promise<Progress> {
  const answer = await ask(cloud, { action: "poll", device_code: deviceCode });
  if (typeof answer.body !== "object" || answer.body === null) throw strange(cloud, answer);
  const { client_id: appId, client_secret: appSecret, user_info: user, error, ...rest } = answer.body as PollAnswer;
  const isLark = user?.tenant_brand === "lark";
  if (isLark && cloud.sendsOn) return { state: "elsewhere" };
  if (typeof appId === "string" && typeof appSecret === "string" && appId && appSecret) {
    return { state: "done", appId, appSecret, brand: isLark ? "lark" : "feishu" };
  }
  if (error === "slow_down") return { state: "waiting", slowerBySeconds: SLOW_DOWN_SECONDS };
  if (error === "access_denied") return { state: "refused" };
  if (error === "expired_token") return { state: "expired" };
  if (error === undefined || error === "authorization_pending") {
    if (answer.status >= 500) throw strange(cloud, answer);
    return { state: "waiting" };
  }
  const problem = [error, rest.error_description].filter((part) => typeof part === "string").join(": ");
  return {
    state: "failed",
    reason: { code: "registration.refused", params: { problem: problem.slice(0, LONGEST_QUOTE) } },
  };
}

async function ask({ origin, proxy }: AccountsCloud, form: Record<string, string>) {
  const url = `${origin}${PATH}`;
  try {
    return await postForm(url, form, { proxy });
  } catch (cause) {
    throw new FeishuError({ kind: "network", reason: networkReason(cause, url, proxy), cause });
  }
}

const strange = ({ origin }: AccountsCloud, { status }: { status: number }): FeishuError =>
  new FeishuError({
    kind: "network",
    httpStatus: status,
    reason: { code: "connection.httpStatus", params: { host: new URL(origin).host, status } },
  });

// Asks Feishu directly whether an App ID and its secret are right.
import { APP_ID_PATTERN, type BotCredentials } from "@/lib/bots/schemas";
import type { Reason } from "@/lib/errors";
import { discover, LONGEST_QUOTE } from "@/lib/feishu/discovery";
import { networkReason, postJson } from "@/lib/feishu/network";
import { KeptSecret } from "@/lib/kept-secret";

export type CredentialsCheck = { ok: true } | { ok: false; kind: "credentials" | "network" | "other"; reason: Reason };

const LONGEST_MS = 10_000;

/** Feishu's token codes: invalid parameter (no such App ID), App ID or secret refused, secret invalid. */
const REFUSED_CODES = [10003, 10012, 10014];

export async function checkCredentials(credentials: BotCredentials, limitMs?: number): Promise<CredentialsCheck> {
  const startedAt = performance.now();
  const answer = await askForToken(credentials, limitMs);
  if (answer.ok || answer.kind !== "credentials" || answer.reason.code === "connection.appId") return answer;
  const leftMs = Math.floor((limitMs ?? LONGEST_MS) - (performance.now() - startedAt));
  const wrongCloud = leftMs > 0 ? await wrongCloudOf(credentials, leftMs) : undefined;
  return wrongCloud ? { ...answer, reason: wrongCloud } : answer;
}

// To the other cloud an app is simply unknown: only where connections are given out is it said why.
async function wrongCloudOf({ appId, appSecret, origin, proxy }: BotCredentials, limitMs: number) {
  const found = await discover({
    url: `${origin}/callback/ws/endpoint`,
    body: { AppID: appId, AppSecret: appSecret },
    headers: {},
    proxy,
    limitMs,
    signal: AbortSignal.timeout(limitMs),
  });
  return !found.ok && found.loss.reason.code === "connection.wrongCloud" ? found.loss.reason : undefined;
}

async function askForToken(
  { appId, appSecret, origin, proxy }: BotCredentials,
  limitMs?: number,
): Promise<CredentialsCheck> {
  if (!APP_ID_PATTERN.test(appId)) return { ok: false, kind: "credentials", reason: { code: "connection.appId" } };
  const url = `${origin}/open-apis/auth/v3/tenant_access_token/internal`;
  try {
    const body = { app_id: appId, app_secret: appSecret };
    const answer = await postJson(url, body, { limitMs, proxy });
    const kept = new KeptSecret(appSecret);
    const check = readAnswer(answer.status, answer.body, new URL(url).host);
    return check.ok ? check : { ...check, reason: kept.reasonWithout(check.reason) };
  } catch (error) {
    return { ok: false, kind: "network", reason: networkReason(error, url, proxy) };
  }
}

function readAnswer(status: number, body: unknown, host: string): CredentialsCheck {
  const { code, msg } = (body ?? {}) as { code?: unknown; msg?: unknown };
  if (code === 0) return { ok: true };
  if (typeof code !== "number") {
    return { ok: false, kind: "other", reason: { code: "connection.httpStatus", params: { host, status } } };
  }
  const params = { code, problem: typeof msg === "string" ? msg.slice(0, LONGEST_QUOTE) : `HTTP ${status}` };
  return REFUSED_CODES.includes(code)
    ? { ok: false, kind: "credentials", reason: { code: "connection.credentials", params } }
    : { ok: false, kind: "other", reason: { code: "connection.refusedWithCode", params } };
}

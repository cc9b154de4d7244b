// Pushes events and challenges to an app's request address: plain, or encrypted and signed when it has an encrypt key.
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { parseJson } from "@/lib/json";
import type { SandboxApp } from "@/lib/sandbox/apps";
import { randomId } from "@/lib/sandbox/ids";

export interface WebhookTarget {
  url: string;
  encryptKey: string | null;
}

export interface WebhookAnswer {
  status: number;
  body: unknown;
  ms: number;
}

// Feishu wants the challenge back within a second.
const CHALLENGE_MS = 1_000;

// The receiver's answer is small; what is longer is not read to its end.
const MAX_ANSWER_BYTES = 256 * 1024;

/** AES-256-CBC under SHA-256 of the key, the initialisation vector in front. */
export function encryptPayload(encryptKey: string, payload: Buffer | string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", createHash("sha256").update(encryptKey).digest(), iv);
  return Buffer.concat([iv, cipher.update(payload), cipher.final()]).toString("base64");
}

/** hex(SHA-256(timestamp + nonce + encrypt key + raw body)), as Feishu signs. */
export function signBody(timestamp: string, nonce: string, encryptKey: string, body: Buffer | string): string {
  return createHash("sha256").update(timestamp).update(nonce).update(encryptKey).update(body).digest("hex");
}

/** The exact request that Feishu would send: body and headers. */
function webhookRequest(target: WebhookTarget, payload: Buffer | string, isSigned: boolean) {
  const headers: Record<string, string> = { "content-type": "application/json; charset=utf-8" };
  if (target.encryptKey === null) return { body: Buffer.from(payload), headers };
  const body = Buffer.from(JSON.stringify({ encrypt: encryptPayload(target.encryptKey, payload) }));
  if (!isSigned) return { body, headers };
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(8).toString("hex");
  headers["x-lark-request-timestamp"] = timestamp;
  headers["x-lark-request-nonce"] = nonce;
  headers["x-lark-signature"] = signBody(timestamp, nonce, target.encryptKey, body);
  return { body, headers };
}

/** Rejects when nothing answers in time. Keeps no connection open. */
export function pushToWebhook(
  target: WebhookTarget,
  payload: Buffer | string,
  options: { timeoutMs: number; isSigned: boolean; signal: AbortSignal },
): Promise<WebhookAnswer> {
  const started = performance.now();
  const { body, headers } = webhookRequest(target, payload, options.isSigned);
  const open = target.url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.any([options.signal, AbortSignal.timeout(Math.max(1, Math.round(options.timeoutMs)))]);
    const request = open(
      target.url,
      { method: "POST", agent: false, signal, headers: { ...headers, "content-length": body.length } },
      (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        response.on("data", (chunk: Buffer) => {
          length += chunk.length;
          if (length <= MAX_ANSWER_BYTES) chunks.push(chunk);
        });
        response.on("error", reject);
        response.on("end", () => {
          const ms = performance.now() - started;
          resolve({ status: response.statusCode ?? 0, body: parseJson(Buffer.concat(chunks)), ms });
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

export interface ChallengeResult extends WebhookAnswer {
  /** The address answered 200 with the challenge, in time. */
  ok: boolean;
}

/** Sends a `url_verification`; a status of 0 means that nothing answered. */
export async function challengeWebhook(app: SandboxApp, signal: AbortSignal): Promise<ChallengeResult> {
  if (app.webhookUrl === null) throw new Error(`App ${app.appId} has no request address.`);
  const challenge = randomId();
  const payload = JSON.stringify({ challenge, token: app.verificationToken, type: "url_verification" });
  const target = { url: app.webhookUrl, encryptKey: app.encryptKey };
  try {
    const answer = await pushToWebhook(target, payload, { timeoutMs: CHALLENGE_MS, isSigned: false, signal });
    const given = (answer.body as { challenge?: unknown } | undefined)?.challenge;
    return { ok: answer.status === 200 && given === challenge, ...answer };
  } catch {
    return { ok: false, status: 0, ms: CHALLENGE_MS, body: undefined };
  }
}

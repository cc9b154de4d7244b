// Reads what Feishu posts to the webhook address, and refuses what does not prove to come from Feishu. Pure.
import { createDecipheriv, createHash, timingSafeEqual } from "node:crypto";
import { AppError } from "@/lib/errors";

export type WebhookRequest = {
  /** As it arrived: the signature is over these very bytes. */
  rawBody: Uint8Array;
  headers: { get(name: string): string | null };
  encryptKey?: string | undefined;
  verificationToken?: string | undefined;
  /** The bot's: another app's events are refused. */
  appId: string;
};

export type Webhook = { kind: "challenge"; challenge: string } | { kind: "event"; envelope: Record<string, unknown> };

type JsonObject = Record<string, unknown>;

/** Throws `forbidden` for anything that may be forged, `invalid_input` for what is no JSON object. */
export function readWebhook(request: WebhookRequest): Webhook {
  const encryptKey = request.encryptKey || undefined;
  const verificationToken = request.verificationToken || undefined;
  if (!encryptKey && !verificationToken) throw new AppError("forbidden", "webhook.noKey");
  const outer = parseObject(request.rawBody);
  const body = encryptKey ? decrypt(outer, encryptKey) : outer;
  const isChallenge = body.type === "url_verification";
  const tokenFits = verificationToken !== undefined && isSame(tokenOf(body), verificationToken);
  // Feishu does not sign the challenge: a body that it could encrypt, with the right token in it, is proof enough there.
  if (encryptKey && !(isChallenge && tokenFits) && !isSigned(request, encryptKey)) {
    throw isChallenge && !verificationToken ? new AppError("forbidden", "webhook.challengeNeedsToken") : notAuthentic();
  }
  if (verificationToken && !tokenFits) throw new AppError("forbidden", "webhook.wrongToken");
  if (isChallenge) return { kind: "challenge", challenge: challengeOf(body) };
  refuseOtherApps(body, request.appId);
  return { kind: "event", envelope: body };
}

function parseObject(bytes: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : "";
    throw new AppError("invalid_input", "malformedJson", { params: { problem }, cause });
  }
  if (!isObject(value)) throw new AppError("invalid_input", "bodyNotObject");
  return value;
}

// AES-256-CBC with the key's SHA-256, the initial vector in front: Feishu's "Encrypt Key" scheme.
function decrypt(outer: JsonObject, encryptKey: string): JsonObject {
  if (typeof outer.encrypt !== "string") throw new AppError("forbidden", "webhook.notEncrypted");
  try {
    const bytes = Buffer.from(outer.encrypt, "base64");
    const key = createHash("sha256").update(encryptKey).digest();
    const decipher = createDecipheriv("aes-256-cbc", key, bytes.subarray(0, 16));
    const plain = Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]);
    return parseObject(plain);
  } catch (cause) {
    throw notAuthentic(cause);
  }
}

// One and the same answer whether the padding, the JSON or the signature is wrong: a difference would let somebody
// who recorded a request decrypt it by trying.
const notAuthentic = (cause?: unknown) => new AppError("forbidden", "webhook.notAuthentic", { cause });

function isSigned({ rawBody, headers }: WebhookRequest, encryptKey: string): boolean {
  const given = headers.get("x-lark-signature") ?? "";
  const timestamp = headers.get("x-lark-request-timestamp") ?? "";
  const nonce = headers.get("x-lark-request-nonce") ?? "";
  if (!/^[0-9a-f]{64}$/i.test(given)) return false;
  const expected = createHash("sha256")
    .update(timestamp + nonce + encryptKey)
    .update(rawBody)
    .digest();
  return timingSafeEqual(Buffer.from(given, "hex"), expected);
}

// Hashed first: the comparison then takes the same time whatever the lengths are.
function isSame(given: unknown, wanted: string): boolean {
  if (typeof given !== "string") return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** In the header of today's events; beside the event in those of the first version and in challenges. */
function tokenOf(body: JsonObject): unknown {
  return isObject(body.header) ? body.header.token : body.token;
}

function challengeOf({ challenge }: JsonObject): string {
  if (typeof challenge === "string") return challenge;
  throw new AppError("invalid_input", "webhook.noChallenge", {
    fields: [{ path: "challenge", message: "fields.required" }],
  });
}

function refuseOtherApps(body: JsonObject, appId: string): void {
  const named = isObject(body.header) ? body.header.app_id : isObject(body.event) ? body.event.app_id : undefined;
  if (named === undefined) return;
  if (typeof named !== "string" || named.toLowerCase() !== appId.toLowerCase()) {
    throw new AppError("forbidden", "webhook.otherApp", { params: { appId } });
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

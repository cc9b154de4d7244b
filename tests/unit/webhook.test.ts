import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { readWebhook, type WebhookRequest } from "@/lib/feishu/webhook";
import { encryptPayload, signBody } from "@/lib/sandbox/webhook-push";

const APP_ID = "cli_0123456789abcdef";
const KEY = "the encrypt key";
const TOKEN = "the verification token";
const OTHER = "something else";

const eventOf = (header: object = {}) => ({
  schema: "2.0",
  header: { event_id: "e1", event_type: "im.message.receive_v1", token: TOKEN, app_id: APP_ID, ...header },
  event: { message: { message_id: "om_1" } },
});
const oldEvent = (event: object = {}) => ({
  uuid: "u1",
  token: TOKEN,
  type: "event_callback",
  event: { app_id: APP_ID, type: "message", ...event },
});
const challengeOf = (fields: object = {}) => ({
  type: "url_verification",
  challenge: "abc",
  token: TOKEN,
  ...fields,
});

type Sent = { body: unknown; encryptedWith?: string; signedWith?: string; headers?: Record<string, string> };

/** A request as Feishu makes it, or as somebody makes it who would like to be Feishu. */
function sent({ body, encryptedWith, signedWith, headers = {} }: Sent): { rawBody: Buffer; headers: Headers } {
  const plain = typeof body === "string" ? body : JSON.stringify(body);
  // Spaces as no serialiser writes them: a signature over anything but the raw bytes would fail.
  const text = encryptedWith === undefined ? plain : `{ "encrypt" : "${encryptPayload(encryptedWith, plain)}" }\n`;
  const rawBody = Buffer.from(text);
  const signed: Record<string, string> =
    signedWith === undefined
      ? {}
      : {
          "x-lark-request-timestamp": "1700000000",
          "x-lark-request-nonce": "nonce",
          "x-lark-signature": signBody("1700000000", "nonce", signedWith, rawBody),
        };
  return { rawBody, headers: new Headers({ ...signed, ...headers }) };
}

const both = { encryptKey: KEY, verificationToken: TOKEN, appId: APP_ID };
const keyOnly = { encryptKey: KEY, appId: APP_ID };
const tokenOnly = { verificationToken: TOKEN, appId: APP_ID };

function refusal(request: WebhookRequest): string {
  try {
    return `accepted: ${JSON.stringify(readWebhook(request))}`;
  } catch (error) {
    if (error instanceof AppError) return `${error.status} ${error.textKey}`;
    throw error;
  }
}

describe("webhook events", () => {
  test("are read when encrypted and signed, with the right token", () => {
    const body = eventOf();
    const request = sent({ body, encryptedWith: KEY, signedWith: KEY });
    expect(readWebhook({ ...request, ...both })).toEqual({ kind: "event", envelope: body });
    expect(readWebhook({ ...request, ...keyOnly })).toEqual({ kind: "event", envelope: body });
  });

  test("are read in plain text with the right token where there is no encrypt key", () => {
    const body = eventOf();
    expect(readWebhook({ ...sent({ body }), ...tokenOnly })).toEqual({ kind: "event", envelope: body });
  });

  test("are read in the form of the first version", () => {
    const body = oldEvent();
    expect(readWebhook({ ...sent({ body }), ...tokenOnly })).toEqual({ kind: "event", envelope: body });
    const encrypted = sent({ body, encryptedWith: KEY, signedWith: KEY });
    expect(readWebhook({ ...encrypted, ...both })).toEqual({ kind: "event", envelope: body });
  });

  test("are taken whatever the letter case of the App ID and of the signature", () => {
    const body = eventOf({ app_id: "cli_0123456789ABCDEF" });
    const { rawBody, headers } = sent({ body, encryptedWith: KEY, signedWith: KEY });
    headers.set("x-lark-signature", (headers.get("x-lark-signature") ?? "").toUpperCase());
    expect(readWebhook({ rawBody, headers, ...both }).kind).toBe("event");
  });

  test("are refused, always, where neither key is set", () => {
    const requests = [sent({ body: eventOf() }), sent({ body: challengeOf() }), sent({ body: "no JSON" })];
    for (const request of requests) expect(refusal({ ...request, appId: APP_ID })).toBe("403 webhook.noKey");
    const blank = { encryptKey: "", verificationToken: "", appId: APP_ID };
    expect(refusal({ ...sent({ body: eventOf({ token: "" }) }), ...blank })).toBe("403 webhook.noKey");
  });

  test.each(["", "{", "[]", "null", '"text"', "1", "\ufeff\u0000"])(
    "are 400 when the body is no JSON object: %j",
    (body) => {
      expect(refusal({ ...sent({ body }), ...both })).toMatch(/^400 /);
      expect(refusal({ ...sent({ body }), ...tokenOnly })).toMatch(/^400 /);
    },
  );

  test("are 400 when the bytes are not UTF-8", () => {
    const rawBody = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
    expect(refusal({ rawBody, headers: new Headers(), ...tokenOnly })).toBe("400 malformedJson");
  });

  test("are refused in plain text where an encrypt key is set, even signed and with the right token", () => {
    expect(refusal({ ...sent({ body: eventOf(), signedWith: KEY }), ...both })).toBe("403 webhook.notEncrypted");
    expect(refusal({ ...sent({ body: { encrypt: 7 }, signedWith: KEY }), ...both })).toBe("403 webhook.notEncrypted");
  });

  const forgeries: [string, Sent][] = [
    ["encrypted with another key", { body: eventOf(), encryptedWith: OTHER, signedWith: KEY }],
    ["unsigned", { body: eventOf(), encryptedWith: KEY }],
    ["signed with another key", { body: eventOf(), encryptedWith: KEY, signedWith: OTHER }],
    ["not decryptable", { body: '{"encrypt":"AAAA"}', signedWith: KEY }],
    ["empty inside", { body: '{"encrypt":""}', signedWith: KEY }],
    ["no JSON inside", { body: "not JSON", encryptedWith: KEY, signedWith: KEY }],
    ["no object inside", { body: "[]", encryptedWith: KEY, signedWith: KEY }],
    ["with half a signature", { body: eventOf(), encryptedWith: KEY, headers: { "x-lark-signature": "abcd" } }],
    ["with an empty signature", { body: eventOf(), encryptedWith: KEY, headers: { "x-lark-signature": "" } }],
    [
      "with another nonce",
      { body: eventOf(), encryptedWith: KEY, signedWith: KEY, headers: { "x-lark-request-nonce": "another" } },
    ],
    [
      "with another time",
      { body: eventOf(), encryptedWith: KEY, signedWith: KEY, headers: { "x-lark-request-timestamp": "1700000001" } },
    ],
  ];
  test.each(forgeries)("are refused %s, with one and the same answer", (_, forgery) => {
    expect(refusal({ ...sent(forgery), ...both })).toBe("403 webhook.notAuthentic");
    expect(refusal({ ...sent(forgery), ...keyOnly })).toBe("403 webhook.notAuthentic");
  });

  test("are refused when a single byte differs from what was signed", () => {
    const { rawBody, headers } = sent({ body: eventOf(), encryptedWith: KEY, signedWith: KEY });
    const changed = Buffer.concat([rawBody, Buffer.from(" ")]);
    expect(refusal({ rawBody: changed, headers, ...both })).toBe("403 webhook.notAuthentic");
  });

  test("are refused when signed over the body without its key", () => {
    const { rawBody, headers } = sent({ body: eventOf(), encryptedWith: KEY });
    headers.set("x-lark-signature", createHash("sha256").update(rawBody).digest("hex"));
    expect(refusal({ rawBody, headers, ...both })).toBe("403 webhook.notAuthentic");
  });

  test.each([OTHER, "", undefined, null, 7, TOKEN.slice(0, -1), `${TOKEN} `])(
    "are refused with the token %j",
    (token) => {
      const expected = "403 webhook.wrongToken";
      expect(refusal({ ...sent({ body: eventOf({ token }) }), ...tokenOnly })).toBe(expected);
      expect(refusal({ ...sent({ body: eventOf({ token }), encryptedWith: KEY, signedWith: KEY }), ...both })).toBe(
        expected,
      );
      expect(refusal({ ...sent({ body: { ...oldEvent(), token } }), ...tokenOnly })).toBe(expected);
    },
  );

  test("are refused when they belong to another app", () => {
    const other = "cli_ffffffffffffffff";
    for (const body of [eventOf({ app_id: other }), eventOf({ app_id: { id: APP_ID } }), oldEvent({ app_id: other })]) {
      expect(refusal({ ...sent({ body }), ...tokenOnly })).toBe("403 webhook.otherApp");
      expect(refusal({ ...sent({ body, encryptedWith: KEY, signedWith: KEY }), ...both })).toBe("403 webhook.otherApp");
    }
  });
});

describe("webhook challenges", () => {
  const answer = { kind: "challenge", challenge: "abc" };

  test("are answered in plain text with the right token", () => {
    expect(readWebhook({ ...sent({ body: challengeOf() }), ...tokenOnly })).toEqual(answer);
  });

  test("are answered encrypted, unsigned or wrongly signed, with the right token", () => {
    for (const signedWith of [undefined, OTHER, KEY]) {
      const request = sent({ body: challengeOf(), encryptedWith: KEY, ...(signedWith ? { signedWith } : {}) });
      expect(readWebhook({ ...request, ...both })).toEqual(answer);
    }
  });

  test("need the signature where there is no token to tell by", () => {
    const unsigned = sent({ body: challengeOf(), encryptedWith: KEY });
    expect(refusal({ ...unsigned, ...keyOnly })).toBe("403 webhook.challengeNeedsToken");
    const signed = sent({ body: challengeOf(), encryptedWith: KEY, signedWith: KEY });
    expect(readWebhook({ ...signed, ...keyOnly })).toEqual(answer);
  });

  test("are refused with a wrong token, signed or not, encrypted or not", () => {
    const body = challengeOf({ token: OTHER });
    expect(refusal({ ...sent({ body }), ...tokenOnly })).toBe("403 webhook.wrongToken");
    expect(refusal({ ...sent({ body, encryptedWith: KEY }), ...both })).toBe("403 webhook.notAuthentic");
    expect(refusal({ ...sent({ body, encryptedWith: KEY, signedWith: KEY }), ...both })).toBe("403 webhook.wrongToken");
  });

  test("are refused in plain text where an encrypt key is set", () => {
    expect(refusal({ ...sent({ body: challengeOf() }), ...both })).toBe("403 webhook.notEncrypted");
    expect(refusal({ ...sent({ body: challengeOf() }), ...keyOnly })).toBe("403 webhook.notEncrypted");
  });

  test("do not let an event in with them", () => {
    const body = { ...eventOf(), type: "url_verification", challenge: "abc" };
    expect(readWebhook({ ...sent({ body, encryptedWith: KEY }), ...both })).toEqual(answer);
  });

  test("are 400 without a word to answer with", () => {
    for (const challenge of [undefined, 7, null]) {
      expect(refusal({ ...sent({ body: challengeOf({ challenge }) }), ...tokenOnly })).toBe("400 webhook.noChallenge");
    }
  });
});

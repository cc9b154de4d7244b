// The webhook address from outside: what is taken, what is refused in which order, and what is stored.
import { expect, test } from "vitest";
import { encryptPayload, signBody } from "@/lib/sandbox/webhook-push";
import { type Api, shareInstallation } from "@/tests/support/api";
import { randomAppId } from "@/tests/support/app-ids";
import { waitFor } from "@/tests/support/wait-for";

const installation = shareInstallation();

const KEY = "the encrypt key";
const TOKEN = "the verification token";

const eventOf = (appId: string, eventId: string, token = TOKEN) => ({
  schema: "2.0",
  header: {
    event_id: eventId,
    event_type: "im.message.receive_v1",
    create_time: "1700000000000",
    token,
    app_id: appId,
  },
  event: {
    sender: { sender_id: { open_id: "ou_1" }, sender_type: "user" },
    message: {
      message_id: `om_${eventId}`,
      chat_id: "oc_1",
      chat_type: "p2p",
      message_type: "text",
      content: '{"text":"hi"}',
      create_time: "1700000000000",
    },
  },
});

async function addBot(admin: Api, more: object) {
  const bot = await admin.post("/api/feishu/bots", { name: "W", appId: randomAppId(), appSecret: "s", ...more });
  const url = `${admin.url}/api/feishu/webhook/${bot.appId}`;
  const post = async (body: string, headers: Record<string, string> = {}, to = url) => {
    const answer = await fetch(to, { method: "POST", body, headers });
    return { status: answer.status, body: await answer.json() };
  };
  return {
    ...bot,
    post,
    /** As Feishu sends it to an app with the given key. */
    push(payload: object, { key = KEY as string | null, isSigned = true, to = url } = {}) {
      const plain = JSON.stringify(payload);
      if (key === null) return post(plain, {}, to);
      const body = JSON.stringify({ encrypt: encryptPayload(key, plain) });
      const signature = { "x-lark-signature": signBody("1700000000", "nonce", key, body) };
      const headers = { "x-lark-request-timestamp": "1700000000", "x-lark-request-nonce": "nonce", ...signature };
      return post(body, isSigned ? headers : {}, to);
    },
    eventIds: async (): Promise<string[]> =>
      (await admin.get(`/api/feishu/bots/${bot.id}/events`)).events.map((event: { eventId: string }) => event.eventId),
  };
}

const refused = (status: number, code: string) => ({ status, body: { status, code, success: false } });

test("an encrypted bot takes what is encrypted and signed, answers challenges, and stores nothing that it refuses", async () => {
  const { admin } = await installation();
  const bot = await addBot(admin, { encryptKey: KEY, verificationToken: TOKEN });
  const challenge = { type: "url_verification", challenge: "abc", token: TOKEN };
  const answer = { status: 200, body: { challenge: "abc" } };
  expect(await bot.push(challenge, { isSigned: false })).toEqual(answer);
  expect(await bot.push(challenge)).toEqual(answer);

  const forbidden = refused(403, "forbidden");
  expect(await bot.push({ ...challenge, token: "wrong" }, { isSigned: false })).toMatchObject(forbidden);
  expect(await bot.push(challenge, { key: null })).toMatchObject(forbidden);
  expect(await bot.push(eventOf(bot.appId, "unsigned"), { isSigned: false })).toMatchObject(forbidden);
  expect(await bot.push(eventOf(bot.appId, "other-key"), { key: "another key" })).toMatchObject(forbidden);
  expect(await bot.push(eventOf(bot.appId, "plain"), { key: null })).toMatchObject(forbidden);
  expect(await bot.push(eventOf(bot.appId, "other-token", "wrong"))).toMatchObject(forbidden);
  expect(await bot.push(eventOf(randomAppId(), "other-app"))).toMatchObject(forbidden);
  expect(await bot.eventIds()).toEqual([]);

  expect(await bot.push(eventOf(bot.appId, "e1"))).toEqual({ status: 200, body: {} });
  expect(await bot.eventIds()).toEqual(["e1"]);
});

test("a repeated delivery is accepted and processed once, and the token is masked in what is stored", async () => {
  const { admin } = await installation();
  const bot = await addBot(admin, { verificationToken: TOKEN });
  const plain = { key: null };
  expect((await bot.push(eventOf(bot.appId, "e1"), plain)).status).toBe(200);
  const stored = await waitFor(async () => {
    const { events } = await admin.get(`/api/feishu/bots/${bot.id}/events?status=ignored`);
    return events[0];
  }, "the event to be handled");
  expect((await bot.push(eventOf(bot.appId, "e1"), plain)).status).toBe(200);
  const sameMessage = eventOf(bot.appId, "e1");
  sameMessage.header.event_id = "e2";
  expect((await bot.push(sameMessage, plain)).status).toBe(200);
  expect(await bot.eventIds()).toEqual(["e1"]);
  const detail = await admin.get(`/api/feishu/events/${stored.id}`);
  expect(detail).toMatchObject({ source: "webhook", text: "hi", payload: { header: { event_id: "e1" } } });
  expect(JSON.stringify(detail)).not.toContain(TOKEN);
});

test("refusals come in their order: size, bot, keys, JSON, proof", async () => {
  const { admin } = await installation();
  const bot = await addBot(admin, { verificationToken: TOKEN });
  const keyless = await addBot(admin, {});
  const disabled = await addBot(admin, { verificationToken: TOKEN, enabled: false });
  const unknown = `${admin.url}/api/feishu/webhook/${randomAppId()}`;
  const big = "x".repeat(1024 * 1024 + 1);
  expect(await bot.post(big, {}, unknown)).toMatchObject(refused(413, "too_large"));
  expect(await bot.post("no JSON", {}, unknown)).toMatchObject(refused(404, "not_found"));
  expect(await disabled.push(eventOf(disabled.appId, "e1"), { key: null })).toMatchObject(refused(404, "not_found"));
  expect(await keyless.post("no JSON")).toMatchObject(refused(403, "forbidden"));
  expect(await keyless.push(eventOf(keyless.appId, "e1"), { key: null })).toMatchObject(refused(403, "forbidden"));
  for (const body of ["no JSON", "[]", "null", ""]) {
    expect(await bot.post(body)).toMatchObject(refused(400, "invalid_input"));
  }
  expect(await bot.post('{"header":{}}')).toMatchObject(refused(403, "forbidden"));
  // The App ID in any letter case is the same bot.
  const upper = `${admin.url}/api/feishu/webhook/${bot.appId.toUpperCase().replace("CLI", "cli")}`;
  expect((await bot.push(eventOf(bot.appId, "e2"), { key: null, to: upper })).status).toBe(200);
});

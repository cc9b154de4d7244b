import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AESCipher, EventDispatcher, generateChallenge } from "@larksuiteoapi/node-sdk";
import { describe, expect, it, onTestFinished } from "vitest";
import { signBody } from "@/lib/sandbox/webhook-push";
import { registerTestApp, startTestCloud } from "../support/cloud";
import { sdkClient, silentLogger } from "../support/sdk";
import { waitFor } from "../support/wait-for";

interface Received {
  headers: IncomingHttpHeaders;
  raw: string;
}

/** A receiver of webhooks; `respond` says what it answers, 200 and `{}` without one. */
async function receiver(respond?: (received: Received, response: ServerResponse) => void) {
  const received: Received[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const got = { headers: request.headers, raw: Buffer.concat(chunks).toString() };
    received.push(got);
    if (respond) respond(got, response);
    else response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

async function scene(respond?: Parameters<typeof receiver>[0], overrides = {}, settings = {}) {
  const { received, url } = await receiver(respond);
  const cloud = await startTestCloud({ settings });
  const app = registerTestApp(cloud, { webhookUrl: url, verificationToken: "vt", ...overrides });
  const { chatId } = cloud.directChat(app.appId, "Ann");
  const say = () => cloud.say({ appId: app.appId, chatId, from: "Ann", text: "你好" });
  return { cloud, app, received, say };
}

const quick = { ackTimeoutMs: 600, ladderMs: [10, 20, 30, 40] };

describe("webhooks of the sandbox", () => {
  it("pushes a plain event with the verification token", async () => {
    const { cloud, app, received, say } = await scene();
    const { eventId, messageId } = say();
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
    expect(received).toHaveLength(1);
    expect(received[0]?.headers).not.toHaveProperty("x-lark-signature");
    expect(JSON.parse(received[0]?.raw ?? "")).toMatchObject({
      schema: "2.0",
      header: { event_id: eventId, token: "vt", app_id: app.appId },
      event: { message: { message_id: messageId, content: '{"text":"你好"}' } },
    });
    expect(cloud.deliveries(app.appId)[0]?.attempts).toMatchObject([{ webhook: app.webhookUrl, ackCode: 200 }]);
  });

  it("encrypts and signs with an encrypt key, as the SDK reads it", async () => {
    const encryptKey = "a key";
    const { received, say } = await scene(undefined, { encryptKey });
    const { messageId } = say();
    const { headers, raw } = await waitFor(() => received[0], "the push");
    const timestamp = String(headers["x-lark-request-timestamp"]);
    const nonce = String(headers["x-lark-request-nonce"]);
    expect(headers["x-lark-signature"]).toBe(signBody(timestamp, nonce, encryptKey, raw));
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
    const body = JSON.parse(raw);
    expect(Object.keys(body)).toEqual(["encrypt"]);
    const seen: unknown[] = [];
    const dispatcher = new EventDispatcher({ encryptKey, logger: silentLogger }).register({
      "im.message.receive_v1": async (event) => void seen.push(event.message.message_id),
    });
    await dispatcher.invoke(Object.assign(Object.create({ headers }), body));
    expect(seen).toEqual([messageId]);
  });

  it.each([500, 403, 302])("pushes again after %i", async (status) => {
    let answers = 0;
    const { cloud, app, received, say } = await scene(
      (_, response) => {
        answers += 1;
        response.writeHead(answers === 1 ? status : 200).end();
      },
      {},
      quick,
    );
    say();
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
    expect(cloud.deliveries(app.appId)[0]?.attempts.map(({ ackCode }) => ackCode)).toEqual([status, 200]);
    expect(received[1]?.raw).toBe(received[0]?.raw);
  });

  it("pushes again when no answer comes in time, or nobody listens", async () => {
    let answers = 0;
    const { cloud, app, say } = await scene(
      (_, response) => {
        answers += 1;
        if (answers > 1) response.end("{}");
      },
      {},
      quick,
    );
    say();
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
    expect(cloud.deliveries(app.appId)[0]?.attempts).toHaveLength(2);
    cloud.registerApp({ ...app, webhookUrl: "http://127.0.0.1:1/nobody" });
    cloud.settings.ackTimeoutMs = 20;
    say();
    await waitFor(() => cloud.deliveries(app.appId)[1]?.state === "given-up", "the end of the ladder");
  });

  it("goes back to the long connection when the address is taken away", async () => {
    const { cloud, app, received, say } = await scene();
    cloud.registerApp({ appId: app.appId, appSecret: app.appSecret, webhookUrl: null });
    say();
    expect(cloud.deliveries(app.appId)).toMatchObject([{ state: "waiting" }]);
    cloud.registerApp({ appId: app.appId, appSecret: app.appSecret, webhookUrl: app.webhookUrl });
    await waitFor(() => received.length === 1, "the kept event at the address");
  });

  it("reads the answer of a card callback", async () => {
    const toast = { type: "info", content: "hi" };
    const { cloud, app } = await scene((_, response) => response.end(JSON.stringify({ toast })));
    const { chatId } = cloud.directChat(app.appId, "Ann");
    const sent = await sdkClient(cloud, app).im.v1.message.create({
      params: { receive_id_type: "chat_id" },
      data: { receive_id: chatId, msg_type: "interactive", content: '{"elements":[]}' },
    });
    const messageId = sent.data?.message_id ?? "";
    expect(await cloud.pressCard({ messageId, from: "Ann", action: { tag: "button" } })).toMatchObject({
      ok: true,
      toast,
    });
  });

  it.each([null, "a key"])("sends a challenge with the encrypt key %s", async (encryptKey) => {
    const { cloud, app, received } = await scene(
      ({ raw }, response) => {
        const body = JSON.parse(raw);
        const { challenge } = generateChallenge(body, { encryptKey: encryptKey ?? "" });
        response.end(JSON.stringify(challenge));
      },
      { encryptKey },
    );
    expect(await cloud.sendChallenge(app.appId)).toMatchObject({ ok: true, status: 200 });
    const body = JSON.parse(received[0]?.raw ?? "");
    const plain = encryptKey === null ? body : JSON.parse(new AESCipher(encryptKey).decrypt(body.encrypt));
    expect(plain).toEqual({ challenge: expect.any(String), token: "vt", type: "url_verification" });
  });

  it("reports a challenge that fails", async () => {
    const { cloud, app } = await scene((_, response) => response.end('{"challenge":"another"}'));
    expect(await cloud.sendChallenge(app.appId)).toMatchObject({ ok: false, status: 200 });
    cloud.registerApp({ ...app, webhookUrl: "http://127.0.0.1:1/nobody" });
    expect(await cloud.sendChallenge(app.appId)).toMatchObject({ ok: false, status: 0 });
  });
});

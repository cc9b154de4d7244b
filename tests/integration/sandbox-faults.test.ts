import type { EventHandles } from "@larksuiteoapi/node-sdk";
import { describe, expect, it } from "vitest";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { registerTestApp, startTestCloud } from "../support/cloud";
import { openSdkSocket, sdkClient, startSdkSocket } from "../support/sdk";
import { waitFor } from "../support/wait-for";

function collector() {
  const received: string[] = [];
  const handles: EventHandles = {
    "im.message.receive_v1": async ({ message }) => {
      received.push(message.content);
    },
  };
  return { received, handles };
}

function say(cloud: SandboxCloud, app: SandboxApp, text = "hello") {
  const { chatId } = cloud.directChat(app.appId, "Ann");
  return cloud.say({ appId: app.appId, chatId, from: "Ann", text });
}

async function discover(cloud: SandboxCloud, app: SandboxApp) {
  const response = await fetch(`${cloud.origin}/callback/ws/endpoint`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ AppID: app.appId, AppSecret: app.appSecret }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

// The SDK retries at once, so that a test sees it come back.
const impatient = { ReconnectCount: -1, ReconnectInterval: 0.05, ReconnectNonce: 0, PingInterval: 120 };
const quick = { clientConfig: impatient, ackTimeoutMs: 600, ladderMs: [10, 20, 30, 40] };

describe("faults of the discovery", () => {
  it("refuses with a code, with an empty, a null and no data, as often as told", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    for (const data of ["empty", "null", "none"] as const) {
      cloud.faults.add({ on: "endpoint", as: "refuse", code: 1, msg: "system busy", data, times: 1 });
    }
    expect((await discover(cloud, app)).body).toEqual({ code: 1, msg: "system busy", data: {} });
    expect((await discover(cloud, app)).body).toEqual({ code: 1, msg: "system busy", data: null });
    expect((await discover(cloud, app)).body).toEqual({ code: 1, msg: "system busy" });
    expect((await discover(cloud, app)).body).toMatchObject({ code: 0 });
    expect(cloud.faults.list()).toEqual([]);
  });

  it("is fatal to the SDK with data, and unseen by it without", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const fault = cloud.faults.add({ on: "endpoint", as: "refuse", code: 514, data: "empty" });
    const told = startSdkSocket(cloud, app, {});
    await waitFor(() => told.errors[0], "the SDK to give up");
    expect(told.errors[0]?.message).toContain("code=514");
    expect(told.client.getConnectionStatus().state).toBe("failed");
    fault.remove();
    cloud.faults.add({ on: "endpoint", as: "refuse", code: 514, data: "none" });
    const before = cloud.calls.length;
    const untold = startSdkSocket(cloud, app, {});
    await waitFor(() => cloud.calls.length > before, "the refused request");
    expect(untold.errors).toEqual([]);
    expect(untold.client.getConnectionStatus().state).toBe("connecting");
  });

  it("fails with an HTTP status, for the one app that it is for", async () => {
    const cloud = await startTestCloud();
    const [app, other] = [registerTestApp(cloud), registerTestApp(cloud)];
    cloud.faults.add({ on: "endpoint", as: "http-error", httpStatus: 502, appId: app.appId });
    expect((await discover(cloud, app)).status).toBe(502);
    expect((await discover(cloud, other)).status).toBe(200);
    cloud.faults.clear(app.appId);
    expect((await discover(cloud, app)).status).toBe(200);
  });

  it("gives addresses and settings that break a careless client", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    cloud.faults.add({ on: "endpoint", as: "nan-config", times: 1 });
    cloud.faults.add({ on: "endpoint", as: "no-client-config", times: 1 });
    cloud.faults.add({ on: "endpoint", as: "service-id-first", times: 1 });
    const data = async () => (await discover(cloud, app)).body.data as { URL: string; ClientConfig?: object };
    expect((await data()).ClientConfig).toEqual({});
    expect(await data()).not.toHaveProperty("ClientConfig");
    expect((await data()).URL).toContain("/ws/v2?service_id=");
    const healthy = await data();
    expect(healthy.URL).toMatch(/\/ws\/v2\?fpid=493&.*&service_id=\d+&ticket=/);
    expect(healthy.ClientConfig).toEqual(cloud.settings.clientConfig);
  });

  it("refuses right credentials at the token and at the discovery", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const fault = cloud.faults.add({ on: "credentials", code: 10003, endpointCode: 1000040344, data: "none" });
    expect((await discover(cloud, app)).body).toEqual({ code: 1000040344, msg: "auth failed" });
    const info = () => sdkClient(cloud, app).request({ method: "GET", url: "/open-apis/bot/v3/info" });
    await expect(info()).rejects.toThrow("10003");
    fault.remove();
    expect(await info()).toMatchObject({ code: 0, bot: { open_id: app.openId } });
  });
});

describe("faults of the handshake", () => {
  it("refuses it, which the SDK retries without a word", async () => {
    const cloud = await startTestCloud({ settings: quick });
    const app = registerTestApp(cloud);
    cloud.faults.add({ on: "handshake", as: "refuse", httpStatus: 503, handshakeStatus: "514", times: 2 });
    const socket = startSdkSocket(cloud, app, {});
    await waitFor(() => socket.calls.includes("ready"), "the third attempt to connect");
    expect(socket.calls).toEqual(["ready"]);
    expect(cloud.calls.filter(({ path }) => path === "/callback/ws/endpoint")).toHaveLength(3);
  });

  it("lets it hang until the client's own time limit", async () => {
    const cloud = await startTestCloud({ settings: quick });
    const app = registerTestApp(cloud);
    cloud.faults.add({ on: "handshake", as: "hang", times: 1 });
    const socket = startSdkSocket(cloud, app, {}, { handshakeTimeoutMs: 100 });
    await waitFor(() => socket.calls.includes("ready"), "the second attempt to connect");
    expect(cloud.calls).toHaveLength(2);
  });

  it("loses the event that it pushes together with the 101 answer, and repeats it", async () => {
    const cloud = await startTestCloud({ settings: quick });
    const app = registerTestApp(cloud);
    const { received, handles } = collector();
    say(cloud, app);
    cloud.faults.add({ on: "handshake", as: "push-with-101", times: 1 });
    await openSdkSocket(cloud, app, handles);
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
    expect(cloud.deliveries(app.appId)[0]?.attempts[0]?.ackedAt).toBeUndefined();
    expect(received).toHaveLength(1);
  });
});

describe("faults of a connection", () => {
  it.each(["close", "reset", "fin"] as const)("ends it by %s, and the SDK comes back", async (how) => {
    const cloud = await startTestCloud({ settings: quick });
    const app = registerTestApp(cloud);
    const { received, handles } = collector();
    const socket = await openSdkSocket(cloud, app, handles);
    const [before] = cloud.connections(app.appId);
    cloud.cut(app.appId, how);
    await waitFor(() => socket.calls.includes("reconnected"), "the SDK to be back");
    await waitFor(() => cloud.connections(app.appId).length === 1, "one connection");
    expect(cloud.connections(app.appId)[0]?.id).not.toBe(before?.id);
    say(cloud, app);
    await waitFor(() => received.length === 1, "an event on the new connection");
  });

  it("goes half-open: nothing comes back, the TCP connection stays, and a watchdog finds it", async () => {
    const cloud = await startTestCloud({
      settings: {
        clientConfig: { ...impatient, PingInterval: 0.4 },
        ackTimeoutMs: 600,
        ladderMs: Array(100).fill(50),
        redeliverTo: "other",
      },
    });
    const app = registerTestApp(cloud);
    const { received, handles } = collector();
    const socket = await openSdkSocket(cloud, app, handles, { wsConfig: { pingTimeout: 0.2 } });
    cloud.silence(app.appId, "half-open");
    const [silent] = cloud.connections(app.appId);
    expect(silent).toMatchObject({ silence: "half-open" });
    say(cloud, app);
    await waitFor(() => socket.calls.includes("reconnected"), "the watchdog");
    expect(cloud.connections(app.appId).map(({ id }) => id)).toContain(silent?.id);
    await waitFor(() => received.length === 1, "the event on the new connection");
    expect(cloud.deliveries(app.appId)[0]?.attempts[0]).toMatchObject({ connectionId: silent?.id });
  });

  it("is deaf: events arrive, acknowledgements do not", async () => {
    const cloud = await startTestCloud({ settings: { ...quick, ladderMs: [10] } });
    const app = registerTestApp(cloud);
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    cloud.silence(app.appId, "deaf");
    say(cloud, app);
    await waitFor(() => cloud.deliveries(app.appId)[0]?.state === "given-up", "the cloud to give up");
    expect(received).toHaveLength(2);
    cloud.silence(app.appId, undefined);
    say(cloud, app, "heard");
    await waitFor(() => cloud.deliveries(app.appId)[1]?.acknowledged, "the acknowledgement");
  });

  it("is mute: pings arrive, events and pongs do not", async () => {
    const cloud = await startTestCloud({ settings: { ...quick, clientConfig: { ...impatient, PingInterval: 0.05 } } });
    const app = registerTestApp(cloud);
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    cloud.silence(app.appId, "mute");
    say(cloud, app);
    const pinged = cloud.connections(app.appId)[0]?.lastPingAt ?? 0;
    await waitFor(() => (cloud.connections(app.appId)[0]?.lastPingAt ?? 0) > pinged, "another ping");
    expect(received).toEqual([]);
    cloud.silence(app.appId, undefined);
    await waitFor(() => received.length === 1, "the repeated event");
  });

  it("is silent from the start when told so before it opens", async () => {
    const cloud = await startTestCloud({ settings: quick });
    const app = registerTestApp(cloud);
    cloud.faults.add({ on: "connection", as: "deaf", times: 1 });
    startSdkSocket(cloud, app, {});
    await waitFor(() => cloud.connections(app.appId)[0]?.silence === "deaf", "the deaf connection");
    expect(cloud.connections(app.appId)[0]).toMatchObject({ ready: false });
  });

  it.each(["broken", "text", "card", "bad-fragment"] as const)(
    "sends a %s frame, which the SDK survives",
    async (odd) => {
      const cloud = await startTestCloud({ settings: quick });
      const app = registerTestApp(cloud);
      const { received, handles } = collector();
      const socket = await openSdkSocket(cloud, app, handles);
      cloud.sendOddFrame(app.appId, odd);
      say(cloud, app);
      await waitFor(() => received.length === 1, "the event behind it");
      expect(socket.calls).toEqual(["ready"]);
    },
  );

  it("leaves out the pong, or sends it without a payload or its fields", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const pongs = await pongsOf(cloud, app, ["none", "no-payload", "empty-object"]);
    expect(pongs).toEqual([undefined, "{}", JSON.stringify(cloud.settings.clientConfig)]);
  });
});

/** The payloads of the pongs to one ping per fault and one more. */
async function pongsOf(cloud: SandboxCloud, app: SandboxApp, faults: ("none" | "no-payload" | "empty-object")[]) {
  const { default: WebSocket } = await import("ws");
  const { CONTROL, decodeFrame, encodeFrame } = await import("@/lib/sandbox/frames");
  const { URL } = (await discover(cloud, app)).body.data as { URL: string };
  const socket = new WebSocket(URL);
  const pongs: (string | undefined)[] = [];
  socket.on("message", (data: Buffer) => pongs.push(decodeFrame(data).payload?.toString()));
  await new Promise((resolve) => socket.on("open", resolve));
  const ping = encodeFrame({
    seqId: 0,
    logId: 0,
    service: 1,
    method: CONTROL,
    headers: [{ key: "type", value: "ping" }],
  });
  for (const as of faults) cloud.faults.add({ on: "pong", as, times: 1 });
  for (let count = 0; count <= faults.length; count++) socket.send(ping);
  await waitFor(() => pongs.at(-1)?.includes("PingInterval"), "the healthy pong");
  socket.terminate();
  return pongs;
}

describe("faults of a push", () => {
  it.each([
    { parts: 3 },
    { parts: 7, order: "reversed" as const },
    { parts: 5, order: "shuffled" as const },
    { parts: 4, duplicate: [0, 2] },
  ])("cuts an event into fragments %j, which the SDK puts together", async (how) => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    cloud.faults.add({ on: "push", as: "fragments", ...how, times: 1 });
    say(cloud, app, "多字节的消息 in parts");
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
    expect(received).toEqual([JSON.stringify({ text: "多字节的消息 in parts" })]);
  });

  it.each([{ as: "fragments" as const, parts: 3, lose: [1] }, { as: "lost" as const }, { as: "card-frame" as const }])(
    "loses the event by %j and repeats it",
    async (how) => {
      const cloud = await startTestCloud({ settings: quick });
      const app = registerTestApp(cloud);
      const { received, handles } = collector();
      await openSdkSocket(cloud, app, handles);
      cloud.faults.add({ on: "push", ...how, times: 1 });
      say(cloud, app);
      await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
      expect(cloud.deliveries(app.appId)[0]?.attempts).toHaveLength(2);
      expect(received).toHaveLength(1);
    },
  );

  it("holds an event back", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    const { received, handles } = collector();
    await openSdkSocket(cloud, app, handles);
    cloud.faults.add({ on: "push", as: "slow", delayMs: 100, times: 1 });
    say(cloud, app, "slow");
    say(cloud, app, "quick");
    await waitFor(() => received.length === 2, "both events");
    expect(received).toEqual(["quick", "slow"].map((text) => JSON.stringify({ text })));
  });
});

describe("faults of the OpenAPI", () => {
  const send = (cloud: SandboxCloud, app: SandboxApp, uuid?: string) =>
    sdkClient(cloud, app).im.v1.message.create({
      params: { receive_id_type: "open_id" },
      data: {
        receive_id: cloud.person("Ann").openId,
        msg_type: "text",
        content: '{"text":"hi"}',
        ...(uuid === undefined ? {} : { uuid }),
      },
    });

  it("answers a matching call with a status, a code and headers, as often as told", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    cloud.faults.add({
      on: "api",
      as: "error",
      method: "POST",
      path: "/open-apis/im/v1/messages",
      httpStatus: 429,
      code: 99991400,
      headers: { "x-ogw-ratelimit-reset": "2" },
      times: 1,
    });
    await expect(send(cloud, app)).rejects.toMatchObject({
      response: { status: 429, data: { code: 99991400 }, headers: { "x-ogw-ratelimit-reset": "2" } },
    });
    expect(await send(cloud, app)).toMatchObject({ code: 0 });
    expect(cloud.messages(cloud.directChat(app.appId, "Ann").chatId)).toHaveLength(1);
    expect(cloud.calls.filter(({ path }) => path.endsWith("/messages"))).toMatchObject([
      { status: 429, code: 99991400, appId: app.appId, method: "POST", query: "receive_id_type=open_id" },
      { status: 200, code: 0 },
    ]);
  });

  it("carries a call out and loses its answer; the same uuid then sends nothing twice", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    cloud.faults.add({ on: "api", as: "cut", path: "*/im/v1/messages", when: "after", times: 1 });
    await expect(send(cloud, app, "once")).rejects.toThrow();
    const { chatId } = cloud.directChat(app.appId, "Ann");
    const [sent] = cloud.messages(chatId);
    expect((await send(cloud, app, "once")).data?.message_id).toBe(sent?.messageId);
    expect(cloud.messages(chatId)).toHaveLength(1);
  });

  it("slows a call down and lets another one hang", async () => {
    const cloud = await startTestCloud();
    const app = registerTestApp(cloud);
    cloud.faults.add({ on: "api", as: "slow", path: "*/messages", delayMs: 200, times: 1 });
    const client = sdkClient(cloud, app);
    const order: string[] = [];
    const slow = send(cloud, app).then(({ code }) => order.push(`slow ${code}`));
    await waitFor(() => cloud.faults.list().length === 0, "the slow call to arrive");
    const quick = client.request({ method: "GET", url: "/open-apis/bot/v3/info" }).then(() => order.push("quick"));
    await Promise.all([slow, quick]);
    expect(order).toEqual(["quick", "slow 0"]);
    cloud.faults.add({ on: "api", as: "hang", path: "*/bot/v3/info" });
    const hanging = client.request({ method: "GET", url: "/open-apis/bot/v3/info", timeout: 200 });
    await expect(hanging).rejects.toThrow(/timeout/);
  });

  it("refuses a fault that makes no sense", async () => {
    const cloud = await startTestCloud();
    expect(() => cloud.faults.add({ on: "push", as: "fragments", parts: 1 })).toThrow();
    expect(() => cloud.faults.add({ on: "pong", as: "none", times: 0 })).toThrow();
    expect(cloud.faults.list()).toEqual([]);
  });
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocketServer } from "ws";
import { checkCredentials } from "@/lib/feishu/credentials-check";
import type { Loss } from "@/lib/feishu/discovery";
import { type FeishuSocket, openSocket, type SocketLimits } from "@/lib/feishu/socket";
import type { SandboxApp } from "@/lib/sandbox/apps";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { randomAppId } from "@/tests/support/app-ids";
import { registerTestApp, startTestCloud } from "@/tests/support/cloud";
import { setProxyVariables, startProxy } from "@/tests/support/connect-proxy";
import { quietLogger } from "@/tests/support/databases";
import { waitFor } from "@/tests/support/wait-for";

const QUICK = { tickMs: 20, pingEveryMs: 1_000, silenceMs: 3_000 } satisfies Partial<SocketLimits>;

type Opened = { socket: FeishuSocket; news: string[]; loss(): Loss | undefined; events: unknown[] };

function open(
  cloud: Pick<SandboxCloud, "origin">,
  app: Pick<SandboxApp, "appId" | "appSecret">,
  options: { limits?: Partial<SocketLimits>; onEvent?: (envelope: unknown) => Promise<void> } = {},
): Opened {
  const news: string[] = [];
  const events: unknown[] = [];
  let loss: Loss | undefined;
  const socket = openSocket({
    credentials: { appId: app.appId, appSecret: app.appSecret, origin: cloud.origin },
    logger: quietLogger,
    limits: options.limits ?? {},
    onEvent:
      options.onEvent ??
      (async (envelope) => {
        events.push(envelope);
      }),
    onOpen: () => news.push("open"),
    onLost: (lost) => {
      news.push("lost");
      loss = lost;
    },
  });
  return { socket, news, events, loss: () => loss };
}

async function scene(options: Parameters<typeof startTestCloud>[0] = {}) {
  const cloud = await startTestCloud(options);
  return { cloud, app: registerTestApp(cloud) };
}

async function opened(cloud: SandboxCloud, app: SandboxApp, options: Parameters<typeof open>[2] = {}) {
  const result = open(cloud, app, options);
  await waitFor(() => result.socket.isOpen && cloud.connections(app.appId).some(({ ready }) => ready), "the socket");
  return result;
}

/** The loss of an attempt under the faults that are in place. */
async function lossOf(cloud: Pick<SandboxCloud, "origin">, app: Pick<SandboxApp, "appId" | "appSecret">, limits = {}) {
  const { loss, news, socket } = open(cloud, app, { limits });
  const lost = await waitFor(loss, "the loss");
  expect(news).toEqual(["lost"]);
  await socket.close();
  expect(news).toEqual(["lost"]);
  return lost;
}

describe("a socket", () => {
  test("hands every type of event on as it came, and acknowledges with nothing", async () => {
    const { cloud, app } = await scene();
    const { socket, events } = await opened(cloud, app);
    const acknowledged: unknown[] = [];
    cloud.on("ack", ({ attempt }) => acknowledged.push(attempt));
    cloud.pushEvent(app.appId, "card.action.trigger", { token: "c-1" }, { event_id: "e1" });
    cloud.pushEvent(app.appId, "nobody.knows_v9", { list: [1, { a: null }] }, { event_id: "e2" });
    await waitFor(() => acknowledged.length === 2, "the acknowledgements");
    expect(events).toMatchObject([
      { header: { event_id: "e1", event_type: "card.action.trigger" }, event: { token: "c-1" } },
      { header: { event_id: "e2" }, event: { list: [1, { a: null }] } },
    ]);
    for (const attempt of acknowledged) expect(attempt).toMatchObject({ ackCode: 200 });
    for (const attempt of acknowledged) expect(attempt).not.toHaveProperty("ackData");
    await socket.close();
  });

  test("asks for the event again when it could not be taken", async () => {
    const { cloud, app } = await scene({ timeScale: 1_000 });
    let calls = 0;
    const { socket } = await opened(cloud, app, {
      onEvent: async () => {
        calls += 1;
        if (calls === 1) throw new Error("no room");
      },
    });
    cloud.pushEvent(app.appId, "some.event_v1", {});
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the second delivery");
    expect(cloud.deliveries(app.appId)[0]?.attempts.map(({ ackCode }) => ackCode)).toEqual([500, 200]);
    await socket.close();
  });

  test.each(["close", "reset", "fin"] as const)("says at once that it is lost (%s)", async (how) => {
    const { cloud, app } = await scene();
    const { socket, news, loss } = await opened(cloud, app);
    cloud.cut(app.appId, how);
    await waitFor(loss, "the loss");
    expect(news).toEqual(["open", "lost"]);
    expect(loss()?.kind).toBe("other");
    await socket.close();
  });

  test("finds a half-open link though the cloud asks for two minutes between pings", async () => {
    const { cloud, app } = await scene();
    const { socket, news, loss } = await opened(cloud, app, { limits: QUICK });
    const before = socket.lastReceivedAt?.getTime() ?? 0;
    await waitFor(() => (socket.lastReceivedAt?.getTime() ?? 0) > before + 1_000, "pongs while it is alive");
    expect(news).toEqual(["open"]);
    cloud.silence(app.appId, "half-open");
    const lost = await waitFor(loss, "the loss");
    expect(lost.reason.code).toBe("connection.silent");
    await socket.close();
  });

  test("finds a link on which events still come but nothing is heard", async () => {
    const { cloud, app } = await scene();
    cloud.settings.ackTimeoutMs = 50;
    cloud.settings.ladderMs = Array.from({ length: 1_000 }, () => 50);
    const { socket, events, loss } = await opened(cloud, app, { limits: { ...QUICK, unansweredMs: 4_000 } });
    cloud.silence(app.appId, "deaf");
    cloud.pushEvent(app.appId, "some.event_v1", {});
    const lost = await waitFor(loss, "the loss");
    expect(lost.reason).toEqual({ code: "connection.unanswered", params: { seconds: 4 } });
    expect(events.length).toBeGreaterThan(10);
    await socket.close();
  });

  test("outlives an event loop that stood still longer than the watchdog waits", async () => {
    const { cloud, app } = await scene();
    const { socket, news, events } = await opened(cloud, app, { limits: QUICK });
    const begin = performance.now();
    while (performance.now() - begin < QUICK.silenceMs + 500) Math.sqrt(begin);
    cloud.pushEvent(app.appId, "some.event_v1", {});
    await waitFor(() => events.length === 1, "the event after it");
    expect(news).toEqual(["open"]);
    await socket.close();
  });

  test.each([
    ["a discovery without numbers", { on: "endpoint", as: "nan-config" }],
    ["a discovery without a configuration", { on: "endpoint", as: "no-client-config" }],
    ["empty pongs", { on: "pong", as: "empty-object" }],
    ["pongs without payload", { on: "pong", as: "no-payload" }],
    ["service_id in the first place", { on: "endpoint", as: "service-id-first" }],
  ] as const)("stays calm and alive with %s", async (_, fault) => {
    const { cloud, app } = await scene();
    cloud.faults.add(fault);
    const { socket, news } = await opened(cloud, app, { limits: QUICK });
    const begin = performance.now();
    const pings = new Set<number | undefined>();
    await waitFor(() => pings.add(cloud.connections(app.appId)[0]?.lastPingAt).size === 3, "three pings");
    // A flood, a ping a millisecond, has them at once.
    expect(performance.now() - begin).toBeGreaterThan(QUICK.pingEveryMs);
    expect(news).toEqual(["open"]);
    await socket.close();
  });

  test.each(["broken", "text", "card", "bad-fragment"] as const)("survives an odd frame (%s)", async (odd) => {
    const { cloud, app } = await scene();
    const { socket, news, events } = await opened(cloud, app);
    cloud.sendOddFrame(app.appId, odd);
    cloud.pushEvent(app.appId, "some.event_v1", {});
    await waitFor(() => events.length === 1, "the event after it");
    expect(news).toEqual(["open"]);
    await socket.close();
  });

  test("notices a close frame after which the TCP connection stays open", async () => {
    const server = createServer((_request, response) => {
      const address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/?fpid=1&service_id=2`;
      response.end(JSON.stringify({ code: 0, data: { URL: address, ClientConfig: {} } }));
    });
    const sockets = new WebSocketServer({ server });
    const raw: Duplex[] = [];
    sockets.on("connection", (client, request) => {
      raw.push(request.socket);
      client.pause();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      for (const socket of raw) socket.destroy();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { socket, loss } = open({ origin }, { appId: randomAppId(), appSecret: "s" }, { limits: { tickMs: 20 } });
    await waitFor(() => socket.isOpen && raw[0], "the socket");
    raw[0]?.write(Buffer.from("880203e9", "hex")); // a close frame with code 1001
    expect(await waitFor(loss, "the loss")).toEqual({ kind: "other", reason: { code: "connection.closed" } });
    await socket.close();
  });
});

describe("an attempt that fails says why", () => {
  const variants = ["none", "null", "empty"] as const;
  const codes = [
    [403, "credentials", "connection.forbidden"],
    [514, "credentials", "connection.credentials"],
    [1000040344, "credentials", "connection.credentials"],
    [1, "other", "connection.busy"],
    [1000040343, "other", "connection.busy"],
    [1000040345, "other", "connection.busy"],
    [1000040350, "other", "connection.limit"],
    [1000040351, "refused", "connection.wrongCloud"],
    [777, "refused", "connection.refusedWithCode"],
  ] as const;

  test.each(codes)("code %i of the discovery, with and without data", async (code, kind, reason) => {
    const { cloud, app } = await scene();
    for (const data of variants) {
      cloud.faults.add({ on: "endpoint", as: "refuse", code, msg: "the words", data, times: 1 });
      const lost = await lossOf(cloud, app);
      expect(lost).toMatchObject({ kind, reason: { code: reason, params: { code, problem: "the words" } } });
    }
  });

  test("wrong credentials", async () => {
    const { cloud, app } = await scene();
    expect(await lossOf(cloud, { ...app, appSecret: "wrong" })).toMatchObject({ kind: "credentials" });
    expect(await lossOf(cloud, { ...app, appId: "cli_malformed" })).toEqual({
      kind: "credentials",
      reason: { code: "connection.appId" },
    });
  });

  test.each([
    ["an HTTP error", 502, "<html>Bad Gateway</html>", "connection.httpStatus"],
    ["a page instead of an answer", 200, "<html>Please sign in</html>", "connection.garbage"],
    ["an answer without an address", 200, '{"code":0,"msg":"","data":{}}', "connection.garbage"],
    ["an address that is none", 200, '{"code":0,"data":{"URL":"ftp://x/"}}', "connection.garbage"],
    ["an HTTP error with Feishu's code", 400, '{"code":514,"msg":"auth failed"}', "connection.credentials"],
  ])("%s", async (_, status, body, code) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect((await lossOf({ origin }, { appId: randomAppId(), appSecret: "s" })).reason.code).toBe(code);
  });

  test("a discovery and a handshake that hang", async () => {
    const { cloud, app } = await scene();
    cloud.faults.add({ on: "endpoint", as: "hang", times: 1 });
    expect((await lossOf(cloud, app, { discoveryMs: 200 })).reason.code).toBe("connection.noAnswer");
    cloud.faults.add({ on: "handshake", as: "hang", times: 1 });
    expect((await lossOf(cloud, app, { handshakeMs: 200 })).reason.code).toBe("connection.handshakeTimeout");
  });

  test("a refused handshake", async () => {
    const { cloud, app } = await scene();
    cloud.faults.add({ on: "handshake", as: "refuse", handshakeStatus: "403", handshakeMsg: "forbidden", times: 1 });
    expect(await lossOf(cloud, app)).toEqual({
      kind: "refused",
      reason: { code: "connection.handshakeRefused", params: { status: "403", problem: "forbidden" } },
    });
    cloud.faults.add({ on: "handshake", as: "refuse", handshakeStatus: "514", times: 1 });
    expect((await lossOf(cloud, app)).reason.code).toBe("connection.handshakeRefused");
    // Feishu being away was told as an app that may not be enabled.
    cloud.faults.add({ on: "handshake", as: "refuse", handshakeStatus: "503", times: 1 });
    const away = await lossOf(cloud, app);
    expect(away).toMatchObject({ kind: "other", reason: { code: "connection.handshakeUnavailable" } });
    cloud.faults.add({ on: "handshake", as: "refuse", handshakeStatus: "514", handshakeAutherrcode: "1000040350" });
    expect((await lossOf(cloud, app)).reason.code).toBe("connection.limit");
  });

  test("nobody there, and a name that does not exist", async () => {
    const { app } = await scene();
    expect((await lossOf({ origin: "http://127.0.0.1:9" }, app)).reason.code).toBe("connection.refused");
    expect((await lossOf({ origin: "http://nobody.invalid" }, app)).reason.code).toBe("connection.dns");
  });
});

describe("closing", () => {
  test("resolves when the cloud holds no socket any more, and tells nothing", async () => {
    const { cloud, app } = await scene();
    const { socket, news } = await opened(cloud, app);
    await socket.close();
    expect(news).toEqual(["open"]);
    await waitFor(() => cloud.connections(app.appId).length === 0, "the cloud to see it closed");
  });

  test("lets an event under way be acknowledged first", async () => {
    const { cloud, app } = await scene();
    let finish: () => void = () => undefined;
    const { socket } = await opened(cloud, app, {
      onEvent: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    let begun = false;
    cloud.on("push", () => {
      begun = true;
    });
    cloud.pushEvent(app.appId, "some.event_v1", {});
    await waitFor(() => begun && finish.length === 1, "the event");
    const closed = socket.close();
    finish();
    await closed;
    await waitFor(() => cloud.deliveries(app.appId)[0]?.acknowledged, "the acknowledgement");
  });

  test.each(["endpoint", "handshake"] as const)("during a hanging %s leaves no socket behind", async (on) => {
    const { cloud, app } = await scene();
    cloud.faults.add({ on, as: "hang" });
    const { socket, news } = open(cloud, app);
    await waitFor(() => cloud.faults.list()[0]?.hits === 1, "the attempt to hang");
    await socket.close();
    expect(news).toEqual([]);
  });

  test("at any moment of an attempt leaves no socket and tells nothing", async () => {
    const { cloud, app } = await scene();
    for (let turns = 0; turns < 60; turns += 1) {
      const { socket, news } = open(cloud, app);
      for (let turn = 0; turn < turns && !socket.isOpen; turn += 1) await new Promise(setImmediate);
      const before = [...news];
      await socket.close();
      await new Promise(setImmediate);
      expect(news).toEqual(before);
    }
    await waitFor(() => cloud.connections(app.appId).length === 0, "the cloud to see all closed");
  });

  test("does not wait for a cloud that is silent", async () => {
    const { cloud, app } = await scene();
    const { socket } = await opened(cloud, app, { limits: { drainMs: 100 } });
    cloud.silence(app.appId, "half-open");
    await socket.close();
    expect(socket.isOpen).toBe(false);
  });
});

describe("a proxy of the environment", () => {
  test("is used for the discovery, the WebSocket and the question about credentials alike", async () => {
    const { cloud, app } = await scene();
    const proxy = await startProxy();
    setProxyVariables({ HTTP_PROXY: proxy.url });
    const { host, hostname } = new URL(cloud.origin);
    const { socket } = await opened(cloud, app);
    expect(proxy.targets).toEqual([host, host]);
    expect(await checkCredentials({ ...app, origin: cloud.origin })).toEqual({ ok: true });
    await socket.close();
    await waitFor(() => cloud.connections(app.appId).length === 0, "the cloud to see it closed");
    const asked = proxy.targets.length;
    setProxyVariables({ HTTP_PROXY: proxy.url, NO_PROXY: hostname });
    const direct = await opened(cloud, app);
    expect(proxy.targets).toHaveLength(asked);
    await direct.socket.close();
  });

  test("is named when it cannot be reached or refuses", async () => {
    const { cloud, app } = await scene();
    setProxyVariables({ HTTP_PROXY: "http://127.0.0.1:9" });
    expect((await lossOf(cloud, app)).reason).toMatchObject({
      code: "connection.proxyDown",
      params: { proxy: "127.0.0.1:9" },
    });
    const { url } = await startProxy({ status: 403 });
    setProxyVariables({ HTTP_PROXY: url });
    expect((await lossOf(cloud, app)).reason).toEqual({
      code: "connection.proxyRefused",
      params: { proxy: new URL(url).host, status: 403 },
    });
  });
});

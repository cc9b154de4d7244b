import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { openCredentials } from "@/lib/bots/credentials";
import { getBotRow } from "@/lib/bots/queries";
import type { BotCredentials } from "@/lib/bots/schemas";
import type { BotRow } from "@/lib/db/schema";
import { testProxy } from "@/lib/doctor/test-proxy";
import { describeReason } from "@/lib/errors";
import { FeishuApis } from "@/lib/feishu/api";
import { checkCredentials } from "@/lib/feishu/credentials-check";
import { FeishuError } from "@/lib/feishu/errors";
import { createHttp } from "@/lib/feishu/network";
import { openSocket } from "@/lib/feishu/socket";
import { createLogger } from "@/lib/logger";
import type { SandboxCloud } from "@/lib/sandbox/cloud";
import { startTestCloud } from "@/tests/support/cloud";
import { setProxyVariables, startProxy, type TestProxy } from "@/tests/support/connect-proxy";
import { addConnectedBot, createManager, type TestBot } from "@/tests/support/connections";
import { freshDatabase, quietLogger } from "@/tests/support/databases";
import { testSealer } from "@/tests/support/people";
import { startTlsFront } from "@/tests/support/tls-front";
import { waitFor } from "@/tests/support/wait-for";

const LOGIN = "larkspur:p@ss%#:word"; // characters that have to be escaped in an address, and a colon
const LATE_MS = 30_000;

function withLogin(url: string, login: string | undefined): string {
  const address = new URL(url);
  const [user = "", ...password] = (login ?? "").split(":");
  address.username = encodeURIComponent(user);
  address.password = encodeURIComponent(password.join(":"));
  return address.href.replace(/\/$/, "");
}

async function scene() {
  const database = await freshDatabase();
  const cloud = await startTestCloud();
  const bot = await addConnectedBot(database, cloud);
  const rowOf = async () => (await getBotRow(database.db, bot.id)) as BotRow;
  const apis = new FeishuApis({
    loadCredentials: async () => openCredentials(testSealer, await rowOf(), undefined),
    logger: quietLogger,
  });
  /** Where nobody gets but through the proxy. */
  const hidden = cloud.origin.replace("127.0.0.1", "feishu.internal");
  const ask = async () =>
    (await apis.of(await rowOf())).call((client) => client.request({ method: "GET", url: "/open-apis/bot/v3/info" }));
  return { database, cloud, bot, rowOf, ask, hidden };
}

const hostOf = (url: string) => new URL(url).host;

/** How an attempt at a long connection ends. */
async function attempt(credentials: BotCredentials) {
  let end: { reason?: unknown; open?: true } | undefined;
  const socket = openSocket({
    credentials,
    logger: quietLogger,
    onEvent: async () => undefined,
    onOpen: () => {
      end = { open: true };
    },
    onLost: (loss) => {
      end = { reason: loss.reason };
    },
  });
  const ended = await waitFor(() => end, "the end of the attempt", LATE_MS);
  await socket.close();
  return ended;
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each([
  ["the environment's", undefined],
  ["the environment's, with a password", LOGIN],
  ["the bot's own", undefined],
  ["the bot's own, with a password", LOGIN],
])("%s proxy", (whose, login) => {
  const isOwn = whose.startsWith("the bot's");

  async function proxied() {
    const proxy = await startProxy(login ? { login } : {});
    const address = withLogin(proxy.url, login);
    const parts = await scene();
    // The bot's own wins over the environment, and NO_PROXY is no word about it.
    setProxyVariables(isOwn ? { HTTP_PROXY: "http://127.0.0.1:9", NO_PROXY: "*" } : { HTTP_PROXY: address });
    await parts.bot.update({ domain: parts.hidden, ...(isOwn ? { proxy: address } : {}) });
    return { ...parts, proxy, address };
  }

  test("leads to the discovery, the OpenAPI and the WebSocket alike", async () => {
    const { database, cloud, bot, ask, hidden, proxy } = await proxied();
    const { manager } = createManager(database, { exclusive: true });
    await manager.start();
    await bot.reaches("connected");
    // The WebSocket's address has the number and not the name, and could be reached directly.
    expect(proxy.targets).toContain(hostOf(hidden));
    expect(proxy.targets).toContain(hostOf(cloud.origin));
    expect(await ask()).toMatchObject({ code: 0 });
    expect(new Set(proxy.targets)).toEqual(new Set([hostOf(hidden), hostOf(cloud.origin)]));
    cloud.cut(bot.app.appId, "reset");
    await bot.reaches("reconnecting");
    await bot.reaches("connected");
  });

  test("is named when it goes away, and used again when it comes back", async () => {
    const { database, bot, proxy } = await proxied();
    const { manager } = createManager(database, { exclusive: true });
    await manager.start();
    await bot.reaches("connected");
    await proxy.stop();
    const down = await waitFor(async () => {
      const status = await bot.status();
      return status.errorCode === "connection.proxyDown" && status;
    }, "the proxy to be missed");
    expect(down.error).toContain(hostOf(proxy.url));
    expect(down.state).toBe("reconnecting");
    await startProxy({ port: Number(new URL(proxy.url).port), ...(login ? { login } : {}) });
    await bot.reaches("connected");
  });
});

describe("a proxy", () => {
  test("with a wrong password is told in words, never with the password, and mended by a change of the bot", async () => {
    const { database, bot, ask } = await scene();
    const lines: string[] = [];
    const logger = createLogger("debug", { write: (line) => void lines.push(line) });
    const proxy = await startProxy({ login: LOGIN });
    await bot.update({ proxy: withLogin(proxy.url, "larkspur:wr0ng-secret") });
    const { manager } = createManager(database, { exclusive: true, logger });
    await manager.start();
    const refused = await waitFor(async () => {
      const status = await bot.status();
      return status.errorCode === "connection.proxyAuth" && status;
    }, "the refusal");
    expect(refused.error).toMatch(/407/);
    expect(refused.error).toContain(hostOf(proxy.url));
    const error = await failureOf(ask());
    logger.error({ err: error }, "a call failed");
    expect(error).toBeInstanceOf(FeishuError);
    expect((error as FeishuError).reason.code).toBe("connection.proxyAuth");
    expect(`${JSON.stringify(refused)}${lines.join("")}`).not.toMatch(/wr0ng-secret|bGFya3NwdXI/);
    await bot.update({ proxy: withLogin(proxy.url, LOGIN) });
    await bot.reaches("connected");
    expect(await ask()).toMatchObject({ code: 0 });
  });

  type Bad = [string, () => Promise<string>, string, object];
  const refusing = async (status: number) => (await startProxy({ status })).url;
  const bad: Bad[] = [
    ["wants a password", () => refusing(407), "connection.proxyAuth", {}],
    ["forbids", () => refusing(403), "connection.proxyRefused", { status: 403 }],
    ["cannot get there", () => refusing(502), "connection.proxyRefused", { status: 502 }],
    ["is not there", async () => "http://127.0.0.1:9", "connection.proxyDown", { problem: "ECONNREFUSED" }],
    ["has no address", async () => "http://nobody.invalid:8080", "connection.proxyDown", { problem: "ENOTFOUND" }],
    ["is no proxy", async () => (await startTestCloud()).origin, "connection.proxyGarbage", {}],
    [
      "is spoken to in the wrong way",
      async () => (await startProxy()).url.replace("http", "https"),
      "connection.proxyTls",
      {},
    ],
  ];

  test.each(bad)("that %s is told the same by each way to Feishu", async (_, start, code, params) => {
    const { cloud, bot, rowOf, ask } = await scene();
    const proxy = await start();
    await bot.update({ proxy });
    const reason = { code, params: { proxy: hostOf(proxy), ...params } };
    const credentials = openCredentials(testSealer, await rowOf(), undefined);
    expect(await checkCredentials(credentials)).toMatchObject({ ok: false, kind: "network", reason });
    expect(await attempt(credentials)).toMatchObject({ reason });
    expect(await failureOf(ask())).toMatchObject({ kind: "network", reason });
    // The WebSocket alone: the discovery goes past the proxy.
    setProxyVariables({ HTTP_PROXY: proxy, NO_PROXY: "localhost" });
    const { appId, appSecret } = bot.app;
    const origin = cloud.origin.replace("127.0.0.1", "localhost");
    expect(await attempt({ appId, appSecret, origin })).toMatchObject({ reason });
    const told = { code, params: { problem: "", ...reason.params } };
    for (const locale of ["en", "zh-CN"] as const) expect(describeReason(told, locale)).toContain(hostOf(proxy));
  });

  test("that takes connections and says nothing is named, and no socket stays at it", async () => {
    const { bot, rowOf } = await scene();
    const proxy = await startProxy({ hangs: true });
    await bot.update({ proxy: proxy.url });
    const credentials = openCredentials(testSealer, await rowOf(), undefined);
    const reason = { code: "connection.proxySilent", params: { proxy: hostOf(proxy.url) } };
    const [asked, lost, tried] = await Promise.all([
      checkCredentials(credentials),
      attempt(credentials),
      testProxy(testSealer, await rowOf(), undefined, "en"),
    ]);
    expect(asked).toMatchObject({ reason });
    expect(lost).toMatchObject({ reason });
    expect(tried).toMatchObject({ ok: false });
    await waitFor(() => proxy.open === 0, "the sockets at the proxy to be closed");
  });

  test("of the environment that is none is told so", async () => {
    const { bot, ask } = await scene();
    setProxyVariables({ ALL_PROXY: "socks5://larkspur:s3cret@127.0.0.1:1080" });
    const { appId, appSecret } = bot.app;
    const reason = { code: "connection.proxyInvalid" };
    expect(await failureOf(ask())).toMatchObject({ reason });
    expect(await attempt({ appId, appSecret, origin: "http://127.0.0.1:9" })).toMatchObject({ reason });
  });

  test("of the environment is not for what NO_PROXY names, nor for the sandbox", async () => {
    const { cloud, bot, ask } = await scene();
    const proxy = await startProxy();
    const { appId, appSecret } = bot.app;
    setProxyVariables({ HTTP_PROXY: proxy.url, NO_PROXY: "127.0.0.1" });
    expect(await attempt({ appId, appSecret, origin: cloud.origin })).toEqual({ open: true });
    expect(await ask()).toMatchObject({ code: 0 });
    setProxyVariables({ HTTP_PROXY: proxy.url });
    expect(await attempt({ appId, appSecret, origin: cloud.origin, proxy: null })).toEqual({ open: true });
    expect(proxy.targets).toEqual([]);
  });

  test("of many addresses keeps a bounded number of tunnels, and ends no call under way", async () => {
    let release: () => void = () => undefined;
    const server = createServer((request, response) => {
      if (request.url === "/slow") release = () => response.end("late");
      else response.end("ok");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const proxy = await startProxy();
    const through = (user: string) => createHttp(withLogin(proxy.url, `${user}:password`));
    const slow = through("first").get(`${origin}/slow`);
    await waitFor(() => proxy.open === 1, "the slow call");
    for (let user = 0; user < 110; user += 1) await through(`user${user}`).get(origin);
    await waitFor(() => proxy.open <= 101, "the tunnels of the oldest to be closed");
    expect(proxy.open).toBeGreaterThan(50);
    release();
    expect(await slow).toBe("late");
    await waitFor(() => proxy.open <= 100, "the slow call's tunnel to be closed");
  });
});

describe("trying a proxy out", () => {
  const tried = async (row: BotRow, entered?: string | null) => testProxy(testSealer, row, entered, "en");

  async function stored(cloud: SandboxCloud, bot: TestBot, proxy: TestProxy, rowOf: () => Promise<BotRow>) {
    await bot.update({ proxy: withLogin(proxy.url, LOGIN) });
    return { row: await rowOf(), host: hostOf(cloud.origin) };
  }

  test("says whether the bot's cloud answers through it, over a tunnel made for the question", async () => {
    const { cloud, bot, rowOf } = await scene();
    const proxy = await startProxy({ login: LOGIN });
    const { row, host } = await stored(cloud, bot, proxy, rowOf);
    for (const count of [1, 2]) {
      const answer = await tried(row);
      expect(answer).toMatchObject({ ok: true, ms: expect.any(Number) });
      expect(answer.detail).toContain(`${host} responded through the proxy ${hostOf(proxy.url)}`);
      expect(proxy.targets).toHaveLength(count);
    }
    await waitFor(() => proxy.open === 0, "the tunnels to be closed");
    expect(await tried(row, withLogin(proxy.url, "larkspur:"))).toMatchObject({ ok: true });
    const wrong = await tried(row, withLogin(proxy.url, "larkspur:wrong"));
    expect(wrong).toMatchObject({ ok: false, detail: expect.stringContaining("407") });
    expect(await tried(row, "http://127.0.0.1:9")).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/Cannot reach/),
    });
    expect(await tried(row, "")).toMatchObject({ ok: true, detail: expect.stringContaining("without a proxy") });
    expect(await tried({ ...row, domain: "sandbox" })).toMatchObject({
      ok: false,
      detail: expect.stringContaining("sandbox"),
    });
  });
});

describe("a certificate that nobody vouches for", () => {
  test("is refused on each way, directly and through a proxy, with the cure", async () => {
    const { cloud, bot, rowOf, ask } = await scene();
    const { origin } = await startTlsFront(cloud);
    const proxy = await startProxy();
    for (const [own, code] of [
      [null, "connection.tls"],
      [proxy.url, "connection.tlsThrough"],
    ] as const) {
      await bot.update({ domain: origin, proxy: own });
      const credentials = openCredentials(testSealer, await rowOf(), undefined);
      const reason = {
        code,
        params: { host: hostOf(origin), problem: expect.stringMatching(/UNABLE_TO_|SELF_SIGNED/) },
      };
      expect(await checkCredentials(credentials)).toMatchObject({ ok: false, reason });
      const lost = await attempt(credentials);
      expect(lost).toMatchObject({ reason });
      expect(await failureOf(ask())).toMatchObject({ reason });
      expect((await testProxy(testSealer, await rowOf(), undefined, "en")).detail).toContain("NODE_EXTRA_CA_CERTS");
    }
    expect(proxy.targets.every((target) => target === hostOf(origin))).toBe(true);
    expect(proxy.targets).not.toEqual([]);
  });
});

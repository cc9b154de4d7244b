import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { enteredProxy, shownProxy } from "@/lib/bots/proxy";
import { createBotSchema, updateBotSchema } from "@/lib/bots/schemas";
import { proxyOf } from "@/lib/feishu/network";

const NAMES = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "all_proxy",
  "no_proxy",
];

const HTTP = "http://plain.example:3128";
const HTTPS = "http://secure.example:3128";

describe("the proxy for an address", () => {
  beforeEach(() => {
    for (const name of NAMES) vi.stubEnv(name, undefined);
  });
  afterEach(() => vi.unstubAllEnvs());

  test("follows the address's scheme, a WebSocket's like HTTP's", () => {
    vi.stubEnv("HTTP_PROXY", HTTP);
    vi.stubEnv("HTTPS_PROXY", HTTPS);
    expect(["http://a.cn/x", "ws://a.cn/x", "https://a.cn", "wss://a.cn:9/y"].map((url) => proxyOf(url))).toEqual([
      HTTP,
      HTTP,
      HTTPS,
      HTTPS,
    ]);
  });

  test("is none without a variable, and ALL_PROXY's where no other says", () => {
    expect(proxyOf("https://a.cn")).toBeUndefined();
    vi.stubEnv("ALL_PROXY", HTTP);
    expect(proxyOf("wss://a.cn")).toBe(HTTP);
    vi.stubEnv("https_proxy", HTTPS);
    expect(proxyOf("wss://a.cn")).toBe(HTTPS);
  });

  test("is spoken to over HTTP where the variable names no scheme", () => {
    vi.stubEnv("HTTPS_PROXY", "proxy.example:8080");
    expect(proxyOf("https://a.cn")).toBe("http://proxy.example:8080");
    vi.stubEnv("HTTPS_PROXY", "https://proxy.example:8080");
    expect(proxyOf("https://a.cn")).toBe("https://proxy.example:8080");
  });

  test.each([
    ["open.feishu.cn", "https://open.feishu.cn/x", false],
    ["open.feishu.cn", "https://msg.feishu.cn/x", true],
    ["example.com, open.feishu.cn", "wss://open.feishu.cn/x", false],
    [".feishu.cn", "wss://msg-frontier.feishu.cn/ws", false],
    [".feishu.cn", "https://feishu.cn", true],
    ["*.feishu.cn", "https://open.feishu.cn", false],
    ["open.feishu.cn:443", "https://open.feishu.cn", false],
    ["open.feishu.cn:443", "wss://open.feishu.cn", false],
    ["open.feishu.cn:8443", "https://open.feishu.cn", true],
    ["[::1]", "http://[::1]:9/x", false],
    ["*", "https://open.feishu.cn", false],
  ])("NO_PROXY=%s: %s goes through it: %s", (noProxy, url, isThrough) => {
    vi.stubEnv("ALL_PROXY", HTTP);
    vi.stubEnv("NO_PROXY", noProxy);
    expect(proxyOf(url)).toBe(isThrough ? HTTP : undefined);
    expect(proxyOf(url, HTTPS)).toBe(HTTPS);
    expect(proxyOf(url, null)).toBeUndefined();
  });
});

describe("a bot's proxy", () => {
  test.each([
    "http://proxy.example.com",
    "https://proxy.example.com:8443",
    "http://user@10.0.0.1:3128",
    "http://user:p%40ss%23@[fd00::1]:3128",
    "HTTP://proxy.example.com:8080/",
    " http://proxy:8080 ",
  ])("%s is taken", (proxy) => {
    expect(updateBotSchema.safeParse({ proxy }).success).toBe(true);
    expect(enteredProxy(updateBotSchema.parse({ proxy }).proxy ?? null, undefined)).toMatch(/^https?:\/\/[^/]+$/);
  });

  test.each([
    "proxy.example.com:8080",
    "socks5://proxy.example.com:1080",
    "http://",
    "http:proxy.example.com",
    "http://proxy.example.com/path",
    "http://proxy.example.com:8080?x=1",
    "http://proxy.example.com:8080?",
    "http://proxy.example.com#",
    "http://proxy.example.com:99999",
    "http://user:pa#ss@proxy.example.com",
    "http://user:pa/ss@proxy.example.com:8080",
    "http://proxy example.com",
  ])("%s is refused at its path", (proxy) => {
    for (const parsed of [
      updateBotSchema.safeParse({ proxy }),
      createBotSchema.safeParse({ proxy, name: "n", domain: "sandbox" }),
    ]) {
      expect(parsed.error?.issues).toMatchObject([{ path: ["proxy"], message: "fields.proxy" }]);
    }
  });

  test("is removed by null or nothing", () => {
    for (const proxy of [null, "", "  "]) {
      expect(enteredProxy(updateBotSchema.parse({ proxy }).proxy ?? null, "http://stored:8080")).toBeUndefined();
    }
  });

  test("is shown without its password", () => {
    expect(shownProxy("http://user:s3cret@proxy:8080")).toEqual({
      proxy: "http://user@proxy:8080",
      hasProxyPassword: true,
    });
    expect(shownProxy("http://proxy:8080")).toEqual({ proxy: "http://proxy:8080", hasProxyPassword: false });
    expect(shownProxy(undefined)).toEqual({ proxy: null, hasProxyPassword: false });
  });

  test("keeps its password when it comes back as shown, and gives it to no other host or user", () => {
    const stored = "http://user:s3cret@proxy:8080";
    expect(enteredProxy("http://user@proxy:8080/", stored)).toBe(stored);
    for (const other of [
      "http://user@evil:8080",
      "http://user@proxy:8081",
      "http://root@proxy:8080",
      "https://user@proxy:8080",
    ]) {
      expect(enteredProxy(other, stored)).toBe(other);
    }
    expect(enteredProxy("http://user:new@proxy:8080", stored)).toBe("http://user:new@proxy:8080");
  });
});

import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { type AddressTrouble, troubleOfAddress, troubleOfUrl } from "@/lib/address-trouble";
import { createHttp, networkReason, postJson, reach } from "@/lib/feishu/network";
import { probe } from "@/lib/feishu/reachability";
import { AddressRefused } from "@/lib/guarded-lookup";
import { guardedFetch } from "@/lib/outside-address";

const cases: [AddressTrouble | undefined, string[]][] = [
  [
    "never",
    [
      ...["169.254.0.1", "169.254.169.254", "fe80::1", "febf::1", "fd00:ec2::254", "100.100.100.200", "224.0.0.1"],
      // The same addresses in other clothes.
      ...["::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::169.254.169.254"],
      ...["::ffff:0:169.254.169.254", "64:ff9b:1::a9fe:a9fe", "168.63.129.16", "192.0.0.192"],
      ...["255.255.255.255", "ff02::1", "fe80::1%lo"],
      // Teredo (the client's address, and the server's), ISATAP.
      ...["2001:0:4136:e378:8000:63bf:5601:5601", "2001:0:a9fe:a9fe::", "2001:db8::5efe:169.254.169.254"],
      ...["2606:4700::200:5efe:a9fe:a9fe"],
    ],
  ],
  [
    "private",
    [
      ...["127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "0.0.0.0"],
      ...["::1", "::", "fc00::1", "fd12:3456::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"],
      ...[
        "2001:0:4136:e378:8000:63bf:f5ff:fffe",
        "2001:0:a00:1::fefe:fefe",
        "2606:4700::5efe:10.0.0.1",
        "2002:7f00:1::",
      ],
    ],
  ],
  [
    undefined,
    [
      "1.1.1.1",
      "172.15.0.1",
      "172.32.0.1",
      "100.63.255.255",
      "192.169.0.1",
      "2606:4700::1111",
      "::ffff:1.1.1.1",
      "2001:4860::1",
    ],
  ],
];

describe("which addresses are called", () => {
  for (const [trouble, addresses] of cases) {
    test.each(addresses)(`${trouble ?? "everybody's"}: %s`, (address) => {
      expect(troubleOfAddress(address)).toBe(trouble);
    });
  }

  test.each([
    ["http://127.0.0.1:8080/x", "private"],
    ["http://2130706433/", "private"],
    ["http://0x7f.1/", "private"],
    ["http://localhost/", "private"],
    ["http://a.localhost./", "private"],
    ["http://[::1]:1/", "private"],
    ["http://[::ffff:169.254.169.254]/latest", "never"],
    ["http://169.254.169.254/latest", "never"],
    ["http://metadata.google.internal/", "never"],
    ["https://example.com/", undefined],
    ["https://localhost.example.com/", undefined],
  ])("of a URL before its name is resolved: %s", (url, trouble) => {
    expect(troubleOfUrl(new URL(url))).toBe(trouble);
  });
});

async function listen(listener: RequestListener): Promise<{ port: number; calls: string[] }> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    calls.push(request.url ?? "");
    listener(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, calls };
}

/** A resolver that gives these answers one after the other, the last one for good. */
const resolver = (...answers: string[]) => {
  let asked = 0;
  return (
    _hostname: string,
    _options: object,
    callback: (error: null, found: { address: string; family: number }[]) => void,
  ) => {
    const address = answers[Math.min(asked++, answers.length - 1)] ?? "";
    setImmediate(callback, null, [{ address, family: address.includes(":") ? 6 : 4 }]);
  };
};

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => "called",
    (error: unknown) => (error instanceof AddressRefused ? error.trouble : String(error)),
  );

describe("the guarded fetch", () => {
  test("calls inside the network only where that is allowed, and link-local addresses never", async () => {
    const { port, calls } = await listen((_, response) => response.end("hello"));
    const url = `http://127.0.0.1:${port}/`;
    expect(await refusal(guardedFetch(url, { allowPrivate: false }))).toBe("private");
    expect(await refusal(guardedFetch(`http://localhost:${port}/`, { allowPrivate: false }))).toBe("private");
    expect(await refusal(guardedFetch("http://169.254.169.254/", { allowPrivate: true }))).toBe("never");
    expect(calls).toEqual([]);
    expect(await (await guardedFetch(url, { allowPrivate: true })).text()).toBe("hello");
  });

  test("judges a name by what it resolves to when it connects, each time anew", async () => {
    const { port, calls } = await listen((_, response) => response.end("inside"));
    const url = `http://rebinding.example:${port}/`;
    expect(await refusal(guardedFetch(url, { allowPrivate: false, resolve: resolver("127.0.0.1") }))).toBe("private");
    expect(await refusal(guardedFetch(url, { allowPrivate: true, resolve: resolver("169.254.169.254") }))).toBe(
      "never",
    );
    expect(await refusal(guardedFetch(url, { allowPrivate: true, resolve: resolver("fe80::1") }))).toBe("never");
    expect(calls).toEqual([]);
    const rebound = resolver("127.0.0.1", "169.254.169.254");
    expect(await refusal(guardedFetch(url, { allowPrivate: true, resolve: rebound }))).toBe("called");
    expect(await refusal(guardedFetch(url, { allowPrivate: true, resolve: rebound }))).toBe("never");
    expect(calls).toEqual(["/"]);
  });

  test("does not serve one who may not call inside from a connection that another one left open", async () => {
    const { port, calls } = await listen((_, response) => response.end("inside"));
    const allowed = await guardedFetch(`http://127.0.0.1:${port}/`, { allowPrivate: true });
    await allowed.text();
    expect(await refusal(guardedFetch(`http://127.0.0.1:${port}/`, { allowPrivate: false }))).toBe("private");
    expect(calls).toHaveLength(1);
  });

  test("does not follow a redirect", async () => {
    const { port, calls } = await listen((_, response) => response.writeHead(302, { location: "/other" }).end());
    const response = await guardedFetch(`http://127.0.0.1:${port}/one`, { allowPrivate: true });
    expect([response.status, response.headers.get("location"), calls]).toEqual([302, "/other", ["/one"]]);
  });

  test("ends with its signal, before the answer and in the middle of it", async () => {
    const { port } = await listen((request, response) => {
      if (request.url === "/part") response.write("the beginning");
    });
    const init = () => ({ allowPrivate: true, signal: AbortSignal.timeout(100) });
    await expect(guardedFetch(`http://127.0.0.1:${port}/nothing`, init())).rejects.toThrow(/abort/i);
    const response = await guardedFetch(`http://127.0.0.1:${port}/part`, init());
    await expect(response.text()).rejects.toThrow();
  });

  test("rejects an answer that is no HTTP, a status that does not exist included", async () => {
    const { port } = await listen((request, response) => {
      if (request.url === "/status") response.socket?.end("HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n");
      else response.socket?.end("nonsense\r\n\r\n");
    });
    for (const path of ["/status", "/garbage"]) {
      await expect(guardedFetch(`http://127.0.0.1:${port}${path}`, { allowPrivate: true })).rejects.toThrow();
    }
  });
});

// A cloud of one's own, its proxy, and what that cloud names as the address of its socket.
describe("what administrators enter", () => {
  const never = expect.objectContaining({ code: "outside.never" });

  test.each(["http://169.254.169.254", "http://[::ffff:169.254.169.254]", "http://metadata.google.internal"])(
    "is not called at %s",
    async (origin) => {
      const reasons = [
        networkReason(
          await createHttp()
            .get(`${origin}/x`)
            .catch((error: unknown) => error),
          origin,
        ),
        networkReason(await postJson(`${origin}/x`, {}, { proxy: undefined }).catch((error: unknown) => error), origin),
        networkReason(
          await postJson("http://open.example/", {}, { proxy: origin }).catch((error: unknown) => error),
          "http://open.example/",
        ),
      ];
      expect(reasons).toEqual([never, never, never]);
      expect(await probe(origin, undefined, 1_000)).toEqual({ ok: false, reason: never });
      expect(await reach(origin, undefined)).toEqual({ ok: false, reason: never });
    },
  );

  test("is called inside the network", async () => {
    const { port, calls } = await listen((_, response) => response.end("{}"));
    await createHttp().get(`http://127.0.0.1:${port}/one`);
    await createHttp().get(`http://localhost:${port}/two`);
    expect(calls).toEqual(["/one", "/two"]);
  });
});

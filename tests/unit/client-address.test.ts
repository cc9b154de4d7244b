import { describe, expect, test } from "vitest";
import { AddressRanges, networkOf, parseAddress, parseRanges } from "@/lib/address-ranges";
import { clientAddress, untrustedProxy } from "@/lib/auth/client-address";
import { readEnvironment } from "@/lib/env";

const ranges = (list: string): AddressRanges => {
  const parsed = parseRanges(list);
  if (parsed instanceof AddressRanges) return parsed;
  throw new Error(parsed.wrong);
};

const trusting = (list: string, holdsConnections = true) => ({
  trustedProxies: ranges(list),
  platform: { holdsConnections },
});

const request = (peer: string | undefined, forwarded?: string) =>
  new Headers({ ...(peer && { "x-larkspur-peer": peer }), ...(forwarded && { "x-forwarded-for": forwarded }) });

describe("the address of a request", () => {
  test.each([
    ["nobody is trusted", "", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
    ["the peer is not trusted", "10.0.0.0/8", "203.0.113.9", "198.51.100.1", "203.0.113.9"],
    ["the peer is trusted", "10.0.0.0/8", "10.1.2.3", "198.51.100.1", "198.51.100.1"],
    ["what the visitor made up stands further left", "10.0.0.0/8", "10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
    ["two proxies are trusted", "10.0.0.0/8", "10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9", "198.51.100.1"],
    ["all are trusted", "10.0.0.0/8", "10.1.2.3", "10.0.0.1, 10.0.0.2", "10.0.0.1"],
    ["nothing was forwarded", "10.0.0.0/8", "10.1.2.3", undefined, "10.1.2.3"],
    ["what was forwarded is no address", "10.0.0.0/8", "10.1.2.3", "198.51.100.1, unknown", "10.1.2.3"],
    ["ports are named", "10.0.0.0/8", "10.1.2.3", "198.51.100.1:4711", "198.51.100.1"],
    ["the socket speaks IPv6", "127.0.0.1", "::ffff:127.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"],
    ["the proxy has an IPv6 address", "fd00::/8, ::1", "fd00::2", "2001:DB8:0:0::1", "2001:db8::1"],
  ])("where %s", (_, trusted, peer, forwarded, expected) => {
    expect(clientAddress(request(peer, forwarded), trusting(trusted))).toBe(expected);
  });

  test("on a serverless platform is what its own proxy wrote, whatever else is sent", () => {
    expect(clientAddress(request("6.6.6.6", "1.1.1.1, 198.51.100.1"), trusting("", false))).toBe("198.51.100.1");
    expect(clientAddress(request(undefined), trusting("", false))).toBe("unknown");
  });

  test("tells of a proxy that nobody has named", () => {
    expect(untrustedProxy(request("10.1.2.3", "198.51.100.1"), trusting(""))).toBe("10.1.2.3");
    // Next.js names the peer itself.
    expect(untrustedProxy(request("::ffff:10.1.2.3", "10.1.2.3"), trusting(""))).toBeUndefined();
    expect(untrustedProxy(request("10.1.2.3", "198.51.100.1"), trusting("10.0.0.0/8"))).toBeUndefined();
  });
});

test("what belongs to one network counts together", () => {
  expect(networkOf("192.0.2.1")).toBe("192.0.2.1");
  expect(networkOf("2001:db8:1:2:3::1")).toBe(networkOf("2001:db8:1:2:ffff::9"));
  expect(networkOf("2001:db8:1:2::1")).not.toBe(networkOf("2001:db8:1:3::1"));
  expect(networkOf(parseAddress("fe80::1%eth0") ?? "")).toBe("fe80:0:0:0::/64");
});

describe("LARKSPUR_TRUSTED_PROXIES", () => {
  test("takes addresses and ranges", () => {
    const { trustedProxies } = readEnvironment({ LARKSPUR_TRUSTED_PROXIES: " 10.0.0.0/8, 192.0.2.1 ,2001:db8::/32 " });
    const inside = ["10.255.0.1", "192.0.2.1", "2001:db8:ffff::1"];
    expect([...inside, "192.0.2.2", "11.0.0.1", "::1", "nonsense"].filter((a) => trustedProxies.has(a))).toEqual(
      inside,
    );
    expect(readEnvironment({}).trustedProxies.isEmpty).toBe(true);
  });

  test.each(["proxy", "10.0.0.0/33", "10.0.0/8", "::1/129", "10.0.0.1/8/8", "10.0.0.1/", "10.0.0.1 10.0.0.2"])(
    "refuses %s by name",
    (wrong) => {
      expect(() => readEnvironment({ LARKSPUR_TRUSTED_PROXIES: `127.0.0.1, ${wrong}` })).toThrow(
        `LARKSPUR_TRUSTED_PROXIES must be addresses or ranges like 10.0.0.0/8, separated by commas: "${wrong}" is neither. Fix it and restart.`,
      );
    },
  );
});

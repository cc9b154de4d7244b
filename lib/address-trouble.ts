// Which addresses a person may have called: out in the open, inside the network, or never.
import { BlockList, isIP, isIPv6 } from "node:net";

/** Why an address is not called: nobody may, or only an administrator. */
export type AddressTrouble = "never" | "private";

function listOf(...ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", prefix = ""] = range.split("/");
    list.addSubnet(address, Number(prefix), isIPv6(address) ? "ipv6" : "ipv4");
  }
  return list;
}

// Link-local, where clouds keep their machines' credentials; those of them that keep theirs elsewhere (AWS by IPv6,
// Alibaba Cloud, Azure, Oracle Cloud); and what is no single machine.
const NEVER = listOf(
  "169.254.0.0/16",
  "fe80::/10",
  "fd00:ec2::254/128",
  "100.100.100.200/32",
  "168.63.129.16/32",
  "192.0.0.192/32",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "ff00::/8",
);
const PRIVATE = listOf(
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "::/128",
  "::1/128",
  "fc00::/7",
  "fec0::/10",
);

/** What keeps an IP address from being called; undefined: nothing, it is out in the open. */
export function troubleOfAddress(address: string): AddressTrouble | undefined {
  const inside = embeddedIPv4(address);
  if (inside) return troubleOfAddress(inside);
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  if (NEVER.check(address, family)) return "never";
  return PRIVATE.check(address, family) ? "private" : undefined;
}

// Mapped (::ffff:1.2.3.4), translated (::ffff:0:1.2.3.4, 64:ff9b::/96, 64:ff9b:1::/48) and tunnelled (2002::/16): each
// leads to the IPv4 address in it.
function embeddedIPv4(address: string): string | undefined {
  if (!isIPv6(address)) return undefined;
  const words = wordsOf(address);
  const at = (index: number) => words[index] ?? 0;
  const ipv4 = (index: number) =>
    [at(index) >> 8, at(index) & 0xff, at(index + 1) >> 8, at(index + 1) & 0xff].join(".");
  const begins = (...start: number[]) => start.every((word, index) => at(index) === word);
  if (begins(0, 0, 0, 0, 0, 0xffff) || begins(0, 0, 0, 0, 0xffff, 0)) return ipv4(6);
  if (begins(0x64, 0xff9b, 0, 0, 0, 0) || begins(0x64, 0xff9b, 1)) return ipv4(6);
  if (begins(0x2002)) return ipv4(1);
  return begins(0, 0, 0, 0, 0, 0) && (at(6) > 0 || at(7) > 1) ? ipv4(6) : undefined;
}

function wordsOf(address: string): number[] {
  // The URL parser writes every form of an IPv6 address in the same one.
  const [head = "", tail] = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1).split("::");
  const words = (text: string) => (text ? text.split(":").map((word) => Number.parseInt(word, 16)) : []);
  if (tail === undefined) return words(head);
  const [before, after] = [words(head), words(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** The IP address that a URL names by itself; undefined where it names a host. */
export function literalOf(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return isIP(host) ? host : undefined;
}

// Behind a proxy it is the proxy that resolves a name, in its own network.
const METADATA_NAME = /^metadata\.(google\.internal|goog)\.?$/;

/** What can be said of a URL before its name is resolved, for whoever saves it. */
export function troubleOfUrl(url: URL): AddressTrouble | undefined {
  const literal = literalOf(url);
  if (literal) return troubleOfAddress(literal);
  if (METADATA_NAME.test(url.hostname)) return "never";
  return /(^|\.)localhost\.?$/.test(url.hostname) ? "private" : undefined;
}

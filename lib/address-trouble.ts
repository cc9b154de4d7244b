// Which addresses a person may have called: out in the open, inside the network, or never.
import { BlockList, isIP, isIPv6 } from "node:net";
import { dotted, wordsOf } from "@/lib/address-ranges";

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
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  if (NEVER.check(address, family)) return "never";
  const inside = embeddedIPv4(address);
  // An address that stands for an IPv4 address leads there, and nowhere else; one that carries some may lead to each.
  if (inside.some((ipv4) => troubleOfAddress(ipv4) === "never")) return "never";
  if (PRIVATE.check(address, family) && !isStandIn(address)) return "private";
  return inside.some((ipv4) => troubleOfAddress(ipv4) === "private") ? "private" : undefined;
}

/** The IPv4 addresses to which an IPv6 address leads, or by whose network it goes. */
function embeddedIPv4(address: string): string[] {
  if (!isIPv6(address)) return [];
  const words = wordsOf(address);
  const at = (index: number) => words[index] ?? 0;
  const ipv4 = (index: number) => dotted(at(index), at(index + 1));
  const begins = (...start: number[]) => start.every((word, index) => at(index) === word);
  const found: string[] = [];
  if (isStandIn(address)) found.push(ipv4(6));
  // NAT64 (RFC 6052), well known and local.
  if (begins(0x64, 0xff9b, 0, 0, 0, 0) || begins(0x64, 0xff9b, 1)) found.push(ipv4(6));
  if (begins(0x2002)) found.push(ipv4(1)); // 6to4 (RFC 3056)
  // Teredo (RFC 4380): the server, and the client's address with all its bits turned over.
  if (begins(0x2001, 0)) found.push(ipv4(2), dotted(at(6) ^ 0xffff, at(7) ^ 0xffff));
  // ISATAP (RFC 5214), below any prefix.
  if ((at(4) & 0xfdff) === 0 && at(5) === 0x5efe) found.push(ipv4(6));
  return found;
}

/** IPv4-compatible, mapped (::ffff:1.2.3.4) and translated (::ffff:0:1.2.3.4): an IPv4 address in other clothes. */
function isStandIn(address: string): boolean {
  if (!isIPv6(address)) return false;
  const words = wordsOf(address);
  const begins = (...start: number[]) => start.every((word, index) => words[index] === word);
  if (begins(0, 0, 0, 0, 0, 0xffff) || begins(0, 0, 0, 0, 0xffff, 0)) return true;
  return begins(0, 0, 0, 0, 0, 0) && ((words[6] ?? 0) > 0 || (words[7] ?? 0) > 1);
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

// IP addresses as they are written in settings and headers: single ones, ranges, and the network that one belongs to.
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";

/** Undefined for what is no address. An IPv4 address that is written as an IPv6 one is the IPv4 address. */
export function parseAddress(text: string): string | undefined {
  const written = text.trim();
  // Some proxies add the port: 192.0.2.1:4711, [2001:db8::1]:4711.
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(written)?.[1] ?? /^([\d.]+):\d+$/.exec(written)?.[1] ?? written;
  const [address = ""] = bare.split("%");
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  const words = wordsOf(address);
  const isMapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  return isMapped ? dotted(words[6] ?? 0, words[7] ?? 0) : new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** Two words of an IPv6 address as the IPv4 address that they hold. */
export const dotted = (high: number, low: number): string => [high >> 8, high & 0xff, low >> 8, low & 0xff].join(".");

/** The eight numbers of an IPv6 address. */
export function wordsOf(address: string): number[] {
  // The URL parser writes every form of an IPv6 address in the same one.
  const [head = "", tail] = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1).split("::");
  const words = (text: string) => (text ? text.split(":").map((word) => Number.parseInt(word, 16)) : []);
  if (tail === undefined) return words(head);
  const [before, after] = [words(head), words(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** What one customer of a provider has: an IPv4 address, or the 2^64 addresses of an IPv6 network. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const words = wordsOf(address).slice(0, 4);
  return `${words.map((word) => word.toString(16)).join(":")}::/64`;
}

export class AddressRanges {
  readonly #list = new BlockList();
  #isEmpty = true;

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** False for what is neither an address nor a range such as 10.0.0.0/8. */
  add(text: string): boolean {
    const [address = "", bits, ...rest] = text.trim().split("/");
    const family = isIP(address);
    if (family === 0 || rest.length > 0) return false;
    const longest = family === 6 ? 128 : 32;
    if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > longest)) return false;
    this.#list.addSubnet(address, bits === undefined ? longest : Number(bits), family === 6 ? "ipv6" : "ipv4");
    this.#isEmpty = false;
    return true;
  }

  has(address: string): boolean {
    return isIP(address) !== 0 && this.#list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
  }
}

/** The first entry of a list that is none, or the ranges. */
export function parseRanges(list: string): AddressRanges | { wrong: string } {
  const ranges = new AddressRanges();
  for (const entry of list.split(",").map((part) => part.trim())) {
    if (entry !== "" && !ranges.add(entry)) return { wrong: entry };
  }
  return ranges;
}

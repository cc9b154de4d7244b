// From which address a request comes: the connection's own, or what a trusted proxy says about it.
import { parseAddress } from "@/lib/address-ranges";
import type { Environment } from "@/lib/env";

// scripts/lib/front.mjs writes the socket's address into it, over whatever was sent.
const PEER = "x-larkspur-peer";
const UNKNOWN = "unknown";

type Trust = Pick<Environment, "trustedProxies" | "platform">;

export function clientAddress(headers: Headers, { trustedProxies, platform }: Trust): string {
  const hops = (headers.get("x-forwarded-for") ?? "").split(",");
  // A serverless platform's own proxy stands before each function, and no server of ours.
  if (!platform.holdsConnections) return parseAddress(hops.at(-1) ?? "") ?? UNKNOWN;
  let address = parseAddress(headers.get(PEER) ?? "") ?? UNKNOWN;
  for (const hop of hops.reverse()) {
    if (!trustedProxies.has(address)) break;
    const before = parseAddress(hop);
    if (before === undefined) break;
    address = before;
  }
  return address;
}

/** The proxy that names other addresses without being trusted; undefined: there is none. */
export function untrustedProxy(headers: Headers, { trustedProxies, platform }: Trust): string | undefined {
  if (!platform.holdsConnections || !trustedProxies.isEmpty) return undefined;
  const peer = parseAddress(headers.get(PEER) ?? "");
  const last = parseAddress(headers.get("x-forwarded-for")?.split(",").at(-1) ?? "");
  // Next.js itself names the peer where nobody has named anything.
  return peer !== undefined && last !== undefined && last !== peer ? peer : undefined;
}

// Judges an address once its name is resolved, right before it is called: a name says nothing about where it leads.
import { type LookupAddress, type LookupAllOptions, lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { type AddressTrouble, troubleOfAddress, troubleOfUrl } from "@/lib/address-trouble";
import type { Reason } from "@/lib/errors";

/** Thrown before anything is sent. */
export class AddressRefused extends Error {
  readonly trouble: AddressTrouble;
  readonly reason: Reason;

  constructor(trouble: AddressTrouble, host: string) {
    super(`${host} is not called: ${trouble}`);
    this.name = "AddressRefused";
    this.trouble = trouble;
    this.reason = { code: trouble === "never" ? "outside.never" : "outside.private", params: { host } };
  }

  // Next compiles instrumentation and route handlers apart: one process holds this class several times over.
  // Axios gives the error that it wraps around this one the same name.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "AddressRefused" && "reason" in value;
  }
}

export type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

export type Right = {
  /** Addresses inside the network, this machine included: for what administrators set up. */
  allowPrivate: boolean;
  /** Stands in for the system's resolver. */
  resolve?: Resolve;
};

const refusalOf = (trouble: AddressTrouble | undefined, allowPrivate: boolean): AddressTrouble | undefined =>
  trouble === "private" && allowPrivate ? undefined : trouble;

/** Throws `AddressRefused` for a URL that tells by itself where it leads. */
export function requireAllowed(url: URL, allowPrivate: boolean): void {
  const refused = refusalOf(troubleOfUrl(url), allowPrivate);
  if (refused) throw new AddressRefused(refused, url.host);
}

/** For what opens a connection: fails with `AddressRefused` where a name leads to an address that may not be called. */
export const lookupGuarded =
  ({ allowPrivate, resolve = lookup }: Right): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, found) => {
      const bad = error ? undefined : found.find(({ address }) => refusalOf(troubleOfAddress(address), allowPrivate));
      const refused = bad && new AddressRefused(troubleOfAddress(bad.address) ?? "never", hostname);
      const [first] = found ?? [];
      if (error || refused || !first) callback(error ?? refused ?? new Error(`${hostname} has no address`), []);
      else if (options.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };

/** For what only administrators enter, a cloud or a proxy: anywhere but link-local addresses. */
export const lookupOfAdministrators = lookupGuarded({ allowPrivate: true });

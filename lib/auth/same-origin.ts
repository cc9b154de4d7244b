// Tells Larkspur's own pages from others by a request's `Origin` header, and whether the way to them is encrypted.
import { AppError } from "@/lib/errors";

/** Throws `forbidden` where a page of somebody else's writes, or where it looks so because a proxy rewrites the host. */
export function requireSameOrigin(headers: Headers, publicUrl: string | undefined): void {
  if (isSameOrigin(headers, publicUrl)) return;
  const given = headers.get("origin");
  if (!given || !/^https?:/.test(given) || !URL.canParse(given)) throw new AppError("forbidden", "foreignOrigin");
  const host = firstOf(headers.get("x-forwarded-host")) ?? headers.get("host") ?? "";
  throw new AppError("forbidden", "foreignHost", { params: { origin: new URL(given).origin, host } });
}

/** False without an `Origin` header: browsers send one with every write. */
export function isSameOrigin(headers: Headers, publicUrl: string | undefined): boolean {
  const given = headers.get("origin");
  if (!given || !URL.canParse(given)) return false;
  const origin = new URL(given);
  if (publicUrl && origin.origin === new URL(publicUrl).origin) return true;
  const hosts = [firstOf(headers.get("x-forwarded-host")), headers.get("host")];
  const isOurHost = hosts.some((host) => host && hostOf(host, origin.protocol) === origin.host);
  // https where we see http is a proxy that does not say so; the other way round is somebody on the line.
  const isDowngraded = origin.protocol === "http:" && firstOf(headers.get("x-forwarded-proto")) === "https";
  return isOurHost && !isDowngraded && (origin.protocol === "http:" || origin.protocol === "https:");
}

/** Not every proxy that ends TLS says so in a header: then Larkspur's public address does. */
export const isEncrypted = (origin: string, publicUrl: string | undefined): boolean =>
  origin.startsWith("https:") ||
  (publicUrl !== undefined && origin.replace(/^http:/, "https:") === new URL(publicUrl).origin);

/** As `isEncrypted`, of a request by its headers. */
export function isEncryptedRequest(headers: Headers, publicUrl: string | undefined): boolean {
  const host = firstOf(headers.get("x-forwarded-host")) ?? headers.get("host") ?? "";
  return isEncrypted(`${firstOf(headers.get("x-forwarded-proto")) ?? "http"}://${host}`, publicUrl);
}

/** Of a header that each proxy on the way adds to, what the first one wrote: nearest to the reader. */
export const firstOf = (list: string | null): string | undefined => list?.split(",")[0]?.trim() || undefined;

/** Without the protocol's own port, as an origin is written. */
function hostOf(host: string, protocol: string): string | undefined {
  const url = `${protocol}//${host}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

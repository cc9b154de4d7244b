// Tells Larkspur's own pages from others by a request's `Origin` header, and whether the way to them is encrypted.

/** False without an `Origin` header: browsers send one with every write. */
export function isSameOrigin(headers: Headers, publicUrl: string | undefined): boolean {
  const given = headers.get("origin");
  if (!given || !URL.canParse(given)) return false;
  const origin = new URL(given);
  if (publicUrl && origin.origin === new URL(publicUrl).origin) return true;
  const hosts = [first(headers.get("x-forwarded-host")), headers.get("host")];
  const isOurHost = hosts.some((host) => host && hostOf(host, origin.protocol) === origin.host);
  // https where we see http is a proxy that does not say so; the other way round is somebody on the line.
  const isDowngraded = origin.protocol === "http:" && first(headers.get("x-forwarded-proto")) === "https";
  return isOurHost && !isDowngraded && (origin.protocol === "http:" || origin.protocol === "https:");
}

/** Not every proxy that ends TLS says so in a header: then Larkspur's public address does. */
export const isEncrypted = (origin: string, publicUrl: string | undefined): boolean =>
  origin.startsWith("https:") ||
  (publicUrl !== undefined && origin.replace(/^http:/, "https:") === new URL(publicUrl).origin);

const first = (list: string | null) => list?.split(",")[0]?.trim();

/** Without the protocol's own port, as an origin is written. */
function hostOf(host: string, protocol: string): string | undefined {
  const url = `${protocol}//${host}`;
  return URL.canParse(url) ? new URL(url).host : undefined;
}

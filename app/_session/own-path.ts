// Where to go after signing in: a page of Larkspur's own, whatever the address asks for.

export function ownPath(wanted: string | string[] | undefined): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/")) return "/";
  // "//elsewhere" and "/\elsewhere" are addresses of another host.
  const url = new URL(wanted, "http://larkspur.invalid");
  return url.host === "larkspur.invalid" ? url.pathname + url.search + url.hash : "/";
}

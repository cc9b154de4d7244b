// Where to go after signing in: a page of Larkspur's own, whatever the address asks for.

const BASE = "http://larkspur.invalid";

export function ownPath(wanted: string | string[] | undefined): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/") || !URL.canParse(wanted, BASE)) return "/";
  // "//elsewhere" and "/\\elsewhere" are addresses of another host, and "/.//elsewhere" becomes one when it is tidied.
  const { origin, pathname, search, hash } = new URL(wanted, BASE);
  return origin === BASE && !pathname.startsWith("//") ? pathname + search + hash : "/";
}

// A bot's own proxy: the form of its address, and how it is shown and changed without its password leaving the server.
import { z } from "zod";

const LONGEST = 1_000;

export const proxySchema = z
  .string()
  .trim()
  .max(LONGEST)
  .refine((value) => value === "" || addressOf(value) !== undefined, { error: "fields.proxy" })
  .nullable()
  .meta({
    description:
      "HTTP proxy for this bot's connections to Feishu, such as http://user:password@proxy.example.com:8080. Takes precedence over HTTPS_PROXY and NO_PROXY. Only administrators can change it. null or an empty string removes it. Without a password, the stored one is kept if user and host are unchanged",
  });

/** The address of an HTTP proxy with nothing behind the host and port; undefined for any other text. */
function addressOf(text: string): URL | undefined {
  // Without the slashes the parser would put them in itself.
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.pathname === "/" && !url.search && !url.hash && !/[?#]$/.test(text) ? url : undefined;
}

const written = (url: URL): string => url.href.replace(/\/$/, "");

type ShownProxy = { proxy: string | null; hasProxyPassword: boolean };

/** What may be seen of a stored address. */
export function shownProxy(stored: string | undefined): ShownProxy {
  const url = stored === undefined ? undefined : addressOf(stored);
  if (!url) return { proxy: null, hasProxyPassword: false };
  const hasProxyPassword = url.password !== "";
  url.password = "";
  return { proxy: written(url), hasProxyPassword };
}

/**
 * The address to be stored and used for what was entered; undefined: none. What `shownProxy` shows means the stored
 * address, its password included; another user or host never gets that password.
 */
export function enteredProxy(entered: string | null, stored: string | undefined): string | undefined {
  const url = entered ? addressOf(entered) : undefined;
  if (!url) return undefined;
  return written(url) === shownProxy(stored).proxy ? stored : written(url);
}

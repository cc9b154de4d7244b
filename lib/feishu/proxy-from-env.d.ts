// The types of proxy-from-env, which ships none.
declare module "proxy-from-env" {
  /** The proxy for a URL by the environment's *_PROXY and NO_PROXY, or an empty string. */
  export function getProxyForUrl(url: string | URL): string;
}

import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

// The policy for scripts has a nonce of its own for each page: scripts/lib/front.mjs.
const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
};

const config: NextConfig = {
  // Bundling the Feishu SDK takes two minutes and a gigabyte; it, the databases and the logger run as they are.
  serverExternalPackages: [
    "@larksuiteoapi/node-sdk",
    "@electric-sql/pglite",
    "postgres",
    "pino",
    "pino-pretty",
    "ws",
    "protobufjs",
  ],
  experimental: {
    // Pages are loaded when they are first asked for: an idle server stays some 10 MB smaller.
    preloadEntriesOnStart: false,
    // A page that reads itself anew while the server is away waits for it, and does not give way to the browser's error.
    useOffline: true,
  },
  poweredByHeader: false,
  // No page has an image to be made smaller: nobody needs the address that does it.
  images: { unoptimized: true },
  headers: async () => [
    // Each page names it anew: browsers would ask for it at every step.
    { source: "/icon.svg", headers: [{ key: "Cache-Control", value: "public, max-age=86400" }] },
    { source: "/:path*", headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })) },
  ],
  reactStrictMode: true,
  devIndicators: false,
};

const withTexts = createNextIntlPlugin({
  requestConfig: "./app/_i18n/request.ts",
  experimental: {
    // Texts are parsed as the application is built: no page loads a parser.
    messages: { path: "./lib/text", format: "json", locales: "infer", precompile: true },
  },
});

export default withTexts(config);

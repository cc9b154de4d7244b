import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

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
  // Pages are loaded when they are first asked for: an idle server stays some 10 MB smaller.
  experimental: { preloadEntriesOnStart: false },
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
};

export default createNextIntlPlugin("./app/_i18n/request.ts")(config);

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../..", import.meta.url));

export default defineConfig({
  root,
  resolve: {
    alias: {
      "@": root.replace(/\/$/, ""),
      "server-only": fileURLToPath(
        new URL("../../node_modules/next/dist/compiled/server-only/empty.js", import.meta.url),
      ),
    },
  },
  test: {
    include: ["tests/soak/*.soak.ts"],
    testTimeout: 24 * 3_600_000,
    pool: "forks",
    execArgv: ["--expose-gc"],
  },
});

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../..", import.meta.url));

export default defineConfig({
  root,
  resolve: { alias: { "@": root.replace(/\/$/, "") } },
  test: { include: ["tests/bench/*.bench.ts"], testTimeout: 900_000, hookTimeout: 300_000, pool: "forks" },
});

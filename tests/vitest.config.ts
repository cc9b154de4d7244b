import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("..", import.meta.url));

const project = (name: string, include: string[]) => ({
  extends: true as const,
  test: { name, include },
});

export default defineConfig({
  root,
  resolve: {
    alias: {
      "@": root.replace(/\/$/, ""),
      // The real module throws outside Next's server bundle; Next ships this empty twin of it.
      "server-only": fileURLToPath(new URL("../node_modules/next/dist/compiled/server-only/empty.js", import.meta.url)),
    },
  },
  test: {
    environment: "node",
    pool: "forks",
    maxWorkers: 3, // they wait as much as they work
    retry: 0,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    projects: [
      project("unit", ["tests/unit/**/*.test.{ts,tsx}", "tests/architecture.test.ts"]),
      project("integration", ["tests/integration/**/*.test.ts"]),
      project("process", ["tests/process/**/*.test.ts"]),
    ],
  },
});

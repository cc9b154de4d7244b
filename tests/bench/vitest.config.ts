import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL("../..", import.meta.url));

export default defineConfig({
  root,
  resolve: { alias: { "@": root.replace(/\/$/, "") } },
  test: {
    include: ["tests/bench/*.bench.ts"],
    testTimeout: 3_600_000,
    pool: "forks",
    // Only what the benchmark itself says: how far it is, and what failed.
    disableConsoleIntercept: true,
    reporters: [
      {
        onTestRunEnd(modules, errors) {
          const all = [...errors, ...modules.flatMap((module) => module.errors())];
          for (const { stack, message } of all) process.stderr.write(`${stack ?? message}\n`);
        },
      },
    ],
  },
});

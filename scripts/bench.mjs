// `npm run bench`: measures Larkspur beside the bare SDK on the same work, and prints one table.
import { mkdirSync, readFileSync } from "node:fs";
import { runChild } from "./lib/child.mjs";
import { watchForEnd } from "./lib/ending.mjs";
import { startPostgres } from "./lib/postgres.mjs";
import { inRoot, root, runCommand, say } from "./lib/project.mjs";
import { prepare } from "./prepare.mjs";

await runCommand(async () => {
  const signal = watchForEnd();
  process.chdir(root);
  await prepare({ build: true, tools: true }, { signal });
  mkdirSync(inRoot("test-results"), { recursive: true });
  const result = inRoot("test-results", "bench.md");
  const database = process.env.TEST_DATABASE_URL ? undefined : await startPostgres(signal);
  try {
    say("Measuring (some minutes; the machine should do nothing else)…");
    const env = {
      ...process.env,
      BENCH_RESULT: result,
      TEST_DATABASE_URL: process.env.TEST_DATABASE_URL ?? database.url,
    };
    const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
    const args = [vitest, "run", "--config", "tests/bench/vitest.config.ts"];
    const { code, output } = await runChild(process.execPath, args, { env, signal });
    if (code === 0) say(readFileSync(result, "utf8"));
    else say(output ?? "The benchmark failed.");
    process.exitCode = code ?? 1;
  } finally {
    await database?.stop();
  }
});

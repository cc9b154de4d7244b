// `npm run bench -- --quick --answers --console --readme`: compares Larkspur with the bare SDK, and prints tables.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { runChild } from "./lib/child.mjs";
import { findChromium } from "./lib/chromium.mjs";
import { watchForEnd } from "./lib/ending.mjs";
import { startPostgres } from "./lib/postgres.mjs";
import { CommandError, inRoot, root, runCommand, say } from "./lib/project.mjs";
import { prepare } from "./prepare.mjs";

const USAGE =
  "npm run bench takes --quick (a try with small figures), --answers (only how a model's answer comes) or --console (only how long the console takes from page to page), or without these --readme (writes the result into the README).";

function readArguments() {
  try {
    const flag = { type: "boolean", default: false };
    const { values } = parseArgs({ options: { quick: flag, answers: flag, console: flag, readme: flag } });
    const [only, another] = ["answers", "console"].filter((part) => values[part]);
    if (another || ((values.quick || only) && values.readme)) throw new CommandError(USAGE);
    return { isQuick: values.quick, only, toReadme: values.readme };
  } catch {
    throw new CommandError(USAGE);
  }
}

function requireMarkers() {
  for (const name of ["README.md", "README.zh-CN.md"]) {
    if (/<!-- bench -->[\s\S]*<!-- \/bench -->/.test(readFileSync(inRoot(name), "utf8"))) continue;
    throw new CommandError(`${name} has no <!-- bench --> … <!-- /bench --> section to write the results to.`);
  }
}

await runCommand(async () => {
  const { isQuick, only, toReadme } = readArguments();
  if (process.platform !== "linux") throw new CommandError("npm run bench reads /proc and only runs on Linux.");
  if (toReadme) requireMarkers();
  const signal = watchForEnd();
  process.chdir(root);
  await prepare({ build: true, tools: true }, { signal });
  const chromium = only === "answers" ? undefined : await findChromium(signal);
  mkdirSync(inRoot("test-results"), { recursive: true });
  const result = inRoot("test-results", "bench.md");
  rmSync(result, { force: true });
  const database = process.env.TEST_DATABASE_URL ? undefined : await startPostgres(signal);
  try {
    if (!signal.aborted) {
      const minutes = only ? 3 : isQuick ? 5 : 16;
      say(`Running benchmarks (about ${minutes} minutes; keep the machine otherwise idle)…`);
      const env = {
        ...process.env,
        ...(chromium ? { LARKSPUR_CHROMIUM: chromium } : {}),
        BENCH_RESULTS: inRoot("test-results"),
        BENCH_QUICK: isQuick ? "1" : "",
        BENCH_ONLY: only ?? "",
        BENCH_README: toReadme ? "1" : "",
        TEST_DATABASE_URL: process.env.TEST_DATABASE_URL ?? database.url,
      };
      const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
      const args = [vitest, "run", "--config", "tests/bench/vitest.config.ts"];
      const { code } = await runChild(process.execPath, args, { env, show: true, signal });
      if (existsSync(result)) tellResult(result, { toReadme, only, isWhole: code === 0 });
      process.exitCode = code;
    }
  } finally {
    await database?.stop();
  }
});

function tellResult(result, { toReadme, only, isWhole }) {
  say(`\n${readFileSync(result, "utf8")}`);
  const chart = only ? "" : ", the chart in bench-en.svg and bench-zh-CN.svg beside them";
  say(`The results are in test-results/bench.md and bench.json${chart}.`);
  if (!isWhole) say("Something failed, so the README was not changed.");
  else if (toReadme) say("README.md, README.zh-CN.md and docs/images/bench-*.svg have been updated.");
}

// Runs vitest and Playwright and counts, from their machine-readable reports, what passed and what did not.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { runChild } from "./child.mjs";
import { inRoot } from "./project.mjs";

const REPORTS = inRoot("test-results");

/** Resolves to `{ passed, failed }`. A test that was skipped is one that did not pass. */
export async function runVitest({ projects, args, env, signal }) {
  const report = freshReport("vitest.json");
  const program = inRoot("node_modules", "vitest", "vitest.mjs");
  const flags = projects.flatMap((name) => ["--project", name]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { code } = await runChild(
    process.execPath,
    [program, "run", "--config", "tests/vitest.config.ts", ...flags, ...reporters, ...args],
    { env: { ...env, NODE_ENV: "test" }, show: true, signal },
  );
  return count(code, report, (result) => ({
    passed: result.numPassedTests,
    failed: result.numTotalTests - result.numPassedTests,
  }));
}

export async function runPlaywright({ args, env, signal }) {
  const report = freshReport("playwright.json");
  const program = inRoot("node_modules", "@playwright", "test", "cli.js");
  const { code } = await runChild(
    process.execPath,
    [program, "test", "-c", "tests/playwright.config.ts", "--reporter=list,json", ...args],
    { env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report }, show: true, signal },
  );
  return count(code, report, ({ stats }) => ({
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + stats.skipped,
  }));
}

function freshReport(name) {
  mkdirSync(REPORTS, { recursive: true });
  const file = path.join(REPORTS, name);
  rmSync(file, { force: true });
  return file;
}

// A runner can fail without a failed test: a file that does not load, an error outside of a test, no test at all.
function count(code, report, read) {
  const result = existsSync(report) ? read(JSON.parse(readFileSync(report, "utf8"))) : { passed: 0, failed: 0 };
  return code !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result;
}

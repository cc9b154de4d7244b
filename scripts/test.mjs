// `npm test`: prepares the folder, gets what the tests need, runs them all and ends with one line of sums.
// `npm test -- unit` (integration, process, e2e) runs parts; further arguments go to the test runners.
import { findChromium, installChineseFonts } from "./lib/chromium.mjs";
import { watchForEnd } from "./lib/ending.mjs";
import { nodeVersionProblem } from "./lib/node-version.mjs";
import { startPostgres } from "./lib/postgres.mjs";
import { CommandError, root, runCommand, say } from "./lib/project.mjs";
import { runPlaywright, runVitest } from "./lib/test-runners.mjs";
import { prepare } from "./prepare.mjs";

const PARTS = ["unit", "integration", "process", "e2e"];
const INTERRUPTED = 130;

const given = process.argv.slice(2);
const chosen = PARTS.filter((part) => given.includes(part));
const parts = chosen.length > 0 ? chosen : PARTS;
const args = given.filter((arg) => !PARTS.includes(arg));
const needs = (...names) => parts.some((part) => names.includes(part));
const ending = watchForEnd();

await runCommand(async () => {
  const problem = nodeVersionProblem(process.versions.node);
  if (problem) throw new CommandError(problem);
  process.chdir(root);
  await prepare({ build: needs("integration", "process", "e2e"), tools: true }, { signal: ending });
  const results = ending.aborted ? [] : await runParts();
  if (ending.aborted) process.exit(INTERRUPTED);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  say(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 && passed > 0 ? 0 : 1);
});

async function runParts() {
  const env = testEnvironment();
  if (needs("e2e")) {
    const chromium = await findChromium(ending);
    if (chromium) env.LARKSPUR_CHROMIUM = chromium;
    await installChineseFonts(ending);
  }
  const database = await startDatabase(env);
  try {
    const results = [];
    const projects = parts.filter((part) => part !== "e2e");
    if (projects.length > 0) results.push(await runVitest({ projects, args, env, signal: ending }));
    if (needs("e2e") && !ending.aborted) results.push(await runPlaywright({ args, env, signal: ending }));
    return results;
  } finally {
    await database?.stop();
  }
}

async function startDatabase(env) {
  if (env.TEST_DATABASE_URL || !needs("integration", "process", "e2e")) return undefined;
  const database = await startPostgres(ending);
  env.TEST_DATABASE_URL = database.url;
  return database;
}

/** What this person's shell says about their own Larkspur must not reach the tests; loopback needs no proxy. */
function testEnvironment() {
  const isTheirs = (name) => /^(LARKSPUR_(?!CHROMIUM$)|DATABASE_URL$|PORT$|NODE_ENV$|NEXT_)/.test(name);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isTheirs(name)));
  env.NO_PROXY = [process.env.NO_PROXY, "127.0.0.1", "localhost"].filter(Boolean).join(",");
  return env;
}

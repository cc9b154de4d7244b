// `npm run soak -- --minutes 2 --seed 42 --bots 10 --database pglite|postgres|<address>`: random load and random faults, then a consistency check.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { runChild } from "./lib/child.mjs";
import { watchForEnd } from "./lib/ending.mjs";
import { startPostgres } from "./lib/postgres.mjs";
import { CommandError, inRoot, root, runCommand, say } from "./lib/project.mjs";
import { prepare } from "./prepare.mjs";

function readArguments() {
  const text = (value) => ({ type: "string", default: value });
  const options = { minutes: text("2"), seed: text(""), bots: text("10"), database: text("pglite") };
  const values = parsed(options);
  const seed = values.seed === "" ? Math.floor(Math.random() * 1e9) : Number(values.seed);
  const [minutes, bots] = [Number(values.minutes), Number(values.bots)];
  if (!Number.isInteger(seed) || !(minutes > 0) || !Number.isInteger(bots) || bots < 1) {
    throw new CommandError(
      "--minutes must be greater than 0, --bots a whole number of at least 1, and --seed a whole number.",
    );
  }
  if (!/^(pglite|postgres|postgres(ql)?:\/\/.*)$/.test(values.database)) {
    throw new CommandError("--database must be pglite, postgres, or the URL of a PostgreSQL server.");
  }
  return { minutes, seed, bots, database: values.database };
}

function parsed(options) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new CommandError(`npm run soak accepts --minutes, --seed, --bots and --database. ${error.message}`);
  }
}

/** The address of a server on which the run makes a database of its own; empty for PGlite. */
async function serverOf(database, signal) {
  if (database === "pglite") return { url: "" };
  if (database !== "postgres") return { url: database };
  if (process.env.TEST_DATABASE_URL) return { url: process.env.TEST_DATABASE_URL };
  return startPostgres(signal);
}

await runCommand(async () => {
  const { minutes, seed, bots, database } = readArguments();
  const signal = watchForEnd();
  process.chdir(root);
  await prepare({ build: false, tools: true }, { signal });
  mkdirSync(inRoot("test-results"), { recursive: true });
  const result = inRoot("test-results", `soak-${process.pid}.txt`);
  const server = await serverOf(database, signal);
  try {
    say(`Running a soak test with ${bots} bots on ${database} for ${minutes} min, seed ${seed}…`);
    const env = {
      ...process.env,
      SOAK_RESULT: result,
      SOAK_MINUTES: String(minutes),
      SOAK_SEED: String(seed),
      SOAK_BOTS: String(bots),
      SOAK_SERVER: server.url,
    };
    const vitest = inRoot("node_modules", "vitest", "vitest.mjs");
    const args = [vitest, "run", "--config", "tests/soak/vitest.config.ts"];
    const show = Boolean(process.env.SOAK_VERBOSE);
    const { code, output } = await runChild(process.execPath, args, { env, signal, show });
    const hasResult = existsSync(result);
    if (hasResult) say(readFileSync(result, "utf8"));
    if (code !== 0 && !hasResult) say(output || "The soak test was interrupted.");
    process.exitCode = code;
  } finally {
    rmSync(result, { force: true });
    await server.stop?.();
  }
});

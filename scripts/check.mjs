// `npm run check`: format, lint, types and dead code; all of them are told, not only the first that fails.
import { runChild } from "./lib/child.mjs";
import { watchForEnd } from "./lib/ending.mjs";
import { inRoot, runCommand, say } from "./lib/project.mjs";
import { prepare } from "./prepare.mjs";

const CHECKS = [
  ["format and lint", ["@biomejs", "biome", "bin", "biome"], ["check", "."]],
  // Writes the types of the routes, which the next check reads.
  ["route types", ["next", "dist", "bin", "next"], ["typegen"]],
  ["types", ["typescript", "bin", "tsc"], ["--noEmit"]],
  ["dead code", ["knip", "bin", "knip.js"], []],
];

await runCommand(async () => {
  const signal = watchForEnd();
  await prepare({ build: false, tools: true }, { signal });
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  const failed = [];
  for (const [name, program, args] of CHECKS) {
    if (signal.aborted) break;
    const file = inRoot("node_modules", ...program);
    const { code } = await runChild(process.execPath, [file, ...args], { env, show: true, signal });
    if (code !== 0) failed.push(name);
  }
  say(failed.length === 0 ? "All checks passed." : `Failed: ${failed.join(", ")}.`);
  process.exit(failed.length === 0 && !signal.aborted ? 0 : 1);
});

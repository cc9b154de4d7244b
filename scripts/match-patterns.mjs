// Runs in a thread of its own: compiles the regular expressions of rules and matches texts against them, one task after the other.
import { parentPort } from "node:worker_threads";
import { RE2JS } from "re2js";

const STEPS_PER_PATTERN = 1_000_000; // 20 to 150 ms
const STEPS_PER_TASK = 5_000_000;
const MOST_COMPILED = 200_000; // instructions, some 30 MB

const compiled = new Map();
let compiledSize = 0;

/** Matched in linear time; undefined where it is no pattern. */
function patternOf(source) {
  if (!compiled.has(source)) {
    const pattern = compile(source);
    const size = pattern?.programSize() ?? 1;
    if (compiledSize + size > MOST_COMPILED) {
      compiled.clear();
      compiledSize = 0;
    }
    compiledSize += size;
    compiled.set(source, pattern);
  }
  return compiled.get(source);
}

function compile(source) {
  try {
    return RE2JS.compile(source, RE2JS.CASE_INSENSITIVE);
  } catch {
    return undefined;
  }
}

/** Linear in the text and in the pattern: of a long text the beginning is looked at, the less the larger the pattern is. */
function fits(pattern, text, steps) {
  return pattern?.matcher(text.slice(0, steps / pattern.programSize())).find() ?? false;
}

parentPort.on("message", ({ id, patterns, text }) => {
  const steps = Math.min(STEPS_PER_PATTERN, STEPS_PER_TASK / patterns.length);
  const result =
    text === undefined
      ? patterns.findIndex((source) => !patternOf(source))
      : patterns.findIndex((source) => fits(patternOf(source), text, steps));
  parentPort.postMessage({ id, result });
});
parentPort.postMessage({ id: 0, result: -1 });

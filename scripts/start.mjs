// `npm start` and `npm run dev`. This file and what it imports statically must also parse on old versions of Node.js,
// so that they can say in one line what is wrong instead of failing with a syntax error.
import { nodeVersionProblem } from "./lib/node-version.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem) {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
} else {
  import("./lib/launch.mjs").then((module) => module.launch({ dev: process.argv.includes("--dev") }));
}

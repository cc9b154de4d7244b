// A copy of the start scripts in a folder of its own, where a small npm and a small Next.js leave traces of being called.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { freePort, type Run, runStart } from "../support/server";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

// Called as `npm ci` or `npm install`. NPM_CI fails or hangs it.
const NPM = `
const { appendFileSync, cpSync, mkdirSync, writeFileSync } = require("node:fs");
appendFileSync("calls.log", "npm " + process.argv.slice(2).join(" ") + "\\n");
const isCi = process.argv[2] === "ci";
if (process.env.NPM_CI === "hang") {
  writeFileSync("npm.pid", String(process.pid));
  setInterval(() => undefined, 1000);
} else if (isCi && process.env.NPM_CI === "lock") {
  console.error("npm error code EUSAGE: Missing: some-package@1.0.0 from lock file");
  process.exit(1);
} else if (isCi && process.env.NPM_CI === "offline") {
  console.error("npm error code ENOTFOUND");
  process.exit(1);
} else {
  setTimeout(() => {
    mkdirSync("node_modules/tool", { recursive: true });
    cpSync("packages/next", "node_modules/next", { recursive: true });
    cpSync("package-lock.json", "node_modules/.package-lock.json");
  }, Number(process.env.NPM_MS ?? 0));
}`;

const NEXT_BUILD = `
const { appendFileSync, mkdirSync, rmSync } = require("node:fs");
appendFileSync("calls.log", "next build NODE_ENV=" + process.env.NODE_ENV + "\\n");
rmSync(".next", { recursive: true, force: true });
if (process.env.BUILD === "broken") {
  console.error("Type error in app/page.tsx");
  process.exit(1);
}
mkdirSync(".next");`;

const NEXT = `
module.exports = () => ({
  async prepare() {
    globalThis[Symbol.for("larkspur")] = {
      ready: process.env.RUNTIME === "broken" ? Promise.reject(new Error("The database said no.")) : Promise.resolve(),
      stop: async () => console.log("stopped the runtime"),
      announcement: async () => ["Create the first account: http://localhost/setup?token=1"],
    };
  },
  getRequestHandler: () => async (request, response) => response.end("ok"),
  close: async () => undefined,
});`;

export type FreshFolder = {
  path: string;
  start(env?: Record<string, string>): Promise<Run>;
  /** What was called since the folder was made, one line each. */
  calls(): Promise<string[]>;
  write(file: string, text: string): Promise<void>;
};

/** The lock file of a project whose one dependency has this version. */
export const lockWith = (version: string) =>
  JSON.stringify({
    packages: { "": { devDependencies: { tool: "1.0.0" } }, "node_modules/tool": { version, dev: true } },
  });

/** Removed when the test ends. */
export async function freshFolder(): Promise<FreshFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), "larkspur fresh "));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const write = async (file: string, text: string) => {
    const full = path.join(folder, file);
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, text);
  };
  await cp(path.join(PROJECT, "scripts"), path.join(folder, "scripts"), { recursive: true });
  await write("package.json", JSON.stringify({ type: "module", devDependencies: { tool: "1.0.0" } }));
  await write("package-lock.json", lockWith("1.0.0"));
  await write("app/page.tsx", "export default () => null;");
  await write("npm-cli.cjs", NPM);
  await write("packages/next/package.json", JSON.stringify({ name: "next", main: "index.js" }));
  await write("packages/next/index.js", NEXT);
  await write("packages/next/dist/bin/next", NEXT_BUILD);
  await write("packages/next/dist/bin/package.json", "{}");
  const npm = path.join(folder, "npm-cli.cjs");
  return {
    path: folder,
    write,
    async start(env = {}) {
      const port = env.PORT ?? String(await freePort());
      return runStart({ npm_execpath: npm, PORT: port, ...env }, { folder });
    },
    async calls() {
      const log = await readFile(path.join(folder, "calls.log"), "utf8").catch(() => "");
      return log.split("\n").filter(Boolean);
    },
  };
}

// Installs the dependencies when node_modules is missing or older than package-lock.json.
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { runChild } from "./child.mjs";
import { installFingerprint } from "./fingerprint.mjs";
import { CommandError, complain, inRoot, root, say } from "./project.mjs";

const stampFile = () => inRoot("node_modules", ".larkspur-stamp");

/** `tools`: also the development dependencies are needed, because something is built or tested. */
export function isInstalled({ tools }) {
  if (!existsSync(inRoot("node_modules"))) return false;
  if (tools && !hasTools()) return false;
  if (existsSync(stampFile())) return readFileSync(stampFile(), "utf8") === installFingerprint();
  return isInstalledByHand();
}

// npm writes this file last, when everything else is in its place.
function isInstalledByHand() {
  const written = inRoot("node_modules", ".package-lock.json");
  if (!existsSync(written)) return false;
  const newest = Math.max(statSync(inRoot("package-lock.json")).mtimeMs, statSync(inRoot("package.json")).mtimeMs);
  return statSync(written).mtimeMs >= newest;
}

function hasTools() {
  const { devDependencies = {} } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  return Object.keys(devDependencies).every((name) => existsSync(inRoot("node_modules", name)));
}

export async function install({ signal } = {}) {
  assertWritable();
  say("Installing the dependencies (once, about half a minute)…");
  const first = await runNpm(["ci"], signal);
  if (signal?.aborted) return;
  if (first.code !== 0) await installWithoutLock(first, signal);
  if (signal?.aborted) return;
  writeFileSync(stampFile(), installFingerprint());
}

// A lock file written where some packages of other platforms are not to be had lacks them, and `npm ci` refuses it.
// `npm install --no-save` takes the same lock as it is and leaves the file alone.
async function installWithoutLock(first, signal) {
  const isAboutTheLock = /EUSAGE|ETARGET|E404|lock file|package-lock/i.test(first.output);
  const second = isAboutTheLock ? await runNpm(["install", "--no-save"], signal) : first;
  if (second.code === 0 || signal?.aborted) return;
  complain(second.output.trim());
  throw new CommandError(
    "npm could not install the dependencies (its words are above). Check the connection to the npm registry, then start again.",
  );
}

// `--include=dev`: NODE_ENV=production in the environment would leave out what the build needs.
function runNpm(args, signal) {
  const flags = ["--include=dev", "--no-audit", "--no-fund", "--no-progress"];
  const npm = process.env.npm_execpath;
  return npm && /npm-cli\.[cm]?js$/.test(npm)
    ? runChild(process.execPath, [npm, ...args, ...flags], { signal })
    : runChild("npm", [...args, ...flags], { signal });
}

export function assertWritable() {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    throw new CommandError(
      `Larkspur cannot write to ${root}, where it has to install and build. Give this user the right to write there (chown or chmod), then start again.`,
    );
  }
}

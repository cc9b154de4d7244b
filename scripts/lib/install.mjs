// Installs the dependencies when node_modules is missing or older than package-lock.json.
import { accessSync, constants, existsSync, lstatSync, readFileSync, writeFileSync } from "node:fs";
import { runChild } from "./child.mjs";
import { installFingerprint, platform } from "./fingerprint.mjs";
import { CommandError, complain, inRoot, root, say } from "./project.mjs";

const stampFile = () => inRoot("node_modules", ".larkspur-stamp");
const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** `tools`: also the development dependencies are needed, because something is built or tested. */
export function isInstalled({ tools }) {
  if (!existsSync(inRoot("node_modules")) || (tools && !hasTools())) return false;
  const stamp = existsSync(stampFile()) ? readFileSync(stampFile(), "utf8") : "";
  return stamp === stampText() || isInstalledByHand({ stamp, tools });
}

const stampText = () => `${platform()}\n${installFingerprint()}\n`;

// npm writes what it has installed into this file last, when everything is in its place.
function isInstalledByHand({ stamp, tools }) {
  const written = inRoot("node_modules", ".package-lock.json");
  if (!existsSync(written) || (stamp && !stamp.startsWith(`${platform()}\n`))) return false;
  const { packages: installed = {} } = readJson(written);
  const { packages: wanted = {} } = readJson(inRoot("package-lock.json"));
  return (
    declarations(wanted[""]) === declarations(readJson(inRoot("package.json"))) &&
    Object.entries(wanted).every(
      ([place, { version, optional, devOptional, dev }]) =>
        place === "" || optional || devOptional || (dev && !tools) || installed[place]?.version === version,
    )
  );
}

const declarations = ({ dependencies = {}, devDependencies = {} } = {}) =>
  JSON.stringify([dependencies, devDependencies].map((names) => Object.entries(names).sort()));

const hasTools = () =>
  Object.keys(readJson(inRoot("package.json")).devDependencies ?? {}).every((name) =>
    existsSync(inRoot("node_modules", name)),
  );

export async function install({ signal } = {}) {
  assertWritable();
  assertOwn("node_modules");
  say("Installing the dependencies (once, about half a minute)…");
  const first = await runNpm(["ci"], signal);
  if (signal?.aborted) return;
  if (first.code !== 0) await installWithoutLock(first, signal);
  if (signal?.aborted) return;
  writeFileSync(stampFile(), stampText());
}

// A lock file written where some packages of other platforms are not to be had lacks them, and `npm ci` refuses it.
// `npm install --no-save` takes the same lock as it is and leaves the file alone.
async function installWithoutLock(first, signal) {
  const isAboutTheLock = /EUSAGE|ETARGET|E404|lock file|package-lock/i.test(first.output);
  if (isAboutTheLock) {
    say(
      "npm ci refuses package-lock.json here, because some packages for other platforms are missing from it or from the registry.",
    );
    say("Installing with `npm install --no-save` instead: the same versions, and the file stays as it is…");
  }
  const second = isAboutTheLock ? await runNpm(["install", "--no-save"], signal) : first;
  if (second.code === 0 || signal?.aborted) return;
  complain(second.output.trim());
  throw new CommandError(
    "npm could not install the dependencies (see above). Check the connection to the npm registry, then start again.",
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

/** npm and Next.js empty these folders before they fill them; behind a link that would be somebody else's. */
export function assertOwn(name) {
  const folder = inRoot(name);
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  throw new CommandError(
    `${folder} is a symbolic link and does not match this version of the source. Remove the link, then start again.`,
  );
}

export function assertWritable() {
  try {
    accessSync(root, constants.W_OK);
  } catch {
    throw new CommandError(
      `Larkspur cannot write to ${root}, where it needs to install and build. Give this user write permission there (chown or chmod), then start again.`,
    );
  }
}

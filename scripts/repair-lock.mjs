// `node scripts/repair-lock.mjs`, after npm has written package-lock.json: makes the lock file work everywhere.
// A registry mirror that lacks some packages of other platforms leaves them out of the lock, and `npm ci` then refuses it
// ("Missing: … from lock file"). Also takes out `resolved`, so that the lock names no registry.
import { readFileSync, writeFileSync } from "node:fs";
import { inRoot, isProgram, say } from "./lib/project.mjs";

const SYSTEMS = "aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32";
const PROCESSORS = "arm64|arm|armv7|ia32|loong64|mips64el|ppc64|riscv64|s390x|universal|wasm32|x64";
const LIBC = { musl: "musl", gnu: "glibc", glibc: "glibc" };
const PLATFORM = new RegExp(`\\b(?:(${SYSTEMS})(musl)?-)?(${PROCESSORS})(?:-(\\w+))?$`);

/** What a platform package's name says about where it is for: `@next/swc-linux-x64-musl` → os, cpu, libc. */
export function platformOf(name) {
  const match = PLATFORM.exec(name);
  if (!match) return {};
  const [, os, musl, cpu, abi = musl] = match;
  return {
    ...(cpu === "universal" ? {} : { cpu: [cpu] }),
    ...(os ? { os: [os] } : {}),
    ...(os === "linux" && abi in LIBC ? { libc: [LIBC[abi]] } : {}),
  };
}

/** Where `name`, wanted by the package at `from`, is in the lock; undefined when it is nowhere. */
function locate(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))) {
    const place = `${folder}${folder ? "/" : ""}node_modules/${name}`;
    if (packages[place]) return place;
    if (!folder) return undefined;
  }
}

/** Returns the repaired lock and the names that were missing from it. */
export function repairLock(lock) {
  const packages = structuredClone(lock.packages);
  const added = [];
  for (const [from, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (locate(packages, from, name)) continue;
      if (!/^\d+\.\d+\.\d+/.test(version)) throw new Error(`${name}@${version} is missing and has no exact version`);
      packages[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
      };
      added.push(name);
    }
  }
  for (const entry of Object.values(packages)) delete entry.resolved;
  const root = packages[""];
  const rest = Object.keys(packages).filter((place) => place !== "");
  rest.sort((a, b) => a.localeCompare(b, "en")); // npm's own order
  return {
    lock: { ...lock, packages: { "": root, ...Object.fromEntries(rest.map((place) => [place, packages[place]])) } },
    added,
  };
}

if (isProgram(import.meta.url)) {
  const file = inRoot("package-lock.json");
  const before = readFileSync(file, "utf8");
  const { lock, added } = repairLock(JSON.parse(before));
  const after = `${JSON.stringify(lock, null, 2)}\n`;
  if (after !== before) writeFileSync(file, after);
  say(added.length === 0 ? "The lock file is complete." : `Added to the lock file: ${added.join(", ")}`);
  if (added.length > 0) {
    say(
      "They have no integrity yet. Take them out of the lock, run `npm install --package-lock-only` against a registry that has them, and then this again.",
    );
  }
}

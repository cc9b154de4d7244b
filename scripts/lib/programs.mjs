// Finds programs on this machine, and on Debian and its relatives installs them when we may.
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { runChild } from "./child.mjs";
import { say } from "./project.mjs";

export const isRoot = process.getuid?.() === 0;

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The full path of the first of these names that PATH knows. */
export function findOnPath(...names) {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  for (const name of names) {
    const found = folders.map((folder) => path.join(folder, name)).find(isExecutable);
    if (found) return found;
  }
  return undefined;
}

const canInstallPackages = () => isRoot && findOnPath("apt-get") !== undefined;

let listsAreFresh = false;

/** Best effort: false when this machine has no apt-get, we are not root, or it fails. */
export async function installDebianPackages(names, signal) {
  if (!canInstallPackages()) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const add = () => runChild("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], { env, signal });
  say(`Installing ${names.join(", ")} with apt-get…`);
  if (!listsAreFresh) {
    await runChild("apt-get", ["update", "-qq"], { env, signal });
    listsAreFresh = true;
  }
  return (await add()).code === 0;
}

export const isDebianPackageInstalled = (name) =>
  spawnSync("dpkg", ["-s", name], { encoding: "utf8" }).stdout?.includes("Status: install ok installed") ?? false;

// Fingerprints of what the installation and the build depend on, by content: copying or cloning changes the dates of files.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { root } from "./project.mjs";

const SOURCES = ["app", "lib", "public"];
const ROOT_SOURCE = /^(?:instrumentation.*|proxy|tsconfig|[\w.-]+\.config)\.(?:m?[jt]s|json)$/;

function addFile(hash, file) {
  hash.update(path.relative(root, file)).update("\0").update(readFileSync(file)).update("\0");
}

function addFolder(hash, folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) addFolder(hash, full);
    else if (statSync(full).isFile()) addFile(hash, full);
  }
}

/** Packages with native parts are installed for one of these. */
export const platform = () => `${process.platform} ${process.arch} node ${process.versions.node.split(".")[0]}`;

export function installFingerprint() {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const { dependencies, devDependencies, optionalDependencies, overrides } = manifest;
  const hash = createHash("sha256");
  hash.update(JSON.stringify([dependencies, devDependencies, optionalDependencies, overrides]));
  hash.update(readFileSync(path.join(root, "package-lock.json")));
  return hash.digest("hex");
}

export function buildFingerprint() {
  const hash = createHash("sha256").update(installFingerprint());
  for (const entry of readdirSync(root, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(root, entry.name);
    if (entry.isDirectory() && SOURCES.includes(entry.name)) addFolder(hash, full);
    else if (entry.isFile() && ROOT_SOURCE.test(entry.name)) addFile(hash, full);
  }
  return hash.digest("hex");
}

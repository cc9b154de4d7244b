// Lets one process at a time install and build in this folder; two starts at once would break each other's work.
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { root, say } from "./project.mjs";

const POLL_MS = 250;

function turnFile() {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  return path.join(tmpdir(), `larkspur-${userInfo().uid}-${name}.pid`);
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

function holderIsAlive(file) {
  try {
    process.kill(Number(readFileSync(file, "utf8")), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs `work` when no other living process of this folder is in its own. */
export async function inTurn(work, { signal } = {}) {
  const file = turnFile();
  let told = false;
  while (!take(file)) {
    if (signal?.aborted) return;
    if (!holderIsAlive(file)) rmSync(file, { force: true });
    else if (!told) {
      say("Another process is preparing this folder. Waiting for it…");
      told = true;
    } else await pause(POLL_MS);
  }
  try {
    await work();
  } finally {
    rmSync(file, { force: true });
  }
}

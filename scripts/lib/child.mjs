// Runs one program to its end, keeps what it says for the case that it fails, and takes it down when we are told to stop.
import { spawn } from "node:child_process";
import { root } from "./project.mjs";

const KEPT_OUTPUT = 16_000;
const KILL_AFTER_MS = 5_000;

/**
 * Resolves to `{ code, output }`; never rejects. `show` passes the output through as it comes.
 * The child leads a process group of its own, so that its children end with it.
 */
export function runChild(command, args, { env = process.env, cwd = root, show = false, signal } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      detached: process.platform !== "win32",
      // Nothing that we start may ask a question.
      stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    });
    let output = "";
    let killTimer;
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT);
    };
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    const kill = () => {
      killGroup(child, "SIGTERM");
      killTimer = setTimeout(() => killGroup(child, "SIGKILL"), KILL_AFTER_MS);
    };
    const finish = (code) => {
      clearTimeout(killTimer);
      signal?.removeEventListener("abort", kill);
      resolve({ code, output });
    };
    if (signal?.aborted) kill();
    signal?.addEventListener("abort", kill, { once: true });
    child.once("error", (error) => {
      keep(error.message);
      finish(127);
    });
    child.once("close", (code) => finish(code ?? 1));
  });
}

function killGroup(child, signal) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

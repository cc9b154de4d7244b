// Builds the application when the build is missing or older than the sources.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { runChild } from "./child.mjs";
import { buildFingerprint } from "./fingerprint.mjs";
import { assertOwn, assertWritable } from "./install.mjs";
import { CommandError, complain, inRoot, say } from "./project.mjs";

const stampFile = () => inRoot(".next", "larkspur-stamp");

/** True also where only a build was copied to, without its sources. Next.js empties .next when it begins, so an interrupted build leaves no stamp. */
export function isBuilt() {
  if (!existsSync(stampFile())) return false;
  return !existsSync(inRoot("app")) || readFileSync(stampFile(), "utf8") === buildFingerprint();
}

export async function build({ show = false, signal } = {}) {
  assertWritable();
  assertOwn(".next");
  say("Building the application (once after each change, about half a minute)…");
  const fingerprint = buildFingerprint();
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  const next = inRoot("node_modules", "next", "dist", "bin", "next");
  const result = await runChild(process.execPath, [next, "build"], { env, show, signal });
  if (signal?.aborted) return;
  if (result.code !== 0) {
    if (!show) complain(result.output.trim());
    throw new CommandError("The application could not be built (see above).");
  }
  writeFileSync(stampFile(), fingerprint);
}

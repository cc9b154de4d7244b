// From a fresh clone to a running server: checks, installs, builds, serves, and ends cleanly.
import { existsSync } from "node:fs";
import { prepare } from "../prepare.mjs";
import { claimAddress, readAddress } from "./address.mjs";
import { watchForEnd } from "./ending.mjs";
import { inRoot, root, runCommand } from "./project.mjs";
import { serve } from "./serve.mjs";

export async function launch({ dev }) {
  const ending = watchForEnd();
  // Whoever reads our output may go away before we do.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
  await runCommand(async () => {
    process.chdir(root);
    if (existsSync(inRoot(".env"))) process.loadEnvFile(inRoot(".env"));
    const address = await claimAddress(readAddress(process.env));
    await prepare({ build: !dev, tools: dev }, { signal: ending });
    if (!ending.aborted) await serve({ dev, address, ending });
    process.exit(0);
  });
}

// Brings a folder to the state that a command needs: dependencies installed, application built. Does nothing when it is.
import { build, isBuilt } from "./lib/build.mjs";
import { install, isInstalled } from "./lib/install.mjs";
import { isProgram, runCommand } from "./lib/project.mjs";
import { inTurn } from "./lib/turn.mjs";

/** `needs.build`: the application; `needs.tools`: the development dependencies too. Stops early when `signal` aborts. */
export async function prepare(needs, { signal } = {}) {
  const isReady = () => isInstalled({ tools: needs.tools }) && (!needs.build || isBuilt());
  if (isReady()) return;
  await inTurn(
    async () => {
      const mustBuild = needs.build && !isBuilt();
      if (!isInstalled({ tools: needs.tools || mustBuild })) await install({ signal });
      if (signal?.aborted) return;
      if (needs.build && !isBuilt()) await build({ signal });
    },
    { signal },
  );
}

if (isProgram(import.meta.url)) {
  await runCommand(() => prepare({ build: !process.argv.includes("--install-only"), tools: true }));
}

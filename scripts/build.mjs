// `npm run build`: builds the application, showing what Next.js says; `npm start` then does not build again.
import { build } from "./lib/build.mjs";
import { install, isInstalled } from "./lib/install.mjs";
import { runCommand } from "./lib/project.mjs";
import { inTurn } from "./lib/turn.mjs";

await runCommand(() =>
  inTurn(async () => {
    if (!isInstalled({ tools: true })) await install();
    await build({ show: true });
  }),
);

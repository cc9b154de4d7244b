// `node scripts/renew-pictures.mjs`, after the browser tests: takes the README's pictures from the screens that they made.
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { inRoot } from "./lib/project.mjs";

const PICTURES = {
  "overview-wide-light-en.png": "overview-en.png",
  "overview-wide-light-zh-CN.png": "overview-zh-CN.png",
  "bots-wide-light-en.png": "bots-en.png",
  "bots-wide-light-zh-CN.png": "bots-zh-CN.png",
  "trace-wide-light-en.png": "trace-en.png",
  "trace-wide-light-zh-CN.png": "trace-zh-CN.png",
};

mkdirSync(inRoot("docs", "images"), { recursive: true });
for (const [screen, picture] of Object.entries(PICTURES)) {
  const source = inRoot("tests", ".artifacts", "screens", screen);
  if (!existsSync(source)) {
    console.error(`${source} does not exist. Run the browser tests first: npm test -- e2e`);
    process.exit(1);
  }
  copyFileSync(source, inRoot("docs", "images", picture));
}

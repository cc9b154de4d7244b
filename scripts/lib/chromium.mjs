// Finds a Chromium for the browser tests, or gets one.
import { existsSync } from "node:fs";
import { runChild } from "./child.mjs";
import { findOnPath, installDebianPackages, isDebianPackageInstalled, isExecutable, isRoot } from "./programs.mjs";
import { CommandError, inRoot, say } from "./project.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The path of the browser, or undefined for Playwright's own, which it finds by itself. */
export async function findChromium(signal) {
  const wished = process.env.LARKSPUR_CHROMIUM;
  if (wished) {
    if (isExecutable(wished)) return wished;
    throw new CommandError(`LARKSPUR_CHROMIUM is set to ${wished}, which is not an executable program.`);
  }
  const found = findOnPath(...NAMES) ?? MAC.find(isExecutable);
  if (found) return found;
  if (await hasPlaywrightsOwn()) return undefined;
  if (await installDebianPackages(["chromium"], signal)) return findOnPath(...NAMES);
  say("Downloading Chromium for the browser tests with Playwright…");
  const cli = inRoot("node_modules", "@playwright", "test", "cli.js");
  await runChild(process.execPath, [cli, "install", "chromium"], { signal });
  if (await hasPlaywrightsOwn()) return undefined;
  throw new CommandError(
    "The browser tests need Chromium, and none was found. On Debian: sudo apt-get install chromium; elsewhere install Chrome, or set LARKSPUR_CHROMIUM to the path of Chromium.",
  );
}

async function hasPlaywrightsOwn() {
  const { chromium } = await import("@playwright/test");
  return existsSync(chromium.executablePath());
}

/** Without a font for Chinese the pages show boxes; a missing one fails no test. */
export async function installChineseFonts(signal) {
  if (isRoot && findOnPath("dpkg") && !isDebianPackageInstalled("fonts-noto-cjk")) {
    await installDebianPackages(["fonts-noto-cjk"], signal);
  }
}

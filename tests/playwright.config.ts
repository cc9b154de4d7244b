import { defineConfig } from "@playwright/test";

// scripts/test.mjs finds a browser on the machine and names it here; without it Playwright uses its own download.
const executablePath = process.env.LARKSPUR_CHROMIUM || undefined;

export default defineConfig({
  testDir: "e2e",
  outputDir: "../test-results/e2e",
  workers: 2, // each with a server of its own; they wait as much as they work
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: "list",
  use: {
    browserName: "chromium",
    locale: "en-US",
    viewport: { width: 1280, height: 800 },
    trace: "off", // costs a tenth of all time; --trace on where it is wanted
    screenshot: "only-on-failure",
    launchOptions: { executablePath, args: ["--no-sandbox", "--disable-gpu"] },
  },
});

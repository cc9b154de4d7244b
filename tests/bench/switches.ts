// Times the switches from page to page of the console in a real browser, from the click in the side bar to the page's frame.
import { chromium, type Page } from "@playwright/test";
import { ADMIN } from "@/tests/bench/larkspur";
import { signIn } from "@/tests/e2e/console";
import config from "@/tests/playwright.config";
import { waitFor } from "@/tests/support/wait-for";

export type Switch = { path: string; ms: number };

const ROUND = "/bots /messages /sandbox /bots /models /bots /alerts /tokens /people /audit /settings /".split(" ");
const SWITCH_LIMIT_MS = 30_000;
/** No request ran for so long: what a page reads anew is read. */
const QUIET_MS = 150;

/** A first round loads the pages' scripts, and is not counted. */
export async function timeSwitches(url: string, rounds: number): Promise<Switch[]> {
  const { launchOptions = {}, locale = "en-US", viewport = null } = config.use ?? {};
  const browser = await chromium.launch(launchOptions);
  try {
    const page = await browser.newPage({ baseURL: url, locale, viewport });
    const untilQuiet = watchQuiet(page);
    await signIn(page, ADMIN);
    const switches: Switch[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      for (const path of ROUND) {
        await untilQuiet();
        const ms = await timeSwitch(page, path);
        if (round > 0) switches.push({ path, ms });
      }
    }
    return switches;
  } finally {
    await browser.close();
  }
}

async function timeSwitch(page: Page, path: string): Promise<number> {
  await page.evaluate(startWatch, { path, limitMs: SWITCH_LIMIT_MS });
  // The name on top of the side bar leads to the overview, too.
  await page.locator(`nav a[href="${path}"]:visible`).last().click();
  const ms = await page.evaluate(() => window.switched);
  if (ms === undefined) throw new Error(`the switch to ${path} loaded the whole document anew`);
  return ms;
}

declare global {
  interface Window {
    /** From the click to the first frame with the new page's heading, in ms. */
    switched?: Promise<number>;
  }
}

/** Runs in the page, before the click. */
function startWatch({ path, limitMs }: { path: string; limitMs: number }): void {
  const headingNow = () => document.querySelector("main h1");
  const before = headingNow();
  // The placeholder of a heading that is on its way breathes.
  const isThere = (heading: Element | null) => heading !== null && !heading.querySelector(".animate-breathe");
  window.switched = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`${path} did not come within ${limitMs / 1000} s`)), limitMs);
    const start = ({ timeStamp }: MouseEvent) => {
      const look = () => {
        const heading = headingNow();
        if (location.pathname !== path || heading === before || !isThere(heading)) {
          requestAnimationFrame(look);
          return;
        }
        // What a frame's callback posts comes after that frame is drawn.
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - timeStamp);
        port2.postMessage(undefined);
      };
      requestAnimationFrame(look);
    };
    document.addEventListener("click", start, { capture: true, once: true });
  });
}

/** What it returns waits until the page has drawn and read all that it wants. */
function watchQuiet(page: Page): () => Promise<void> {
  const running = new Set<unknown>();
  let begun = 0;
  let changedAt = 0;
  const changed = () => {
    changedAt = performance.now();
  };
  page.on("request", (request) => {
    // A stream never ends.
    if (request.resourceType() === "eventsource") return;
    running.add(request);
    begun += 1;
    changed();
  });
  const end = (request: unknown) => running.delete(request) && changed();
  page.on("requestfinished", end);
  page.on("requestfailed", end);
  const isQuiet = () => running.size === 0 && performance.now() - changedAt > QUIET_MS;
  return async () => {
    let before: number;
    do {
      await page.evaluate(idleTwice);
      before = begun;
      await waitFor(isQuiet, "the page to read nothing any more");
      await page.evaluate(idleTwice);
    } while (begun !== before);
  };
}

/** Runs in the page: the second idle time comes after what was scheduled in the first. */
const idleTwice = () => new Promise<void>((resolve) => requestIdleCallback(() => requestIdleCallback(() => resolve())));

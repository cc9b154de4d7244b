import type { Locator } from "@playwright/test";
import { createSandboxBot, expect, send, test } from "./console";

test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });

test("the bottom bar leads everywhere with a thumb", async ({ console: page }) => {
  const bar = page.getByRole("navigation", { name: "Main" });
  await bar.getByRole("link", { name: "Sandbox" }).tap();
  await expect(page).toHaveURL(/\/sandbox$/);
  await bar.getByRole("button", { name: "More" }).tap();
  await page.getByRole("link", { name: "Audit" }).tap();
  await expect(page.getByRole("heading", { name: "Who changed what." })).toBeVisible();
  await expect(page.getByRole("link", { name: "API reference" })).toBeHidden();
});

test("no page is wider than the screen", async ({ console: page }) => {
  const id = await createSandboxBot(page, "A bot with quite a long name that goes on and on");
  await send(page, "/api/sandbox/messages", { botId: id, text: "a_very_long_word_".repeat(20) });
  await page.goto(`/bots/${id}/messages`);
  await page.locator("[data-event] a").first().tap();
  const trace = new URL(page.url()).pathname;
  const pages = ["/bots", "/bots/new", `/bots/${id}`, `/bots/${id}/messages`, trace, `/bots/${id}/settings`];
  pages.push("/", "/messages", `/bots/${id}/replies`);
  pages.push(
    `/sandbox?bot=${id}`,
    "/alerts",
    "/models",
    "/tokens",
    "/people",
    "/audit",
    "/settings",
    "/account",
    "/api/docs",
  );
  for (const path of pages) {
    await page.goto(path);
    await expect(page.getByRole("main")).toBeVisible();
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(excess, path).toBeLessThanOrEqual(0);
  }
});

test("a new page, and the place that a link names, begin below the bars", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Below");
  const isSeen = (selector: string) =>
    page.locator(selector).evaluate((element) => {
      const { x, y } = element.getBoundingClientRect();
      return element.contains(document.elementFromPoint(x + 2, y + 2));
    });
  for (const size of [
    { width: 390, height: 844 },
    { width: 1440, height: 700 },
  ]) {
    await page.setViewportSize(size);
    for (const [path, place] of [
      [`/bots/${id}/replies`, "#rules"],
      ["/api/docs", "#models"],
      ["/settings", "#mail"],
    ]) {
      await page.goto(`${path}${place}`);
      await expect.poll(() => isSeen(`${place} h2`), `${path}${place}`).toBe(true);
    }
    await page.goto("/api/docs");
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Sandbox" }).click();
    await expect(page).toHaveURL(/\/sandbox$/);
    await expect.poll(() => isSeen("h1"), `${size.width}`).toBe(true);
  }
});

test("a thumb hits what is drawn small, and not its neighbour", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Thumb");
  await send(page, "/api/sandbox/messages", { botId: id, text: "hello" });
  /** Where a control answers, above and below its middle and beside it; it may lie at the edge of the screen. */
  const reach = (control: Locator) =>
    control.evaluate((element) => {
      element.scrollIntoView({ block: "center" });
      const { x, y, width, height } = element.getBoundingClientRect();
      const isHit = (dx: number, dy: number) =>
        element.contains(document.elementFromPoint(x + width / 2 + dx, y + height / 2 + dy));
      return [isHit(0, 0), isHit(0, 19), isHit(0, -19), isHit(Math.max(width / 2, 20) - 1, 0)];
    });
  const all = [true, true, true, true];
  await page.goto(`/bots/${id}`);
  expect((await reach(page.getByRole("main").getByRole("link", { name: "All bots" }))).slice(0, 2)).toEqual([
    true,
    true,
  ]);
  await page.goto(`/sandbox?bot=${id}`);
  const message = page.getByRole("log").locator("[data-from=person]");
  for (const name of ["React", "Reply", "Reply in a thread", "Forward", "Recall"]) {
    expect(await reach(message.getByRole("button", { name, exact: true })), name).toEqual(all);
  }
  expect(await reach(page.getByRole("button", { name: "Chats" }))).toEqual(all);
  await page.goto("/messages");
  for (const option of await page.getByRole("group", { name: "Show" }).getByRole("button").all()) {
    expect((await reach(option)).slice(0, 3)).toEqual([true, true, true]);
  }
});

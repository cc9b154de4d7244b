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

import type { Page } from "@playwright/test";
import { createBot, createSandboxBot, expect, rowOf, send, test, write } from "./console";

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const row = (page: Page, text: string) => page.getByRole("row").filter({ hasText: text });

test("what is deleted or switched leaves the focus in the list", async ({ console: page }) => {
  const conditions = { error: true, silentMinutes: null, failedMessages: true, recovered: true };
  const alert = { channel: "webhook", target: "http://127.0.0.1:9/hook", conditions };
  await page.goto("/alerts");
  await page.getByRole("button", { name: "Add alert" }).press("Enter");
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await page.keyboard.type("First");
  await dialog.getByLabel("Channel").selectOption({ label: "Webhook" });
  await dialog.getByLabel("URL").fill(alert.target);
  await page.keyboard.press("Enter");
  const first = page.getByRole("switch", { name: /First/ });
  await expect(first).toBeFocused();
  await first.press("Enter");
  await expect(first).not.toBeChecked();
  await expect(first).toBeFocused();

  await send(page, "/api/alerts", { ...alert, name: "Second" });
  await page.reload();
  await page.getByRole("button", { name: "Delete First" }).press("Enter");
  await dialog.getByRole("button", { name: "Delete", exact: true }).press("Enter");
  await expect(first).toBeHidden();
  await expect(page.getByRole("switch", { name: /Second/ })).toBeFocused();
  await page.getByRole("button", { name: "Delete Second" }).press("Enter");
  await dialog.getByRole("button", { name: "Delete", exact: true }).press("Enter");
  await expect(page.getByRole("button", { name: "Add alert" })).toBeFocused();
});

test("the last page of a list is read on in its first row", async ({ console: page }) => {
  for (let i = 0; i < 60; i += 1) await send(page, "/api/tokens", { name: `Token ${i}` });
  await page.goto("/tokens");
  const rows = page.getByRole("row").filter({ has: page.getByRole("button") });
  await expect(rows).toHaveCount(50);
  await page.getByRole("button", { name: "Show more" }).press("Enter");
  await expect(rows).toHaveCount(60);
  await expect(rows.nth(50).getByRole("button")).toBeFocused();

  await row(page, "Token 30").getByRole("button").press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).press("Enter");
  await expect(row(page, "Token 30")).toBeHidden();
  await expect(row(page, "Token 29").getByRole("button")).toBeFocused();
});

test("the bar for several bots, a filter and a deleted bot give the focus back", async ({ console: page }) => {
  const id = await createBot(page, { name: "Chosen one", domain: "sandbox" });
  await createBot(page, { name: "Chosen two", domain: "sandbox" });
  await page.goto("/bots");
  const pick = (name: string) => rowOf(page, name).getByRole("checkbox");
  await pick("Chosen one").press("Space");
  await page.getByRole("button", { name: "Clear selection" }).press("Enter");
  await expect(pick("Chosen one")).toBeFocused();
  await pick("Chosen one").press("Space");
  await pick("Chosen two").press("Space");
  await page.getByRole("button", { name: "Disconnect" }).press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).press("Enter");
  await expect(pick("Chosen two")).toBeFocused();
  await page.getByRole("button", { name: "Close" }).press("Enter");
  await expect(pick("Chosen two")).toBeFocused();

  await page.getByRole("searchbox").fill("no such bot");
  await expect(page).toHaveURL(/q=no/);
  await page.getByRole("button", { name: "Show all bots" }).press("Enter");
  await expect(page.getByRole("table").locator(":focus")).toHaveCount(1);

  await page.goto(`/bots/${id}/settings`);
  await page.getByRole("button", { name: "Delete bot" }).press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Delete bot" }).press("Enter");
  await expect(rowOf(page, "Chosen two")).toBeVisible();
  await expect(heading(page)).toBeFocused();
});

test("a trace and the way back from it begin at the heading, a new link at its copy", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Focused");
  await send(page, "/api/sandbox/messages", { botId: id, text: "look here" });
  await page.goto(`/bots/${id}/messages`);
  await page.getByRole("link", { name: "look here" }).press("Enter");
  await expect(page.locator("[data-step=received]")).toBeVisible();
  await expect(heading(page)).toBeFocused();
  await page.getByRole("button", { name: "Share" }).press("Enter");
  await page.getByRole("button", { name: "Create link" }).press("Enter");
  await expect(page.getByRole("dialog").getByRole("button", { name: "Copy" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Share" })).toBeFocused();
  await page.getByRole("link", { name: "All messages" }).press("Enter");
  await expect(heading(page)).toBeFocused();
});

test("rules, entries and secrets that are given up leave the focus beside them", async ({ console: page }) => {
  const id = await createBot(page, { name: "Editor", domain: "sandbox", encryptKey: "a key" });
  await page.goto(`/bots/${id}/replies`);
  const rules = page.getByRole("region", { name: "Rules" });
  await expect(page.locator("[data-link=live]")).toBeVisible();
  for (let count = 1; count <= 3; count += 1) {
    await rules.getByRole("button", { name: "Add rule" }).click();
    await expect(rules.getByRole("listitem")).toHaveCount(count);
  }
  await rules.getByRole("button", { name: /Rule 2.*up|up.*rule 2/i }).press("Enter");
  await expect(rules.getByRole("button", { name: /Rule 1.*down|down.*rule 1/i })).toBeFocused();
  await rules.getByRole("button", { name: /(Remove|Delete) rule 1/i }).press("Enter");
  await expect(rules.getByRole("listitem")).toHaveCount(2);
  await expect(rules.getByRole("listitem").first().locator(":focus")).toHaveCount(1);

  await page.goto(`/bots/${id}/settings`);
  await page.getByRole("button", { name: "Replace Encrypt Key" }).press("Enter");
  await page.getByRole("button", { name: "Keep the current one" }).press("Enter");
  await expect(page.getByRole("button", { name: "Replace Encrypt Key" })).toBeFocused();
});

test("in the sandbox the focus goes on where one writes", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Writer");
  await page.goto(`/sandbox?bot=${id}`);
  const message = page.getByLabel("Message", { exact: true });
  await write(page, "first words");
  const mine = page.getByRole("log").locator("[data-from=person]");
  await mine.getByRole("button", { name: "Reply", exact: true }).press("Enter");
  await page.getByRole("button", { name: "Cancel reply" }).press("Enter");
  await expect(message).toBeFocused();
  await mine.getByRole("button", { name: "Forward" }).press("Enter");
  await expect(mine.getByRole("checkbox")).toBeFocused();
  await page.getByRole("form", { name: "Forward" }).getByRole("button", { name: "Cancel" }).press("Enter");
  await expect(message).toBeFocused();
  await page.getByRole("button", { name: "Add person" }).press("Enter");
  await expect(page.getByRole("dialog").getByLabel("Name")).toBeFocused();
  await page.keyboard.type("Zhao Min");
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-chat]").filter({ hasText: "Zhao Min" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Add person" })).toBeFocused();
});

test("whoever clicked beside everything keeps that", async ({ console: page }) => {
  const link = page.getByRole("navigation", { name: "Main" }).getByRole("link").first();
  const removed = async () => {
    await link.evaluate(async (element) => {
      element.remove();
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
    });
    return page.evaluate(() => document.activeElement?.tagName);
  };
  await link.focus();
  await heading(page).click();
  expect(await removed()).toBe("MAIN");
  await link.focus();
  expect(await removed()).toBe("H1");
});

test("a jump by the keyboard goes to the new page's heading", async ({ console: page }) => {
  await expect(page.locator("[data-link=live]")).toBeVisible();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Bots" }).focus();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page).toHaveURL(/\/tokens$/);
  await expect(heading(page)).toBeFocused();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("sandbox");
  await expect(page.getByRole("option", { selected: true })).toContainText("Sandbox");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/sandbox/);
  await expect(heading(page)).toBeFocused();
});

test.describe("in a low window", () => {
  test.use({ viewport: { width: 1280, height: 420 } });
  test("a form that is closed by the way asks in sight, and goes on in its field", async ({ console: page }) => {
    await page.goto("/alerts");
    await page.getByRole("button", { name: "Add alert" }).press("Enter");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Name")).toBeFocused();
    await page.keyboard.type("On call");
    await page.keyboard.press("Escape");
    const goOn = dialog.getByRole("button", { name: "Keep editing" });
    await expect(goOn).toBeFocused();
    await expect(goOn).toBeInViewport({ ratio: 1 });
    await page.keyboard.press("Enter");
    await expect(goOn).toBeHidden();
    await expect(dialog.getByLabel("Name")).toBeFocused();
  });
});

test("reactions that the keys open are gone through at once", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Reacted");
  await page.goto(`/sandbox?bot=${id}`);
  await write(page, "what do you say?");
  const mine = page.getByRole("log").locator("[data-from=person]");
  await mine.getByRole("button", { name: "React" }).press("Enter");
  await expect(mine.locator("[aria-label=THUMBSUP]")).toBeFocused();
});

test("going back with the keys shows what has the focus below the top bar", async ({ console: page }) => {
  for (let i = 0; i < 30; i += 1)
    await send(page, "/api/models", { name: `Model ${i}`, baseUrl: "http://127.0.0.1:9/v1", model: "m" });
  await page.goto("/models");
  await page
    .getByRole("button", { name: /^Delete/ })
    .last()
    .focus();
  for (let i = 0; i < 45; i += 1) {
    await page.keyboard.press("Shift+Tab");
    const top = await page.evaluate(() => document.activeElement?.getBoundingClientRect().top);
    expect(top).toBeGreaterThanOrEqual(56);
  }
});

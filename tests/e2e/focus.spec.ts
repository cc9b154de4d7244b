import type { Page } from "@playwright/test";
import { expect, test } from "./console";

const heading = (page: Page) => page.getByRole("heading", { level: 1 });

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
    await page.getByRole("button", { name: "Add an alert" }).press("Enter");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByLabel("Name")).toBeFocused();
    await page.keyboard.type("On call");
    await page.keyboard.press("Escape");
    const goOn = dialog.getByRole("button", { name: "Go on" });
    await expect(goOn).toBeFocused();
    await expect(goOn).toBeInViewport({ ratio: 1 });
    await page.keyboard.press("Enter");
    await expect(goOn).toBeHidden();
    await expect(dialog.getByLabel("Name")).toBeFocused();
  });
});

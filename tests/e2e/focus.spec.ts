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

import { ADMIN, expect, test } from "./console";

test("leads back to the page that was asked for, and says when e-mail and password do not fit", async ({ page }) => {
  await page.goto("/tokens");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Ftokens$/);
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toHaveText(/Incorrect email or password/);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/tokens$/);
});

test("signing out ends it", async ({ console: page }) => {
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await page.goto("/bots");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("a session that has ended is noticed at the next click", async ({ console: page, context }) => {
  await page.goto("/tokens");
  // Opened later, the live stream would notice first.
  await expect(page.locator("[data-link=live]")).toBeVisible();
  await context.clearCookies();
  await page.getByRole("link", { name: "People", exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fpeople$/);
});

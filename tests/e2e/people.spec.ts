import { ADMIN, createBot, expect, rowOf, signIn, test } from "./console";

test("a member sees their own bots and no place of administrators", async ({ console: page, browser, server }) => {
  const id = await createBot(page, { name: "Not theirs", domain: "sandbox" });
  await page.goto("/people");
  await page.getByRole("button", { name: "Add person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Wang Fang");
  await dialog.getByLabel("Email").fill("wang@example.com");
  await dialog.getByLabel("Password").fill("another long password");
  await dialog.getByRole("button", { name: "Add person" }).click();
  await expect(page.getByRole("row", { name: /Wang Fang/ })).toContainText("Member");

  const theirs = await browser.newContext({ baseURL: server.url, locale: "en-US" });
  const member = await theirs.newPage();
  await signIn(member, { email: "wang@example.com", password: "another long password" });
  await expect(member.getByRole("heading", { level: 1, name: "No bots yet." })).toBeVisible();
  await expect(member.getByRole("link", { name: "People" })).toHaveCount(0);
  for (const path of ["/people", "/audit", `/bots/${id}`]) {
    expect((await member.goto(path))?.status(), path).toBe(404);
  }
  await member.goto("/bots/new");
  await expect(member.getByLabel("Cloud", { exact: true }).getByRole("option", { name: "Other" })).toHaveCount(0);

  await createBot(member, { name: "Wang's own", domain: "sandbox" });
  await page.goto("/bots");
  await expect(rowOf(page, "Wang's own")).toContainText("Wang Fang");

  await page.goto("/audit");
  await expect(page.getByRole("row", { name: /added Wang Fang as a member/ })).toBeVisible();

  // What is theirs goes on when they leave.
  await page.goto("/people");
  await page.getByRole("button", { name: "Remove Wang Fang" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("row", { name: /Wang Fang/ })).toHaveCount(0);
  await page.goto("/bots");
  await expect(rowOf(page, "Wang's own")).not.toContainText("Wang Fang");
  await page.goto("/audit");
  await expect(
    page.getByRole("row", { name: /removed Wang Fang; their bots, models and alerts now belong to lin/ }),
  ).toBeVisible();
  await theirs.close();
});

test("a changed password keeps the one who changed it signed in", async ({ console: page }) => {
  await page.goto("/people");
  await page.getByRole("button", { name: "Add person" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Li Lei");
  await dialog.getByLabel("Email").fill(ADMIN.email);
  await dialog.getByLabel("Password").fill("the first password");
  await dialog.getByRole("button", { name: "Add person" }).click();
  await expect(dialog.getByLabel("Email")).toHaveAccessibleDescription(/Already in use/);
  await dialog.getByLabel("Email").fill("li@example.com");
  await dialog.getByRole("button", { name: "Add person" }).click();
  await expect(page.getByRole("row", { name: /Li Lei/ })).toBeVisible();
  await page.context().clearCookies();

  await signIn(page, { email: "li@example.com", password: "the first password" });
  await page.getByRole("link", { name: "Li Lei: your account" }).click();
  const section = page.getByRole("region", { name: "Password" });
  await section.getByLabel("Current password").fill("not it");
  await section.getByLabel("New password").fill("the second password");
  await section.getByRole("button", { name: "Save" }).click();
  await expect(section.getByText("Saved")).toBeHidden();
  await section.getByLabel("Current password").fill("the first password");
  await section.getByRole("button", { name: "Save" }).click();
  await expect(section.getByText("Saved")).toBeVisible();
  await page.goto("/account");
  await expect(page.getByRole("heading", { name: "Your account" })).toBeVisible();
});

import { createSandboxBot, expect, test } from "./console";

test("a chat goes on over a cut connection", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Sturdy");
  await page.goto(`/sandbox?bot=${id}`);
  await expect(page.locator("[data-state=connected]")).toBeVisible();

  await page.getByRole("button", { name: "Refuse it" }).click();
  await expect(page.locator("[data-state=reconnecting]")).toBeVisible();
  await page.getByLabel("Message", { exact: true }).fill("are you there?");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(page.locator("[data-from=person]")).toContainText("are you there?");
  await expect(page.locator("[data-from=bot]")).toHaveCount(0);

  await page.getByRole("button", { name: "Heal it" }).click();
  await expect(page.locator("[data-state=connected]")).toBeVisible();
  await expect(page.locator("[data-from=bot]")).toContainText("are you there?");
});

test("in a group the bot answers when it is mentioned", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Sociable");
  await page.goto(`/sandbox?bot=${id}`);
  await page.getByRole("button", { name: "Group" }).click();
  await page.getByLabel("Write as").selectOption("Li Lei");
  await page.getByLabel("Mention Sociable").uncheck();
  const message = page.getByLabel("Message", { exact: true });
  await message.fill("among us");
  await message.press("Enter");
  await expect(page.locator("[data-from=person]")).toContainText("among us");
  await page.getByLabel("Mention Sociable").check();
  await message.fill("for you");
  await message.press("Enter");
  await expect(page.locator("[data-from=bot]")).toContainText("for you");
  await expect(page.locator("[data-from=bot]")).toHaveCount(1);
  await expect(page.locator("[data-from=person]").first()).toContainText("Li Lei");
});

import { test as base, expect } from "@playwright/test";
import { type Server, startServer } from "../support/server";

const test = base.extend<{ fresh: Server }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern.
  fresh: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.stop();
  },
});

test("from the set-up link to an answered message", async ({ page, fresh }) => {
  await page.goto(`${fresh.url}/bots`);
  await expect(page.getByRole("heading", { name: "Larkspur is not set up yet" })).toBeVisible();
  await page.goto(`${fresh.url}/setup?token=wrong`);
  await expect(page.getByRole("heading", { name: "Invalid setup link" })).toBeVisible();

  const { setupLink } = fresh;
  if (!setupLink) throw new Error(`no set-up link was printed:\n${fresh.logs()}`);
  const { pathname, search } = new URL(setupLink);
  await page.goto(fresh.url + pathname + search);
  await page.getByLabel("Your name").fill("Lin Zhao");
  await page.getByLabel("Email").fill("lin@example.com");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Password").fill("long enough, I think");
  await page.getByRole("button", { name: "Create account" }).click();

  await expect(page.getByRole("heading", { level: 1, name: "No bots yet." })).toBeVisible();
  await page.getByRole("button", { name: "Try the sandbox" }).click();
  await expect(page.locator("header [data-state=connected]")).toBeVisible();
  await page.getByLabel("Message", { exact: true }).fill("hello");
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-from=person]")).toContainText("hello");
  await expect(page.locator("[data-from=bot]")).toContainText("hello");

  await page.goto(`${fresh.url}/bots/new`);
  await page.getByRole("button", { name: "Try the sandbox" }).click();
  await expect(page).toHaveURL(/\/sandbox\?bot=/);
  await expect(page.getByRole("combobox", { name: "Bot" }).locator("option:checked")).toHaveText("Sandbox bot 2");

  await page.goto(fresh.url + pathname + search);
  await expect(page.getByRole("heading", { name: "Larkspur is already set up" })).toBeVisible();
});

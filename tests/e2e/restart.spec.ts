import { test as base, expect } from "@playwright/test";
import { type Server, startServer } from "../support/server";
import { ADMIN, createSandboxBot, rowOf, signIn } from "./console";

const test = base.extend<{ own: Server }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from the pattern.
  own: async ({}, use) => {
    const server = await startServer({
      env: { LARKSPUR_ADMIN_EMAIL: ADMIN.email, LARKSPUR_ADMIN_PASSWORD: ADMIN.password },
    });
    await use(server);
    await server.stop();
  },
});

test("an open page says when the server is away, is live again when it is back, and asks whoever is signed out to sign in", async ({
  browser,
  own,
}) => {
  const page = await browser.newPage({ baseURL: own.url, locale: "en-US" });
  await signIn(page, ADMIN);
  await createSandboxBot(page, "Patient");
  await page.goto("/bots");
  await expect(page.locator("[data-link=live]")).toBeVisible();

  own.kill("SIGKILL");
  await expect(page.locator("[data-link=lost]")).toBeVisible();
  const again = await own.restart();
  await expect(page.locator("[data-link=live]")).toBeVisible();
  await expect(rowOf(page, "Patient").locator("[data-state=connected]")).toBeVisible();

  await page.context().clearCookies();
  again.kill("SIGKILL");
  const last = await again.restart();
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fbots$/);
  await page.close();
  await last.stop();
});

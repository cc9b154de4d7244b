import { test as base, expect } from "@playwright/test";
import { startHeldProxy } from "../support/held-proxy";
import { type Server, startServer } from "../support/server";
import { ADMIN, createBot, createSandboxBot, rowOf, signIn, write } from "./console";

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
  const lost = page.locator("[data-link=lost]");
  const live = page.locator("[data-link=live]");
  await signIn(page, ADMIN);
  await createSandboxBot(page, "Patient");
  await page.goto("/bots");
  await expect(live).toBeVisible();

  own.kill("SIGKILL");
  await expect(lost).toHaveText(/^no updates since \d+:\d\d:\d\d [AP]M.*may be out of date/);
  const second = await own.restart();
  await expect(live).toBeVisible();
  // Away again while the page reads itself anew.
  second.kill("SIGKILL");
  await expect(live).toBeHidden();
  const third = await second.restart();
  await expect(live).toBeVisible();
  await expect(rowOf(page, "Patient").locator("[data-state=connected]")).toBeVisible();
  // What the page read anew is behind it once it goes somewhere else.
  await page.getByRole("link", { name: "Models", exact: true }).click();
  await expect(page).toHaveURL(/\/models$/);

  third.kill("SIGKILL");
  await expect(lost).toBeVisible();
  await page.context().clearCookies();
  const last = await third.restart();
  const dialog = page.getByRole("dialog", { name: "Your session has expired" });
  await dialog.getByLabel("Email").fill(ADMIN.email);
  await dialog.getByLabel("Password").fill(ADMIN.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(live).toBeVisible();
  await expect(dialog).toBeHidden();
  await page.close();
  await last.stop();
});

test("a stream that is held back on the way is not called live, the page is read anew meanwhile, and it comes back", async ({
  browser,
  own,
}) => {
  const proxy = await startHeldProxy(own.port);
  const page = await browser.newPage({ baseURL: proxy.url, locale: "en-US" });
  const lost = page.locator("[data-link=lost]");
  const live = page.locator("[data-link=live]");
  await page.clock.install();
  await signIn(page, ADMIN);
  await createBot(page, { name: "Known", domain: "sandbox" });
  await page.goto("/bots");
  await expect(live).toBeVisible();

  proxy.hold();
  await page.clock.fastForward("01:00");
  await expect(lost).toBeVisible();
  await createBot(page, { name: "Added meanwhile", domain: "sandbox" });
  await page.clock.fastForward("00:05"); // asks for the stream anew
  await page.clock.fastForward("01:00");
  await expect(rowOf(page, "Added meanwhile")).toBeVisible();
  await expect(lost).toBeVisible();

  proxy.release();
  await page.clock.fastForward("01:00");
  await page.clock.fastForward("01:00");
  await expect(live).toBeVisible();
  await page.close();
  await proxy.stop();
});

test("the sandbox's chats are there after a restart, and the bot goes on in them", async ({ browser, own }) => {
  const page = await browser.newPage({ baseURL: own.url, locale: "en-US" });
  const log = page.getByRole("log");
  const answers = log.locator("[data-from=bot]");
  await signIn(page, ADMIN);
  const id = await createSandboxBot(page, "Mindful");
  await page.goto(`/sandbox?bot=${id}`);
  await write(page, "remember me");
  await expect(answers).toContainText("remember me");
  await page.locator("input[type=file]").setInputFiles([
    { name: "small.txt", mimeType: "text/plain", buffer: Buffer.from("small") },
    { name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(300_000, "x") },
  ]);
  await expect(log.locator("[data-from=person]")).toHaveCount(3);
  await expect(answers).toHaveCount(3);
  await expect(page.locator("[data-count=received] dd")).toHaveText("3");

  const second = await own.restart();
  await expect(page.locator("header [data-state=connected]")).toBeVisible();
  await page.reload();
  await expect(answers.first()).toContainText("remember me");
  await expect(log.getByText("This file is no longer available")).toHaveCount(1);
  await expect(log.getByRole("link", { name: "large.txt" })).toHaveCount(0);
  await expect(log.getByRole("link", { name: "small.txt" })).toBeVisible();
  await expect(page.locator("[data-count=answered] dd")).toHaveText("3");
  await write(page, "do you?");
  await expect(answers).toHaveCount(4);
  await expect(answers.last()).toContainText("do you?");
  await page.close();
  await second.stop();
});

import type { Page } from "@playwright/test";
import { createBot, createSandboxBot, expect, hold, rowOf, send, signIn, test } from "./console";

/** By its address: the name of a link tells of what fails, too. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).locator(`[href="${path}"]`).first().click();
  await expect(page).toHaveURL(({ pathname }) => pathname === path);
}

/** Until the browser has shown what it was told last. */
const drawn = (page: Page) =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
  });

test("a switch that was moved stands so on the next page at once", async ({ console: admin, browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, locale: "en-US" });
  const page = await context.newPage();
  await signIn(page, await newMember(admin));
  const id = await createSandboxBot(page, "Moved");
  await page.goto("/bots");
  await rowOf(page, "Moved").getByRole("switch").click();
  await expect(rowOf(page, "Moved").locator("[data-state=off]")).toBeVisible();
  const release = await hold(page, "/api/overview/bots");
  await goTo(page, "/");
  await expect(page.locator(`[data-bot="${id}"] [data-state=off]`)).toBeVisible();
  release();
  await context.close();
});

// An answer that was asked for before moved the switch back, until the bot was read once more.
test("a switch that is moved while the list is read does not move back", async ({ console: page }) => {
  const id = await createBot(page, { name: "Steady", domain: "sandbox" });
  await page.goto("/bots");
  await expect(rowOf(page, "Steady")).toBeVisible();
  await goTo(page, "/messages");
  await createBot(page, { name: "Made elsewhere", domain: "sandbox" });
  const release = await hold(page, "/api/overview/bots", 1);
  const asked = page.waitForRequest("**/api/overview/bots");
  await goTo(page, "/bots");
  await asked;
  const toggle = rowOf(page, "Steady").getByRole("switch");
  await toggle.click();
  await expect(rowOf(page, "Steady").locator("[data-state=connected]")).toBeVisible();
  const moves = page.evaluate(async (botId) => {
    const seen = new Set<string | null | undefined>();
    const row = [...document.querySelectorAll("[role=row]")].find((one) => one.innerHTML.includes(botId));
    for (const end = performance.now() + 1_000; performance.now() < end; await new Promise(requestAnimationFrame))
      seen.add(row?.querySelector("[role=switch]")?.getAttribute("aria-checked"));
    return [...seen];
  }, id);
  release();
  expect(await moves).toEqual(["true"]);
  await expect(rowOf(page, "Made elsewhere")).toBeVisible();
});

// In a tab that was open already, what the former reader had seen stood there until it was read anew.
test("who signs in in another tab sees nothing of what the former reader has seen in this one", async ({
  page,
  browser,
  server,
  session,
}) => {
  const elsewhere = await browser.newContext({ baseURL: server.url, locale: "en-US" });
  await page.context().addCookies(session);
  const member = await newMember(page);
  await signIn(await elsewhere.newPage(), member);
  await createBot(page, { name: "Confidential", domain: "sandbox" });
  await page.goto("/bots");
  await expect(rowOf(page, "Confidential")).toBeVisible();
  await goTo(page, "/messages");
  // In one step: without a session in between the page would ask its reader to sign in again.
  await page.context().addCookies(await elsewhere.cookies());
  const release = await hold(page, "/api/overview/bots");
  await goTo(page, "/bots");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await drawn(page);
  await expect(rowOf(page, "Confidential")).toBeHidden();
  release();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("You have no bots yet");
  await elsewhere.close();
});

// What the overview was loaded with, without a bot, was taken for what is true when one came back to it with one.
test("the way back to an overview that had no bot yet reads what the first one has done", async ({
  console: page,
  browser,
  server,
}) => {
  const member = await newMember(page);
  const context = await browser.newContext({ baseURL: server.url, locale: "en-US" });
  const own = await context.newPage();
  await signIn(own, member);
  await expect(own.getByRole("heading", { level: 1 })).toContainText("You have no bots yet");
  await goTo(own, "/messages");
  const id = await createBot(own, { name: "First", domain: "sandbox" });
  await own.goBack();
  await expect(own.locator(`[data-bot="${id}"]`).getByRole("slider")).toBeVisible();
  await context.close();
});

test("the overview says when it could not be read anew after a switch", async ({ console: page }) => {
  await createBot(page, { name: "Known", domain: "sandbox" });
  await page.goto("/");
  await expect(page.getByRole("region", { name: "Bots" }).getByRole("slider").first()).toBeVisible();
  await goTo(page, "/messages");
  await page.route("**/api/overview?*", (route) => route.abort(), { times: 1 });
  await goTo(page, "/");
  await expect(page.getByText("The data could not be refreshed.")).toBeVisible();
  await goTo(page, "/messages");
  await goTo(page, "/");
  await expect(page.getByText("The data could not be refreshed.")).toBeHidden();
});

test("the list of bots says when it could not be read anew, and is read again where one asks for it", async ({
  console: page,
}) => {
  await createBot(page, { name: "Listed", domain: "sandbox" });
  await page.goto("/bots");
  await expect(rowOf(page, "Listed")).toBeVisible();
  await goTo(page, "/messages");
  await page.route("**/api/overview/bots", (route) => route.abort(), { times: 1 });
  await goTo(page, "/bots");
  const notice = page.getByText("The list could not be refreshed");
  await expect(notice).toBeVisible();
  await expect(rowOf(page, "Listed")).toBeVisible();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(notice).toBeHidden();
});

test("an answer that comes late does not take the place of a newer one", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Counted");
  await page.goto("/");
  const today = page.locator("dl div").filter({ hasText: "messages today" }).locator("dd");
  await expect(today).toHaveText(/\d/);
  const before = Number(await today.textContent());
  await goTo(page, "/messages");
  const release = await hold(page, "/api/overview", 1);
  const asked = page.waitForRequest("**/api/overview?*");
  await goTo(page, "/");
  const late = await asked;
  await send(page, "/api/sandbox/messages", { botId: id, text: "one more" });
  await expect(today).toHaveText(String(before + 1));
  release();
  await (await late.response())?.finished();
  await drawn(page);
  await expect(today).toHaveText(String(before + 1));
});

// A page that failed on the server was only drawn anew, from the same failure: trying again never helped.
test("a page that could not be shown is asked of the server again", async ({ console: page }) => {
  await page.goto("/messages");
  await page.route("**/api/overview/bots", (route) => route.abort(), { times: 1 });
  await goTo(page, "/bots");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This page could not be loaded.");
  const asked = page.waitForRequest(
    (request) => new URL(request.url()).pathname === "/bots" && "rsc" in request.headers(),
  );
  await page.getByRole("button", { name: "Try again" }).click();
  await asked;
  await expect(page.getByRole("link", { name: "Add bot" })).toBeVisible();
});

let members = 0;

/** Somebody without a bot. Returns what they sign in with. */
async function newMember(page: Page): Promise<{ email: string; password: string }> {
  const person = { email: `switcher-${++members}@example.com`, password: "a long enough password" };
  await page.goto("/bots");
  await send(page, "/api/users", { ...person, name: "switcher", role: "member" });
  return person;
}

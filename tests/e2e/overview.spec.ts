import { randomAppId } from "../support/app-ids";
import { createBot, createSandboxBot, expect, rowOf, send, switchAllOff, test } from "./console";

test("the overview tells of a bot that fails and of its recovery while one looks at it", async ({
  console: page,
  cloud,
}) => {
  await switchAllOff(page);
  const app = cloud.registerApp({ appId: randomAppId(), appSecret: "secret", name: "On-call" });
  const { appId, appSecret } = app;
  const id = await createBot(page, { name: "On-call", appId, appSecret, domain: cloud.origin, useWebSocket: true });
  await page.goto("/");
  const line = page.locator(`[data-bot="${id}"]`);
  const title = page.getByRole("heading", { level: 1 });
  await expect(line.locator("[data-state=connected]")).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: /On-call( and .*)? connected\./ })).toBeVisible();

  const figures = page.locator("dl");
  const today = figures.locator("div").filter({ hasText: "messages today" }).locator("dd");
  const before = Number(await today.textContent());
  const { chatId } = cloud.directChat(appId, "Wang Fang");
  cloud.say({ appId, chatId, from: "Wang Fang", text: "hello" });
  await expect(today).toHaveText(String(before + 1));
  await expect(line).toContainText("answered in");
  await expect(page.getByRole("slider", { name: /^Messages per hour, last 24 hours: / })).toBeVisible();

  cloud.faults.add({ on: "handshake", as: "refuse", appId, httpStatus: 503 });
  cloud.cut(appId, "close");
  await expect(title).toContainText("On-call is reconnecting");
  await expect(line.locator("[data-state=reconnecting]")).toBeVisible();
  await expect(line.getByRole("slider")).toHaveAccessibleName(/1 interruption/);
  cloud.faults.clear(appId);
  await expect(title).not.toContainText("On-call");
  await expect(page.getByRole("listitem").filter({ hasText: /On-call lost its connection.*Back after/ })).toBeVisible();
});

test("several bots are switched at once, and which could not be is told", async ({ console: page }) => {
  const names = ["Bulk one", "Bulk two", "Bulk three"];
  for (const name of names) await createSandboxBot(page, name);
  await createBot(page, { name: "Bulk asleep", domain: "sandbox", enabled: false });
  await page.goto("/bots?q=bulk&sort=-name");
  await expect(page.getByRole("row").filter({ hasText: "Bulk" })).toHaveText([/two/, /three/, /one/, /asleep/]);
  await page.getByRole("button", { name: "Name", exact: true }).click();
  await expect(page).toHaveURL(/\/bots\?q=bulk&sort=name$/);
  await expect(page.getByRole("row").filter({ hasText: "Bulk" })).toHaveText([/asleep/, /one/, /three/, /two/]);

  await page.getByRole("checkbox", { name: "Select all bots shown" }).click();
  await page.getByRole("button", { name: "Disconnect" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Disconnect" }).click();
  await expect(page.getByText("4 bots disconnected.")).toBeVisible();
  for (const name of names) await expect(rowOf(page, name).locator("[data-state=off]")).toBeVisible();

  await rowOf(page, "Bulk asleep").getByRole("link", { name: "Bulk asleep" }).focus();
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  await expect(page.getByText("2 selected")).toBeVisible();
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  await expect(page.getByText("1 bot connected.")).toBeVisible();
  await expect(page.getByRole("alert").filter({ hasText: /Bulk asleep: .*disabled/ })).toBeVisible();
  await expect(rowOf(page, "Bulk one").locator("[data-state=connected]")).toBeVisible();

  await page.goBack();
  await expect(page).toHaveURL(/\/bots\?q=bulk&sort=-name$/);
});

test("the search over everything leads to a message by its id, to a bot by its name, and to the messages with a word", async ({
  console: page,
}) => {
  const id = await createSandboxBot(page, "Librarian");
  await send(page, "/api/sandbox/messages", { botId: id, text: "Which book is blue?" });
  await page.goto(`/bots/${id}/messages`);
  await page.locator("[data-event] [data-status=done]").waitFor();
  const { events } = await page.evaluate(async (botId) => (await fetch(`/api/feishu/bots/${botId}/events`)).json(), id);
  const { messageId, id: eventId } = events[0];

  await page.goto("/");
  await page.keyboard.press("/");
  const box = page.getByRole("combobox", { name: "Search everything" });
  await expect(box).toBeFocused();
  await box.fill(messageId);
  await expect(page.getByRole("option", { selected: true })).toContainText("Which book is blue?");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/bots/${id}/messages/${eventId}$`));

  await page.keyboard.press("Control+k");
  await box.fill("librar");
  await expect(page.getByRole("option", { selected: true })).toContainText("Librarian");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`/bots/${id}$`));

  await page.keyboard.press("Control+k");
  await box.fill("blue");
  await expect(page.getByRole("option", { name: "Which book is blue?" })).toBeVisible();
  await page.keyboard.press("ArrowUp");
  await expect(page.getByRole("option", { selected: true })).toHaveText("Search all messages for “blue”");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/messages\?q=blue$/);
  await expect(page.getByRole("searchbox", { name: "Search text, sender, chat or ID" })).toHaveValue("blue");
  await expect(page.locator("[data-event]")).toHaveCount(1);

  await page.keyboard.press("Control+k");
  await box.fill("theme dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect(page).toHaveURL(/\/$/);
});

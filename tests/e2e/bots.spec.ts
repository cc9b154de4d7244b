import { randomAppId } from "../support/app-ids";
import { createBot, createSandboxBot, expect, hold, rowOf, send, switchAllOff, test } from "./console";

test("a bot is added by its credentials, goes down with its cloud and comes back", async ({ console: page, cloud }) => {
  const app = { appId: randomAppId(), appSecret: "right-secret" };
  cloud.registerApp({ ...app, name: "IT Service" });

  await page.goto("/bots/new");
  await page.getByLabel("Name", { exact: true }).fill("IT Service");
  await page.getByLabel("App ID", { exact: true }).fill("cli_short");
  await page.getByLabel("App Secret", { exact: true }).fill(app.appSecret);
  await page.getByRole("combobox", { name: "Cloud" }).selectOption("other");
  await page.getByLabel("Cloud address").fill(cloud.origin);
  await page.getByRole("button", { name: "Check and add" }).click();
  await expect(page.getByLabel("App ID", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("App ID", { exact: true }).fill(app.appId);
  await page.getByRole("button", { name: "Check and add" }).click();

  await expect(page.locator("[data-step=connection]")).toHaveAttribute("data-done", "true");
  await expect(page.locator("[data-step=received]")).toHaveAttribute("data-done", "false");
  const { chatId } = cloud.directChat(app.appId, "Wang Fang");
  cloud.say({ appId: app.appId, chatId, from: "Wang Fang", text: "hello" });
  await expect(page.locator("[data-step=answered]")).toHaveAttribute("data-done", "true");
  await expect(page.getByRole("heading", { name: "All set" })).toBeVisible();
  expect(cloud.messages(chatId).map(({ text }) => text)).toEqual(["hello", "hello"]);

  const title = page.getByRole("heading", { level: 1 });
  cloud.faults.add({ on: "handshake", as: "refuse", appId: app.appId, httpStatus: 503 });
  cloud.cut(app.appId, "close");
  await expect(title).toHaveText("IT Service lost its connection and is reconnecting.");
  await expect(page.locator("[data-state=reconnecting]").first()).toContainText("attempt");
  cloud.faults.clear(app.appId);
  await expect(title).toHaveText("IT Service is connected and answering.");
  await expect(page.getByRole("status").filter({ hasText: "IT Service: Connected" })).toBeAttached();

  await page.getByRole("switch", { name: "Long connection of IT Service" }).click();
  await expect(title).toHaveText("IT Service is off.");
  await expect.poll(() => cloud.connections(app.appId).length).toBe(0);
});

test("a connected bot that has never received an event says what is usually missing", async ({
  console: page,
  cloud,
}) => {
  const app = cloud.registerApp({ appId: randomAppId(), appSecret: "secret" });
  const { appId, appSecret } = app;
  const id = await createBot(page, { name: "Quiet", appId, appSecret, domain: cloud.origin, useWebSocket: true });
  await page.goto(`/bots/${id}`);
  const title = page.getByRole("heading", { level: 1 });
  await expect(title).toHaveText("Quiet is connected. No one has messaged it yet.");

  await page.clock.setSystemTime(Date.now() + 11 * 60_000);
  await expect(title).toHaveText("Quiet is connected, but has never received an event.");
  const missing = page.getByText(/Connected for \d+ minutes without receiving an event/).locator("..");
  await expect(missing.getByRole("listitem")).toHaveCount(3);

  const { chatId } = cloud.directChat(appId, "Wang Fang");
  cloud.say({ appId, chatId, from: "Wang Fang", text: "hello" });
  await expect(title).toHaveText("Quiet is connected and answering.");
  await expect(missing).toBeHidden();
  await expect(page.getByText("Last reply")).toBeVisible();
});

test("a wrong secret is said with its cure, and the right one heals it", async ({ console: page, cloud }) => {
  await switchAllOff(page);
  const appId = randomAppId();
  cloud.registerApp({ appId, appSecret: "right-secret" });
  const id = await createBot(page, {
    name: "HR Helper",
    appId,
    appSecret: "wrong",
    domain: cloud.origin,
    useWebSocket: true,
  });

  await page.goto("/bots");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(
    /cannot connect.*HR Helper|HR Helper cannot connect/,
  );
  await rowOf(page, "HR Helper").getByRole("link", { name: "Replace secret" }).click();
  await expect(page).toHaveURL(new RegExp(`/bots/${id}/settings#credentials$`));
  const section = page.getByRole("region", { name: "Credentials" });
  await section.getByRole("button", { name: "Replace App Secret" }).click();
  await section.getByLabel("App Secret").fill("right-secret");
  await section.getByRole("button", { name: "Save" }).click();
  await expect(section.getByText("Saved")).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "HR Helper is connected. No one has messaged it yet.",
  );
});

test("the list is searched and filtered, and its switches act at once", async ({ console: page }) => {
  await createSandboxBot(page, "Docs Bot");
  await createBot(page, { name: "Sales Desk", domain: "sandbox" });
  await page.goto("/bots");

  await expect(rowOf(page, "Docs Bot").locator("[data-state=connected]")).toBeVisible();
  await expect(rowOf(page, "Sales Desk").locator("[data-state=off]")).toBeVisible();
  await page.getByRole("switch", { name: "Long connection of Sales Desk" }).click();
  await expect(rowOf(page, "Sales Desk").locator("[data-state=connected]")).toBeVisible();
  await page.getByRole("switch", { name: "Long connection of Sales Desk" }).click();
  await expect(rowOf(page, "Sales Desk").locator("[data-state=off]")).toBeVisible();

  await page.keyboard.press("/");
  await page.keyboard.type("docs");
  await expect(rowOf(page, "Docs Bot")).toBeVisible();
  await expect(rowOf(page, "Sales Desk")).toBeHidden();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /^Off/ }).click();
  await expect(rowOf(page, "Sales Desk")).toBeVisible();
  await expect(rowOf(page, "Docs Bot")).toBeHidden();
});

test("a disabled bot says why its switch does not move", async ({ console: page }) => {
  await createBot(page, { name: "Asleep", domain: "sandbox", enabled: false });
  await page.goto("/bots");
  const toggle = page.getByRole("switch", { name: "Long connection of Asleep" });
  await expect(toggle).toBeDisabled();
  await expect(toggle).toHaveAccessibleDescription(/disabled/);
});

test("the list stands as it was seen last, and is read anew as soon as it is drawn", async ({ console: page }) => {
  const id = await createBot(page, { name: "Seen before", domain: "sandbox" });
  const rename = (name: string) =>
    page.evaluate(
      ([path, body]) => fetch(path, { method: "PATCH", headers: { "content-type": "application/json" }, body }),
      [`/api/feishu/bots/${id}`, JSON.stringify({ name })] as const,
    );
  await page.goto("/bots");
  await expect(rowOf(page, "Seen before")).toBeVisible();
  await page.getByRole("link", { name: "Messages" }).first().click();
  await expect(page).toHaveURL(/\/messages$/);
  await rename("Renamed elsewhere");
  const release = await hold(page, "/api/overview/bots");
  await page.getByRole("link", { name: "Bots", exact: true }).first().click();
  await expect(rowOf(page, "Seen before")).toBeVisible();
  release();
  await expect(rowOf(page, "Renamed elsewhere")).toBeVisible();
  await expect(rowOf(page, "Seen before")).toBeHidden();

  await page.goto("/bots");
  await rowOf(page, "Renamed elsewhere").getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Renamed elsewhere");
  await rename("Renamed again");
  await page.goBack();
  await expect(rowOf(page, "Renamed again")).toBeVisible();
  await expect(rowOf(page, "Renamed elsewhere")).toBeHidden();
});

test("a long list that is loaded again stands where it was", async ({ console: page }) => {
  const ids: string[] = [];
  for (let i = 10; i < 50; i += 1) ids.push(await createBot(page, { name: `Long list ${i}`, domain: "sandbox" }));
  try {
    await page.goto("/bots?sort=name");
    const last = rowOf(page, "Long list 49");
    await last.scrollIntoViewIfNeeded();
    await expect(last).toBeInViewport();
    await page.reload();
    await expect(last).toBeInViewport();
  } finally {
    await page.evaluate(async (all) => {
      for (const id of all) await fetch(`/api/feishu/bots/${id}`, { method: "DELETE" });
    }, ids);
  }
});

test("a bot is deleted after one question that names it", async ({ console: page }) => {
  await createBot(page, { name: "Long-lived", domain: "sandbox" });
  const id = await createSandboxBot(page, "Short-lived");
  await send(page, "/api/sandbox/messages", { botId: id, text: "hello" });
  const count = () =>
    page.evaluate(async (botId) => (await (await fetch(`/api/feishu/bots/${botId}/events/count`)).json()).count, id);
  await expect.poll(count).toBe(1);
  await page.goto("/bots");
  await rowOf(page, "Short-lived").getByRole("link").click();
  await page
    .getByRole("link", { name: "Settings" })
    .and(page.locator(`[href="/bots/${id}/settings"]`))
    .click();
  await expect(page).toHaveURL(`/bots/${id}/settings`);
  await page.getByRole("button", { name: "Delete bot" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Short-lived and its 1 event?" });
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Delete bot" }).click();
  // Not even for a moment does it stand there again.
  const release = await hold(page, "/api/overview/bots");
  await dialog.getByRole("button", { name: "Delete bot" }).click();
  await expect(page).toHaveURL(/\/bots$/);
  await expect(page.getByRole("heading", { level: 1, name: "Bots" })).toBeVisible();
  await expect(rowOf(page, "Short-lived")).toBeHidden();
  release();
  await expect(rowOf(page, "Long-lived")).toBeVisible();
  await expect(rowOf(page, "Short-lived")).toBeHidden();
  const gone = await page.goto(`/bots/${id}`);
  expect(gone?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible();
});

test("a bot's proxy is tried out, and kept without showing its password", async ({ console: page }) => {
  const id = await createBot(page, { name: "Behind a proxy", appId: "cli_00000000000000e7", appSecret: "secret" });
  await page.goto(`/bots/${id}/settings`);
  const network = page.getByRole("region", { name: "Network" });
  const field = network.getByLabel("Proxy for this bot");
  await field.fill("socks5://127.0.0.1:9");
  await network.getByRole("button", { name: "Test" }).click();
  await expect(field).toHaveAccessibleDescription(/Must be a URL such as http/);
  await field.fill("http://larkspur:s3cret@127.0.0.1:9");
  await network.getByRole("button", { name: "Test" }).click();
  await expect(network.getByText("Cannot reach the proxy 127.0.0.1:9 (ECONNREFUSED).")).toBeVisible();
  await network.getByRole("button", { name: "Save" }).click();
  await expect(network.getByText("Saved")).toBeVisible();
  await expect(field).toHaveValue("http://larkspur@127.0.0.1:9");
  await expect(field).toHaveAccessibleDescription(/A password is stored/);
  expect(await page.content()).not.toContain("s3cret");
});

test("settings are kept", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Careful");
  await page.goto(`/bots/${id}/settings`);
  // Written before another part is saved: reading the bot again must not wipe what stands in the fields.
  const webhook = page.getByRole("region", { name: "Webhook" });
  await webhook.getByLabel("Encrypt Key").fill("a key");
  const general = page.getByRole("region", { name: "General" });
  await general.getByLabel("Name").fill("Very careful");
  await general.getByRole("button", { name: "Save" }).click();
  await expect(general.getByText("Saved")).toBeVisible();
  await expect(webhook.getByLabel("Encrypt Key")).toHaveValue("a key");
  await webhook.getByRole("button", { name: "Save" }).click();
  await expect(webhook.getByRole("button", { name: "Replace Encrypt Key" })).toBeVisible();
  await page.reload();
  await expect(general.getByLabel("Name")).toHaveValue("Very careful");
  await expect(webhook.getByRole("button", { name: "Replace Encrypt Key" })).toBeVisible();

  // Where an old link leads to what has moved to the replies.
  await page.goto("/bots");
  await page.goto(`/bots/${id}/settings#policy`);
  await expect(page).toHaveURL(new RegExp(`/bots/${id}/replies#policy$`));
  const policy = page.getByRole("region", { name: "Who gets answers" });
  await policy.getByLabel("Direct messages").selectOption("allowlist");
  await policy.getByRole("combobox", { name: "Allowed people" }).fill("ou_one, ou_two");
  await policy.getByRole("button", { name: "Add", exact: true }).click();
  await policy.getByLabel(/Ignore messages older/).fill("1.5");
  await policy.getByRole("button", { name: "Save" }).click();
  await expect(policy.getByText("Saved")).toBeVisible();
  await page.reload();
  await expect(policy.getByLabel("Direct messages")).toHaveValue("allowlist");
  await expect(policy.getByRole("listitem")).toHaveText(["ou_one", "ou_two"]);
  await expect(policy.getByLabel(/Ignore messages older/)).toHaveValue("1.5");
});

test("the doctor says what is right", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Healthy");
  await page.goto(`/bots/${id}`);
  await page.getByRole("button", { name: "Run diagnostics" }).click();
  await expect(page.locator("[data-check=credentials]")).toContainText("OK");
  await expect(page.locator("[data-check=connection]")).toContainText("OK");
});

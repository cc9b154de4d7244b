import { createBot, expect, test } from "./console";

test("the language is changed in the top bar and kept", async ({ console: page }) => {
  await page.getByRole("button", { name: "简体中文" }).click();
  await expect(page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "沙箱" })).toBeVisible();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await page.goto("/tokens");
  await page.getByRole("button", { name: "新建令牌" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "新建令牌" }).click();
  await expect(dialog.getByLabel("名称")).toHaveAccessibleDescription(/\p{Script=Han}/u);
  await expect(dialog.getByLabel("名称")).toHaveAttribute("aria-invalid", "true");
});

test.describe("a browser that asks for Chinese", () => {
  test.use({ locale: "zh-CN" });
  test("gets it before anything was chosen", async ({ page }) => {
    await page.goto("/sign-in");
    await expect(page.getByRole("heading", { name: "登录" })).toBeVisible();
  });
});

const groundOf = (page: import("@playwright/test").Page) =>
  page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test("the theme follows the system until one is chosen, and is kept", async ({ console: page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  const light = await groundOf(page);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await groundOf(page);
  expect(dark).not.toBe(light);
  await page.getByRole("button", { name: "Light" }).click();
  await expect.poll(() => groundOf(page)).toBe(light);
  await page.reload();
  expect(await groundOf(page)).toBe(light);
  await page.getByRole("button", { name: "System" }).click();
  await expect.poll(() => groundOf(page)).toBe(dark);
});

test("the keyboard goes everywhere", async ({ console: page }) => {
  await expect(page.locator("[data-link=live]")).toBeVisible();
  await page.keyboard.press("?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(list).toContainText("Go to Sandbox");
  await page.keyboard.press("Escape");
  await expect(list).toBeHidden();
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await expect(page).toHaveURL(/\/tokens$/);
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await expect(page).toHaveURL(/\/bots$/);
  await page.keyboard.press("Control+k");
  const search = page.getByRole("dialog", { name: "Search everything" });
  await page.keyboard.type("no such thing");
  await expect(search.getByRole("combobox")).toHaveValue("no such thing");
  await page.keyboard.press("Escape"); // used to empty the words only
  await expect(search).toBeHidden();
});

test("what is written before the search has loaded is searched for", async ({ console: page }) => {
  await expect(page.locator("[data-link=live]")).toBeVisible();
  let load = () => {};
  const loading = new Promise<void>((resolve) => {
    load = resolve;
  });
  await page.route("**/*.js", async (route) => {
    await loading;
    await route.continue();
  });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("g bots");
  load();
  await expect(page.getByRole("combobox", { name: "Search everything" })).toHaveValue("g bots");
});

test("the API reference shows every call, to everybody", async ({ page }) => {
  const response = await page.goto("/api/docs");
  expect(response?.status()).toBe(200);
  const { paths } = await (await page.request.get("/api/openapi.json")).json();
  for (const operations of Object.values<Record<string, { operationId: string }>>(paths)) {
    for (const { operationId } of Object.values(operations)) {
      await expect(page.locator(`[id="${operationId}"]`)).toHaveCount(1);
    }
  }
  await page.locator("#createBot summary").click();
  await expect(page.locator("#createBot")).toContainText("curl -X POST");

  const search = page.getByRole("searchbox", { name: "Search endpoints" });
  const menu = page.getByRole("navigation", { name: "Contents" });
  await search.fill("idempotency-key");
  await expect(page.getByRole("status").filter({ hasText: "1 endpoint" })).toBeVisible();
  await expect(page.locator(".reference details:visible")).toHaveCount(1);
  await menu.getByRole("link", { name: "Send a message as a bot" }).click();
  await expect(page.locator("#sendMessage pre")).toBeInViewport();
  // What a link names is shown, whatever is searched for.
  await page.locator("#sendMessage").getByRole("link", { name: "SendMessage" }).click();
  await expect(page.locator("#schema-SendMessage dl")).toBeInViewport();
  await expect(search).toHaveValue("");
  await menu.getByRole("link", { name: "Models", exact: true }).click();
  await expect(menu.locator("[aria-current=true]")).toHaveText("List your own models and shared ones");
});

test("an example is copied with the reader's own values", async ({ console: page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await createBot(page, { name: "Documented", domain: "sandbox" });
  const { bots } = await (await page.request.get("/api/feishu/bots?limit=1")).json();
  await page.goto("/api/docs#getBot");
  await page.locator("#getBot").getByRole("button", { name: "Copy" }).click();
  await expect(page.locator("#getBot").getByRole("button")).toHaveText("Copied");
  const origin = new URL(page.url()).origin;
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `curl '${origin}/api/feishu/bots/${bots[0].id}' \\\n  -H "Authorization: Bearer $LARKSPUR_TOKEN"`,
  );
});

test("where the system chooses the colours, what is on and where one is can be seen", async ({ console: page }) => {
  await createBot(page, { name: "Contrast", domain: "sandbox" });
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto("/bots");
  const groundOfFirst = (selector: string) =>
    page
      .locator(selector)
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
  const plain = await groundOf(page);
  expect(await groundOfFirst("nav [aria-current=page]")).not.toBe(plain);
  expect(await groundOfFirst("button[aria-pressed=true]")).not.toBe(plain);
  // The knob on its track, whichever way it is.
  expect(await groundOfFirst("[role=switch] > span")).not.toBe(await groundOfFirst("[role=switch]"));
});

import { randomAppId } from "../support/app-ids";
import { expect, send, test } from "./console";

const step = (page: import("@playwright/test").Page, name: string) => page.locator(`[data-step=${name}]`);

test("a scanned QR code becomes a bot that answers, and another one gives it what it lacks", async ({
  console: page,
}) => {
  await page.goto("/bots/new");
  const way = page.getByRole("region", { name: "Scan a QR code" });
  await way.getByRole("button", { name: "Sandbox" }).click();
  await way.getByRole("button", { name: "Show QR code" }).click();
  await expect(way.getByRole("img", { name: /QR code to scan/ })).toBeVisible();
  await way.getByRole("button", { name: "Decline" }).click();
  await expect(way.getByRole("alert")).toContainText("Declined in Feishu");
  await way.getByRole("button", { name: "Get a new code" }).click();
  await way.getByRole("button", { name: "Simulate scan" }).click();

  await expect(page).toHaveURL(/\/bots\/[\w-]{36}$/);
  await expect(step(page, "connection")).toHaveAttribute("data-done", "true");
  const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
  await send(page, "/api/sandbox/messages", { botId: id, text: "hello" });
  await expect(step(page, "answered")).toHaveAttribute("data-done", "true");
  await expect(page.getByText("You're all set.")).toBeVisible();

  await page.getByRole("button", { name: "Run diagnostics" }).click();
  const lacking = page.locator("[data-check=scopes][data-status=warn]");
  await lacking.getByRole("button", { name: "Fix by QR code" }).click();
  await lacking.getByRole("button", { name: "Simulate scan" }).click();
  await expect(page.locator("[data-check=scopes][data-status=pass]")).toBeVisible();

  await page.getByRole("link", { name: "See how the first message was handled" }).click();
  await expect(page).toHaveURL(/\/messages\/\d+$/);
});

test("credentials are checked before they are saved, and are saved all the same when asked", async ({
  console: page,
  cloud,
}) => {
  const app = cloud.registerApp({ appId: randomAppId(), appSecret: "right-secret", name: "Named in Feishu" });
  await page.goto("/bots/new");
  const way = page.getByRole("region", { name: "Use App ID and App Secret" });
  await way.getByLabel("App ID").fill(app.appId);
  await way.getByLabel("App Secret").fill("wrong-secret");
  await way.getByLabel("Cloud", { exact: true }).selectOption("other");
  await way.getByLabel("Cloud address").fill(cloud.origin);
  await way.getByRole("button", { name: "Check and add" }).click();
  await expect(way.locator("[data-check=credentials]")).toHaveAttribute("data-status", "fail");
  await way.getByLabel("App Secret").fill("right-secret");
  await way.getByRole("button", { name: "Check only" }).click();
  await expect(way.locator("[data-check=credentials]")).toHaveAttribute("data-status", "pass");
  await way.getByLabel("App Secret").fill("wrong-secret");
  await way.getByLabel("Name").fill("Hasty");
  await way.getByRole("button", { name: "Check and add" }).click();
  await way.getByRole("button", { name: "Add anyway" }).click();

  await expect(step(page, "credentials")).toHaveAttribute("data-state", "failed");
  await step(page, "credentials").getByLabel("New App Secret").fill("right-secret");
  await step(page, "credentials").getByRole("button", { name: "Save and retry" }).click();
  await expect(step(page, "connection")).toHaveAttribute("data-done", "true");
  // This cloud tells its settings: nothing is left but the first message.
  await expect(step(page, "published")).toHaveAttribute("data-done", "true");
  await expect(step(page, "answered")).toHaveAttribute("data-state", "waiting");
  const { chatId } = cloud.directChat(app.appId, "Wang Fang");
  cloud.say({ appId: app.appId, chatId, from: "Wang Fang", text: "hello" });
  await expect(step(page, "answered")).toHaveAttribute("data-done", "true");
});

test.describe("on a telephone, in Chinese", () => {
  test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, locale: "zh-CN" });

  test("the sandbox is one tap away, and the guide shows the way through Feishu's console", async ({
    console: page,
    cloud,
  }) => {
    const app = cloud.registerApp({
      appId: randomAppId(),
      appSecret: "secret",
      subscribedEvents: [],
      name: "值班助手",
    });
    await page.goto("/bots/new");
    const way = page.getByRole("region", { name: "使用 App ID 和 App Secret" });
    await way.getByLabel("App ID").fill(app.appId);
    await way.getByLabel("App Secret").fill("secret");
    await way.getByLabel("平台").selectOption("other");
    await way.getByLabel("平台地址").fill(cloud.origin);
    await way.getByRole("button", { name: "验证并添加" }).tap();
    await expect(step(page, "event")).toHaveAttribute("data-state", "failed");
    await expect(step(page, "event")).toContainText("事件与回调 › 事件配置 › 添加事件");
    await expect(step(page, "mode")).toContainText("使用长连接接收事件");
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(excess).toBeLessThanOrEqual(0);

    await page.goto("/bots/new");
    await page.getByRole("button", { name: "在沙箱中试用" }).tap();
    await expect(page).toHaveURL(/\/sandbox\?bot=/);
  });
});

import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { randomAppId } from "../support/app-ids";
import { startServer } from "../support/server";
import { ADMIN, createBot, createSandboxBot, expect, send, signIn, test } from "./console";

const FOLDER = fileURLToPath(new URL("../.artifacts/screens/", import.meta.url));

const SIZES = [
  { name: "wide", width: 1440, height: 900 },
  { name: "phone", width: 390, height: 844 },
] as const;

/** Each text and each colour once: axe takes its time. */
const isExamined = (locale: string, size: string, colorScheme: string) =>
  locale === "en" ? size === "wide" : size === "phone" && colorScheme === "light";

/** What axe finds that would keep somebody out. */
async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${page.url()} ${id}: ${target.join(" ")} ${failureSummary}`),
  );
}

type Shown = { name: string; path: string };

/** Bots in every state, with messages, and the pages that show them. */
async function furnish(page: Page, refusingOrigin: string): Promise<Shown[]> {
  const service = await createSandboxBot(page, "IT Service");
  await createSandboxBot(page, "Sales Desk");
  for (const text of ["VPN 连不上了，提示证书过期，怎么办？", "Where is the printer on floor 3?", "hello"]) {
    await send(page, "/api/sandbox/messages", { botId: service, text });
  }
  const refused = { appId: randomAppId(), appSecret: "wrong", domain: refusingOrigin, useWebSocket: true };
  await createBot(page, { name: "HR Helper", ...refused });
  await createBot(page, { name: "Docs Bot", domain: "sandbox", encryptKey: "a key" });
  await createBot(page, { name: "值班助手", domain: "sandbox" });
  await send(page, "/api/tokens", { name: "Deploy script" });
  const hook = { name: "值班群", channel: "feishu", target: "https://open.feishu.cn/open-apis/bot/v2/hook/abc" };
  await send(page, "/api/alerts", { ...hook, conditions: { silentMinutes: 10 }, enabled: false });
  const model = { name: "DeepSeek", baseUrl: "https://api.deepseek.com", model: "deepseek-v4-flash", shared: true };
  const { id: modelId } = await send<{ id: string }>(page, "/api/models", model);
  const clever = await createBot(page, { name: "Wiki", domain: "sandbox", reply: { kind: "ai", modelId } });
  await page.goto(`/bots/${service}/messages`);
  await expect(page.locator("[data-event] [data-status=done]")).toHaveCount(3);
  const trace = await page.locator("[data-event] a").last().getAttribute("href");
  return [
    { name: "overview", path: "/" },
    { name: "bots", path: "/bots" },
    { name: "all-messages", path: "/messages" },
    { name: "add-a-bot", path: "/bots/new" },
    { name: "bot", path: `/bots/${service}` },
    { name: "messages", path: `/bots/${service}/messages` },
    { name: "trace", path: trace ?? "" },
    { name: "settings", path: `/bots/${service}/settings` },
    { name: "sandbox", path: `/sandbox?bot=${service}` },
    { name: "replies", path: `/bots/${clever}/replies` },
    { name: "models", path: "/models" },
    { name: "alerts", path: "/alerts" },
    { name: "tokens", path: "/tokens" },
    { name: "people", path: "/people" },
    { name: "audit", path: "/audit" },
    { name: "installation", path: "/settings" },
    { name: "reference", path: "/api/docs" },
  ];
}

test("every screen in both languages, both themes and both sizes: no error in the browser's console, nothing that axe finds", async ({
  cloud,
  browser,
}) => {
  test.setTimeout(600_000);
  const server = await startServer({
    env: { LARKSPUR_ADMIN_EMAIL: ADMIN.email, LARKSPUR_ADMIN_PASSWORD: ADMIN.password, LARKSPUR_INSTANCE: "node-a" },
  });
  const page = await browser.newPage({ baseURL: server.url, locale: "en-US" });
  await signIn(page, ADMIN);
  const screens = await furnish(page, cloud.origin);
  const session = await page.context().cookies();
  await page.close();
  await mkdir(FOLDER, { recursive: true });
  const complaints: string[] = [];
  for (const locale of ["en", "zh-CN"]) {
    const context = await browser.newContext({
      baseURL: server.url,
      locale,
      // No colour is looked at on its way from one theme to the other.
      reducedMotion: "reduce",
    });
    await context.addCookies(session);
    const shown = await context.newPage();
    shown.on("pageerror", (error) => complaints.push(`${shown.url()}: ${error.message}`));
    shown.on("console", (message) => {
      if (message.type() === "error") complaints.push(`${shown.url()}: ${message.text()}`);
    });
    for (const { name, path } of screens) {
      await shown.goto(path);
      await expect(shown.locator("[data-link=live]")).toBeVisible();
      if (name === "sandbox") await expect(shown.locator("[data-from=bot]")).toHaveCount(3);
      for (const { name: size, ...viewport } of SIZES) {
        await shown.setViewportSize(viewport);
        for (const colorScheme of ["light", "dark"] as const) {
          await shown.emulateMedia({ colorScheme });
          if (isExamined(locale, size, colorScheme)) complaints.push(...(await barriers(shown)));
          await shown.screenshot({ path: `${FOLDER}${name}-${size}-${colorScheme}-${locale}.png` });
        }
      }
    }
    await context.close();
  }
  await server.stop();
  expect(complaints).toEqual([]);
});

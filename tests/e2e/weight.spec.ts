import { gzipSync } from "node:zlib";
import { createSandboxBot, expect, send, test } from "./console";

const LIMIT_BYTES = 180_000;

test("the first load of any page needs less than 180 kB of JavaScript, compressed", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Light");
  await send(page, "/api/sandbox/messages", { botId: id, text: "hello" });
  await page.goto(`/bots/${id}/messages`);
  const trace = await page.locator("[data-event] a").first().getAttribute("href");
  const pages = ["/bots", "/bots/new", `/bots/${id}`, `/bots/${id}/messages`, `${trace}`, `/bots/${id}/settings`];
  pages.push("/", "/messages", `/bots/${id}/replies`);
  pages.push(
    `/sandbox?bot=${id}`,
    "/alerts",
    "/models",
    "/tokens",
    "/people",
    "/audit",
    "/settings",
    "/account",
    "/api/docs",
  );
  const weights: Record<string, number> = {};
  for (const path of pages) {
    const html = await (await page.request.get(path)).text();
    // Today's browsers do not load what is marked noModule.
    const tags = [...html.matchAll(/<script src="([^"]+\.js[^"]*)"[^>]*>/g)].filter(([tag]) => !/nomodule/i.test(tag));
    const scripts = new Set(tags.map(([, address = ""]) => address));
    expect(scripts.size, path).toBeGreaterThan(0);
    const sizes = [...scripts].map(async (address) => gzipSync(await (await page.request.get(address)).body()).length);
    weights[path] = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }
  expect(Object.entries(weights).filter(([, bytes]) => bytes >= LIMIT_BYTES)).toEqual([]);
});

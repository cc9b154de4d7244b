import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { randomAppId } from "../support/app-ids";
import { createBot, expect, test } from "./console";

test("an alert is set up, tried out, mended, and tells of a bot that cannot connect", async ({
  console: page,
  cloud,
}) => {
  const bodies: { type: string; text: string }[] = [];
  let status = 403;
  const receiver = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.push(JSON.parse(body));
      response.writeHead(status).end("who are you?");
    });
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  const { port } = receiver.address() as AddressInfo;
  try {
    await removeBots(page);
    await page.goto("/alerts");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("No alerts set up yet.");
    await page.getByRole("button", { name: "Add alert" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("On call");
    await dialog.getByLabel("Channel").selectOption({ label: "Webhook" });
    await dialog.getByLabel("URL").fill("no address");
    await dialog.getByRole("button", { name: "Add alert" }).click();
    await expect(dialog.getByLabel("URL")).toHaveAttribute("aria-invalid", "true");
    await dialog.getByLabel("URL").fill(`http://127.0.0.1:${port}/hook`);
    await dialog.getByRole("button", { name: "Add alert" }).click();

    const row = page.getByRole("list", { name: "Alerts" }).getByRole("listitem").first();
    await expect(row).toContainText(`Webhook · 127.0.0.1:${port}`);
    await row.getByRole("button", { name: "Test On call" }).click();
    await expect(row).toContainText("rejected the alert (status 403): who are you?");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("1 alert cannot be sent: On call.");
    await expect(row.getByText("who are you?")).toHaveCount(1);
    status = 200;
    await row.getByRole("button", { name: "Test On call" }).click();
    await expect(row).toContainText("Test alert delivered.");
    expect(bodies.at(-1)?.type).toBe("alert.test");

    const wrong = { appId: randomAppId(), appSecret: "wrong", domain: cloud.origin, useWebSocket: true };
    const id = await createBot(page, { name: "Payroll", ...wrong });
    await expect.poll(() => bodies.at(-1)?.text, { timeout: 40_000 }).toContain("Payroll has been unable to connect");
    // The page hears of it by itself.
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("1 open problem.");
    const open = row.getByRole("list", { name: "Open problems" });
    await expect(open.getByRole("link", { name: "Payroll" })).toHaveAttribute("href", `/bots/${id}`);

    await row.getByRole("button", { name: "Delete On call" }).click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Get notified when a bot needs you" })).toBeVisible();
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
});

/** Those of other tests, which may be in trouble, too. */
async function removeBots(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { bots } = await (await fetch("/api/feishu/bots?limit=200")).json();
    for (const { id } of bots as { id: string }[]) await fetch(`/api/feishu/bots/${id}`, { method: "DELETE" });
  });
}

import { expect, test } from "./console";

test("a token is shown once, opens the API, and is revoked", async ({ console: page, request, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/tokens");
  await page.getByRole("button", { name: "Create token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create token" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("Name")).toBeFocused();
  await dialog.getByLabel("Name").fill("Deploy script");
  await dialog.getByRole("button", { name: "Create token" }).click();
  const copy = dialog.getByRole("button", { name: "Copy API token" });
  // The form took the focus with it, and Escape asked whether what was typed may be lost.
  await expect(copy).toBeFocused();
  await copy.click();
  const token = await page.evaluate(() => navigator.clipboard.readText());
  expect(token).toMatch(/^lks_/);
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Create token" })).toBeFocused();

  const headers = { authorization: `Bearer ${token}` };
  expect((await request.get("/api/feishu/bots", { headers })).status()).toBe(200);
  await page.reload();
  await expect(page.getByRole("row", { name: /Deploy script/ })).toContainText(token.slice(-4));
  await expect(page.getByText(token)).toHaveCount(0);

  await page.getByRole("button", { name: "Revoke Deploy script" }).click();
  await page.getByRole("dialog", { name: "Revoke Deploy script?" }).getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByRole("row", { name: /Deploy script/ })).toBeHidden();
  expect((await request.get("/api/feishu/bots", { headers })).status()).toBe(401);
});

test("a token that read-only says so, and changes nothing", async ({ console: page, request }) => {
  await page.goto("/tokens");
  await page.getByRole("button", { name: "Create token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Prometheus");
  await dialog.getByLabel("Access").selectOption("Read-only");
  await dialog.getByRole("button", { name: "Create token" }).click();
  const token = await dialog.getByText(/^lks_/).textContent();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByRole("row", { name: /Prometheus/ })).toContainText("Read-only");

  const headers = { authorization: `Bearer ${token}` };
  expect((await request.get("/api/feishu/bots", { headers })).status()).toBe(200);
  const refused = await request.post("/api/feishu/bots", { headers, data: { name: "New", domain: "sandbox" } });
  expect(refused.status()).toBe(403);
  expect(await refused.json()).toMatchObject({ code: "forbidden", detail: expect.stringContaining("read-only") });
});

import { ADMIN, expect, send, signIn, test } from "./console";

test("leads back to the page that was asked for, and says when e-mail and password do not fit", async ({ page }) => {
  await page.goto("/tokens");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Ftokens$/);
  await page.getByLabel("Email").fill(ADMIN.email);
  await page.getByLabel("Password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toHaveText(/Incorrect email or password/);
  await page.getByLabel("Password").fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/tokens$/);
});

test("signing out ends it, here and from another browser, a copied cookie included", async ({
  console: admin,
  browser,
  server,
}) => {
  // Of a person of their own: signing out everywhere else would end the session that the tests share.
  const person = { email: "gao@example.com", password: "a long enough password" };
  await send(admin, "/api/users", { ...person, name: "Gao", role: "member" });
  const here = await browser.newContext({ baseURL: server.url, locale: "en-US" });
  const elsewhere = await browser.newContext({ baseURL: server.url, locale: "en-US" });
  const [page, other] = [await here.newPage(), await elsewhere.newPage()];
  for (const tab of [page, other]) await signIn(tab, person);
  await other.goto("/bots");
  await page.goto("/account");
  const browsers = page.getByRole("region", { name: "Signed-in browsers" });
  await expect(browsers.getByRole("listitem").filter({ hasText: "This browser" })).toContainText("127.0.0.1");
  await browsers.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(browsers.getByRole("listitem")).toHaveCount(1);
  await other.goto("/bots");
  await expect(other).toHaveURL(/\/sign-in/);

  const cookies = await here.cookies();
  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(page).toHaveURL(/\/sign-in$/);
  await elsewhere.clearCookies();
  await elsewhere.addCookies(cookies);
  for (const tab of [page, other]) {
    await tab.goto("/bots");
    await expect(tab).toHaveURL(/\/sign-in/);
  }
  await here.close();
  await elsewhere.close();
});

test("what gives rights away asks for the password again after a while, and then goes on", async ({ page }) => {
  await signIn(page, ADMIN);
  await page.goto("/tokens");
  // As the server answers half an hour after signing in.
  const late = { type: "about:blank", status: 401, code: "unauthenticated", detail: "", needs: "password" };
  await page.route("**/api/tokens", (route) => route.fulfill({ status: 401, json: late }), { times: 1 });
  await page.getByRole("button", { name: "Create token" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Later");
  await page.getByRole("dialog").getByRole("button", { name: "Create token" }).click();
  const confirm = page.getByRole("dialog", { name: "Confirm it’s you" });
  await confirm.getByLabel("Password").fill("not the password");
  await confirm.getByRole("button", { name: "Continue" }).click();
  await expect(confirm.getByRole("alert")).toHaveText(/Incorrect password/);
  await confirm.getByLabel("Password").fill(ADMIN.password);
  await confirm.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("dialog", { name: "Later created" })).toBeVisible();
});

test("a session that has ended is noticed at the next click", async ({ console: page, context }) => {
  await page.goto("/tokens");
  // Opened later, the live stream would notice first.
  await expect(page.locator("[data-link=live]")).toBeVisible();
  await context.clearCookies();
  await page.getByRole("link", { name: "People", exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fpeople$/);
});

import { createBot, createSandboxBot, expect, send, test } from "./console";

test("a message has its trace and can be replayed", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Traced");
  await send(page, "/api/sandbox/messages", { botId: id, text: "where is the printer?" });
  await page.goto(`/bots/${id}/messages`);
  await expect(page.locator("[data-event] [data-status=done]")).toBeVisible();
  await page.getByRole("link", { name: "where is the printer?" }).click();

  await expect(page.getByRole("heading", { name: "Answered" })).toBeVisible();
  for (const step of ["received", "stored", "started", "replied"]) {
    await expect(page.locator(`[data-step=${step}]`)).toBeVisible();
  }
  const conversation = page.getByRole("region", { name: "As the chat shows it" });
  await expect(conversation.getByText("where is the printer?")).toHaveCount(2);
  await page.getByText("Raw JSON").first().click();
  await expect(page.getByText('"im.message.receive_v1"')).toBeVisible();

  await page.getByRole("button", { name: "Replay" }).click();
  await expect(page.locator("[data-step=replayed]")).toBeVisible();
  await expect(page.locator("[data-step=replied]")).toHaveCount(2);
  await expect(conversation.getByText("where is the printer?")).toHaveCount(3);
});

test("the log of all bots calls people by their names", async ({ console: page }) => {
  const ids = [await createSandboxBot(page, "First desk"), await createSandboxBot(page, "Second desk")];
  for (const botId of ids) await send(page, "/api/sandbox/messages", { botId, text: "who is this?" });
  await page.goto("/messages?q=who+is+this");
  const rows = page.locator("[data-event]");
  await expect(rows).toHaveCount(2);
  for (const row of await rows.all()) await expect(row).toContainText("Wang Fang");
});

test("new messages wait behind a button, and the log is filtered", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Busy");
  await send(page, "/api/sandbox/messages", { botId: id, text: "the first" });
  await page.goto(`/bots/${id}/messages`);
  await expect(page.locator("[data-link=live]")).toBeVisible();
  const first = page.getByRole("link", { name: "the first" });
  await expect(first).toBeVisible();
  const before = await first.boundingBox();

  await send(page, "/api/sandbox/messages", { botId: id, text: "the second" });
  const waiting = page.getByRole("button", { name: "1 new" });
  await expect(waiting).toBeVisible();
  await expect(page.getByRole("link", { name: "the second" })).toBeHidden();
  // The button pushed the rows down, under the pointer of whoever was about to click one.
  expect(await first.boundingBox()).toEqual(before);
  await waiting.click();
  await expect(page.getByRole("link", { name: "the second" })).toBeVisible();
  await expect(waiting).toBeHidden();

  await page.getByRole("searchbox").fill("first");
  await expect(page.getByRole("link", { name: "the second" })).toBeHidden();
  await page.getByRole("link", { name: "the first" }).click();
  await expect(page.getByRole("heading", { name: "Answered" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("searchbox")).toHaveValue("first");
  await expect(page.getByRole("link", { name: "the first" })).toBeVisible();
  await expect(page.getByRole("link", { name: "the second" })).toBeHidden();
  await page.getByRole("button", { name: "Failed" }).click();
  await expect(page.getByText("No message matches.")).toBeVisible();
  await page.reload();
  await expect(page.getByRole("button", { name: "Failed" })).toHaveAttribute("aria-pressed", "true");
});

test("the log is narrowed to a time, a person and a chat, and the address keeps it", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Much asked");
  const said = (text: string, person: string) => send(page, "/api/sandbox/messages", { botId: id, text, person });
  await said("from Wang", "Wang Fang");
  await said("from Li", "Li Lei");
  const rows = page.locator("[data-event]");
  await page.goto(`/bots/${id}/messages`);
  await page.getByRole("searchbox").fill("li lei");
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText("from Li");
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("combobox").fill("Li Lei");
  await page.getByRole("option", { name: /^Li Lei.*Much asked/ }).click();
  await expect(page).toHaveURL(/\/messages\?senderId=ou_/);
  await expect(rows).toHaveCount(1);
  await page.goto("/messages?q=from");
  await expect(rows).toHaveCount(2);
  await page.getByRole("button", { name: "Only what Li Lei wrote" }).click();
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(/senderId=ou_/);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await page.getByRole("button", { name: "Show everything again, not only: Li Lei" }).click();
  await expect(rows).toHaveCount(2);

  await page.getByRole("button", { name: "Any time" }).click();
  await page.getByRole("button", { name: "Yesterday" }).click();
  await expect(page.getByText("No message matches.")).toBeVisible();
  await page.getByRole("button", { name: "Last hour" }).click();
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/since=/);
  await page.getByLabel("Before").fill("2026-01-01T14:02");
  await expect(page.getByText("This time is not after the one where the span begins.")).toBeVisible();
  await page.getByLabel("From").fill("");
  await expect(page.getByText("No message matches.")).toBeVisible();
  await expect(page.getByRole("button", { name: "before Jan 1, 14:02" })).toBeVisible();

  await page.goto("/");
  const hours = page.getByRole("slider", { name: /^Messages per hour/ });
  await hours.focus();
  await hours.press("End");
  await hours.press("Enter");
  await expect(page).toHaveURL(/\/messages\?since=.*&until=/);
  await expect(rows.filter({ hasText: "from Wang" })).toBeVisible();
});

test("what comes while the page is on its way to the browser is not missed", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Hasty");
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route("**/api/feishu/stream*", async (route) => {
    await opened;
    await route.continue();
  });
  await page.goto(`/bots/${id}/messages`);
  await send(page, "/api/sandbox/messages", { botId: id, text: "in between" });
  const done = () =>
    page.evaluate(
      async (botId) => (await (await fetch(`/api/feishu/bots/${botId}/events?status=done`)).json()).events.length,
      id,
    );
  await expect.poll(done).toBe(1);
  open();
  await expect(page.getByRole("button", { name: "1 new" })).toBeVisible();
});

test("what is not answered says why", async ({ console: page }) => {
  const id = await createSandboxBot(page, "In a group");
  const { chats } = await page.evaluate(async (botId) => (await fetch(`/api/sandbox/chats?botId=${botId}`)).json(), id);
  const group = chats.find((chat: { kind: string }) => chat.kind === "group");
  await send(page, "/api/sandbox/messages", { botId: id, chatId: group.chatId, text: "not for the bot" });
  await page.goto(`/bots/${id}/messages`);
  await expect(page.locator("[data-event] [data-status=ignored]")).toBeVisible();
  await page.getByRole("link", { name: "not for the bot" }).click();
  await expect(page.getByRole("heading", { name: "Stored and not answered" })).toBeVisible();
  await expect(page.getByText("Nothing was sent back.")).toBeVisible();
});

test("an empty log teaches the next step", async ({ console: page }) => {
  const id = await createBot(page, { name: "Quiet", domain: "sandbox" });
  await page.goto(`/bots/${id}/messages`);
  await page.getByRole("link", { name: "Write to it in the sandbox" }).click();
  await expect(page).toHaveURL(new RegExp(`/sandbox\\?bot=${id}$`));
});

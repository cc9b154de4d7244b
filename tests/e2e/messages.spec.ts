import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
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
  const conversation = page.getByRole("region", { name: "In the chat" });
  await expect(conversation.getByText("where is the printer?")).toHaveCount(2);
  await page.getByText("Raw JSON").first().click();
  await expect(page.getByText('"im.message.receive_v1"')).toBeVisible();

  // The person gets another answer: that is asked first.
  await page.getByRole("button", { name: "Replay" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("gets another reply in the same chat");
  await dialog.getByRole("button", { name: "Send another reply" }).click();
  await expect(page.locator("[data-step=replayed]")).toBeVisible();
  await expect(page.locator("[data-step=replied]")).toHaveCount(2);
  await expect(conversation.getByText("where is the printer?")).toHaveCount(3);
  await page.goto(`/sandbox?bot=${id}`);
  await expect(page.locator("[data-count=answeredTwice] dd")).toHaveText("0");
});

test("a trace opened from a filtered log leads back to it, and to its neighbours there", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Neighbour");
  for (const text of ["printer 1", "scanner", "printer 2"]) {
    await send(page, "/api/sandbox/messages", { botId: id, text });
  }
  await page.goto(`/messages?bot=${id}&q=printer`);
  await expect(page.locator("[data-event]")).toHaveCount(2);
  await page.getByRole("link", { name: "printer 2" }).click();
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.getByRole("region", { name: "In the chat" })).toContainText("printer 1");
  await expect(page.getByRole("link", { name: "Older" })).toBeHidden();
  await expect(page.getByRole("link", { name: "Newer" })).toBeVisible();
  await page.getByRole("link", { name: "Filtered messages" }).click();
  await expect(page).toHaveURL(new RegExp(`/messages\\?q=printer&bot=${id}$`));
  await expect(page.locator("[data-event]")).toHaveCount(2);
});

test("what waits for its next try counts down to it, and is tried at once", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Patient");
  await send(page, "/api/sandbox/faults", { botId: id, fault: "apiDown" });
  await send(page, "/api/sandbox/messages", { botId: id, text: "anybody there?" });
  await page.goto(`/bots/${id}/messages`);
  await page.getByRole("link", { name: "anybody there?" }).click();
  // Of the waits 1 s, 5 s and 25 s the third is long enough to look at.
  await expect(page.getByRole("heading", { name: "after 3 failed attempts" })).toBeVisible({ timeout: 20_000 });
  await expect(page.locator("[data-next-try]")).toHaveText(/^retrying in \d+ s$/);
  await expect(page.getByText(/ total$/)).toBeHidden();
  await send(page, "/api/sandbox/faults", { botId: id, fault: "heal" });
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(page.getByRole("heading", { name: "Answered" })).toBeVisible();
  await expect(page.locator("[data-next-try]")).toBeHidden();
  await expect(page.getByText(/ total$/)).toBeVisible();
});

test("what failed is counted beside the place and in the log, and no more once it is answered", async ({
  console: page,
}) => {
  let isWell = false;
  const service = createServer((_, response) => response.writeHead(isWell ? 200 : 400).end('{"text":"well again"}'));
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  try {
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
    const reply = { kind: "http", url };
    const id = await createBot(page, { name: "Unlucky", domain: "sandbox", useWebSocket: true, reply });
    for (const text of ["one", "two"]) await send(page, "/api/sandbox/messages", { botId: id, text });
    await page.goto(`/bots/${id}/messages`);
    const place = page.getByRole("link", { name: /^Messages\s*2 messages failed in 24 hours$/ });
    await expect(place.locator("[data-count='2']")).toBeVisible();
    const failed = page.locator("[data-event]").filter({ has: page.locator("[data-status=failed]") });
    await expect(failed).toHaveCount(2);
    await expect(page.getByRole("button", { name: "Replay 2 failed" })).toBeVisible();
    isWell = true;
    await send(page, `/api/feishu/events/${await failed.first().getAttribute("data-event")}/replay`);
    await expect(page.getByRole("button", { name: "Replay 1 failed" })).toBeVisible();
    await expect(page.getByRole("link", { name: /1 message failed in 24 hours/ })).toBeVisible();
  } finally {
    service.close();
  }
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
  await expect(page.getByText("No matching messages.")).toBeVisible();
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
  await page.getByRole("button", { name: "Sender: Li Lei", exact: true }).click();
  await expect(rows).toHaveCount(1);
  await expect(page).toHaveURL(/senderId=ou_/);
  await page.reload();
  await expect(rows).toHaveCount(1);
  await page.getByRole("button", { name: "Remove filter: Li Lei" }).click();
  await expect(rows).toHaveCount(2);

  await page.getByRole("button", { name: "Any time" }).click();
  await page.getByRole("button", { name: "Yesterday" }).click();
  await expect(page.getByText("No matching messages.")).toBeVisible();
  await page.getByRole("button", { name: "Last hour" }).click();
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/since=/);
  await page.getByLabel("To", { exact: true }).fill("2026-01-01T14:02");
  await expect(page.getByText("The end must be later than the start.")).toBeVisible();
  await page.getByLabel("From").fill("");
  await expect(page.getByText("No matching messages.")).toBeVisible();
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
  await expect(page.getByRole("heading", { name: "Stored, not answered" })).toBeVisible();
  await expect(page.getByText("No reply was sent.")).toBeVisible();
});

test("an empty log teaches the next step", async ({ console: page }) => {
  const id = await createBot(page, { name: "Quiet", domain: "sandbox" });
  await page.goto(`/bots/${id}/messages`);
  await page.getByRole("link", { name: "Open the sandbox" }).click();
  await expect(page).toHaveURL(new RegExp(`/sandbox\\?bot=${id}$`));
});

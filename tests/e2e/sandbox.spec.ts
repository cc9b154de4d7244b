import type { Page } from "@playwright/test";
import { createSandboxBot, expect, send, test, write } from "./console";

const log = (page: Page) => page.getByRole("log");
const fromBot = (page: Page) => log(page).locator("[data-from=bot]");
const fromPeople = (page: Page) => log(page).locator("[data-from=person]");
const count = (page: Page, name: string) => page.locator(`[data-count=${name}] dd`);

async function enterRoom(page: Page, name: string): Promise<string> {
  const id = await createSandboxBot(page, name);
  await page.goto(`/sandbox?bot=${id}`);
  await expect(page.locator("header [data-state=connected]")).toBeVisible();
  return id;
}

test("a chat goes on over a refused connection, nothing is lost and nothing answered twice", async ({
  console: page,
}) => {
  await enterRoom(page, "Sturdy");
  const refuse = page.getByRole("switch", { name: "Reject connections" });
  const place = await refuse.boundingBox();
  await refuse.click();
  await expect(page.locator("header [data-state=reconnecting]")).toBeVisible();
  await expect(page.getByRole("complementary")).toContainText("Feishu is temporarily unavailable");
  await expect(page.getByRole("region", { name: "Live status" })).toContainText("Reconnecting");
  // The news of the fault stood above the switch and pushed it away from under the pointer.
  expect(await refuse.boundingBox()).toEqual(place);
  await write(page, "are you there?");
  await expect(fromPeople(page)).toContainText("are you there?");
  await expect(fromBot(page)).toHaveCount(0);

  await page.getByRole("switch", { name: "Reject connections" }).click();
  await expect(page.locator("header [data-state=connected]")).toBeVisible();
  await expect(fromBot(page)).toContainText("are you there?");
  await expect(page.getByRole("region", { name: "Live status" })).toContainText("Connected after");

  await page.getByText("Events", { exact: true }).click();
  await page.getByRole("button", { name: "Resend the last event" }).click();
  await page.getByRole("button", { name: "Resend the last message" }).click();
  await expect(page.getByText("2 duplicate events detected")).toBeVisible();
  await page.getByText("Feishu API", { exact: true }).click();
  await page.getByRole("switch", { name: "Lose the next reply's response" }).click();
  await write(page, "and now?");
  await expect(fromBot(page)).toHaveCount(2);
  await expect(count(page, "answered")).toHaveText("2");
  await expect(count(page, "written")).toHaveText("2");
  await expect(count(page, "answeredTwice")).toHaveText("0");
  await expect(page.getByRole("switch", { name: "Lose the next reply's response" })).not.toBeChecked();
});

test("in a group the bot answers when it is mentioned, in a thread in the thread, and not once it is removed", async ({
  console: page,
}) => {
  await enterRoom(page, "Sociable");
  await page.getByRole("button", { name: /Sociable, Wang Fang/ }).click();
  await page.getByLabel("Send as").selectOption("Li Lei");
  await write(page, "among us");
  await expect(fromPeople(page)).toContainText("among us");
  await page.getByLabel("Message", { exact: true }).pressSequentially("@");
  await page.getByRole("option", { name: "@Sociable" }).click();
  await page.getByLabel("Message", { exact: true }).pressSequentially("for you");
  await page.keyboard.press("Enter");
  await expect(fromBot(page)).toContainText("for you");
  await expect(fromBot(page)).toHaveCount(1);

  await fromPeople(page).first().hover();
  await fromPeople(page).first().getByRole("button", { name: "Reply in a thread" }).click();
  await expect(page.getByLabel("Message", { exact: true })).toBeFocused();
  await write(page, "@Sociable below");
  await expect(fromBot(page)).toContainText("below");
  await page.getByRole("button", { name: "Back to the chat" }).click();
  await expect(page.getByRole("button", { name: "2 replies in thread" })).toBeVisible();

  await page.getByRole("button", { name: "Remove bot" }).click();
  await expect(page.getByText("Sociable is not in this group")).toBeVisible();
  await page.getByRole("button", { name: "Add bot" }).click();
  await expect(page.getByLabel("Message", { exact: true })).toBeVisible();
});

test("messages are picked and forwarded to another chat as one, where the bot gets them", async ({ console: page }) => {
  await enterRoom(page, "Forwarded");
  await write(page, "first words");
  await write(page, "second words");
  await expect(fromBot(page)).toHaveCount(2);
  const first = fromPeople(page).filter({ hasText: "first words" });
  await first.hover();
  await first.getByRole("button", { name: "Forward" }).click();
  await page.getByRole("checkbox", { name: "Select message from Wang Fang: second words" }).check();
  const bar = page.getByRole("form", { name: "Forward" });
  await expect(bar).toContainText("2 messages");
  await bar.getByLabel("to").selectOption("Li Lei");
  await bar.getByRole("button", { name: "Forward" }).click();
  await expect(page.getByRole("heading", { name: "Li Lei" })).toBeVisible();
  await expect(fromPeople(page)).toContainText("Wang Fang: first words");
  await expect(fromPeople(page)).toContainText("Wang Fang: second words");
  // The bot is an echo.
  await expect(fromBot(page)).toContainText(/Wang Fang \(.+\): second words/);
  await expect(fromPeople(page).getByRole("link", { name: /Trace/ })).toBeVisible();
});

test("whoever writes sees the end of the chat, and what has not reached the bot says so", async ({ console: page }) => {
  await enterRoom(page, "Attentive");
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("m");
  await expect(page.getByLabel("Message", { exact: true })).toBeFocused();
  const long = Array.from({ length: 12 }, (_, line) => `line ${line}`).join("\n");
  for (let turn = 1; turn <= 4; turn++) {
    await write(page, `${turn} ${long}`);
    await expect(fromBot(page)).toHaveCount(turn);
  }
  const below = () => log(page).evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight);
  await expect.poll(below).toBeLessThan(2);
  await expect(page.getByRole("button", { name: "Latest messages" })).toHaveCount(0);
  await page.getByRole("switch", { name: "Reject connections" }).click();
  await expect(page.locator("header [data-state=reconnecting]")).toBeVisible();
  await write(page, "later");
  await expect(fromPeople(page).last().locator("[data-waits]")).toHaveText("Waiting to reach the bot");
  await page.getByRole("switch", { name: "Reject connections" }).click();
  await expect(fromPeople(page).last()).toContainText("Done");
  await expect(page.locator("[data-waits]")).toHaveCount(0);
});

const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

test("an image is shown, a message has reactions and is recalled, a card's button reaches the bot", async ({
  console: page,
}) => {
  const id = await enterRoom(page, "Colourful");
  await page
    .getByLabel("Send an image or a file")
    .setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: PIXEL });
  await expect
    .poll(() =>
      fromPeople(page)
        .locator("img")
        .evaluate((image: HTMLImageElement) => image.naturalWidth),
    )
    .toBe(1);
  await page.getByLabel("Send an image or a file").setInputFiles({
    name: "page.html",
    mimeType: "text/html",
    buffer: Buffer.from("<script>alert(1)</script>"),
  });
  const link = fromPeople(page).getByRole("link", { name: "page.html" });
  const { headers } = await page.request
    .get((await link.getAttribute("href")) ?? "")
    .then((response) => ({ headers: response.headers() }));
  expect(headers["content-type"]).toBe("application/octet-stream");
  expect(headers["content-disposition"]).toMatch(/^attachment/);

  await write(page, "to be taken back");
  const mine = fromPeople(page).filter({ hasText: "to be taken back" });
  await mine.hover();
  await mine.getByRole("button", { name: "React" }).click();
  await mine.getByRole("button", { name: "PARTY" }).click();
  await expect(mine.locator("[data-reaction=PARTY]")).toHaveAttribute("aria-pressed", "true");
  await mine.getByRole("button", { name: "Recall" }).click();
  await expect(fromPeople(page).last()).toContainText("recalled");

  const { chats } = await page.evaluate(async (bot) => (await fetch(`/api/sandbox/chats?botId=${bot}`)).json(), id);
  const card = {
    schema: "2.0",
    config: { update_multi: true },
    header: { title: { tag: "plain_text", content: "Approval" }, template: "green" },
    body: {
      elements: [
        { tag: "markdown", content: "**Three days** off <script>alert(1)</script>" },
        {
          tag: "button",
          text: { tag: "plain_text", content: "Approve" },
          behaviors: [{ type: "callback", value: { a: 1 } }],
        },
      ],
    },
  };
  await send(page, `/api/feishu/bots/${id}/messages`, {
    receiveId: chats[0].chatId,
    msgType: "interactive",
    content: card,
  });
  const shown = log(page).getByRole("region", { name: "Card" });
  await expect(shown.locator("strong")).toHaveText("Three days");
  await expect(shown.locator("script")).toHaveCount(0);
  const pressed = page.waitForResponse("**/api/sandbox/clicks");
  await shown.getByRole("button", { name: "Approve" }).click();
  expect((await (await pressed).json()).eventId).toMatch(/./);
});

test("each message leads to its trace, and a bot's answer in another chat is marked as unread", async ({
  console: page,
}) => {
  const id = await enterRoom(page, "Told");
  await page.getByRole("button", { name: "Hello!" }).click();
  await expect(fromBot(page)).toHaveCount(1);
  await send(page, "/api/sandbox/messages", { botId: id, person: "Chen Jing", text: "elsewhere" });
  await expect(page.locator("[data-chat]").filter({ hasText: "Chen Jing" })).toContainText("1 unread message");
  await page.locator("[data-chat]").filter({ hasText: "Chen Jing" }).click();
  await expect(fromBot(page)).toContainText("elsewhere");
  await fromPeople(page).getByRole("link", { name: /Trace/ }).click();
  await expect(page).toHaveURL(new RegExp(`/bots/${id}/messages/`));
});

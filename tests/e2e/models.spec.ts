import { openFakeModel } from "../support/model-server";
import { createSandboxBot, expect, send, switchAllOff, test, write } from "./console";

test("a model is added, tried out, mended, chosen for a bot, and answers there", async ({ console: page }) => {
  const fake = await openFakeModel("sk-the-right-key");
  fake.always({ text: ["Hello ", "there!"] });
  try {
    await page.goto("/models");
    await page.getByRole("button", { name: "Add model" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Server").selectOption({ label: "DeepSeek" });
    await expect(dialog.getByLabel("Base URL")).toHaveValue("https://api.deepseek.com");
    await expect(dialog.getByLabel("Model ID", { exact: true })).toHaveValue(/^deepseek/);
    await dialog.getByLabel("Base URL").fill("no address");
    await dialog.getByRole("button", { name: "Add model" }).click();
    await expect(dialog.getByLabel("Base URL")).toHaveAttribute("aria-invalid", "true");
    await dialog.getByLabel("Base URL").fill(`${fake.baseUrl}/chat/completions`);
    await dialog.getByLabel("API key").fill("sk-a-wrong-key-here");
    await dialog.getByRole("button", { name: "Add model" }).click();

    const row = page.getByRole("row", { name: /DeepSeek/ });
    await expect(row).toContainText(new URL(fake.baseUrl).host);
    await expect(row.locator("[data-health]")).toHaveText("Never tested");
    await row.getByRole("button", { name: "Test DeepSeek" }).click();
    await expect(row.locator("[data-health=fails]")).toContainText("rejected the API key");
    await expect(row).toContainText("rejected the API key (status 401");
    const title = page.getByRole("heading", { level: 1 });
    await expect(title).toHaveText("1 model added, not available yet.");
    await row.getByRole("button", { name: "Edit DeepSeek" }).click();
    await dialog.getByRole("button", { name: "Replace API key" }).click();
    await dialog.getByLabel("API key").fill("sk-the-right-key");
    await dialog.getByRole("button", { name: "Save" }).click();
    await row.getByRole("button", { name: "Test DeepSeek" }).click();
    await expect(page.getByRole("status").filter({ hasText: "“Hello there!”" })).toBeVisible();
    await expect(title).toHaveText("1 model added, available.");

    await switchAllOff(page);
    const id = await createSandboxBot(page, "Clever");
    await page.goto(`/bots/${id}/replies`);
    const replies = page.getByRole("region", { name: "Replies" });
    await replies.getByRole("radio", { name: "AI model" }).check();
    await replies.getByLabel("Model", { exact: true }).selectOption({ label: "DeepSeek" });
    await replies.getByLabel("System prompt").fill("You are {{botName}}.");
    await replies.getByLabel("Temperature").fill("3");
    await replies.getByRole("button", { name: "Save" }).click();
    await expect(replies.getByLabel("Temperature")).toHaveAttribute("aria-invalid", "true");
    await replies.getByLabel("Temperature").fill("0.2");
    await replies.getByRole("button", { name: "Save" }).click();
    await expect(replies.getByText("✓ Saved")).toBeVisible();
    await page.reload();
    await expect(replies.getByLabel("System prompt")).toHaveValue("You are {{botName}}.");
    await expect(replies.getByLabel("Temperature")).toHaveValue("0.2");

    await page.goto(`/sandbox?bot=${id}`);
    await write(page, "who are you?");
    await expect(page.getByRole("log").getByText("Hello there!")).toBeVisible();
    expect(fake.requests.at(-1)?.body).toMatchObject({
      temperature: 0.2,
      messages: [
        { role: "system", content: "You are Clever." },
        { role: "user", content: "who are you?" },
      ],
    });

    await page.goto(`/bots/${id}/messages`);
    await page.getByRole("link", { name: "who are you?" }).click();
    await expect(page.locator("[data-call=DeepSeek]")).toContainText("Input12 tokens");
    await expect(page.getByText("You are Clever.")).toHaveCount(0);
    await page.getByText("Prompt 2 messages").click();
    await expect(page.getByText("You are Clever.")).toBeVisible();

    await page.goto(`/bots/${id}`);
    const usage = page.getByRole("table", { name: "Tokens" }).getByRole("row", { name: /DeepSeek/ });
    await expect(usage.getByRole("cell")).toContainText([/^\d{4}-\d\d-\d\d$/, "DeepSeek", "1", "12", "3"]);

    // It cannot pay any more: the bot, its trace and the log lead to the model.
    fake.always({ status: 402, body: { error: { message: "Insufficient Balance" } } });
    await page.goto(`/sandbox?bot=${id}`);
    await write(page, "and now?");
    await expect(page.getByRole("log").getByText(/could not|sorry/i)).toBeVisible();
    await page.goto("/bots");
    const verdict = page.getByRole("heading", { level: 1 });
    await expect(verdict).toContainText("Cause: DeepSeek is out of credit.");
    // A command is no answer to a question.
    await send(page, "/api/sandbox/messages", { botId: id, text: "/help" });
    await expect
      .poll(async () => (await page.request.get(`/api/feishu/bots/${id}/events?q=/help&status=done`)).text())
      .toContain('"answeredBy":"fixed"');
    await expect(verdict).toContainText("Cause: DeepSeek is out of credit.");
    await page.goto("/");
    await expect(verdict).toContainText("because DeepSeek is out of credit.");
    await page.goto("/messages?status=failed");
    const causes = page.getByRole("region", { name: "Why messages failed" }).getByRole("listitem");
    const cause = causes.filter({ hasText: "DeepSeek" });
    await expect(cause).toContainText("1 message · DeepSeek:");
    await page.getByRole("link", { name: "and now?" }).click();
    await page.getByRole("link", { name: "Open DeepSeek" }).click();
    await expect(page).toHaveURL(/\/models#model-/);
    await expect(row.locator("[data-health=fails]")).toContainText("out of credit");

    fake.always({ text: ["Paid."] });
    await page.goto("/messages?status=failed");
    await cause.getByRole("button", { name: /^Replay these/ }).click();
    await dialog.getByRole("button", { name: "Replay these" }).click();
    await expect(cause).toHaveCount(0);

    await page.goto("/models");
    await expect(row.locator("[data-health=works]")).toBeVisible();
    await row.getByText("1 bot").click();
    await expect(row.getByRole("link", { name: "Clever" })).toBeVisible();
    await row.getByRole("button", { name: "Delete DeepSeek" }).click();
    await dialog.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(dialog).toContainText("is used by Clever");
  } finally {
    await fake.stop();
  }
});

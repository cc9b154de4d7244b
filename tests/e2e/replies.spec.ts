import { openFakeModel } from "../support/model-server";
import { ADMIN, createSandboxBot, expect, send, test } from "./console";

test("settings are tried out before they are saved, and a rule then answers in the chat", async ({ console: page }) => {
  const fake = await openFakeModel();
  fake.always({ text: ["**Good** ", "day"], pauseMs: 20 });
  try {
    const model = { name: "Scripted", baseUrl: fake.baseUrl, model: "fake-1" };
    await send(page, "/api/models", model);
    const id = await createSandboxBot(page, "Ruled");
    await page.goto(`/bots/${id}/replies`);
    const trial = page.getByRole("region", { name: "Test chat" });
    const say = async (text: string) => {
      await trial.getByLabel("Message").fill(text);
      await page.keyboard.press("Enter");
    };
    await say("hello");
    await expect(trial.locator("[data-from=bot]").last()).toContainText("hello");

    await page.getByRole("radio", { name: "AI model" }).check();
    await page.getByLabel("Model", { exact: true }).selectOption("Scripted");
    await say("who are you?");
    await expect(trial.locator("[data-from=bot] strong").last()).toHaveText("Good");
    await expect(trial.locator("[data-from=bot]").last()).toContainText(/first words after/i);

    fake.next({ text: ["The first half", new Promise(() => undefined)] });
    await say("and in full?");
    await expect(trial.locator("[data-growing]")).toContainText("The first half");
    await trial.getByRole("button", { name: "Stop" }).press("Enter");
    await expect(trial.locator("[data-from=bot]").last()).toContainText("The first half");
    await expect(trial.locator("[data-from=bot]").last()).toContainText("You stopped the answer here.");
    await expect(trial.getByLabel("Message")).toBeFocused();

    const rules = page.getByRole("region", { name: "Rules" });
    await rules.getByRole("button", { name: "Add rule" }).click();
    await rules.getByRole("textbox", { name: "Text", exact: true }).fill("hours");
    await rules.getByLabel("Reply").fill("Nine to five.");
    await rules.getByLabel("Test your rules").fill("Your opening HOURS?");
    await expect(rules.getByText("matches and applies")).toBeVisible();
    await say("opening hours?");
    await expect(trial.locator("[data-from=bot]").last()).toContainText("Nine to five.");
    await rules.getByRole("button", { name: "Save" }).click();
    await expect(rules.getByText("✓ Saved")).toBeVisible();

    // Two sections are unsaved: they are discarded, or saved, together.
    const ai = page.getByRole("radio", { name: "AI model" });
    const feedback = page.getByRole("checkbox", { name: "Collect feedback" });
    await feedback.check();
    await expect(page.getByText("2 sections have unsaved changes")).toBeVisible();
    await page.getByRole("button", { name: "Discard" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Discard" }).click();
    await expect(page.getByRole("radio", { name: "Echo" })).toBeChecked();
    await expect(feedback).not.toBeChecked();
    await expect(page.getByText("2 sections have unsaved changes")).toBeHidden();
    await ai.check();
    await page.getByLabel("Model", { exact: true }).selectOption("Scripted");
    await feedback.check();
    await page.getByRole("button", { name: "Save all" }).click();
    await expect(page.getByText("✓ Saved")).toHaveCount(2);
    await page.reload();
    await expect(ai).toBeChecked();
    await expect(feedback).toBeChecked();

    // What is not saved is asked about.
    await page.getByRole("radio", { name: "Echo" }).check();
    await page.getByRole("link", { name: "Messages", exact: true }).first().click();
    const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
    await dialog.getByRole("button", { name: "Stay" }).click();
    await page.keyboard.press("g");
    await page.keyboard.press("b");
    await dialog.getByRole("button", { name: "Stay" }).click();
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog").getByRole("combobox").fill("Add bot");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Stay" }).click();
    await expect(page.getByRole("radio", { name: "Echo" })).toBeChecked();
    await page.getByRole("link", { name: "Messages", exact: true }).first().click();
    await dialog.getByRole("button", { name: "Discard changes" }).click();
    await expect(page).not.toHaveURL(/replies/);

    await send(page, "/api/sandbox/messages", { botId: id, text: "your hours please" });
    await page.goto(`/bots/${id}/messages`);
    await page.getByRole("link", { name: "your hours please" }).click();
    await expect(page.getByRole("region", { name: "In the chat" }).getByText("Nine to five.")).toBeVisible();
    await expect(page.locator("[data-spent]")).toContainText("total");
  } finally {
    await fake.stop();
  }
});

test("a session that ends while somebody writes takes nothing of it away", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Patient");
  await page.goto(`/bots/${id}/settings`);
  const general = page.getByRole("region", { name: "General" });
  await general.getByLabel("Name").fill("Very patient");
  await page.context().clearCookies();
  await general.getByRole("button", { name: "Save" }).click();
  const dialog = page.getByRole("dialog", { name: "Your session has expired" });
  await expect(general.getByLabel("Name")).toHaveValue("Very patient");
  await dialog.getByLabel("Email").fill(ADMIN.email);
  await dialog.getByLabel("Password").fill("not this one");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Incorrect email or password");
  await dialog.getByLabel("Password").fill(ADMIN.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(general.getByText("✓ Saved")).toBeVisible();
  await page.reload();
  await expect(general.getByLabel("Name")).toHaveValue("Very patient");
});

test("a trace is shared by a link", async ({ console: page }) => {
  const id = await createSandboxBot(page, "Shared");
  await send(page, "/api/sandbox/messages", { botId: id, text: "look at this" });
  await page.goto(`/bots/${id}/messages`);
  await page.getByRole("link", { name: "look at this" }).click();
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("button", { name: "Create link" }).click();
  const link = (await page.getByRole("dialog").locator("code").textContent()) ?? "";
  await page.goto(link);
  await expect(page.getByText("A message to Shared, shared with you.", { exact: false })).toBeVisible();
  await expect(page.locator("[data-step=replied]")).toBeVisible();
  await expect(page.getByText("Raw JSON", { exact: true })).toBeHidden();
  await page.context().clearCookies();
  await page.goto(link);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

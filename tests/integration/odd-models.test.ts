// Answers of models and servers that do not behave as most do.
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { AiReply } from "@/lib/db/documents";
import { bots } from "@/lib/db/schema";
import { describeReason, type Reason } from "@/lib/errors";
import { describeOnOneDatabase } from "@/tests/support/databases";
import { hear } from "@/tests/support/inbox";
import { modelScene, read } from "@/tests/support/model-scene";

const mute = { reasoning: ["Hm."], text: ["  \n"] };

describeOnOneDatabase("an odd model", (kind) => {
  async function open() {
    const scene = await modelScene(kind);
    await scene.startWorker({ timing: { lookMs: 20 } });
    const texts = () => scene.answersIn().map((message) => read(message).text);
    const answered = async (text: string) => scene.finished(await scene.ask(text));
    return { ...scene, texts, answered };
  }

  // Nobody was told anything, neither in the chat nor in the console.
  test.each([
    ["length", "used up the answer length"],
    ["content_filter", "blocked the answer"],
  ])("that ends by its %s before its first word has failed, and the fallback is asked", async (finish, words) => {
    const { fake, bot, database, texts, answered } = await open();
    const wordless = { reasoning: ["So much to think about"], text: [], finish };
    fake.next(wordless);
    const event = await answered("one");
    expect(event).toMatchObject({ status: "failed", attempts: 1 });
    expect(describeReason(event.error as Reason)).toContain(words);
    const first = bot.reply as AiReply;
    const reply = { ...first, fallbackModelId: first.modelId };
    await database.db.update(bots).set({ reply, updatedAt: new Date() }).where(eq(bots.id, bot.id));
    fake.next(wordless, { text: ["From the second."] });
    await answered("two");
    expect(texts()).toEqual([expect.stringContaining("Sorry"), "From the second."]);
  });

  test("that ends in good order empty answer is asked again by whoever writes to it directly", async () => {
    const { fake, texts, answered } = await open();
    fake.next(mute, { text: ["Here I am."] });
    const event = await answered("hello");
    expect(event).toMatchObject({ status: "done", attempts: 2 });
    expect(event.steps.find(({ name }) => name === "failed")?.detail).toContain("empty answer");
    expect(texts()).toEqual(["Here I am."]);
  });

  test("that ends in good order empty answer has nothing to say in a group", async () => {
    const { fake, bot, cloud, database, intake, finished, answersIn } = await open();
    const policy = { ...bot.policy, groups: "all" as const };
    await database.db.update(bots).set({ policy, updatedAt: new Date() }).where(eq(bots.id, bot.id));
    const { chatId } = cloud.group("Team", { apps: [bot.appId], people: ["Ann"] });
    const said = hear(cloud, { appId: bot.appId, chatId, text: "hm" });
    said.event.message.chat_type = "group";
    fake.next(mute);
    const event = await finished((await intake.receive(bot.id, said, "sandbox")).id);
    expect(event).toMatchObject({ status: "ignored", reason: "event.nothingToAnswer", attempts: 1 });
    expect(answersIn(chatId)).toEqual([]);
  });

  test("whose server does not stream is understood, and so is what it refuses with a success", async () => {
    const { fake, texts, answered } = await open();
    const choices = [{ index: 0, message: { role: "assistant", content: "All at once." }, finish_reason: "stop" }];
    fake.next({ status: 200, body: { error: { message: "out of memory" } } });
    fake.next({ status: 200, body: { id: "1", choices, usage: { prompt_tokens: 5, completion_tokens: 4 } } });
    const event = await answered("hello");
    expect(event).toMatchObject({ status: "done", attempts: 2 });
    expect(event.steps.find(({ name }) => name === "failed")?.detail).toContain("out of memory");
    expect(texts()).toEqual(["All at once."]);
  });

  test("that thinks without an end is given up", async () => {
    const { fake, answered } = await open();
    fake.next({ reasoning: Array<string>(90).fill("x".repeat(400_000)) });
    const event = await answered("hello");
    expect(event).toMatchObject({ status: "failed", attempts: 1 });
    expect(describeReason(event.error as Reason)).toContain("without finishing");
  });

  test.each([
    ["without their beginning", ["Hm, a greet", "ing.\n</th", "ink>\n\n", "Hel", "lo!"]],
    ["in a tag of their own", ["<Thin", "king>\nHm, a greeting.", "</thinking>Hello!"]],
  ])("whose thoughts come %s has them folded away", async (_, text) => {
    const { fake, answersIn, answered } = await open();
    fake.next({ text });
    await answered("hello");
    expect(read(answersIn()[0])).toMatchObject({ text: "Hello!", hasThoughts: true });
    expect(JSON.stringify(answersIn()[0]?.card)).toContain("Hm, a greeting.");
  });

  test("that thought of nothing, or speaks of the tag, shows no thoughts", async () => {
    const { fake, answersIn, answered } = await open();
    fake.next({ text: ["<think>\n\n</think>\n\nHello!"] }, { reasoning: ["\n"], text: ["Hello!"] });
    fake.next({ text: ["Write `<think>` first:\n```\n</think>\n```\nThat is all."] });
    for (const text of ["one", "two", "three"]) await answered(text);
    const shown = answersIn().map(read);
    expect(shown.map(({ hasThoughts }) => hasThoughts)).toEqual([false, false, false]);
    expect(shown.slice(0, 2).map(({ text }) => text)).toEqual(["Hello!", "Hello!"]);
    expect(shown[2]?.text).toContain("That is all.");
  });

  test("that never closes its thoughts has answered with them", async () => {
    const { fake, texts, answered } = await open();
    fake.next({ text: ["<think>", "Hello, you!"] });
    expect(await answered("hello")).toMatchObject({ status: "done", attempts: 1 });
    expect(texts()).toEqual(["Hello, you!"]);
  });
});

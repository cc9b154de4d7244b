// A conversation that has become longer than its model can read goes on, with less of what was said before.
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { AiReply } from "@/lib/db/documents";
import { bots } from "@/lib/db/schema";
import { describeReason, type Reason } from "@/lib/errors";
import { showEventDetails } from "@/lib/events/queries";
import { refusing } from "@/tests/support/asking";
import { describeOnOneDatabase } from "@/tests/support/databases";
import { modelScene, read } from "@/tests/support/model-scene";

const full = refusing({
  message: "This model's maximum context length is 4097 tokens. However, your messages resulted in 4294 tokens.",
  code: "context_length_exceeded",
});

describeOnOneDatabase("a conversation that is too long", (kind) => {
  async function open() {
    const scene = await modelScene(kind);
    await scene.startWorker({ timing: { lookMs: 20 } });
    const answered = async (text: string) => scene.finished(await scene.ask(text));
    for (const text of ["one", "two", "three", "four"]) await answered(text);
    const lengths = () => scene.fake.requests.slice(4).map(({ body }) => body.messages.length);
    const texts = () => scene.answersIn().map((message) => read(message).text);
    return { ...scene, answered, lengths, texts };
  }

  test("is answered with less of it, which its trace says", async () => {
    const { fake, answered, lengths, texts, database, event } = await open();
    fake.next(full, full, { text: ["Here I am."] });
    const done = await answered("five");
    expect(done).toMatchObject({ status: "done", attempts: 1 });
    expect(texts().at(-1)).toBe("Here I am.");
    expect(lengths()).toEqual([9, 5, 1]);
    expect(fake.requests.at(-1)?.body.messages).toEqual([{ role: "user", content: "five" }]);
    expect(
      fake.requests
        .at(-2)
        ?.body.messages.map(({ role }) => role)
        .slice(0, 2),
    ).toEqual(["user", "assistant"]);
    const { steps } = await showEventDetails(database.db, await event(done.id), "en");
    expect(steps.filter(({ name }) => name === "shortened").map(({ detail }) => detail)).toEqual([
      expect.stringContaining("with 4 of 8 earlier messages"),
      expect.stringContaining("with 0 of 8 earlier messages"),
    ]);
    await answered("six");
    expect(lengths().at(-1)).toBe(11);
  });

  test("is not dead: a question that alone is too long is apologised for in clear words, and the next one answered", async () => {
    const { fake, answered, lengths, texts } = await open();
    fake.next(full, full, full);
    const failed = await answered("x".repeat(5_000));
    expect(failed).toMatchObject({ status: "failed", attempts: 1 });
    expect(describeReason(failed.error as Reason)).toContain("context length of fake-1");
    expect(texts().at(-1)).toContain("too long for me to read");
    expect(lengths()).toEqual([9, 5, 1]);
    expect(await answered("shorter")).toMatchObject({ status: "done" });
  });

  test("is shown as a whole to the fallback, which may read more", async () => {
    const { fake, bot, database, answered, lengths, texts } = await open();
    const first = bot.reply as AiReply;
    const reply = { ...first, fallbackModelId: first.modelId };
    await database.db.update(bots).set({ reply, updatedAt: new Date() }).where(eq(bots.id, bot.id));
    fake.next(full, full, full, { text: ["From the second."] });
    expect(await answered("five")).toMatchObject({ status: "done", attempts: 1 });
    expect(lengths()).toEqual([9, 5, 1, 9]);
    expect(texts().at(-1)).toBe("From the second.");
  });
});

// Settings that are tried out before they are saved: the real responders, with a fake model and a service behind them.
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { sealBotSecret } from "@/lib/bots/credentials";
import { type TrialInput, trialBot } from "@/lib/bots/trial";
import type { Rule } from "@/lib/db/documents";
import { bots, events, models, replies, users } from "@/lib/db/schema";
import { TrialFailure, tryOut } from "@/lib/events/trial";
import { sealApiKey } from "@/lib/models/credentials";
import { startTestCloud } from "@/tests/support/cloud";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { startFakeModel } from "@/tests/support/fake-model";
import { answerJson, startService } from "@/tests/support/http-service";
import { openInbox, testOwner } from "@/tests/support/inbox";
import { testSealer } from "@/tests/support/people";
import { waitFor } from "@/tests/support/wait-for";

const KEY = "sk-of-the-trials";
const asks = (...texts: string[]): TrialInput["messages"] =>
  texts.map((text, index) => ({ by: (texts.length - index) % 2 === 1 ? "person" : "bot", text }));

describeOnDatabases("a trial", (kind) => {
  async function scene() {
    const { database, addBot } = openInbox(await freshDatabase(kind), await startTestCloud());
    const { db } = database;
    const bot = await addBot();
    await db.update(users).set({ role: "admin" });
    const trying = async (input: Omit<TrialInput, "messages">, messages = asks("hello"), signal?: AbortSignal) => {
      const shown: string[] = [];
      const [row] = await db.select().from(bots).where(eq(bots.id, bot.id));
      const [owner] = await db.select().from(users).where(eq(users.id, testOwner.userId));
      const viewer = { ...testOwner, isAdmin: owner?.role === "admin" };
      const trial = await trialBot(db, viewer, row ?? bot, { ...input, messages });
      const answer = await tryOut(
        trial,
        messages,
        { db, sealer: testSealer },
        {
          locale: "en",
          personName: "Lin",
          signal: signal ?? new AbortController().signal,
          onText: (text) => shown.push(text),
        },
      );
      return { ...answer, shown };
    };
    const failing = async (...given: Parameters<typeof trying>) => {
      const error: unknown = await trying(...given).catch((thrown: unknown) => thrown);
      if (!(error instanceof TrialFailure)) throw error;
      return error.message;
    };
    return { db, bot, trying, failing };
  }

  test("is answered by the unsaved kind, and leaves nothing behind", async () => {
    const { db, bot, trying } = await scene();
    const fake = await startFakeModel(KEY);
    const modelId = randomUUID();
    const sealedApiKey = sealApiKey(testSealer, modelId, KEY);
    await db.insert(models).values({
      id: modelId,
      ownerId: bot.ownerId,
      name: "Fake",
      baseUrl: fake.baseUrl,
      model: "fake-1",
      sealedApiKey,
      mayReachInside: true,
    });
    expect(await trying({})).toMatchObject({ messages: [{ format: "text", text: "hello" }], shown: [] });
    expect(await trying({ reply: { kind: "none" } })).toMatchObject({ messages: [], silent: /./ });

    fake.next({ text: ["Good ", "day, ", "Lin"], usage: { prompt_tokens: 9, completion_tokens: 4 } });
    const told = await trying(
      { reply: { kind: "ai", modelId, systemPrompt: "Greet {{senderName}}.", historyMessages: 2 } },
      asks("zero", "0", "one", "1", "two"),
    );
    expect(told).toMatchObject({
      messages: [{ format: "markdown", text: "Good day, Lin" }],
      usage: { model: "Fake", inputTokens: 9, outputTokens: 4 },
      firstMs: expect.any(Number),
    });
    expect(told.shown.at(-1)).toBe("Good day, Lin");
    expect(fake.requests.at(-1)?.body.messages.map(({ content }) => content)).toEqual([
      "Greet Lin.",
      "one",
      "1",
      "two",
    ]);
    const [after] = await db.select().from(bots).where(eq(bots.id, bot.id));
    expect(after?.reply).toEqual(bot.reply);
    expect([await db.$count(events), await db.$count(replies)]).toEqual([0, 0]);
  });

  test("says why a model does not answer, and gives it up when nobody waits", async () => {
    const { db, bot, trying, failing } = await scene();
    const fake = await startFakeModel(KEY);
    const modelId = randomUUID();
    const sealedApiKey = sealApiKey(testSealer, modelId, "sk-another-key");
    await db.insert(models).values({
      id: modelId,
      ownerId: bot.ownerId,
      name: "Fake",
      baseUrl: fake.baseUrl,
      model: "fake-1",
      sealedApiKey,
      mayReachInside: true,
    });
    const reply = { kind: "ai", modelId } as const;
    expect(await failing({ reply })).toMatch(/rejected the API key \(status 401/);
    await db.update(models).set({ sealedApiKey: sealApiKey(testSealer, modelId, KEY) });
    fake.next({ text: ["Wait"], end: "hang" });
    const leaving = new AbortController();
    const left = trying({ reply }, asks("hello"), leaving.signal).catch((error: unknown) => error);
    await waitFor(() => fake.open === 1, "the question to arrive");
    leaving.abort(new Error("left"));
    expect(await left).toMatchObject({ message: "left" });
    await waitFor(() => fake.open === 0, "the model to be left alone");
  });

  test("asks a service with the unsaved address and secret", async () => {
    const { db, bot, trying, failing } = await scene();
    const service = await startService((_, response, count) =>
      count < 3 ? answerJson(response, { markdown: "**yes**" }) : answerJson(response, {}, 503),
    );
    const sealedReplySecret = sealBotSecret(testSealer, bot.id, "reply-secret", "the stored one");
    await db.update(bots).set({ sealedReplySecret }).where(eq(bots.id, bot.id));
    const reply = { kind: "http", url: service.url } as const;
    expect(await trying({ reply }, asks("one", "1", "two"))).toMatchObject({
      messages: [{ format: "markdown", text: "**yes**" }],
    });
    await trying({ reply: { ...reply, secret: "" } });
    const [signed, unsigned] = service.calls;
    expect(signed?.headers["webhook-signature"]).toMatch(/^v1,/);
    expect(signed?.body).toMatchObject({ message: { text: "two" }, history: [{ text: "one" }, { text: "1" }] });
    expect(unsigned?.headers["webhook-signature"]).toBeUndefined();
    expect(await failing({ reply })).toMatch(/503/);
  });

  test("obeys the unsaved rules", async () => {
    const { trying } = await scene();
    const rules: Rule[] = [
      { match: "contains", pattern: "hours", action: { kind: "text", text: "9 to 5" } },
      { match: "exact", pattern: "card", action: { kind: "card", card: { schema: "2.0" } } },
      { match: "command", pattern: "parrot", action: { kind: "reply", reply: { kind: "echo" } } },
      { match: "regex", pattern: "^h.llo$", action: { kind: "silent" } },
    ];
    const input: Omit<TrialInput, "messages"> = { reply: { kind: "none" }, behavior: { rules } };
    expect(await trying(input, asks("your hours?"))).toMatchObject({ messages: [{ text: "9 to 5" }] });
    expect(await trying(input, asks("card"))).toMatchObject({ messages: [{ format: "card" }] });
    expect(await trying(input, asks("/parrot hi"))).toMatchObject({ messages: [{ text: "/parrot hi" }] });
    expect(await trying({ behavior: { rules } }, asks("/help"))).toMatchObject({
      messages: [{ text: expect.stringMatching(/\/new .*\n[\s\S]*\/parrot/) }],
    });
    expect(await trying({ behavior: { commands: false } }, asks("/help"))).toMatchObject({
      messages: [{ text: "/help" }],
    });
    expect(await trying(input)).toMatchObject({ messages: [], silent: expect.stringContaining("rule") });
  });

  test("refuses what saving would refuse", async () => {
    const { db, trying } = await scene();
    await expect(trying({ reply: { kind: "ai", modelId: "none" } })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(trying({ reply: { kind: "http" } })).rejects.toMatchObject({ code: "invalid_input" });
    await db.update(users).set({ role: "member" });
    const inside = { kind: "http", url: "http://127.0.0.1:1/" } as const;
    await expect(trying({ reply: inside })).rejects.toMatchObject({ code: "forbidden" });
    const rules = [
      { match: "exact", pattern: "x", action: { kind: "reply", reply: { ...inside, timeoutSeconds: 3 } } },
    ];
    await expect(trying({ behavior: { rules } as never })).rejects.toMatchObject({ code: "forbidden" });
  });
});

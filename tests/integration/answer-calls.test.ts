// What a trace tells of a model's answer: its calls, the prompt as it was sent, the thoughts; and who may read them.
import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { sealBotSecret } from "@/lib/bots/credentials";
import { answerCalls } from "@/lib/db/answer-call-table";
import { bots, events, models } from "@/lib/db/schema";
import { exportEvents } from "@/lib/events/export";
import { listEvents, showEventDetails, showEventTo } from "@/lib/events/queries";
import { replayEvent } from "@/lib/events/replay";
import { deleteOldEvents } from "@/lib/events/retention";
import { describeOnOneDatabase } from "@/tests/support/databases";
import { testOwner } from "@/tests/support/inbox";
import { type ModelScene, modelScene } from "@/tests/support/model-scene";
import { testSealer } from "@/tests/support/people";

const admin = { userId: "admin", name: "Admin", isAdmin: true };
const stranger = { userId: "stranger", name: "Stranger", isAdmin: false };

describeOnOneDatabase("what was asked for an answer", (kind) => {
  async function open(reply: Parameters<typeof modelScene>[1] = {}) {
    const scene = await modelScene(kind, reply);
    await scene.startWorker();
    const { db } = scene.database;
    const say = async (text: string, script?: Parameters<ModelScene["fake"]["next"]>[0]) => {
      if (script) scene.fake.next(script);
      return scene.finished(await scene.ask(text));
    };
    const shown = async (id: number, viewer = testOwner) => showEventTo(db, viewer, await scene.event(id), "en");
    return { ...scene, db, say, shown };
  }

  test("the prompt as it was sent, the thoughts, the tokens and the times are told to the bot's owner and administrators", async () => {
    const { db, bot, say, shown, event } = await open({ reply: { systemPrompt: "You are {{botName}}." } });
    const key = "the-key-of-a-service";
    const sealedReplySecret = sealBotSecret(testSealer, bot.id, "reply-secret", key);
    await db.update(bots).set({ sealedReplySecret, updatedAt: new Date() }).where(eq(bots.id, bot.id));
    await say("one", { text: ["first"] });
    const { id } = await say(`two, with ${key} and sk-test-1234`, {
      reasoning: ["Let me ", "see: sk-test-1234."],
      text: ["second"],
      usage: { prompt_tokens: 31, completion_tokens: 7 },
    });
    const inside = {
      prompt: {
        messages: [
          { role: "system", text: "You are Test bot." },
          { role: "user", text: "one" },
          { role: "assistant", text: "first" },
          { role: "user", text: "two, with [hidden] and [hidden]" },
        ],
      },
      thoughts: "Let me see: [hidden].",
    };
    const trace = await shown(id);
    expect(trace).toMatchObject(inside);
    expect(await shown(id, admin)).toMatchObject(inside);
    const [call] = trace.calls;
    expect(trace.calls).toHaveLength(1);
    expect(call).toMatchObject({ name: "Fake", modelId: expect.any(String), inputTokens: 31, outputTokens: 7 });
    expect(call?.ms).toBeGreaterThanOrEqual(call?.firstTokenMs ?? Number.POSITIVE_INFINITY);

    const others = [
      await shown(id, stranger),
      // As a shared link shows it.
      await showEventDetails(db, await event(id), "en"),
      ...(await listEvents(db, bot.id, { limit: 10 })).items,
    ];
    for (const other of others) {
      expect(other).not.toHaveProperty("prompt");
      expect(other).not.toHaveProperty("thoughts");
    }
    const parts: string[] = [];
    for await (const part of exportEvents(db, bot.id, { format: "json", locale: "en" })) parts.push(part);
    expect(parts.join("")).not.toMatch(/You are Test bot|Let me/);
  });

  test("a call that failed is told with the one of the fallback, and the last try's prompt is kept with a failure", async () => {
    const { db, bot, fake, say, shown } = await open();
    const fallbackModelId = randomUUID();
    const fallback = {
      id: fallbackModelId,
      ownerId: bot.ownerId,
      name: "Spare",
      baseUrl: fake.baseUrl,
      model: "s-1",
      mayReachInside: true,
    };
    await db.insert(models).values(fallback);
    const refusal = { status: 402, body: { error: { message: "Insufficient Balance" } } };
    const reply = bot.reply.kind === "ai" ? { ...bot.reply, fallbackModelId } : bot.reply;
    await db.update(bots).set({ reply, updatedAt: new Date() }).where(eq(bots.id, bot.id));
    fake.next(refusal);
    const { id } = await say("hello", undefined);
    expect((await shown(id)).calls).toMatchObject([
      { name: "Fake", errorCode: "model.unpaid", error: expect.stringContaining("credit") },
      { name: "Spare", modelId: fallbackModelId },
    ]);
    fake.next(refusal, refusal);
    const failed = await say("again");
    expect(failed.status).toBe("failed");
    const trace = await shown(failed.id);
    expect(trace.calls.map(({ errorCode }) => errorCode)).toEqual(["model.unpaid", "model.unpaid"]);
    expect(trace.prompt?.messages.at(-1)).toEqual({ role: "user", text: "again" });
  });

  test("after a replay that asks nobody nothing is told of the answer before, and it goes with its event", async () => {
    const { db, bot, database, event, finished, say, shown } = await open();
    const { id } = await say("hello");
    expect((await shown(id)).calls).toHaveLength(1);
    await db
      .update(bots)
      .set({ reply: { kind: "echo" }, updatedAt: new Date() })
      .where(eq(bots.id, bot.id));
    await replayEvent(database, testOwner, await event(id));
    expect(await finished(id)).toMatchObject({ status: "done", replays: 1 });
    expect(await shown(id)).toMatchObject({ calls: [] });
    expect(await shown(id)).not.toHaveProperty("prompt");
    await db.update(events).set({ receivedAt: new Date(0) });
    expect(await deleteOldEvents(db, { vacuum: kind === "pglite" })).toBe(1);
    expect(await db.$count(answerCalls)).toBe(0);
  });
});

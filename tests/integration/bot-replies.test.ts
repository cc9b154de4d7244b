// What a bot's reply is made of: what is kept of a change, and whose models it may name.
import { expect, test } from "vitest";
import { createBot, updateBot } from "@/lib/bots/changes";
import { getBotRow } from "@/lib/bots/queries";
import type { AiReply } from "@/lib/db/documents";
import { AppError } from "@/lib/errors";
import { createModel, deleteModel } from "@/lib/models/changes";
import { randomAppId } from "@/tests/support/app-ids";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson, botsContext } from "@/tests/support/people";

const aiReply = (modelId: string): AiReply => ({
  kind: "ai",
  modelId,
  historyMessages: 20,
  stream: true,
  timeoutSeconds: 60,
});

describeOnDatabases("the reply of a bot", (kind) => {
  const problemOf = async (promise: Promise<unknown>) =>
    promise.then(
      () => "nothing was thrown",
      (error: unknown) =>
        error instanceof AppError ? { code: error.code, paths: error.fields?.map(({ path }) => path) } : error,
    );

  test("keeps what is left out, and names a model that the one who saves may use", async () => {
    const { db } = await freshDatabase(kind);
    const [ann, bo, admin] = [
      await addPerson(db, "Ann"),
      await addPerson(db, "Bo"),
      await addPerson(db, "Ad", "admin"),
    ];
    const context = botsContext(db);
    const input = { name: "M", baseUrl: "https://models.example.com/v1", model: "m" };
    const ofAnn = await createModel(context, ann, input);
    const ofBo = await createModel(context, bo, input);
    const forAll = await createModel(context, admin, { ...input, shared: true });
    const id = await addBot(db, ann);
    const change = (reply: Parameters<typeof updateBot>[3]["reply"], by = ann) => updateBot(context, by, id, { reply });
    const stored = async () => (await getBotRow(db, id))?.reply;
    expect(await problemOf(change({ kind: "ai" }))).toEqual({ code: "invalid_input", paths: ["reply.modelId"] });
    expect(await problemOf(change({ kind: "ai", modelId: ofBo }))).toEqual({
      code: "invalid_input",
      paths: ["reply.modelId"],
    });
    expect(await problemOf(change({ temperature: 1 }))).toEqual({
      code: "invalid_input",
      paths: ["reply.temperature"],
    });
    await change({ kind: "ai", modelId: ofAnn, temperature: 0.5, fallbackModelId: forAll });
    const first = { ...aiReply(ofAnn), temperature: 0.5, fallbackModelId: forAll };
    expect(await stored()).toEqual(first);
    await change({ historyMessages: 4, systemPrompt: "Be kind." });
    expect(await stored()).toEqual({ ...first, historyMessages: 4, systemPrompt: "Be kind." });
    await change({ temperature: null, systemPrompt: "", fallbackModelId: null });
    expect(await stored()).toEqual({ ...aiReply(ofAnn), historyMessages: 4 });
    expect(await problemOf(change({ fallbackModelId: ofBo }))).toMatchObject({ paths: ["reply.fallbackModelId"] });
    // An administrator may give a member's bot any model; the member may then go on changing the rest.
    await change({ modelId: ofBo }, admin);
    await change({ historyMessages: 6 });
    expect(await problemOf(deleteModel(context, bo, ofBo))).toMatchObject({ code: "conflict" });
    await change({ kind: "echo" });
    expect(await stored()).toEqual({ kind: "echo" });
    await deleteModel(context, bo, ofBo);
    const created = createBot(context, ann, {
      name: "New",
      appId: randomAppId(),
      appSecret: "s",
      reply: aiReply(ofBo),
    });
    expect(await problemOf(created)).toMatchObject({ paths: ["reply.modelId"] });
  });
});

// How a bot behaves around its answers: what is kept of a change, and what a rule may name.
import { expect, test } from "vitest";
import { behaviorOf, DEFAULT_BEHAVIOR } from "@/lib/bots/behavior";
import { createBot, updateBot } from "@/lib/bots/changes";
import { requireBot } from "@/lib/bots/queries";
import { createBotSchema, updateBotSchema } from "@/lib/bots/schemas";
import type { Rule } from "@/lib/db/documents";
import { AppError } from "@/lib/errors";
import { createModel } from "@/lib/models/changes";
import { describeOnDatabases, freshDatabase } from "@/tests/support/databases";
import { addBot, addPerson, botsContext } from "@/tests/support/people";

describeOnDatabases("the behavior of a bot", (kind) => {
  test("keeps what is left out, and what was never chosen follows the defaults", async () => {
    const { db } = await freshDatabase(kind);
    const ann = await addPerson(db, "Ann");
    const context = botsContext(db);
    const id = await addBot(db, ann);
    const stored = async () => behaviorOf(await requireBot(db, ann, id));
    expect(await stored()).toEqual(DEFAULT_BEHAVIOR);
    await updateBot(context, ann, id, { behavior: { welcome: { direct: "Hello!" }, mergeSeconds: 5 } });
    await updateBot(context, ann, id, { behavior: { welcome: { group: "Hello all!" }, feedback: true } });
    expect(await stored()).toEqual({
      ...DEFAULT_BEHAVIOR,
      welcome: { direct: "Hello!", group: "Hello all!" },
      mergeSeconds: 5,
      feedback: true,
    });
  });

  test("has rules that name only models which the one who saves may use", async () => {
    const { db } = await freshDatabase(kind);
    const [ann, bo] = [await addPerson(db, "Ann"), await addPerson(db, "Bo")];
    const context = botsContext(db);
    const input = { name: "M", baseUrl: "https://models.example.com/v1", model: "m" };
    const [ofAnn, ofBo] = [await createModel(context, ann, input), await createModel(context, bo, input)];
    const id = await addBot(db, ann);
    const rule = (modelId: string): Rule => ({
      match: "contains",
      pattern: "vpn",
      action: { kind: "reply", reply: { kind: "ai", modelId, historyMessages: 0, stream: true, timeoutSeconds: 60 } },
    });
    await updateBot(context, ann, id, { behavior: { rules: [rule(ofAnn)] } });
    const refused = updateBot(context, ann, id, { behavior: { rules: [rule(ofAnn), rule(ofBo)] } });
    await expect(refused).rejects.toBeInstanceOf(AppError);
    expect(behaviorOf(await requireBot(db, ann, id)).rules).toEqual([rule(ofAnn)]);
  });

  test("refuses patterns that are none or too large, with the path, on creation and on change", async () => {
    const { db } = await freshDatabase(kind);
    const ann = await addPerson(db, "Ann");
    const context = botsContext(db);
    const silent = (pattern: string) => ({ match: "regex" as const, pattern, action: { kind: "silent" as const } });
    const id = await addBot(db, ann);
    const large = silent("x{1000}".repeat(65));
    const cases: [Rule[], string, string][] = [
      [[silent("a"), silent("(a")], "behavior.rules.1.pattern", "fields.pattern"],
      [[large], "behavior.rules.0.pattern", "fields.patternTooLarge"],
      [Array(5).fill(silent("x{1000}x{1000}x{1000}")), "behavior.rules.3.pattern", "fields.patternsTooLarge"],
    ];
    for (const [rules, path, message] of cases) {
      const error = { code: "invalid_input", fields: expect.arrayContaining([{ path, message }]) };
      await expect(updateBot(context, ann, id, { behavior: { rules } })).rejects.toMatchObject(error);
      const input = createBotSchema.parse({ name: "Another bot", domain: "sandbox", behavior: { rules } });
      await expect(createBot(context, ann, input)).rejects.toMatchObject(error);
    }
    expect(behaviorOf(await requireBot(db, ann, id)).rules).toEqual([]);
  });

  test("refuses times, zones and emojis that cannot be used, with the path", () => {
    const quietHours = { from: "25:00", to: "07:00", timezone: "Mars/Base", text: "Later" };
    const result = updateBotSchema.safeParse({ behavior: { quietHours, reaction: "a b" } });
    expect(result.error?.issues.map(({ path, message }) => [path.join("."), message])).toEqual([
      ["behavior.reaction", "fields.reaction"],
      ["behavior.quietHours.from", "fields.timeOfDay"],
      ["behavior.quietHours.timezone", "fields.timezone"],
    ]);
  });
});

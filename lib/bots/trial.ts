// Settings that are tried out before they are saved: judged as if they were, and kept nowhere.
import { z } from "zod";
import { behaviorChangeSchema, changedBehavior } from "@/lib/bots/behavior";
import { reachAfter } from "@/lib/bots/reach";
import { replyChangeSchema } from "@/lib/bots/reply";
import { changedReply, requireModels, requireRuleReplies } from "@/lib/bots/reply-changes";
import { requirePatterns } from "@/lib/bots/rule-patterns";
import type { Database } from "@/lib/db/client";
import type { BotRow } from "@/lib/db/schema";
import type { Viewer } from "@/lib/viewer";

const MOST_MESSAGES = 100;
const LONGEST_MESSAGE = 20_000;

export const trialSchema = z
  .strictObject({
    reply: replyChangeSchema
      .optional()
      .meta({ description: "The settings to test. Omitted fields keep the bot's values" }),
    behavior: behaviorChangeSchema.optional(),
    messages: z
      .array(z.strictObject({ by: z.enum(["person", "bot"]), text: z.string().max(LONGEST_MESSAGE) }))
      .min(1)
      .max(MOST_MESSAGES)
      .refine((messages) => messages.at(-1)?.by === "person", { error: "fields.lastByPerson" })
      .meta({ description: "The conversation, oldest first. The last message is the question" }),
  })
  .meta({ id: "Trial" });
export type TrialInput = z.infer<typeof trialSchema>;

/** The bot as it would be. `secret` is what calls would be signed with; undefined: what is stored. */
export type TrialBot = { bot: BotRow; secret: string | null | undefined };

/** Refuses what saving would refuse, for the same reasons. */
export async function trialBot(db: Database, viewer: Viewer, bot: BotRow, input: TrialInput): Promise<TrialBot> {
  const reply = input.reply ? changedReply(bot.reply, input.reply) : bot.reply;
  const behavior = input.behavior ? changedBehavior(bot.behavior, input.behavior) : bot.behavior;
  if (input.behavior?.rules) await requirePatterns(input.behavior.rules, viewer.userId);
  await db.transaction(async (tx) => {
    await requireModels(tx, viewer, reply, bot.reply);
    await requireRuleReplies(tx, viewer, behavior.rules, bot.behavior.rules);
  });
  const insideServices = reachAfter(viewer, bot, { reply, behavior });
  return { bot: { ...bot, reply, behavior, insideServices }, secret: input.reply?.secret };
}

// What a bot does around its answers: commands, rules, welcome, merging, quiet hours, feedback; how it is entered and kept.
import { z } from "zod";
import { replySchema } from "@/lib/bots/reply";
import type { Behavior, QuietHours, Rule } from "@/lib/db/documents";
import { isTimeZone } from "@/lib/local-time";

const shortText = z.string().trim().min(1).max(4_000);

const ruleAction = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("text"), text: shortText }),
  z.strictObject({ kind: z.literal("card"), card: z.record(z.string(), z.unknown()) }),
  z.strictObject({ kind: z.literal("reply"), reply: replySchema }),
  z.strictObject({ kind: z.literal("silent") }),
]);

/** What a pattern may be is judged by `requirePatterns`. */
const ruleSchema = z.strictObject({
  match: z.enum(["exact", "contains", "regex", "command"]),
  pattern: z.string().trim().min(1).max(500),
  action: ruleAction,
}) satisfies z.ZodType<Rule>;

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: "fields.timeOfDay" });

const quietHoursSchema = z.strictObject({
  from: timeOfDay,
  to: timeOfDay,
  timezone: z
    .string()
    .max(100)
    .refine(isTimeZone, { error: "fields.timezone" })
    .meta({ description: "IANA time zone name" }),
  text: shortText,
}) satisfies z.ZodType<QuietHours>;

const welcome = z.strictObject({ direct: shortText.nullable(), group: shortText.nullable() });

export const behaviorSchema = z.strictObject({
  commands: z.boolean().meta({ description: "Respond to /new, /stop, /help and /status" }),
  memory: z
    .enum(["chat", "person"])
    .meta({ description: "Whose conversation is remembered in groups: the whole chat's, or each person's own" }),
  rules: z.array(ruleSchema).max(100).meta({ description: "Checked in order. The first match wins" }),
  welcome,
  menu: z.array(z.strictObject({ eventKey: z.string().trim().min(1).max(200), text: shortText })).max(50),
  reaction: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_]{1,64}$/, { error: "fields.reaction" })
    .nullable()
    .meta({ description: 'Name of a Feishu emoji, such as "OnIt". null: none' }),
  mergeSeconds: z.int().min(0).max(60),
  quietHours: quietHoursSchema.nullable(),
  explainRefusals: z.boolean(),
  feedback: z.boolean(),
}) satisfies z.ZodType<Behavior>;

export const behaviorChangeSchema = behaviorSchema.extend({ welcome: welcome.partial() }).partial();
export type BehaviorChange = z.infer<typeof behaviorChangeSchema>;

export const DEFAULT_BEHAVIOR: Behavior = {
  commands: true,
  memory: "chat",
  rules: [],
  welcome: { direct: null, group: null },
  menu: [],
  reaction: null,
  mergeSeconds: 0,
  quietHours: null,
  explainRefusals: true,
  feedback: false,
};

/** The whole of it, what was never chosen as it is by default. */
export const behaviorOf = (bot: { behavior: Partial<Behavior> }): Behavior => ({
  ...DEFAULT_BEHAVIOR,
  ...bot.behavior,
});

/** What is left out keeps its value. */
export const changedBehavior = (before: Partial<Behavior>, change: BehaviorChange): Partial<Behavior> => {
  const { welcome: entered, ...rest } = change;
  const welcome = { ...behaviorOf({ behavior: before }).welcome, ...entered };
  return { ...before, ...rest, ...(entered ? { welcome } : {}) };
};

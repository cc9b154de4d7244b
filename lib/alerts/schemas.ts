// What an alert rule is made of: the input that is accepted for it and the shape in which it is shown.
import { z } from "zod";
import { LOCALES } from "@/lib/text/translate";

export const CHANNELS = ["feishu", "webhook", "email"] as const;
export const CONDITIONS = ["error", "silent", "failed"] as const;

export type Channel = (typeof CHANNELS)[number];
export type Condition = (typeof CONDITIONS)[number];

const name = z.string().trim().min(1).max(100);
const botId = z.string().min(1).max(200).nullable().meta({ description: "null: every bot that the owner may see" });
const target = z.string().trim().min(1).max(2_000).meta({
  description:
    "feishu: the address of a custom bot's webhook; webhook: the address that is called with POST; email: addresses, separated by commas. Kept encrypted; shown without what is secret in it.",
});
const secret = z.string().trim().max(512).nullable().meta({
  description:
    "feishu: the custom bot's signature key; webhook: signs each call as Standard Webhooks describes it (whsec_ with a key in base64, or any text). Never shown. null or an empty string removes it.",
});
const conditions = z
  .strictObject({
    error: z.boolean().meta({ description: "A long connection in the state `error`" }),
    silentMinutes: z
      .int()
      .min(1)
      .max(10_080)
      .nullable()
      .meta({ description: "A wanted long connection that has not been up for so long; null: not looked at" }),
    failedMessages: z.boolean().meta({ description: "A message that could not be answered" }),
    recovered: z.boolean().meta({ description: "Told again when it is over" }),
  })
  .meta({ id: "AlertConditions" });
const locale = z.enum(LOCALES).meta({ description: "The language of what is told" });
const enabled = z.boolean();

export const createRuleSchema = z
  .strictObject({
    name,
    botId: botId.default(null),
    channel: z.enum(CHANNELS),
    target,
    secret: secret.optional(),
    conditions: conditions.extend({
      error: conditions.shape.error.default(true),
      silentMinutes: conditions.shape.silentMinutes.default(null),
      failedMessages: conditions.shape.failedMessages.default(true),
      recovered: conditions.shape.recovered.default(true),
    }),
    locale: locale.optional().meta({ description: "Left out: the caller's language" }),
    enabled: enabled.default(true),
  })
  .meta({ id: "CreateAlertRule" });
export type CreateRuleInput = z.infer<typeof createRuleSchema>;

export const updateRuleSchema = z
  .strictObject({ name, botId, target, secret, conditions: conditions.partial(), locale, enabled })
  .partial()
  .meta({ id: "UpdateAlertRule" });
export type UpdateRuleInput = z.infer<typeof updateRuleSchema>;

const bot = z.object({ id: z.string(), name: z.string() });
const timestamp = z.iso.datetime();

export const troubleSchema = z
  .object({
    bot,
    condition: z.enum(CONDITIONS),
    since: timestamp,
    toldAt: timestamp.optional().meta({ description: "Absent while it is still to be told" }),
  })
  .meta({ id: "AlertTrouble" });
export type TroubleView = z.infer<typeof troubleSchema>;

export const alertRuleSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    bot: bot.nullable(),
    channel: z.enum(CHANNELS),
    target: z.string().meta({ description: "Of an address no more than its host" }),
    hasSecret: z.boolean(),
    conditions,
    locale: z.enum(LOCALES),
    enabled,
    owner: z.object({ id: z.string(), name: z.string() }),
    sentAt: timestamp.optional().meta({ description: "When something was last taken by the other side" }),
    triedAt: timestamp.optional(),
    error: z
      .string()
      .optional()
      .meta({ description: "Why the last try failed and what to do, in the caller's language" }),
    retryAt: timestamp.optional(),
    troubles: z.array(troubleSchema).meta({ description: "What is wrong and not over, the oldest first; 100 at most" }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "AlertRule" });
export type AlertRule = z.infer<typeof alertRuleSchema>;

export const alertTestSchema = z
  .object({
    ok: z.boolean(),
    problem: z.string().optional().meta({ description: "What went wrong and what to do, in the caller's language" }),
  })
  .meta({ id: "AlertTest" });
export type AlertTest = z.infer<typeof alertTestSchema>;

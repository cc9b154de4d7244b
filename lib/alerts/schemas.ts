// What an alert rule is made of: the input that is accepted for it and the shape in which it is shown.
import { z } from "zod";
import { LOCALES } from "@/lib/text/translate";

export const CHANNELS = ["feishu", "webhook", "email"] as const;
export const CONDITIONS = ["error", "silent", "failed"] as const;

export type Channel = (typeof CHANNELS)[number];
export type Condition = (typeof CONDITIONS)[number];

const name = z.string().trim().min(1).max(100);
const botId = z.string().min(1).max(200).nullable().meta({ description: "null: all bots the owner can see" });
const target = z.string().trim().min(1).max(2_000).meta({
  description:
    "feishu: webhook URL of a custom bot. webhook: URL called with POST. email: addresses separated by commas. Stored encrypted, and returned without secrets",
});
const secret = z.string().trim().max(512).nullable().meta({
  description:
    "feishu: the custom bot's signature key. webhook: signs each call according to Standard Webhooks (whsec_ followed by a Base64 key, or any text). Never returned. null or an empty string removes it",
});
const conditions = z
  .strictObject({
    error: z.boolean().meta({ description: "Alert when a long connection is in the state `error`" }),
    silentMinutes: z
      .int()
      .min(1)
      .max(10_080)
      .nullable()
      .meta({ description: "Alert when an enabled long connection has been down this long. null: off" }),
    failedMessages: z.boolean().meta({ description: "Alert when a message could not be answered" }),
    recovered: z.boolean().meta({ description: "Also notify when a problem is resolved" }),
  })
  .meta({ id: "AlertConditions" });
const locale = z.enum(LOCALES).meta({ description: "Language of the alerts" });
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
    locale: locale.optional().meta({ description: "Omitted: the caller's language" }),
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
    toldAt: timestamp.optional().meta({ description: "When the alert was sent. Omitted until then" }),
  })
  .meta({ id: "AlertTrouble" });
export type TroubleView = z.infer<typeof troubleSchema>;

export const alertRuleSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    bot: bot.nullable(),
    channel: z.enum(CHANNELS),
    target: z.string().meta({ description: "Only the host of a URL" }),
    hasSecret: z.boolean(),
    conditions,
    locale: z.enum(LOCALES),
    enabled,
    owner: z.object({ id: z.string(), name: z.string() }),
    sentAt: timestamp.optional().meta({ description: "When an alert was last delivered" }),
    triedAt: timestamp.optional(),
    error: z
      .string()
      .optional()
      .meta({ description: "Why the last attempt failed and what to do, in the caller's language" }),
    retryAt: timestamp.optional(),
    troubles: z.array(troubleSchema).meta({ description: "Open problems, oldest first, up to 100" }),
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

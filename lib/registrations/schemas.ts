// How the making or changing of an app by QR code is asked for, and how it is shown.
import { z } from "zod";
import { domainSchema } from "@/lib/bots/schemas";

export const startRegistrationSchema = z
  .strictObject({
    domain: domainSchema.optional(),
    name: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .optional()
      .meta({ description: "Of the bot and the app; without it, the app's name as it is chosen in Feishu" }),
    botId: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: "Changes the app of this bot: adds what it is not granted yet. Without it an app is made" }),
  })
  .meta({ id: "StartRegistration" });
export type StartRegistration = z.infer<typeof startRegistrationSchema>;

export const registrationSchema = z
  .object({
    id: z.string(),
    kind: z.enum(["create", "repair"]),
    state: z.enum(["waiting", "done", "refused", "expired", "failed", "cancelled"]),
    domain: z.string().meta({ description: "A person of Lark is sent on from feishu to lark" }),
    url: z.string().meta({ description: "What the QR code shows" }),
    expiresAt: z.iso.datetime(),
    scopes: z.array(z.string()),
    botId: z.string().nullable().meta({ description: "The bot that came of it, or whose app is changed" }),
    detail: z
      .string()
      .nullable()
      .meta({ description: "Why it failed; while waiting, why the last question was not answered" }),
  })
  .meta({ id: "Registration" });
export type Registration = z.infer<typeof registrationSchema>;

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
      .meta({ description: "Name for the bot and the app. Omitted: the name chosen for the app in Feishu" }),
    botId: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: "Add missing permissions to this bot's app. Omitted: create an app" }),
  })
  .meta({ id: "StartRegistration" });
export type StartRegistration = z.infer<typeof startRegistrationSchema>;

export const registrationSchema = z
  .object({
    id: z.string(),
    kind: z.enum(["create", "repair"]),
    state: z.enum(["waiting", "done", "refused", "expired", "failed", "cancelled"]),
    domain: z.string().meta({ description: "Changes from feishu to lark if a Lark user scans the code" }),
    url: z.string().meta({ description: "The content of the QR code" }),
    expiresAt: z.iso.datetime(),
    scopes: z.array(z.string()),
    botId: z.string().nullable().meta({ description: "The bot that was added, or whose app is being changed" }),
    detail: z
      .string()
      .nullable()
      .meta({ description: "Why it failed or, while waiting, why the last status check failed" }),
  })
  .meta({ id: "Registration" });
export type Registration = z.infer<typeof registrationSchema>;

// What a bot is made of: the input that is accepted for it and the shape in which it is shown.
import { z } from "zod";
import { behaviorChangeSchema, behaviorSchema } from "@/lib/bots/behavior";
import { proxySchema } from "@/lib/bots/proxy";
import { newReplySchema, REPLY_KINDS, replyChangeSchema, replySchema } from "@/lib/bots/reply";
import type { Policy } from "@/lib/db/documents";

/** The SDK silently ignores any other form of App ID. */
export const APP_ID_PATTERN = /^cli_[0-9a-fA-F]{16}$/;

const NAMED_DOMAINS = ["feishu", "lark", "sandbox"] as const;

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return (url.protocol === "https:" || url.protocol === "http:") && url.origin === value.replace(/\/$/, "");
}

export const domainSchema = z
  .string()
  .refine((value) => (NAMED_DOMAINS as readonly string[]).includes(value) || isOrigin(value), {
    error: "fields.domain",
  })
  // The SDK appends paths verbatim: a trailing slash would make "//callback".
  .transform((value) => value.replace(/\/$/, ""))
  .meta({ description: '"feishu", "lark", "sandbox", or an origin such as https://open.example.com', type: "string" });

export const isNamedDomain = (domain: string): boolean => (NAMED_DOMAINS as readonly string[]).includes(domain);

const ids = z.array(z.string().min(1).max(200)).max(1000);

const policySchema = z.strictObject({
  directMessages: z.enum(["all", "allowlist", "none"]),
  groups: z.enum(["mention", "all", "allowlist", "none"]),
  allowSenders: ids.meta({ description: "People's IDs, each an open_id, user_id or union_id" }),
  allowChats: ids,
  answerMentionAll: z.boolean(),
  ignoreOlderThanSeconds: z.int().min(0).max(31_536_000),
}) satisfies z.ZodType<Policy>;

export const DEFAULT_POLICY: Policy = {
  directMessages: "all",
  groups: "mention",
  allowSenders: [],
  allowChats: [],
  answerMentionAll: false,
  ignoreOlderThanSeconds: 86_400,
};

const name = z.string().trim().min(1).max(100);
const appId = z.string().regex(APP_ID_PATTERN, { error: "fields.appId" });
const secret = z.string().trim().min(1).max(512);
const optionalSecret = z
  .string()
  .trim()
  .max(512)
  .nullable()
  .meta({ description: "null or an empty string removes it" });

export const createBotSchema = z
  .strictObject({
    name,
    appId: appId.optional(),
    appSecret: secret.optional(),
    domain: domainSchema.optional(),
    verificationToken: optionalSecret.optional(),
    encryptKey: optionalSecret.optional(),
    proxy: proxySchema.optional(),
    enabled: z.boolean().optional(),
    useWebSocket: z.boolean().optional(),
    reply: newReplySchema.optional(),
    policy: policySchema.partial().optional(),
    behavior: behaviorChangeSchema.optional(),
  })
  .check((context) => {
    if (context.value.domain === "sandbox") return;
    for (const key of ["appId", "appSecret"] as const) {
      if (context.value[key] === undefined) {
        context.issues.push({ code: "custom", path: [key], message: "fields.required", input: context.value });
      }
    }
  })
  .meta({ id: "CreateBot" });
export type CreateBotInput = z.infer<typeof createBotSchema>;

export const updateBotSchema = z
  .strictObject({
    name,
    appId,
    appSecret: secret,
    domain: domainSchema,
    verificationToken: optionalSecret,
    encryptKey: optionalSecret,
    proxy: proxySchema,
    enabled: z.boolean(),
    useWebSocket: z.boolean(),
    reply: replyChangeSchema,
    policy: policySchema.partial(),
    behavior: behaviorChangeSchema,
  })
  .partial()
  .meta({ id: "UpdateBot" });
export type UpdateBotInput = z.infer<typeof updateBotSchema>;

export const CONNECTION_STATES = ["disconnected", "connecting", "connected", "reconnecting", "error"] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

const timestamp = z.iso.datetime();

export const botSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    appId: z.string(),
    domain: z.string(),
    enabled: z.boolean(),
    useWebSocket: z.boolean(),
    wsConnectionState: z.enum(CONNECTION_STATES),
    hasAppSecret: z.boolean(),
    hasVerificationToken: z.boolean(),
    hasEncryptKey: z.boolean(),
    hasReplySecret: z.boolean().meta({ description: "Whether calls are signed, if the reply kind is http" }),
    proxy: z.string().nullable().meta({ description: "Without the password" }),
    hasProxyPassword: z.boolean(),
    webhookUrl: z.string(),
    reply: replySchema,
    policy: policySchema,
    behavior: behaviorSchema,
    owner: z.object({ id: z.string(), name: z.string() }),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Bot" });
/** A bot as anybody who may see it sees it: no secret in it. */
export type Bot = z.infer<typeof botSchema>;

export const listedBotSchema = botSchema
  .pick({
    id: true,
    name: true,
    appId: true,
    domain: true,
    enabled: true,
    useWebSocket: true,
    hasVerificationToken: true,
    hasEncryptKey: true,
    owner: true,
  })
  .extend({
    reply: z.object({
      kind: z.enum(REPLY_KINDS),
      model: z.string().optional().meta({ description: "Name of the model that answers" }),
    }),
  })
  .meta({ id: "ListedBot" });
/** What is told of a bot where many stand together. */
export type ListedBot = z.infer<typeof listedBotSchema>;

/** What it takes to speak as a bot. Never leaves lib/bots but as an argument to lib/feishu. */
export type BotCredentials = {
  appId: string;
  appSecret: string;
  /** The origin of the cloud, without a trailing slash. */
  origin: string;
  /** The address of the bot's own proxy, its password included; null: never a proxy; left out: the environment's. */
  proxy?: string | null;
};

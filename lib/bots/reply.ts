// What writes a bot's answers: the kinds of reply, and how what is entered for each is checked.
import { z } from "zod";
import { httpFields, httpReply, signingSecretSchema } from "@/lib/bots/http-reply";
import type { Reply } from "@/lib/db/documents";

export const REPLY_KINDS = ["echo", "none", "ai", "http"] as const;

const modelId = z.string().min(1).max(200);

const aiFields = {
  modelId: modelId.meta({ description: "One of /api/models" }),
  systemPrompt: z.string().max(20_000).meta({
    description:
      "What the model is told before the conversation. {{botName}}, {{senderName}}, {{chatName}} and {{date}} are filled in; a name that Feishu does not tell stays empty.",
  }),
  historyMessages: z
    .int()
    .min(0)
    .max(100)
    .meta({ description: "How many earlier messages of the chat the model is shown, questions and answers counted" }),
  stream: z.boolean().meta({ description: "Whether the answer grows in the chat while it is written" }),
  temperature: z.number().min(0).max(2),
  maxTokens: z.int().min(1).max(1_000_000).meta({ description: "The longest answer" }),
  timeoutSeconds: z.int().min(1).max(600).meta({
    description:
      "For how long nothing may come before the try counts as failed; of the kind http, within which an answer that is no stream must be whole",
  }),
  fallbackModelId: modelId.meta({
    description: "Asked when the first model fails before anything of its answer is seen",
  }),
};

const aiReply = z.strictObject({
  kind: z.literal("ai"),
  modelId: aiFields.modelId,
  systemPrompt: aiFields.systemPrompt.optional(),
  historyMessages: aiFields.historyMessages.default(20),
  stream: aiFields.stream.default(true),
  temperature: aiFields.temperature.optional(),
  maxTokens: aiFields.maxTokens.optional(),
  timeoutSeconds: aiFields.timeoutSeconds.default(60),
  fallbackModelId: aiFields.fallbackModelId.optional(),
});

const echoReply = z.strictObject({ kind: z.literal("echo") });
const noReply = z.strictObject({ kind: z.literal("none") });

export const replySchema = z.discriminatedUnion("kind", [
  echoReply,
  noReply,
  aiReply,
  httpReply,
]) satisfies z.ZodType<Reply>;

/** With the secret, which is kept apart from the rest and never shown. */
export const newReplySchema = z.discriminatedUnion("kind", [
  echoReply,
  noReply,
  aiReply,
  httpReply.safeExtend({ secret: signingSecretSchema.optional() }),
]);

/** Each field of each kind: which of them fit together is judged with what is stored, by `changedReply`. */
export const replyChangeSchema = z
  .strictObject({
    kind: z.enum(REPLY_KINDS),
    url: httpFields.url,
    secret: signingSecretSchema,
    protocol: httpFields.protocol.nullable(),
    agentId: httpFields.agentId.nullable(),
    mentionAll: httpFields.mentionAll.nullable(),
    ...aiFields,
    systemPrompt: aiFields.systemPrompt.nullable(),
    temperature: aiFields.temperature.nullable(),
    maxTokens: aiFields.maxTokens.nullable(),
    fallbackModelId: aiFields.fallbackModelId.nullable(),
  })
  .partial();
export type ReplyChange = z.infer<typeof replyChangeSchema>;

export const DEFAULT_REPLY: Reply = { kind: "echo" };

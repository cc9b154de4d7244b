// What writes a bot's answers: the kinds of reply, and how what is entered for each is checked.
import { z } from "zod";
import { httpFields, httpReply, signingSecretSchema } from "@/lib/bots/http-reply";
import type { Reply } from "@/lib/db/documents";

export const REPLY_KINDS = ["echo", "none", "ai", "http"] as const;

const modelId = z.string().min(1).max(200);

const aiFields = {
  modelId: modelId.meta({ description: "The ID of a model from /api/models" }),
  systemPrompt: z.string().max(20_000).meta({
    description:
      "System prompt. {{botName}}, {{senderName}}, {{chatName}} and {{date}} are filled in; names that Feishu does not provide are left empty",
  }),
  historyMessages: z
    .int()
    .min(0)
    .max(100)
    .meta({ description: "Number of earlier messages sent to the model, counting questions and answers" }),
  stream: z.boolean().meta({ description: "Show the answer in the chat while it is being written" }),
  temperature: z.number().min(0).max(2),
  maxTokens: z.int().min(1).max(1_000_000).meta({ description: "Maximum answer length in tokens" }),
  timeoutSeconds: z.int().min(1).max(600).meta({
    description:
      "The attempt fails after this long without data. For kind http, also the time limit for a complete answer that is not streamed",
  }),
  fallbackModelId: modelId.meta({
    description: "Used if the first model fails before any of its answer is shown",
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

// The shapes in which events are shown, and the input that is accepted about them.
import { z } from "zod";
import { ANSWERED_BY, EVENT_SOURCES, EVENT_STATUSES } from "@/lib/db/schema";
import { failureSchema } from "@/lib/errors";
import { MAX_UUID_LENGTH, RECEIVE_ID_TYPES } from "@/lib/feishu/sender";

const timestamp = z.iso.datetime();

export const eventSchema = z
  .object({
    id: z.string(),
    botId: z.string(),
    eventId: z.string(),
    eventType: z.string(),
    messageId: z.string().optional(),
    chatId: z.string().optional(),
    chatType: z.string().optional(),
    senderId: z.string().optional(),
    text: z.string().optional(),
    source: z.enum(EVENT_SOURCES),
    status: z.enum(EVENT_STATUSES),
    reason: z.string().optional().meta({ description: "Why it is not answered: a stable word" }),
    reasonText: z.string().optional().meta({ description: "The same as a sentence in the reader's language" }),
    error: z.string().optional().meta({ description: "What went wrong last, and what to do" }),
    errorCode: z.string().optional().meta({ description: "The same as a stable word" }),
    errorModel: failureSchema.shape.model,
    answeredBy: z.enum(ANSWERED_BY).optional().meta({
      description:
        "fixed: by a command, a rule's own text, a welcome or a button; responder: by what answers the bot's questions",
    }),
    attempts: z.int(),
    replays: z.int().optional().meta({ description: "How often somebody had it processed again; absent: never" }),
    receivedAt: timestamp,
    finishedAt: timestamp.optional(),
  })
  .meta({ id: "Event" });
export type Event = z.infer<typeof eventSchema>;

const eventQuoteSchema = z.object({
  kind: z.enum(["quote", "forward"]),
  messageId: z.string(),
  by: z.enum(["person", "bot", "app"]).optional(),
  name: z.string().optional(),
  text: z.string().optional(),
  problem: z.string().optional().meta({ description: "Why it could not be read" }),
});
export type EventQuote = z.infer<typeof eventQuoteSchema>;

const eventAttachmentSchema = z.object({
  of: z.enum(["message", "quoted"]).meta({ description: "Which message carries it" }),
  kind: z.enum(["image", "file", "audio", "video", "sticker"]),
  key: z.string().meta({ description: "Fetches it: /api/feishu/events/{id}/resources/{key}" }),
  name: z.string().optional(),
  bytes: z.int().optional(),
  characters: z.int().optional().meta({ description: "How much text was read out of it" }),
  pages: z.int().optional(),
  isCut: z.boolean().optional().meta({ description: "It has more text than was read" }),
  isDamaged: z.boolean().optional().meta({ description: "Some characters could not be read; � stands for them" }),
  problem: z.string().optional().meta({ description: "Why it could not be read" }),
});
export type EventAttachment = z.infer<typeof eventAttachmentSchema>;

const answerCallSchema = z.object({
  name: z.string().meta({ description: "Of the model; of a service its host" }),
  modelId: z.string().optional(),
  at: timestamp,
  ms: z.int().meta({ description: "From the request to the end of the answer" }),
  firstTokenMs: z.int().optional().meta({ description: "Until the answer, or a thought, began to come" }),
  inputTokens: z.int().optional().meta({ description: "As the other side counts them, where it tells" }),
  outputTokens: z.int().optional(),
  error: z.string().optional().meta({ description: "Why this call brought no answer" }),
  errorCode: z.string().optional().meta({ description: "The same as a stable word" }),
});

const promptSchema = z.object({
  messages: z.array(
    z.object({
      role: z.enum(["system", "user", "assistant"]),
      text: z.string(),
      isCut: z.boolean().optional().meta({ description: "Only its beginning is kept" }),
    }),
  ),
  omitted: z.int().optional().meta({ description: "How many older messages were sent that are not kept" }),
});
export type EventPrompt = z.infer<typeof promptSchema>;

export const eventDetailsSchema = eventSchema
  .extend({
    nextTryAt: timestamp.optional().meta({ description: "While it waits for its next try after a failed one" }),
    quoted: eventQuoteSchema.optional(),
    attachments: z.array(eventAttachmentSchema),
    payload: z
      .record(z.string(), z.unknown())
      .meta({ description: "As Feishu sent it, the verification token masked" }),
    steps: z.array(
      z.object({
        at: timestamp,
        name: z.string(),
        ms: z.number().optional().meta({ description: "Since the step before it" }),
        detail: z.string().optional().meta({ description: "In the reader's language where a reason is known" }),
        reason: z.string().optional().meta({ description: "Why a try failed: a stable word" }),
      }),
    ),
    replies: z.array(
      z.object({
        messageId: z.string(),
        kind: z.string(),
        at: timestamp,
        text: z.string().optional(),
        model: z.string().optional().meta({ description: "Which one wrote it, by its name in Larkspur" }),
        inputTokens: z.int().optional(),
        outputTokens: z.int().optional(),
        useful: z.int().optional().meta({ description: "How many people found it useful" }),
        notUseful: z.int().optional().meta({ description: "How many people did not" }),
      }),
    ),
    calls: z.array(answerCallSchema).meta({
      description:
        "Calls of models and services in the last attempt that made any, in order: before an answer others may have failed or been cut short",
    }),
    prompt: promptSchema.optional().meta({
      description:
        "What the last of these calls sent to a model, up to 64 KiB, an image as [image, n KB] and secrets as [hidden]; for the bot's owner and administrators",
    }),
    thoughts: z.string().optional().meta({
      description: "The model's reasoning before its answer, up to 64 KiB; for the bot's owner and administrators",
    }),
  })
  .meta({ id: "EventDetails" });
export type EventDetails = z.infer<typeof eventDetailsSchema>;

export const sendMessageSchema = z
  .strictObject({
    receiveId: z.string().min(1).max(256),
    receiveIdType: z
      .enum(RECEIVE_ID_TYPES)
      .optional()
      .meta({ description: "Without it: by the id's prefix (oc_, ou_, on_) or its @, else chat_id" }),
    text: z.string().min(1).optional(),
    markdown: z.string().min(1).optional(),
    msgType: z.string().min(1).max(50).optional(),
    content: z
      .union([z.string().min(1), z.record(z.string(), z.unknown())])
      .optional()
      .meta({ description: "As Feishu documents it for the msgType: the object, or its JSON text" }),
    uuid: z.string().min(1).max(MAX_UUID_LENGTH).optional(),
  })
  .check(({ value, issues }) => {
    const refuse = (path: string, message: string) =>
      issues.push({ code: "custom", path: [path], message, input: value });
    const ways = [value.text, value.markdown, value.msgType ?? value.content].filter((way) => way !== undefined);
    if (ways.length !== 1) refuse("text", "fields.oneContent");
    else if ((value.msgType === undefined) !== (value.content === undefined)) {
      refuse(value.msgType === undefined ? "msgType" : "content", "fields.required");
    } else if (typeof value.content === "string" && !isJsonObject(value.content)) {
      refuse("content", "fields.contentJson");
    }
  })
  .meta({ id: "SendMessage" });
export type SendMessageInput = z.infer<typeof sendMessageSchema>;

export const idempotencyKeySchema = z.string().regex(/^.{1,50}$/u, { error: "fields.idempotencyKey" });

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value);
  } catch {
    return false;
  }
}

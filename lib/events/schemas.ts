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
    reason: z.string().optional().meta({ description: "Why it was not answered, as a stable identifier" }),
    reasonText: z.string().optional().meta({ description: "The same as a sentence in the caller's language" }),
    error: z.string().optional().meta({ description: "The last error and what to do" }),
    errorCode: z.string().optional().meta({ description: "The same as a stable identifier" }),
    errorModel: failureSchema.shape.model,
    answeredBy: z.enum(ANSWERED_BY).optional().meta({
      description:
        "fixed: by a command, a rule's text, a welcome message or a button. responder: by the model or service that answers for the bot",
    }),
    attempts: z.int(),
    replays: z.int().optional().meta({ description: "Number of replays. Omitted: none" }),
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
  of: z.enum(["message", "quoted"]).meta({ description: "The message that contains it" }),
  kind: z.enum(["image", "file", "audio", "video", "sticker"]),
  key: z.string().meta({ description: "For /api/feishu/events/{id}/resources/{key}" }),
  name: z.string().optional(),
  bytes: z.int().optional(),
  characters: z.int().optional().meta({ description: "Number of characters of text extracted" }),
  pages: z.int().optional(),
  isCut: z.boolean().optional().meta({ description: "The text was longer and has been truncated" }),
  isDamaged: z.boolean().optional().meta({ description: "Some characters could not be read and are replaced by �" }),
  problem: z.string().optional().meta({ description: "Why it could not be read" }),
});
export type EventAttachment = z.infer<typeof eventAttachmentSchema>;

const answerCallSchema = z.object({
  name: z.string().meta({ description: "The model's name, or the service's host" }),
  modelId: z.string().optional(),
  at: timestamp,
  ms: z.int().meta({ description: "From the request to the end of the answer" }),
  firstTokenMs: z.int().optional().meta({ description: "Until the answer or its reasoning started" }),
  inputTokens: z.int().optional().meta({ description: "As reported by the server, if it does" }),
  outputTokens: z.int().optional(),
  error: z.string().optional().meta({ description: "Why this call returned no answer" }),
  errorCode: z.string().optional().meta({ description: "The same as a stable identifier" }),
});

const promptSchema = z.object({
  messages: z.array(
    z.object({
      role: z.enum(["system", "user", "assistant"]),
      text: z.string(),
      isCut: z.boolean().optional().meta({ description: "Only the beginning is stored" }),
    }),
  ),
  omitted: z.int().optional().meta({ description: "Number of older messages that were sent but are not stored" }),
});
export type EventPrompt = z.infer<typeof promptSchema>;

export const eventDetailsSchema = eventSchema
  .extend({
    nextTryAt: timestamp.optional().meta({ description: "Present while waiting for a retry after a failed attempt" }),
    quoted: eventQuoteSchema.optional(),
    attachments: z.array(eventAttachmentSchema),
    payload: z
      .record(z.string(), z.unknown())
      .meta({ description: "As sent by Feishu, with the verification token masked" }),
    steps: z.array(
      z.object({
        at: timestamp,
        name: z.string(),
        ms: z.number().optional().meta({ description: "Since the previous step" }),
        detail: z.string().optional().meta({ description: "In the caller's language, if the cause is known" }),
        reason: z.string().optional().meta({ description: "Why an attempt failed, as a stable identifier" }),
      }),
    ),
    replies: z.array(
      z.object({
        messageId: z.string(),
        kind: z.string(),
        at: timestamp,
        text: z.string().optional(),
        model: z.string().optional().meta({ description: "Name in Larkspur of the model that wrote it" }),
        inputTokens: z.int().optional(),
        outputTokens: z.int().optional(),
        useful: z.int().optional().meta({ description: "Number of people who found it helpful" }),
        notUseful: z.int().optional().meta({ description: "Number of people who did not" }),
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
      .meta({ description: "Omitted: detected from the ID's prefix (oc_, ou_, on_) or @, otherwise chat_id" }),
    text: z.string().min(1).optional(),
    markdown: z.string().min(1).optional(),
    msgType: z.string().min(1).max(50).optional(),
    content: z
      .union([z.string().min(1), z.record(z.string(), z.unknown())])
      .optional()
      .meta({ description: "As documented by Feishu for the msgType: an object, or a JSON string" }),
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

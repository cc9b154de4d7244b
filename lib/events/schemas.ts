// The shapes in which events are shown, and the input that is accepted about them.
import { z } from "zod";
import { EVENT_SOURCES, EVENT_STATUSES } from "@/lib/db/schema";

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
    attempts: z.int(),
    receivedAt: timestamp,
    finishedAt: timestamp.optional(),
  })
  .meta({ id: "Event" });
export type Event = z.infer<typeof eventSchema>;

export const eventDetailsSchema = eventSchema
  .extend({
    payload: z
      .record(z.string(), z.unknown())
      .meta({ description: "As Feishu sent it, the verification token masked" }),
    steps: z.array(
      z.object({
        at: timestamp,
        name: z.string(),
        ms: z.number().optional().meta({ description: "Since the step before it" }),
        detail: z.string().optional(),
      }),
    ),
    replies: z.array(z.object({ messageId: z.string(), kind: z.string(), at: timestamp, text: z.string().optional() })),
  })
  .meta({ id: "EventDetails" });
export type EventDetails = z.infer<typeof eventDetailsSchema>;

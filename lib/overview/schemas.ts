// The shapes in which everything at a glance is shown.
import { z } from "zod";
import { CONNECTION_STATES, listedBotSchema } from "@/lib/bots/schemas";
import { connectionStatusSchema } from "@/lib/connections/status";
import { MOST_COUNTED, MOST_FAILED_OF_BOT } from "@/lib/overview/limits";

const timestamp = z.iso.datetime();

export const SPANS = 60;
export const HOURS = 24;

const spanSchema = z.object({
  count: z.int().meta({ description: `How many of the ${SPANS} spans of the day, one after the other` }),
  state: z.enum([...CONNECTION_STATES, "none"]).meta({ description: "The worst state in this span. none: no data" }),
  reason: z.int().optional().meta({ description: "The cause, as an index into `reasons`, starting at 0" }),
  up: z.number().optional().meta({
    description:
      "Uptime of each as a share of the time the connection was turned on, from 0 to 1. Omitted if 1, or if it was never turned on",
  }),
});

const botDaySchema = z.object({
  botId: z.string(),
  spans: z.array(spanSchema).meta({ description: "The last 24 hours, oldest first" }),
  percent: z
    .number()
    .nullable()
    .meta({ description: "Uptime as a share of the time the connection was turned on. null: it never was" }),
  interruptions: z.int(),
  messages: z.int().meta({ description: "Received in the last 24 hours" }),
  failed: z.int().meta({ description: `Failed in the last 24 hours. ${MOST_FAILED_OF_BOT} means this many or more` }),
  lastMessageAt: timestamp.optional(),
  lastReplyAt: timestamp.optional(),
  lastAnswerMs: z
    .number()
    .optional()
    .meta({ description: "Time from receiving the last answered message to answering it" }),
});
export type BotDay = z.infer<typeof botDaySchema>;

const happeningSchema = z.object({
  id: z.string(),
  botId: z.string(),
  botName: z.string(),
  others: z.int().optional().meta({ description: "Number of other bots affected in the same way at the same time" }),
  kind: z
    .enum(["connected", "lost", "failed", "off", "moved"])
    .meta({ description: "moved: handed over to another process without interruption" }),
  at: timestamp,
  backAt: timestamp.optional().meta({ description: "When it reconnected" }),
  reason: z.string().optional().meta({ description: "The cause and what to do, in the caller's language" }),
  reasonCode: z.string().optional(),
  instance: z.string().optional(),
});
export type Happening = z.infer<typeof happeningSchema>;

export const overviewSchema = z
  .object({
    timeZone: z.string(),
    from: timestamp.meta({ description: "Start of the 24 hours covered by `bots`" }),
    to: timestamp,
    connections: z.object({ up: z.int(), wished: z.int() }),
    messages: z.object({
      today: z.int().meta({ description: "Received since midnight in the given time zone" }),
      waiting: z.int().meta({ description: `Not answered yet. ${MOST_COUNTED} means this many or more` }),
      failed: z.int().meta({ description: `Failed in the last 24 hours. ${MOST_COUNTED} means this many or more` }),
      medianAnswerMs: z.number().nullable().meta({ description: "For the last 24 hours. null: no answers" }),
    }),
    hours: z.array(z.object({ from: timestamp, received: z.int(), answered: z.int(), failed: z.int() })).meta({
      description: `The last ${HOURS} hours of the time zone's clocks, oldest first; the last one still runs`,
    }),
    bots: z.array(botDaySchema),
    reasons: z.array(z.string()).meta({ description: "In the caller's language, each listed once" }),
    changes: z.array(happeningSchema).meta({ description: "Connection changes, newest first" }),
  })
  .meta({ id: "Overview" });
export type Overview = z.infer<typeof overviewSchema>;

export const everyBotSchema = z
  .object({
    bots: z.array(listedBotSchema).meta({ description: "Oldest first" }),
    statuses: z.array(connectionStatusSchema).meta({ description: "In the same order" }),
  })
  .meta({ id: "EveryBot" });
export type EveryBot = z.infer<typeof everyBotSchema>;

export const countsSchema = z
  .object({
    errors: z.int().meta({ description: "Bots that cannot connect" }),
    waiting: z.int().meta({ description: `Messages not answered yet. ${MOST_COUNTED} means this many or more` }),
    failed: z
      .int()
      .meta({ description: `Messages that failed in the last 24 hours. ${MOST_COUNTED} means this many or more` }),
  })
  .meta({ id: "Counts" });
export type Counts = z.infer<typeof countsSchema>;

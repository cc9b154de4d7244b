// The table of what was asked for an answer: apart from the events, whose rows are read often and must stay small.
import { bigint, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { AnswerCall, KeptPrompt } from "@/lib/db/documents";
import { events } from "@/lib/db/schema";

/** What models and services were asked for an event by the last try that asked any. */
export const answerCalls = pgTable("answer_calls", {
  eventId: bigint("event_id", { mode: "number" })
    .primaryKey()
    .references(() => events.id, { onDelete: "cascade" }),
  /** Of the event when they were asked: after another replay they are another answer's. */
  replays: integer().notNull(),
  /** In order; the last one wrote the answer, unless it failed. */
  calls: jsonb().$type<AnswerCall[]>().notNull(),
  /** Of the last call. */
  prompt: jsonb().$type<KeptPrompt>(),
  thoughts: text(),
});

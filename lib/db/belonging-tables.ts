// The table of what belongs to a message beside its words.
import { bigint, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import type { BelongingDetail } from "@/lib/db/documents";
import { events } from "@/lib/db/schema";
import type { Reason } from "@/lib/errors";

export const BELONGING_KINDS = ["quote", "forward", "image", "file", "audio", "video", "sticker"] as const;

/** What belongs to a message beside its words: what it quotes or forwards, its images and files; and what was read of each. */
export const belongings = pgTable(
  "belongings",
  {
    eventId: bigint("event_id", { mode: "number" })
      .notNull()
      .references(() => events.id, { onDelete: "cascade" }),
    position: integer().notNull(),
    kind: text({ enum: BELONGING_KINDS }).notNull(),
    /** Of the message that carries it: the event's own, or the one that it quotes. */
    messageId: text("message_id").notNull(),
    /** By which Feishu gives the bytes of an image or a file. */
    key: text(),
    /** Of a file; of a quote who said it. */
    name: text(),
    bytes: integer(),
    /** What was read of it, up to a length. */
    text: text(),
    /** Why nothing could be read. */
    problem: jsonb().$type<Reason>(),
    detail: jsonb().$type<BelongingDetail>().notNull().default({}),
  },
  (t) => [primaryKey({ columns: [t.eventId, t.position] })],
);

export type BelongingRow = typeof belongings.$inferSelect;

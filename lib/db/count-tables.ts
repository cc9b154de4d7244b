// How many messages came in each quarter of an hour that is over: counted once, and again after a late change.
import { bigint, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "@/lib/db/columns";
import { bots } from "@/lib/db/schema";

/** The quarters that were counted. */
export const countedQuarters = pgTable("counted_quarters", {
  at: instant().primaryKey(),
  /** Grows with each count: of two at once, the one that began later is not overwritten. */
  version: integer().notNull(),
});

/** A bot without a row for a counted quarter received nothing in it. */
export const messageCounts = pgTable(
  "message_counts",
  {
    at: instant().notNull(),
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    received: integer().notNull(),
    answered: integer().notNull(),
    failed: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.at, t.botId] }), index("message_counts_bot").on(t.botId)],
);

/** Written by a trigger of `events`, in the transaction of the change: the quarter is to be counted anew. */
export const lateChanges = pgTable(
  "late_changes",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant().notNull(),
    /** The transaction: one row of it a quarter is enough. */
    xid: bigint({ mode: "number" }).notNull(),
  },
  (t) => [index("late_changes_at").on(t.at, t.xid)],
);

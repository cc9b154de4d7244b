// The tables of who is signed in, and of who tries too often.
import { index, integer, pgTable, text } from "drizzle-orm/pg-core";
import { instant, now } from "@/lib/db/columns";
import { users } from "@/lib/db/schema";

/** Signed-in browsers. Without its row a session's cookie is worth nothing. */
export const sessions = pgTable(
  "sessions",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    address: text().notNull(),
    userAgent: text("user_agent").notNull(),
    createdAt: instant("created_at").notNull().default(now),
    /** Exact to some minutes. */
    lastSeenAt: instant("last_seen_at").notNull().default(now),
  },
  (t) => [index("sessions_user").on(t.userId, t.lastSeenAt), index("sessions_seen").on(t.lastSeenAt)],
);

/** What is counted against a limit: failed sign-ins and calls, by address, device or token. */
export const rateCounters = pgTable(
  "rate_counters",
  {
    key: text().primaryKey(),
    count: integer().notNull(),
    /** When the minute began that `count` is about. */
    since: instant().notNull().default(now),
    /** How many limits in a row were reached: each pause is longer than the last. */
    pauses: integer().notNull().default(0),
    pausedUntil: instant("paused_until"),
  },
  (t) => [index("rate_counters_since").on(t.since)],
);

export type SessionRow = typeof sessions.$inferSelect;

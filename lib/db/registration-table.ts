// The table of apps that are being made or changed by scanning a QR code.
import { sql } from "drizzle-orm";
import { index, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { instant, now } from "@/lib/db/columns";
import { bots, users } from "@/lib/db/schema";
import type { Reason } from "@/lib/errors";

/** Whichever process is free asks whether the code was scanned. */
export const registrations = pgTable(
  "registrations",
  {
    id: text().primaryKey(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    /** The bot whose app is changed; once it is done, the bot that came of it. */
    botId: text("bot_id").references(() => bots.id, { onDelete: "cascade" }),
    kind: text({ enum: ["create", "repair"] }).notNull(),
    state: text({ enum: ["waiting", "done", "refused", "expired", "failed", "cancelled"] }).notNull(),
    /** What is asked now: a person of Lark is sent on from Feishu. */
    domain: text().notNull(),
    name: text(),
    /** What the code asks for beyond what every app gets. */
    scopes: jsonb().$type<string[]>().notNull(),
    sealedDeviceCode: text("sealed_device_code").notNull(),
    /** What the code shows. */
    url: text().notNull(),
    intervalSeconds: integer("interval_seconds").notNull(),
    nextPollAt: instant("next_poll_at").notNull(),
    expiresAt: instant("expires_at").notNull(),
    /** Why it failed, or why the last question was not answered. */
    error: jsonb().$type<Reason>(),
    createdAt: instant("created_at").notNull().default(now),
  },
  (t) => [
    index("registrations_owner").on(t.ownerId, t.createdAt),
    index("registrations_due").on(t.nextPollAt).where(sql`${t.state} = 'waiting'`),
  ],
);

export type RegistrationRow = typeof registrations.$inferSelect;

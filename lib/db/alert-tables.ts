// The tables of alerts: who is told of which trouble, and what was told.
import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, now } from "@/lib/db/columns";
import type { AlertConditions } from "@/lib/db/documents";
import { bots, users } from "@/lib/db/schema";
import type { Reason } from "@/lib/errors";

/** Who wants to be told of trouble, and by which way. */
export const alertRules = pgTable(
  "alert_rules",
  {
    id: text().primaryKey(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text().notNull(),
    /** Null: every bot that the owner may see. */
    botId: text("bot_id").references(() => bots.id, { onDelete: "cascade" }),
    channel: text({ enum: ["feishu", "webhook", "email"] }).notNull(),
    /** The address: a webhook's is a secret in itself. */
    sealedTarget: text("sealed_target").notNull(),
    /** An administrator entered that address: it may stand inside the network. */
    mayReachInside: boolean("may_reach_inside").notNull().default(false),
    /** What a webhook's calls are signed with. */
    sealedSecret: text("sealed_secret"),
    conditions: jsonb().$type<AlertConditions>().notNull(),
    /** The language in which is told. */
    locale: text({ enum: ["en", "zh-CN"] })
      .notNull()
      .default("en"),
    enabled: boolean().notNull().default(true),
    /** When something was last taken by the other side. */
    sentAt: instant("sent_at"),
    /** The last try, and why it failed. */
    triedAt: instant("tried_at"),
    error: jsonb().$type<Reason>(),
    attempts: integer().notNull().default(0),
    retryAt: instant("retry_at"),
    /** While a replica sends. */
    leaseUntil: instant("lease_until"),
    createdAt: instant("created_at").notNull().default(now),
    updatedAt: instant("updated_at").notNull().default(now),
  },
  (t) => [index("alert_rules_owner").on(t.ownerId, t.createdAt, t.id)],
);

/** Trouble that a rule has told of, until it is over. */
export const alerts = pgTable(
  "alerts",
  {
    ruleId: text("rule_id")
      .notNull()
      .references(() => alertRules.id, { onDelete: "cascade" }),
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    condition: text({ enum: ["error", "silent", "failed"] }).notNull(),
    since: instant().notNull(),
    /** When Larkspur noticed it. */
    seenAt: instant("seen_at").notNull().default(now),
    toldAt: instant("told_at"),
    /** It is over, which is still to be told. */
    endedAt: instant("ended_at"),
  },
  (t) => [primaryKey({ columns: [t.ruleId, t.botId, t.condition] })],
);

export type AlertRuleRow = typeof alertRules.$inferSelect;

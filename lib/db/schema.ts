// The tables, their indexes, and the row types that come from them.
import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { instant, now } from "@/lib/db/columns";
import type { Behavior, EventStep, Policy, Reply } from "@/lib/db/documents";
import type { Reason } from "@/lib/errors";

export const users = pgTable(
  "users",
  {
    id: text().primaryKey(),
    email: text().notNull(),
    name: text().notNull(),
    passwordHash: text("password_hash").notNull(),
    /** Read only by replicas of the version before sessions were stored, which go on serving during an upgrade. */
    sessionVersion: integer("session_version").notNull().default(1),
    role: text({ enum: ["admin", "member"] }).notNull(),
    createdAt: instant("created_at").notNull().default(now),
    updatedAt: instant("updated_at").notNull().default(now),
  },
  (t) => [uniqueIndex("users_email").on(sql`lower(${t.email})`), index("users_created").on(t.createdAt, t.id)],
);

export const apiTokens = pgTable(
  "api_tokens",
  {
    id: text().primaryKey(),
    userId: text("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    name: text().notNull(),
    /** SHA-256 of the token: it is random, so a slow hash would add nothing. */
    hash: text().notNull(),
    /** The last four characters, to tell tokens apart on screen. */
    hint: text().notNull(),
    access: text({ enum: ["full", "read"] })
      .notNull()
      .default("full"),
    /** The token that made it, which it does not outlive. */
    parentId: text("parent_id").references((): AnyPgColumn => apiTokens.id, { onDelete: "cascade" }),
    expiresAt: instant("expires_at"),
    lastUsedAt: instant("last_used_at"),
    createdAt: instant("created_at").notNull().default(now),
  },
  (t) => [
    uniqueIndex("api_tokens_hash").on(t.hash),
    index("api_tokens_user").on(t.userId, t.createdAt, t.id),
    index("api_tokens_parent").on(t.parentId),
  ],
);

export const bots = pgTable(
  "bots",
  {
    id: text().primaryKey(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => users.id),
    name: text().notNull(),
    appId: text("app_id").notNull(),
    /** "feishu", "lark", "sandbox" or an origin. */
    domain: text().notNull(),
    /** The sealed columns hold ciphertext bound to this row and column (lib/sealing.ts). */
    sealedAppSecret: text("sealed_app_secret").notNull(),
    sealedVerificationToken: text("sealed_verification_token"),
    sealedEncryptKey: text("sealed_encrypt_key"),
    sealedReplySecret: text("sealed_reply_secret"),
    enabled: boolean().notNull().default(true),
    useWebSocket: boolean("use_web_socket").notNull().default(false),
    reply: jsonb().$type<Reply>().notNull(),
    policy: jsonb().$type<Policy>().notNull(),
    /** What was chosen; the rest is as `DEFAULT_BEHAVIOR` (lib/bots) has it. */
    behavior: jsonb().$type<Partial<Behavior>>().notNull().default({}),
    /** The services among them that may stand inside the network, because an administrator entered them. */
    insideServices: jsonb("inside_services").$type<string[]>().notNull().default([]),
    /** Counted up whenever what a connection is made of changes: app id, secret, domain. */
    credentialsVersion: integer("credentials_version").notNull().default(1),
    /** The bot's own open_id in Feishu, asked once per credentials; unknown means: not mentioned. */
    openId: text("open_id"),
    /** The address of the bot's own proxy; it may hold a password. */
    sealedProxy: text("sealed_proxy"),
    createdAt: instant("created_at").notNull().default(now),
    updatedAt: instant("updated_at").notNull().default(now),
  },
  (t) => [
    uniqueIndex("bots_app_id").on(sql`lower(${t.appId})`),
    index("bots_created").on(t.createdAt, t.id),
    index("bots_owner").on(t.ownerId, t.createdAt, t.id),
  ],
);

/** One row a bot that ever used a long connection: who holds it, and its last known status. */
export const connections = pgTable("connections", {
  botId: text("bot_id")
    .primaryKey()
    .references(() => bots.id, { onDelete: "cascade" }),
  leaseOwner: text("lease_owner"),
  leaseUntil: instant("lease_until"),
  /** Set while the holder wants to hand the bot over; it keeps its socket until the successor is connected. */
  offeredAt: instant("offered_at"),
  successorOwner: text("successor_owner"),
  successorUntil: instant("successor_until"),
  /** Grows with each change of owner: a holder that slept cannot write over its successor. */
  fence: bigint({ mode: "number" }).notNull().default(0),
  state: text({ enum: ["disconnected", "connecting", "connected", "reconnecting", "error"] })
    .notNull()
    .default("disconnected"),
  instance: text(),
  connectedAt: instant("connected_at"),
  lastHeartbeatAt: instant("last_heartbeat_at"),
  lastEventAt: instant("last_event_at"),
  reconnectAttempt: integer("reconnect_attempt").notNull().default(0),
  nextRetryAt: instant("next_retry_at"),
  error: jsonb().$type<Reason>(),
  /** How many connections of this app Feishu counts, asked rarely: more than ours take a share of the events. */
  onlineCount: integer("online_count"),
  onlineCheckedAt: instant("online_checked_at"),
  updatedAt: instant("updated_at").notNull().default(now),
});

/** The processes that share this database; one not seen for the length of a lease is gone. */
export const replicas = pgTable("replicas", {
  owner: text().primaryKey(),
  instance: text().notNull(),
  seenAt: instant("seen_at").notNull().default(now),
});

/** The chats that a bot was heard in, and up to which message their history is known to be stored. */
export const chats = pgTable(
  "chats",
  {
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    chatId: text("chat_id").notNull(),
    chatType: text("chat_type"),
    /** Whose direct chat with the bot it is. */
    personId: text("person_id"),
    /** `create_time` of the newest message that is stored. */
    cursorAt: instant("cursor_at").notNull(),
    caughtUpAt: instant("caught_up_at"),
  },
  (t) => [primaryKey({ columns: [t.botId, t.chatId] }), index("chats_person").on(t.botId, t.personId)],
);

export const connectionChanges = pgTable(
  "connection_changes",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    at: instant().notNull().default(now),
    state: text({ enum: ["disconnected", "connecting", "connected", "reconnecting", "error"] }).notNull(),
    reason: jsonb().$type<Reason>(),
    instance: text(),
  },
  (t) => [index("connection_changes_bot").on(t.botId, t.at, t.id), index("connection_changes_at").on(t.at)],
);

export const EVENT_STATUSES = ["pending", "processing", "done", "failed", "ignored"] as const;
/** Who wrote the answer: the bot's reply, or one of those that never change (a command, a rule's text, a welcome, a button). */
export const ANSWERED_BY = ["responder", "fixed"] as const;
export const EVENT_SOURCES = ["websocket", "webhook", "catchup", "sandbox"] as const;

/** The inbox. An event is finished when it is done, failed or ignored. */
export const events = pgTable(
  "events",
  {
    /** Grows in the order of receipt: the order within a chat. */
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    eventId: text("event_id").notNull(),
    eventType: text("event_type").notNull(),
    messageId: text("message_id"),
    chatId: text("chat_id"),
    chatType: text("chat_type"),
    senderId: text("sender_id"),
    /** What the person wrote as text, the mention of the bot taken out. */
    text: text(),
    source: text({ enum: EVENT_SOURCES }).notNull(),
    status: text({ enum: EVENT_STATUSES }).notNull().default("pending"),
    /** A key below `reasons` in the text catalogs. */
    reason: text(),
    error: jsonb().$type<Reason>(),
    /** Unknown until it is finished, and of events of older versions. */
    answeredBy: text("answered_by", { enum: ANSWERED_BY }),
    payload: jsonb().$type<Record<string, unknown>>().notNull(),
    steps: jsonb().$type<EventStep[]>().notNull().default([]),
    attempts: integer().notNull().default(0),
    /** What is handled one after the other: the chat, or the event itself where there is no chat. */
    lane: text().notNull(),
    /** True once the lane no longer waits for it: after the third try, and for replays. */
    detached: boolean().notNull().default(false),
    /** How often it was replayed; part of the `uuid` of its replies. */
    replays: integer().notNull().default(0),
    dueAt: instant("due_at").notNull().default(now),
    leaseOwner: text("lease_owner"),
    leaseUntil: instant("lease_until"),
    /** Feishu's `create_time` of the message. */
    sentAt: instant("sent_at"),
    receivedAt: instant("received_at").notNull().default(now),
    finishedAt: instant("finished_at"),
    /** Of the quick sign under the message, while it stands there. */
    reactionId: text("reaction_id"),
  },
  (t) => [
    uniqueIndex("events_event_id").on(t.botId, t.eventId),
    uniqueIndex("events_message_id").on(t.botId, t.messageId).where(sql`${t.eventType} = 'im.message.receive_v1'`),
    index("events_bot").on(t.botId, t.id),
    index("events_bot_status").on(t.botId, t.status, t.id),
    index("events_chat").on(t.botId, t.chatId, t.id),
    index("events_answered").on(t.botId, t.chatId, t.id).where(sql`${t.status} = 'done'`),
    index("events_reaction").on(t.id).where(sql`${t.reactionId} is not null`),
    // Wide enough that the overview counts a day's events without reading them.
    index("events_received").on(t.receivedAt, t.eventType, t.status),
    index("events_failed").on(t.botId, t.finishedAt).where(sql`${t.status} = 'failed'`),
    // The worker's: small, because finished events are not in them.
    index("events_lane").on(t.botId, t.lane, t.id).where(sql`${t.status} in ('pending', 'processing')`),
  ],
);

/** What was sent, one row a `uuid`; `messageId` is missing until Feishu has taken it. */
export const replies = pgTable(
  "replies",
  {
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    uuid: text().notNull(),
    eventId: bigint("event_id", { mode: "number" }).references(() => events.id, { onDelete: "cascade" }),
    chatId: text("chat_id"),
    kind: text({ enum: ["answer", "apology", "message", "notice"] }).notNull(),
    messageId: text("message_id"),
    text: text(),
    /** The card that a growing answer is written into; kept before it is sent, so that a later try goes on with it. */
    cardId: text("card_id"),
    /** The name of the model that wrote it, and the tokens that it says it took. */
    model: text(),
    inputTokens: integer("input_tokens"),
    outputTokens: integer("output_tokens"),
    at: instant().notNull().default(now),
  },
  (t) => [
    primaryKey({ columns: [t.botId, t.uuid] }),
    index("replies_event").on(t.eventId),
    index("replies_chat").on(t.botId, t.chatId, t.at),
    index("replies_bot").on(t.botId, t.kind, t.at),
    index("replies_at").on(t.at),
  ],
);

/** What people think of an answer; each has one opinion, and may change it. */
export const feedback = pgTable(
  "feedback",
  {
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    /** Of the reply. */
    uuid: text().notNull(),
    userId: text("user_id").notNull(),
    useful: boolean().notNull(),
    at: instant().notNull().default(now),
  },
  (t) => [primaryKey({ columns: [t.botId, t.uuid, t.userId] }), index("feedback_bot").on(t.botId, t.at)],
);

/** Where somebody asked to start afresh: what came before is not remembered. */
export const conversations = pgTable(
  "conversations",
  {
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    /** The chat, the thread in it, or the person in it. */
    key: text().notNull(),
    /** The event after which it began. */
    freshAfter: bigint("fresh_after", { mode: "number" }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.botId, t.key] })],
);

/** What a service calls a conversation that it keeps itself. */
export const serviceConversations = pgTable(
  "service_conversations",
  {
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    /** The service, the place in Feishu, and since when. */
    key: text().notNull(),
    conversationId: text("conversation_id").notNull(),
    usedAt: instant("used_at").notNull().default(now),
  },
  (t) => [primaryKey({ columns: [t.botId, t.key] }), index("service_conversations_used").on(t.usedAt)],
);

/** What is said to somebody once, and not again for a while. */
export const notices = pgTable(
  "notices",
  {
    botId: text("bot_id")
      .notNull()
      .references(() => bots.id, { onDelete: "cascade" }),
    /** The person, or the chat. */
    receiver: text().notNull(),
    notice: text().notNull(),
    at: instant().notNull().default(now),
  },
  (t) => [primaryKey({ columns: [t.botId, t.receiver, t.notice] }), index("notices_at").on(t.at)],
);

/** Servers that speak OpenAI's protocol, and which of their models is meant. */
export const models = pgTable(
  "models",
  {
    id: text().primaryKey(),
    ownerId: text("owner_id")
      .notNull()
      .references(() => users.id),
    name: text().notNull(),
    /** Up to and without `/chat/completions`. */
    baseUrl: text("base_url").notNull(),
    /** An administrator entered that address: it may stand inside the network. */
    mayReachInside: boolean("may_reach_inside").notNull().default(false),
    /** What the server calls it. */
    model: text().notNull(),
    sealedApiKey: text("sealed_api_key"),
    /** It is shown the images of a conversation. */
    seesImages: boolean("sees_images").notNull().default(false),
    /** An administrator offers it to everybody: they may use it for their bots, not change it. */
    shared: boolean().notNull().default(false),
    /** When it was last asked, by a bot or by a test, since it was last changed; and why it did not answer then. */
    lastAskedAt: instant("last_asked_at"),
    lastProblem: jsonb("last_problem").$type<Reason>(),
    createdAt: instant("created_at").notNull().default(now),
    updatedAt: instant("updated_at").notNull().default(now),
  },
  (t) => [index("models_created").on(t.createdAt, t.id), index("models_owner").on(t.ownerId, t.createdAt, t.id)],
);

export const auditLog = pgTable(
  "audit_log",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant().notNull().default(now),
    /** No reference: the row outlives the person. */
    actorId: text("actor_id"),
    actorName: text("actor_name").notNull(),
    /** Like `bot.created`: what, and what happened to it. */
    action: text().notNull(),
    targetId: text("target_id"),
    targetName: text("target_name"),
    detail: jsonb().$type<Record<string, unknown>>(),
  },
  (t) => [index("audit_log_at").on(t.at)],
);

/** Facts about the installation itself: one row a key. */
export const settings = pgTable("settings", {
  key: text().primaryKey(),
  value: jsonb().notNull(),
  updatedAt: instant("updated_at").notNull().default(now),
});

export type UserRow = typeof users.$inferSelect;
export type ApiTokenRow = typeof apiTokens.$inferSelect;
export type BotRow = typeof bots.$inferSelect;
export type ConnectionRow = typeof connections.$inferSelect;
export type EventRow = typeof events.$inferSelect;
export type ModelRow = typeof models.$inferSelect;
export type ReplyRow = typeof replies.$inferSelect;

CREATE TABLE "api_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"hint" text NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_log_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"actor_id" text,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"target_id" text,
	"target_name" text,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "bots" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"app_id" text NOT NULL,
	"domain" text NOT NULL,
	"sealed_app_secret" text NOT NULL,
	"sealed_verification_token" text,
	"sealed_encrypt_key" text,
	"sealed_reply_secret" text,
	"enabled" boolean DEFAULT true NOT NULL,
	"use_web_socket" boolean DEFAULT false NOT NULL,
	"reply" jsonb NOT NULL,
	"policy" jsonb NOT NULL,
	"credentials_version" integer DEFAULT 1 NOT NULL,
	"open_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connection_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "connection_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"bot_id" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"state" text NOT NULL,
	"reason" jsonb,
	"instance" text
);
--> statement-breakpoint
CREATE TABLE "connections" (
	"bot_id" text PRIMARY KEY NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"fence" bigint DEFAULT 0 NOT NULL,
	"state" text DEFAULT 'disconnected' NOT NULL,
	"instance" text,
	"connected_at" timestamp (3) with time zone,
	"last_heartbeat_at" timestamp (3) with time zone,
	"last_event_at" timestamp (3) with time zone,
	"reconnect_attempt" integer DEFAULT 0 NOT NULL,
	"next_retry_at" timestamp (3) with time zone,
	"error" jsonb,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"bot_id" text NOT NULL,
	"event_id" text NOT NULL,
	"event_type" text NOT NULL,
	"message_id" text,
	"chat_id" text,
	"chat_type" text,
	"sender_id" text,
	"text" text,
	"source" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"reason" text,
	"error" jsonb,
	"payload" jsonb NOT NULL,
	"steps" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"lane" text NOT NULL,
	"detached" boolean DEFAULT false NOT NULL,
	"replays" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "replies" (
	"bot_id" text NOT NULL,
	"uuid" text NOT NULL,
	"event_id" bigint,
	"chat_id" text,
	"kind" text NOT NULL,
	"message_id" text,
	"text" text,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "replies_bot_id_uuid_pk" PRIMARY KEY("bot_id","uuid")
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"role" text NOT NULL,
	"session_version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bots" ADD CONSTRAINT "bots_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connection_changes" ADD CONSTRAINT "connection_changes_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "connections" ADD CONSTRAINT "connections_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "events" ADD CONSTRAINT "events_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replies" ADD CONSTRAINT "replies_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replies" ADD CONSTRAINT "replies_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_tokens_hash" ON "api_tokens" USING btree ("hash");--> statement-breakpoint
CREATE INDEX "api_tokens_user" ON "api_tokens" USING btree ("user_id","created_at","id");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "bots_app_id" ON "bots" USING btree (lower("app_id"));--> statement-breakpoint
CREATE INDEX "bots_created" ON "bots" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "bots_owner" ON "bots" USING btree ("owner_id","created_at","id");--> statement-breakpoint
CREATE INDEX "connection_changes_bot" ON "connection_changes" USING btree ("bot_id","at","id");--> statement-breakpoint
CREATE INDEX "connection_changes_at" ON "connection_changes" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "events_event_id" ON "events" USING btree ("bot_id","event_id");--> statement-breakpoint
CREATE UNIQUE INDEX "events_message_id" ON "events" USING btree ("bot_id","message_id") WHERE "events"."event_type" = 'im.message.receive_v1';--> statement-breakpoint
CREATE INDEX "events_bot" ON "events" USING btree ("bot_id","id");--> statement-breakpoint
CREATE INDEX "events_bot_status" ON "events" USING btree ("bot_id","status","id");--> statement-breakpoint
CREATE INDEX "events_chat" ON "events" USING btree ("bot_id","chat_id","id");--> statement-breakpoint
CREATE INDEX "events_received" ON "events" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "events_lane" ON "events" USING btree ("bot_id","lane","id") WHERE "events"."status" in ('pending', 'processing');--> statement-breakpoint
CREATE INDEX "replies_event" ON "replies" USING btree ("event_id");--> statement-breakpoint
CREATE INDEX "replies_chat" ON "replies" USING btree ("bot_id","chat_id","at");--> statement-breakpoint
CREATE INDEX "replies_at" ON "replies" USING btree ("at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE INDEX "users_created" ON "users" USING btree ("created_at","id");
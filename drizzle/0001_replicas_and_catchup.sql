CREATE TABLE "chats" (
	"bot_id" text NOT NULL,
	"chat_id" text NOT NULL,
	"chat_type" text,
	"cursor_at" timestamp (3) with time zone NOT NULL,
	"caught_up_at" timestamp (3) with time zone,
	CONSTRAINT "chats_bot_id_chat_id_pk" PRIMARY KEY("bot_id","chat_id")
);
--> statement-breakpoint
CREATE TABLE "replicas" (
	"owner" text PRIMARY KEY NOT NULL,
	"instance" text NOT NULL,
	"seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "bots" ADD COLUMN "sealed_proxy" text;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "offered_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "successor_owner" text;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "successor_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "online_count" integer;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "online_checked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "chats" ADD CONSTRAINT "chats_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "replies_bot" ON "replies" USING btree ("bot_id","at");
CREATE TABLE "alert_rules" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"bot_id" text,
	"channel" text NOT NULL,
	"sealed_target" text NOT NULL,
	"sealed_secret" text,
	"conditions" jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"error" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"rule_id" text NOT NULL,
	"bot_id" text NOT NULL,
	"condition" text NOT NULL,
	"since" timestamp (3) with time zone NOT NULL,
	"told_at" timestamp (3) with time zone,
	CONSTRAINT "alerts_rule_id_bot_id_condition_pk" PRIMARY KEY("rule_id","bot_id","condition")
);
--> statement-breakpoint
CREATE TABLE "conversations" (
	"bot_id" text NOT NULL,
	"key" text NOT NULL,
	"fresh_after" bigint NOT NULL,
	CONSTRAINT "conversations_bot_id_key_pk" PRIMARY KEY("bot_id","key")
);
--> statement-breakpoint
CREATE TABLE "feedback" (
	"bot_id" text NOT NULL,
	"uuid" text NOT NULL,
	"user_id" text NOT NULL,
	"useful" boolean NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "feedback_bot_id_uuid_user_id_pk" PRIMARY KEY("bot_id","uuid","user_id")
);
--> statement-breakpoint
CREATE TABLE "notices" (
	"bot_id" text NOT NULL,
	"receiver" text NOT NULL,
	"notice" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notices_bot_id_receiver_notice_pk" PRIMARY KEY("bot_id","receiver","notice")
);
--> statement-breakpoint
ALTER TABLE "bots" ADD COLUMN "behavior" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "reaction_id" text;--> statement-breakpoint
ALTER TABLE "alert_rules" ADD CONSTRAINT "alert_rules_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_rules" ADD CONSTRAINT "alert_rules_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_rule_id_alert_rules_id_fk" FOREIGN KEY ("rule_id") REFERENCES "public"."alert_rules"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "conversations" ADD CONSTRAINT "conversations_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feedback" ADD CONSTRAINT "feedback_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notices" ADD CONSTRAINT "notices_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_rules_owner" ON "alert_rules" USING btree ("owner_id","created_at","id");--> statement-breakpoint
CREATE INDEX "feedback_bot" ON "feedback" USING btree ("bot_id","at");--> statement-breakpoint
CREATE INDEX "notices_at" ON "notices" USING btree ("at");
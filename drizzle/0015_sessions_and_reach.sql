CREATE TABLE "rate_counters" (
	"key" text PRIMARY KEY NOT NULL,
	"count" integer NOT NULL,
	"since" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"pauses" integer DEFAULT 0 NOT NULL,
	"paused_until" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"address" text NOT NULL,
	"user_agent" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_tokens" ADD COLUMN "parent_id" text;--> statement-breakpoint
ALTER TABLE "bots" ADD COLUMN "inside_services" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "may_reach_inside" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "alert_rules" ADD COLUMN "may_reach_inside" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "rate_counters_since" ON "rate_counters" USING btree ("since");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id","last_seen_at");--> statement-breakpoint
CREATE INDEX "sessions_seen" ON "sessions" USING btree ("last_seen_at");--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_parent_id_api_tokens_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."api_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_tokens_parent" ON "api_tokens" USING btree ("parent_id");--> statement-breakpoint
-- Until now the owner had to be an administrator for an address inside the network: existing addresses keep that reach.
UPDATE "bots" SET "inside_services" = coalesce((
  SELECT jsonb_agg(DISTINCT coalesce(each.reply ->> 'protocol' || ' ', '') || (each.reply ->> 'url'))
  FROM (SELECT "bots"."reply" UNION ALL SELECT jsonb_path_query("bots"."behavior", '$.rules[*].action.reply')) AS each(reply)
  WHERE each.reply ->> 'kind' = 'http'), '[]'::jsonb)
WHERE "owner_id" IN (SELECT "id" FROM "users" WHERE "role" = 'admin');--> statement-breakpoint
UPDATE "models" SET "may_reach_inside" = true WHERE "owner_id" IN (SELECT "id" FROM "users" WHERE "role" = 'admin');--> statement-breakpoint
UPDATE "alert_rules" SET "may_reach_inside" = true WHERE "owner_id" IN (SELECT "id" FROM "users" WHERE "role" = 'admin');

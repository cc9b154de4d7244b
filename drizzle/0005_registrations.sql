CREATE TABLE "registrations" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"bot_id" text,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"domain" text NOT NULL,
	"name" text,
	"scopes" jsonb NOT NULL,
	"sealed_device_code" text NOT NULL,
	"url" text NOT NULL,
	"interval_seconds" integer NOT NULL,
	"next_poll_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"error" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "registrations" ADD CONSTRAINT "registrations_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registrations" ADD CONSTRAINT "registrations_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "registrations_owner" ON "registrations" USING btree ("owner_id","created_at");--> statement-breakpoint
CREATE INDEX "registrations_due" ON "registrations" USING btree ("next_poll_at") WHERE "registrations"."state" = 'waiting';
ALTER TABLE "events" ADD COLUMN "answered_by" text;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "last_asked_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "last_problem" jsonb;
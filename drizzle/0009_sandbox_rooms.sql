CREATE TABLE "sandbox_rooms" (
	"bot_id" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"state" text NOT NULL,
	"files" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sandbox_rooms" ADD CONSTRAINT "sandbox_rooms_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;
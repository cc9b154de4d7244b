CREATE TABLE "answer_calls" (
	"event_id" bigint PRIMARY KEY NOT NULL,
	"replays" integer NOT NULL,
	"calls" jsonb NOT NULL,
	"prompt" jsonb,
	"thoughts" text
);
--> statement-breakpoint
ALTER TABLE "answer_calls" ADD CONSTRAINT "answer_calls_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE cascade ON UPDATE no action;
CREATE TABLE "belongings" (
	"event_id" bigint NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"message_id" text NOT NULL,
	"key" text,
	"name" text,
	"bytes" integer,
	"text" text,
	"problem" jsonb,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "belongings_event_id_position_pk" PRIMARY KEY("event_id","position")
);
--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "sees_images" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "belongings" ADD CONSTRAINT "belongings_event_id_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."events"("id") ON DELETE cascade ON UPDATE no action;
ALTER TABLE "chats" ADD COLUMN "person_id" text;--> statement-breakpoint
CREATE INDEX "chats_person" ON "chats" USING btree ("bot_id","person_id");--> statement-breakpoint
CREATE INDEX "events_answered" ON "events" USING btree ("bot_id","chat_id","id") WHERE "events"."status" = 'done';--> statement-breakpoint
CREATE INDEX "events_reaction" ON "events" USING btree ("id") WHERE "events"."reaction_id" is not null;
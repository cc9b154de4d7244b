-- Lark calls a direct chat "private": one word for it everywhere. And no ticket of a store app stays readable.
UPDATE "events" SET "chat_type" = 'p2p' WHERE "chat_type" = 'private';--> statement-breakpoint
UPDATE "chats" SET "chat_type" = 'p2p', "person_id" = coalesce("person_id", (
  SELECT "sender_id" FROM "events" WHERE "events"."bot_id" = "chats"."bot_id" AND "events"."chat_id" = "chats"."chat_id"
    AND "sender_id" IS NOT NULL ORDER BY "id" DESC LIMIT 1)) WHERE "chat_type" = 'private';--> statement-breakpoint
UPDATE "events" SET "payload" = jsonb_set("payload", '{event,app_ticket}', '"[hidden]"')
  WHERE "event_type" = 'app_ticket' AND "payload" #> '{event,app_ticket}' IS NOT NULL;

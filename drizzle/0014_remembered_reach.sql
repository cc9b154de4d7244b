ALTER TABLE "bots" ADD COLUMN "inside_services" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "may_reach_inside" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "alert_rules" ADD COLUMN "may_reach_inside" boolean DEFAULT false NOT NULL;--> statement-breakpoint
-- Until now an address could stand inside the network where its owner was an administrator: so it stays for what there is.
UPDATE "bots" SET "inside_services" = coalesce((
  SELECT jsonb_agg(DISTINCT coalesce(each.reply ->> 'protocol' || ' ', '') || (each.reply ->> 'url'))
  FROM (SELECT "bots"."reply" UNION ALL SELECT jsonb_path_query("bots"."behavior", '$.rules[*].action.reply')) AS each(reply)
  WHERE each.reply ->> 'kind' = 'http'), '[]'::jsonb)
WHERE "owner_id" IN (SELECT "id" FROM "users" WHERE "role" = 'admin');--> statement-breakpoint
UPDATE "models" SET "may_reach_inside" = true WHERE "owner_id" IN (SELECT "id" FROM "users" WHERE "role" = 'admin');--> statement-breakpoint
UPDATE "alert_rules" SET "may_reach_inside" = true WHERE "owner_id" IN (SELECT "id" FROM "users" WHERE "role" = 'admin');

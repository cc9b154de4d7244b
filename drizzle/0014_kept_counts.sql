CREATE TABLE "counted_quarters" (
	"at" timestamp (3) with time zone PRIMARY KEY NOT NULL,
	"version" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "late_changes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "late_changes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp (3) with time zone NOT NULL,
	"xid" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "message_counts" (
	"at" timestamp (3) with time zone NOT NULL,
	"bot_id" text NOT NULL,
	"received" integer NOT NULL,
	"answered" integer NOT NULL,
	"failed" integer NOT NULL,
	CONSTRAINT "message_counts_at_bot_id_pk" PRIMARY KEY("at","bot_id")
);
--> statement-breakpoint
DROP INDEX "events_failed";--> statement-breakpoint
DROP INDEX "replies_bot";--> statement-breakpoint
ALTER TABLE "message_counts" ADD CONSTRAINT "message_counts_bot_id_bots_id_fk" FOREIGN KEY ("bot_id") REFERENCES "public"."bots"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "late_changes_at" ON "late_changes" USING btree ("at","xid");--> statement-breakpoint
CREATE INDEX "message_counts_bot" ON "message_counts" USING btree ("bot_id");--> statement-breakpoint
CREATE INDEX "events_failed" ON "events" USING btree ("bot_id","finished_at") WHERE "events"."status" = 'failed';--> statement-breakpoint
CREATE INDEX "replies_bot" ON "replies" USING btree ("bot_id","kind","at");
--> statement-breakpoint
-- A message that is stored or settled more than a minute after its receipt may belong to a quarter that was counted.
CREATE FUNCTION "note_late_change"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  quarter timestamptz := date_bin('15 minutes', NEW.received_at, 'epoch');
  own bigint := pg_current_xact_id()::text::bigint;
BEGIN
  -- Of other transactions' rows nothing follows: whoever counts may have seen them and not this change.
  INSERT INTO late_changes (at, xid) SELECT quarter, own
    WHERE NOT EXISTS (SELECT FROM late_changes WHERE at = quarter AND xid = own);
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "events_stored_late" AFTER INSERT ON "events" FOR EACH ROW
  WHEN (NEW.received_at < now() - interval '1 minute') EXECUTE FUNCTION "note_late_change"();--> statement-breakpoint
CREATE TRIGGER "events_settled_late" AFTER UPDATE OF "status", "received_at" ON "events" FOR EACH ROW
  WHEN (NEW.received_at < now() - interval '1 minute' AND (OLD.status, OLD.received_at) IS DISTINCT FROM (NEW.status, NEW.received_at))
  EXECUTE FUNCTION "note_late_change"();

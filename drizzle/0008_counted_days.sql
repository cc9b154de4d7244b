DROP INDEX "events_received";--> statement-breakpoint
CREATE INDEX "events_received" ON "events" USING btree ("received_at","event_type","status");
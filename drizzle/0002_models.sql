CREATE TABLE "models" (
	"id" text PRIMARY KEY NOT NULL,
	"owner_id" text NOT NULL,
	"name" text NOT NULL,
	"base_url" text NOT NULL,
	"model" text NOT NULL,
	"sealed_api_key" text,
	"shared" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "replies" ADD COLUMN "card_id" text;--> statement-breakpoint
ALTER TABLE "replies" ADD COLUMN "model" text;--> statement-breakpoint
ALTER TABLE "replies" ADD COLUMN "input_tokens" integer;--> statement-breakpoint
ALTER TABLE "replies" ADD COLUMN "output_tokens" integer;--> statement-breakpoint
ALTER TABLE "models" ADD CONSTRAINT "models_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "models_created" ON "models" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "models_owner" ON "models" USING btree ("owner_id","created_at","id");
CREATE SCHEMA "gateway";
--> statement-breakpoint
CREATE TABLE "gateway"."request_count" (
	"caller_hash" text PRIMARY KEY NOT NULL,
	"hits" integer NOT NULL,
	"resets_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "request_count_by_end" ON "gateway"."request_count" USING btree ("resets_at");
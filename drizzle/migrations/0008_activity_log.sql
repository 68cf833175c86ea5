CREATE TYPE "tenants"."activity_retention" AS ENUM('ONE_YEAR', 'THREE_YEARS', 'SEVEN_YEARS');--> statement-breakpoint
CREATE TABLE "identity"."open_session" (
	"session_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit"."activity_count" (
	"tenant_id" uuid NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"facet_id" integer NOT NULL,
	"retention" "tenants"."activity_retention" NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "activity_count_tenant_id_hour_facet_id_retention_pk" PRIMARY KEY("tenant_id","hour","facet_id","retention")
);
--> statement-breakpoint
ALTER TABLE "audit"."activity_count" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."export" (
	"tenant_id" uuid NOT NULL,
	"export_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"actor_key" text NOT NULL,
	"input" jsonb NOT NULL,
	"tree_size" bigint NOT NULL,
	"previous_tree_size" bigint,
	CONSTRAINT "export_tenant_id_export_id_pk" PRIMARY KEY("tenant_id","export_id")
);
--> statement-breakpoint
ALTER TABLE "audit"."export" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."checkpoint" (
	"tenant_id" uuid NOT NULL,
	"tree_size" bigint NOT NULL,
	"epoch" integer NOT NULL,
	"root_hash" "bytea" NOT NULL,
	"note" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "checkpoint_tenant_id_tree_size_pk" PRIMARY KEY("tenant_id","tree_size")
);
--> statement-breakpoint
ALTER TABLE "audit"."checkpoint" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."counter" (
	"counter_id" uuid PRIMARY KEY NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"flushed_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit"."facet" (
	"tenant_id" uuid NOT NULL,
	"facet_id" integer GENERATED ALWAYS AS IDENTITY (sequence name "audit"."facet_facet_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"actor_key" text,
	"action" text NOT NULL,
	"outcome" "audit"."activity_outcome" NOT NULL,
	"method" "identity"."login_method",
	"client_id" text,
	CONSTRAINT "facet_tenant_id_facet_id_pk" PRIMARY KEY("tenant_id","facet_id"),
	CONSTRAINT "facet_once" UNIQUE NULLS NOT DISTINCT("tenant_id","actor_key","action","outcome","method","client_id")
);
--> statement-breakpoint
ALTER TABLE "audit"."facet" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."flood" (
	"tenant_id" uuid NOT NULL,
	"minute" timestamp (3) with time zone NOT NULL,
	"key" text NOT NULL,
	"event" jsonb NOT NULL,
	"count" integer NOT NULL,
	"first_at" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "flood_tenant_id_minute_key_pk" PRIMARY KEY("tenant_id","minute","key")
);
--> statement-breakpoint
ALTER TABLE "audit"."flood" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."flooded_tenant" (
	"tenant_id" uuid NOT NULL,
	"minute" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "flooded_tenant_tenant_id_minute_pk" PRIMARY KEY("tenant_id","minute")
);
--> statement-breakpoint
CREATE TABLE "audit"."log_epoch" (
	"tenant_id" uuid NOT NULL,
	"epoch" integer NOT NULL,
	"tree_size" bigint NOT NULL,
	"opened_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "log_epoch_tenant_id_epoch_pk" PRIMARY KEY("tenant_id","epoch")
);
--> statement-breakpoint
ALTER TABLE "audit"."log_epoch" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."operator_flood" (
	"minute" timestamp (3) with time zone NOT NULL,
	"key" text NOT NULL,
	"event" jsonb NOT NULL,
	"count" integer NOT NULL,
	"first_at" timestamp (3) with time zone NOT NULL,
	"last_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "operator_flood_minute_key_pk" PRIMARY KEY("minute","key")
);
--> statement-breakpoint
CREATE TABLE "audit"."recorded_once" (
	"tenant_id" uuid NOT NULL,
	"key" text NOT NULL,
	"recorded_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "recorded_once_tenant_id_key_pk" PRIMARY KEY("tenant_id","key")
);
--> statement-breakpoint
ALTER TABLE "audit"."recorded_once" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."sealed" (
	"tenant_id" uuid NOT NULL,
	"sequence" bigint NOT NULL,
	"retention" "tenants"."activity_retention" NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"event_id" uuid NOT NULL,
	"facet_id" integer NOT NULL,
	"kind_id" integer NOT NULL,
	"event" text NOT NULL,
	"disclosures" json NOT NULL,
	"session_id" uuid GENERATED ALWAYS AS (((event::json ->> 'sessionId')::uuid)) STORED,
	"words" "tsvector" GENERATED ALWAYS AS (audit.words_of(tenant_id, facet_id, kind_id, event, disclosures)) STORED,
	CONSTRAINT "sealed_tenant_id_sequence_retention_occurred_at_pk" PRIMARY KEY("tenant_id","sequence","retention","occurred_at")
) PARTITION BY LIST ("retention");
--> statement-breakpoint
ALTER TABLE "audit"."sealed" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."tile" (
	"tenant_id" uuid NOT NULL,
	"level" integer NOT NULL,
	"tile_index" bigint NOT NULL,
	"hashes" "bytea" NOT NULL,
	CONSTRAINT "tile_tenant_id_level_tile_index_pk" PRIMARY KEY("tenant_id","level","tile_index")
);
--> statement-breakpoint
ALTER TABLE "audit"."tile" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "audit"."activity" RENAME TO "unsealed";--> statement-breakpoint
ALTER TABLE "audit"."unsealed" DROP CONSTRAINT "activity_tenant_id_tenant_tenant_id_fk";
--> statement-breakpoint
DROP INDEX "audit"."activity_by_time";--> statement-breakpoint
DROP INDEX "audit"."activity_by_actor";--> statement-breakpoint
DROP INDEX "audit"."activity_by_action";--> statement-breakpoint
DROP INDEX "audit"."activity_by_session";--> statement-breakpoint
ALTER TABLE "audit"."unsealed" DROP CONSTRAINT "activity_tenant_id_event_id_pk";--> statement-breakpoint
ALTER TABLE "audit"."unsealed" ADD CONSTRAINT "unsealed_tenant_id_event_id_pk" PRIMARY KEY("tenant_id","event_id");--> statement-breakpoint
ALTER TABLE "tenants"."settings" ADD COLUMN "activity_retention" "tenants"."activity_retention" DEFAULT 'ONE_YEAR' NOT NULL;--> statement-breakpoint
ALTER TABLE "audit"."activity_count" ADD CONSTRAINT "activity_count_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit"."export" ADD CONSTRAINT "export_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit"."checkpoint" ADD CONSTRAINT "checkpoint_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit"."facet" ADD CONSTRAINT "facet_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit"."flood" ADD CONSTRAINT "flood_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit"."log_epoch" ADD CONSTRAINT "log_epoch_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit"."recorded_once" ADD CONSTRAINT "recorded_once_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit"."sealed" ADD CONSTRAINT "sealed_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit"."tile" ADD CONSTRAINT "tile_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "export_by_age" ON "audit"."export" USING btree ("tenant_id","created_at");--> statement-breakpoint
CREATE INDEX "recorded_once_by_age" ON "audit"."recorded_once" USING btree ("tenant_id","recorded_at");--> statement-breakpoint
CREATE INDEX "sealed_by_id" ON "audit"."sealed" USING btree ("tenant_id","event_id");--> statement-breakpoint
CREATE INDEX "sealed_by_time" ON "audit"."sealed" USING btree ("tenant_id","occurred_at","event_id");--> statement-breakpoint
CREATE INDEX "sealed_by_facet" ON "audit"."sealed" USING btree ("tenant_id","facet_id","occurred_at","event_id");--> statement-breakpoint
CREATE INDEX "sealed_by_kind" ON "audit"."sealed" USING btree ("tenant_id","kind_id","occurred_at","event_id");--> statement-breakpoint
CREATE INDEX "sealed_by_session" ON "audit"."sealed" USING btree ("tenant_id","session_id","occurred_at","event_id");--> statement-breakpoint
ALTER TABLE "audit"."unsealed" ADD CONSTRAINT "unsealed_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "unsealed_by_time" ON "audit"."unsealed" USING btree ("tenant_id","occurred_at","event_id");--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."activity_count" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_maintenance", "it_complete_operator", "it_complete_sealer" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."export" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_maintenance", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."checkpoint" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator", "it_complete_sealer" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."facet" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator", "it_complete_sealer" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."flood" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."log_epoch" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator", "it_complete_sealer" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."recorded_once" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_maintenance", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."sealed" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator", "it_complete_sealer" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."tile" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator", "it_complete_sealer" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
ALTER POLICY "tenant_only" ON "tenants"."settings" TO it_complete_app,it_complete_operator,it_complete_sealer USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
ALTER POLICY "tenant_only" ON "audit"."unsealed" TO it_complete_app,it_complete_maintenance,it_complete_operator,it_complete_sealer USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
ALTER TABLE "audit"."operator_activity" ALTER COLUMN "event_id" SET DEFAULT audit.next_event_id();--> statement-breakpoint
ALTER TABLE "audit"."operator_activity" ADD COLUMN "coalesced" jsonb;--> statement-breakpoint
ALTER TABLE "audit"."unsealed" ALTER COLUMN "event_id" SET DEFAULT audit.next_event_id();

CREATE TABLE "identity"."api_token" (
	"tenant_id" uuid NOT NULL,
	"token_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"token_hash" text NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"created_by" jsonb NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"last_used_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"refused_at" timestamp (3) with time zone,
	CONSTRAINT "api_token_tenant_id_token_id_pk" PRIMARY KEY("tenant_id","token_id")
);
--> statement-breakpoint
ALTER TABLE "identity"."api_token" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "identity"."api_token" ADD CONSTRAINT "api_token_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "api_token_by_token" ON "identity"."api_token" USING btree ("tenant_id","token_hash");--> statement-breakpoint
CREATE INDEX "api_token_by_age" ON "identity"."api_token" USING btree ("tenant_id","created_at","token_id") WHERE revoked_at is null;--> statement-breakpoint
CREATE POLICY "tenant_only" ON "identity"."api_token" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
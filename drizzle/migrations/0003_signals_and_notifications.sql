CREATE SCHEMA "notifications";
--> statement-breakpoint
CREATE TABLE "tenants"."associated_tenant" (
	"client_id" text NOT NULL,
	"tenant_id" uuid NOT NULL,
	CONSTRAINT "associated_tenant_client_id_tenant_id_pk" PRIMARY KEY("client_id","tenant_id")
);
--> statement-breakpoint
CREATE TABLE "identity"."security_event_id" (
	"client_id" text NOT NULL,
	"jti" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "security_event_id_client_id_jti_pk" PRIMARY KEY("client_id","jti")
);
--> statement-breakpoint
CREATE TABLE "identity"."known_technician" (
	"tenant_id" uuid NOT NULL,
	"client_id" text NOT NULL,
	"subject" text NOT NULL,
	"first_seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "known_technician_tenant_id_client_id_subject_pk" PRIMARY KEY("tenant_id","client_id","subject")
);
--> statement-breakpoint
ALTER TABLE "identity"."known_technician" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "notifications"."due" (
	"message_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"due_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notifications"."message" (
	"tenant_id" uuid NOT NULL,
	"message_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"event_id" uuid NOT NULL,
	"recipient" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "message_tenant_id_message_id_pk" PRIMARY KEY("tenant_id","message_id")
);
--> statement-breakpoint
ALTER TABLE "notifications"."message" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tenants"."partner_key" ALTER COLUMN "alg" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants"."partner_key" ALTER COLUMN "public_jwk" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "tenants"."partner_instance" ADD COLUMN "jwks_url" text;--> statement-breakpoint
ALTER TABLE "identity"."session" ADD COLUMN "handoff_id" uuid;--> statement-breakpoint
ALTER TABLE "identity"."known_technician" ADD CONSTRAINT "known_technician_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications"."message" ADD CONSTRAINT "message_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "security_event_id_by_expiry" ON "identity"."security_event_id" USING btree ("client_id","expires_at");--> statement-breakpoint
CREATE INDEX "due_by_time" ON "notifications"."due" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "session_by_technician" ON "identity"."session" USING btree ("tenant_id","client_id","subject");--> statement-breakpoint
ALTER TABLE "tenants"."partner_key" ADD CONSTRAINT "partner_key_whole_unless_revoked" CHECK (revoked_at is not null or (alg is not null and public_jwk is not null));--> statement-breakpoint
CREATE POLICY "tenant_only" ON "identity"."known_technician" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "notifications"."message" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
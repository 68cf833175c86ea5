CREATE SCHEMA "tenants";
--> statement-breakpoint
CREATE SCHEMA "identity";
--> statement-breakpoint
CREATE SCHEMA "audit";
--> statement-breakpoint
CREATE TYPE "tenants"."association_status" AS ENUM('REQUESTED', 'ACTIVE');--> statement-breakpoint
CREATE TYPE "tenants"."notification_frequency" AS ENUM('IMMEDIATELY', 'DAILY', 'WEEKLY');--> statement-breakpoint
CREATE TYPE "tenants"."partner_platform" AS ENUM('KASEYA_VSA', 'UNITRENDS_UNIVIEW');--> statement-breakpoint
CREATE TYPE "tenants"."session_end_reason" AS ENUM('SIGNED_OUT', 'REVOKED', 'FEATURE_DISABLED', 'ASSOCIATION_CHANGED', 'ADMIN_REVOKED', 'PARTNER_SIGNAL', 'PARTNER_SUSPENDED');--> statement-breakpoint
CREATE TYPE "identity"."handoff_binding" AS ENUM('browser', 'client');--> statement-breakpoint
CREATE TYPE "identity"."login_method" AS ENUM('MICROSOFT', 'KASEYA_VSA', 'UNITRENDS_UNIVIEW');--> statement-breakpoint
CREATE TYPE "audit"."activity_outcome" AS ENUM('SUCCEEDED', 'DENIED', 'FAILED');--> statement-breakpoint
CREATE TABLE "tenants"."domain" (
	"domain" text PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tenants"."epoch_rise" (
	"tenant_id" uuid NOT NULL,
	"subject_id" uuid NOT NULL,
	"epoch" integer NOT NULL,
	"raised_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"reason" "tenants"."session_end_reason" NOT NULL,
	CONSTRAINT "epoch_rise_tenant_id_subject_id_epoch_pk" PRIMARY KEY("tenant_id","subject_id","epoch")
);
--> statement-breakpoint
ALTER TABLE "tenants"."epoch_rise" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tenants"."idempotency_key" (
	"tenant_id" uuid NOT NULL,
	"actor_key" text NOT NULL,
	"mutation" text NOT NULL,
	"key" text NOT NULL,
	"input_hash" text NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_key_tenant_id_actor_key_mutation_key_pk" PRIMARY KEY("tenant_id","actor_key","mutation","key")
);
--> statement-breakpoint
ALTER TABLE "tenants"."idempotency_key" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tenants"."organization" (
	"microsoft_tenant_id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"demo" boolean DEFAULT false NOT NULL,
	CONSTRAINT "organization_tenant_id_unique" UNIQUE("tenant_id")
);
--> statement-breakpoint
CREATE TABLE "tenants"."partner_association" (
	"tenant_id" uuid NOT NULL,
	"association_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"client_id" text NOT NULL,
	"status" "tenants"."association_status" NOT NULL,
	"external_tenant_id" text NOT NULL,
	"allowed_technicians" text[],
	"mfa_max_age_minutes" integer,
	"epoch" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "partner_association_tenant_id_association_id_pk" PRIMARY KEY("tenant_id","association_id")
);
--> statement-breakpoint
ALTER TABLE "tenants"."partner_association" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tenants"."partner_instance" (
	"client_id" text PRIMARY KEY NOT NULL,
	"platform" "tenants"."partner_platform" NOT NULL,
	"name" text NOT NULL,
	"issuer" text NOT NULL,
	"handoff_url" text NOT NULL,
	"epoch" integer DEFAULT 0 NOT NULL,
	"suspended_at" timestamp (3) with time zone,
	"removed_at" timestamp (3) with time zone,
	"demo" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "partner_instance_issuer_unique" UNIQUE("issuer")
);
--> statement-breakpoint
CREATE TABLE "tenants"."partner_instance_epoch_rise" (
	"client_id" text NOT NULL,
	"epoch" integer NOT NULL,
	"raised_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"reason" "tenants"."session_end_reason" NOT NULL,
	CONSTRAINT "partner_instance_epoch_rise_client_id_epoch_pk" PRIMARY KEY("client_id","epoch")
);
--> statement-breakpoint
CREATE TABLE "tenants"."partner_key" (
	"client_id" text NOT NULL,
	"kid" text NOT NULL,
	"alg" text NOT NULL,
	"public_jwk" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "partner_key_client_id_kid_pk" PRIMARY KEY("client_id","kid")
);
--> statement-breakpoint
CREATE TABLE "tenants"."settings" (
	"tenant_id" uuid PRIMARY KEY NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"mail" boolean DEFAULT true NOT NULL,
	"calendar" boolean DEFAULT true NOT NULL,
	"contacts" boolean DEFAULT true NOT NULL,
	"one_drive" boolean DEFAULT true NOT NULL,
	"share_point" boolean DEFAULT true NOT NULL,
	"teams" boolean DEFAULT true NOT NULL,
	"recipients" text[] DEFAULT '{}' NOT NULL,
	"frequency" "tenants"."notification_frequency" DEFAULT 'IMMEDIATELY' NOT NULL,
	"it_complete_login_enabled" boolean DEFAULT false NOT NULL,
	"it_complete_login_changed_at" timestamp (3) with time zone,
	"it_complete_login_changed_by" jsonb,
	"epoch" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tenants"."settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tenants"."spanning_admin" (
	"tenant_id" uuid NOT NULL,
	"grant_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"object_id" uuid NOT NULL,
	"user_principal_name" text NOT NULL,
	"display_name" text NOT NULL,
	"granted_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	CONSTRAINT "spanning_admin_tenant_id_grant_id_pk" PRIMARY KEY("tenant_id","grant_id")
);
--> statement-breakpoint
ALTER TABLE "tenants"."spanning_admin" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tenants"."tenant" (
	"tenant_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"microsoft_tenant_id" uuid NOT NULL,
	"primary_domain" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tenants"."tenant" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "identity"."assertion_id" (
	"tenant_id" uuid NOT NULL,
	"issuer" text NOT NULL,
	"jti" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "assertion_id_tenant_id_issuer_jti_pk" PRIMARY KEY("tenant_id","issuer","jti")
);
--> statement-breakpoint
ALTER TABLE "identity"."assertion_id" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "identity"."client_authentication_id" (
	"client_id" text NOT NULL,
	"jti" text NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "client_authentication_id_client_id_jti_pk" PRIMARY KEY("client_id","jti")
);
--> statement-breakpoint
CREATE TABLE "identity"."handoff" (
	"tenant_id" uuid NOT NULL,
	"handoff_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"code_hash" text NOT NULL,
	"binding" "identity"."handoff_binding" NOT NULL,
	"transaction_hash" text,
	"actor" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"burned_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"client_id" text,
	"association_id" uuid,
	"kid" text,
	"subject" text,
	"feature_epoch" integer,
	"association_epoch" integer,
	"instance_epoch" integer,
	CONSTRAINT "handoff_tenant_id_handoff_id_pk" PRIMARY KEY("tenant_id","handoff_id")
);
--> statement-breakpoint
ALTER TABLE "identity"."handoff" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "identity"."session" (
	"tenant_id" uuid NOT NULL,
	"session_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"token_hash" text NOT NULL,
	"method" "identity"."login_method" NOT NULL,
	"actor" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"last_seen_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"idle_seconds" integer NOT NULL,
	"max_expires_at" timestamp (3) with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"revoked_at" timestamp (3) with time zone,
	"revoked_reason" "tenants"."session_end_reason",
	"object_id" uuid,
	"auth_time" timestamp (3) with time zone,
	"grant_id" uuid,
	"client_id" text,
	"association_id" uuid,
	"kid" text,
	"subject" text,
	"feature_epoch" integer,
	"association_epoch" integer,
	"instance_epoch" integer,
	CONSTRAINT "session_tenant_id_session_id_pk" PRIMARY KEY("tenant_id","session_id")
);
--> statement-breakpoint
ALTER TABLE "identity"."session" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."activity" (
	"tenant_id" uuid NOT NULL,
	"event_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"occurred_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"actor_key" text NOT NULL,
	"actor" jsonb NOT NULL,
	"action" text NOT NULL,
	"outcome" "audit"."activity_outcome" NOT NULL,
	"reason" text,
	"target" jsonb,
	"changes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"request_id" text NOT NULL,
	"trace_id" text,
	"method" "identity"."login_method",
	"session_id" uuid,
	"coalesced" jsonb,
	"client_id" text,
	CONSTRAINT "activity_tenant_id_event_id_pk" PRIMARY KEY("tenant_id","event_id")
);
--> statement-breakpoint
ALTER TABLE "audit"."activity" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit"."operator_activity" (
	"event_id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"occurred_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"actor_key" text NOT NULL,
	"actor" jsonb NOT NULL,
	"action" text NOT NULL,
	"outcome" "audit"."activity_outcome" NOT NULL,
	"reason" text,
	"target" jsonb,
	"changes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"request_id" text NOT NULL,
	"trace_id" text,
	"unverified_claims" jsonb,
	CONSTRAINT "operator_activity_event_id_pk" PRIMARY KEY("event_id")
);
--> statement-breakpoint
ALTER TABLE "tenants"."epoch_rise" ADD CONSTRAINT "epoch_rise_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenants"."idempotency_key" ADD CONSTRAINT "idempotency_key_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenants"."partner_association" ADD CONSTRAINT "partner_association_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenants"."partner_instance_epoch_rise" ADD CONSTRAINT "partner_instance_epoch_rise_client_id_partner_instance_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "tenants"."partner_instance"("client_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenants"."partner_key" ADD CONSTRAINT "partner_key_client_id_partner_instance_client_id_fk" FOREIGN KEY ("client_id") REFERENCES "tenants"."partner_instance"("client_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenants"."settings" ADD CONSTRAINT "settings_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tenants"."spanning_admin" ADD CONSTRAINT "spanning_admin_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."assertion_id" ADD CONSTRAINT "assertion_id_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."handoff" ADD CONSTRAINT "handoff_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity"."session" ADD CONSTRAINT "session_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit"."activity" ADD CONSTRAINT "activity_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "idempotency_key_by_age" ON "tenants"."idempotency_key" USING btree ("tenant_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "partner_association_one_per_instance" ON "tenants"."partner_association" USING btree ("tenant_id","client_id") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "spanning_admin_one_grant" ON "tenants"."spanning_admin" USING btree ("tenant_id","object_id") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "spanning_admin_by_name" ON "tenants"."spanning_admin" USING btree ("tenant_id","display_name","grant_id") WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX "assertion_id_by_expiry" ON "identity"."assertion_id" USING btree ("tenant_id","expires_at");--> statement-breakpoint
CREATE INDEX "client_authentication_id_by_expiry" ON "identity"."client_authentication_id" USING btree ("client_id","expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "handoff_by_code" ON "identity"."handoff" USING btree ("tenant_id","code_hash");--> statement-breakpoint
CREATE INDEX "handoff_by_expiry" ON "identity"."handoff" USING btree ("tenant_id","expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "session_by_token" ON "identity"."session" USING btree ("tenant_id","token_hash");--> statement-breakpoint
CREATE INDEX "session_by_age" ON "identity"."session" USING btree ("tenant_id","created_at","session_id");--> statement-breakpoint
CREATE INDEX "activity_by_time" ON "audit"."activity" USING btree ("tenant_id","occurred_at","event_id");--> statement-breakpoint
CREATE INDEX "activity_by_actor" ON "audit"."activity" USING btree ("tenant_id","actor_key","occurred_at","event_id");--> statement-breakpoint
CREATE INDEX "activity_by_action" ON "audit"."activity" USING btree ("tenant_id","action" text_pattern_ops,"occurred_at","event_id");--> statement-breakpoint
CREATE INDEX "activity_by_session" ON "audit"."activity" USING btree ("tenant_id","session_id","occurred_at","event_id");--> statement-breakpoint
CREATE INDEX "operator_activity_by_time" ON "audit"."operator_activity" USING btree ("occurred_at","event_id");--> statement-breakpoint
CREATE POLICY "tenant_only" ON "tenants"."epoch_rise" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "tenants"."idempotency_key" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "tenants"."partner_association" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "tenants"."settings" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "tenants"."spanning_admin" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "tenants"."tenant" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "identity"."assertion_id" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "identity"."handoff" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "identity"."session" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."activity" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
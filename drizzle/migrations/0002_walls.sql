-- What the generator does not write: forced row-level security, grants, and the two views from which access is derived.

ALTER TABLE tenants.tenant FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants.settings FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants.epoch_rise FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants.partner_association FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants.spanning_admin FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants.idempotency_key FORCE ROW LEVEL SECURITY;
ALTER TABLE identity.session FORCE ROW LEVEL SECURITY;
ALTER TABLE identity.handoff FORCE ROW LEVEL SECURITY;
ALTER TABLE identity.assertion_id FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.activity FORCE ROW LEVEL SECURITY;
--> statement-breakpoint

-- Who could come in from VSA or UniView right now, and under which epochs: a row for each open door of a tenant.
-- createHandoff, redeemHandoff, every federated request and effectiveAccess all ask this view.
CREATE VIEW tenants.federated_access WITH (security_invoker = true) AS
SELECT a.tenant_id, a.association_id, a.client_id, i.platform, i.name AS instance_name,
       a.allowed_technicians, a.mfa_max_age_minutes,
       s.epoch AS feature_epoch, a.epoch AS association_epoch, i.epoch AS instance_epoch
FROM tenants.settings s
JOIN tenants.partner_association a ON a.tenant_id = s.tenant_id AND a.status = 'ACTIVE' AND a.ended_at IS NULL
JOIN tenants.partner_instance i ON i.client_id = a.client_id AND i.suspended_at IS NULL AND i.removed_at IS NULL
WHERE s.it_complete_login_enabled;
--> statement-breakpoint

-- Whether what a handoff or a federated session began with still holds.
CREATE FUNCTION identity.federation_holds(
  tenant uuid, association uuid, technician text, key_id text, feature integer, association_e integer, instance integer
) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM tenants.federated_access f
    JOIN tenants.partner_key k ON k.client_id = f.client_id AND k.kid = key_id AND k.revoked_at IS NULL
    WHERE f.tenant_id = tenant AND f.association_id = association
      AND f.feature_epoch = feature AND f.association_epoch = association_e AND f.instance_epoch = instance
      AND (f.allowed_technicians IS NULL OR technician = ANY (f.allowed_technicians))
  )
$$;
--> statement-breakpoint

-- Every session with what is derived: until when it runs, whether it counts now, and when and why it was ended.
CREATE VIEW identity.session_status WITH (security_invoker = true) AS
SELECT s.*, t.runs_out_at AS expires_at,
       (e.ended_at IS NULL AND now() < t.runs_out_at AND CASE s.method
          WHEN 'MICROSOFT' THEN s.grant_id IS NULL OR EXISTS (
            SELECT FROM tenants.spanning_admin g
            WHERE g.tenant_id = s.tenant_id AND g.grant_id = s.grant_id AND g.revoked_at IS NULL)
          ELSE identity.federation_holds(
            s.tenant_id, s.association_id, s.subject, s.kid, s.feature_epoch, s.association_epoch, s.instance_epoch)
        END) AS live,
       CASE WHEN e.ended_at < t.runs_out_at THEN e.ended_at END AS ended_at,
       CASE WHEN e.ended_at < t.runs_out_at THEN e.reason END AS end_reason
FROM identity.session s
CROSS JOIN LATERAL (
  SELECT least(s.last_seen_at + make_interval(secs => s.idle_seconds), s.max_expires_at) AS runs_out_at
) t
LEFT JOIN LATERAL (
  SELECT ended_at, reason FROM (
    SELECT s.revoked_at AS ended_at, s.revoked_reason AS reason WHERE s.revoked_at IS NOT NULL
    UNION ALL
    SELECT r.raised_at, r.reason FROM tenants.epoch_rise r
    WHERE r.tenant_id = s.tenant_id AND r.subject_id = s.tenant_id AND r.epoch = s.feature_epoch + 1
    UNION ALL
    SELECT r.raised_at, r.reason FROM tenants.epoch_rise r
    WHERE r.tenant_id = s.tenant_id AND r.subject_id = s.association_id AND r.epoch = s.association_epoch + 1
    UNION ALL
    SELECT r.raised_at, r.reason FROM tenants.partner_instance_epoch_rise r
    WHERE r.client_id = s.client_id AND r.epoch = s.instance_epoch + 1
    UNION ALL
    SELECT k.revoked_at, 'PARTNER_SUSPENDED' FROM tenants.partner_key k
    WHERE k.client_id = s.client_id AND k.kid = s.kid AND k.revoked_at IS NOT NULL
    UNION ALL
    SELECT g.revoked_at, 'ADMIN_REVOKED' FROM tenants.spanning_admin g
    WHERE g.tenant_id = s.tenant_id AND g.grant_id = s.grant_id AND g.revoked_at IS NOT NULL
  ) x ORDER BY ended_at LIMIT 1
) e ON true;
--> statement-breakpoint

REVOKE ALL ON SCHEMA tenants, identity, audit FROM PUBLIC;
GRANT USAGE ON SCHEMA tenants, identity, audit TO it_complete_app, it_complete_operator;
REVOKE ALL ON FUNCTION identity.federation_holds FROM PUBLIC;
GRANT EXECUTE ON FUNCTION identity.federation_holds TO it_complete_app;
--> statement-breakpoint

-- Both look at which migrations were applied before they do anything else.
GRANT USAGE ON SCHEMA drizzle TO it_complete_app, it_complete_operator;
GRANT SELECT ON drizzle.__drizzle_migrations TO it_complete_app, it_complete_operator;
--> statement-breakpoint

-- The service.
GRANT SELECT ON ALL TABLES IN SCHEMA tenants TO it_complete_app;
GRANT UPDATE ON tenants.settings TO it_complete_app;
GRANT INSERT ON tenants.epoch_rise TO it_complete_app;
GRANT INSERT, UPDATE ON tenants.partner_association, tenants.spanning_admin TO it_complete_app;
GRANT INSERT, DELETE ON tenants.idempotency_key TO it_complete_app;
GRANT SELECT ON ALL TABLES IN SCHEMA identity TO it_complete_app;
GRANT INSERT ON identity.session, identity.handoff TO it_complete_app;
GRANT UPDATE (last_seen_at, revoked_at, revoked_reason) ON identity.session TO it_complete_app;
GRANT UPDATE (burned_at, revoked_at) ON identity.handoff TO it_complete_app;
GRANT INSERT, DELETE ON identity.assertion_id, identity.client_authentication_id TO it_complete_app;
GRANT SELECT, INSERT ON audit.activity TO it_complete_app;
GRANT INSERT ON audit.operator_activity TO it_complete_app;
--> statement-breakpoint

-- The operators' command line.
GRANT SELECT, INSERT ON tenants.tenant, tenants.settings, tenants.organization, tenants.domain TO it_complete_operator;
GRANT SELECT, INSERT, UPDATE ON tenants.partner_instance, tenants.partner_key TO it_complete_operator;
GRANT INSERT ON tenants.partner_instance_epoch_rise TO it_complete_operator;
GRANT SELECT ON tenants.partner_association TO it_complete_operator;
GRANT INSERT ON audit.activity TO it_complete_operator;
GRANT SELECT, INSERT ON audit.operator_activity TO it_complete_operator;

ALTER TABLE "tenants"."epoch_rise" ADD COLUMN "kept_technicians" text[];--> statement-breakpoint

-- An access continues over at most 32 increments of the association's epoch, and only if each of
-- them keeps the technician. The bound makes the work of a check constant.
CREATE OR REPLACE FUNCTION identity.federation_holds(
  tenant uuid, association uuid, technician text, key_id text, feature integer, association_e integer, instance integer
) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM tenants.federated_access f
    WHERE f.tenant_id = tenant AND f.association_id = association
      AND f.feature_epoch = feature AND f.instance_epoch = instance
      AND f.association_epoch BETWEEN association_e AND association_e + 32
      AND f.association_epoch - association_e = (
        SELECT count(*) FROM tenants.epoch_rise r
        WHERE r.tenant_id = tenant AND r.subject_id = association
          AND r.epoch BETWEEN association_e + 1 AND association_e + 32 AND technician = ANY (r.kept_technicians))
      AND (f.allowed_technicians IS NULL OR technician = ANY (f.allowed_technicians))
      AND key_id IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM tenants.partner_key k WHERE k.client_id = f.client_id AND k.kid = key_id AND k.revoked_at IS NOT NULL)
  )
$$;
--> statement-breakpoint

-- As in 0002, but the increment that ended a session is the first one that does not keep its technician.
CREATE OR REPLACE VIEW identity.session_status WITH (security_invoker = true) AS
SELECT s.tenant_id, s.session_id, s.token_hash, s.method, s.actor, s.created_at, s.last_seen_at, s.idle_seconds,
       s.max_expires_at, s.ip_address, s.user_agent, s.revoked_at, s.revoked_reason, s.object_id, s.auth_time, s.grant_id,
       s.client_id, s.association_id, s.kid, s.subject, s.feature_epoch, s.association_epoch, s.instance_epoch,
       t.runs_out_at AS expires_at,
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
    WHERE r.tenant_id = s.tenant_id AND r.subject_id = s.association_id
      AND r.epoch BETWEEN s.association_epoch + 1 AND s.association_epoch + 33
      AND (r.epoch = s.association_epoch + 33 OR r.kept_technicians IS NULL OR s.subject <> ALL (r.kept_technicians))
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

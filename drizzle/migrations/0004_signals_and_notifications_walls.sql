-- Forced row-level security, grants, what keeps the directory of associated tenants, and keys that are held by their ids alone.

-- What is there already is copied first, while the owner may read it: forced row-level security binds the owner too.
ALTER TABLE tenants.partner_association NO FORCE ROW LEVEL SECURITY;
ALTER TABLE identity.session NO FORCE ROW LEVEL SECURITY;
INSERT INTO tenants.associated_tenant (client_id, tenant_id)
SELECT client_id, tenant_id FROM tenants.partner_association WHERE status = 'ACTIVE' AND ended_at IS NULL;
INSERT INTO identity.known_technician (tenant_id, client_id, subject, first_seen_at)
SELECT tenant_id, client_id, subject, min(created_at) FROM identity.session WHERE client_id IS NOT NULL GROUP BY 1, 2, 3;
ALTER TABLE tenants.partner_association FORCE ROW LEVEL SECURITY;
ALTER TABLE identity.session FORCE ROW LEVEL SECURITY;
ALTER TABLE identity.known_technician FORCE ROW LEVEL SECURITY;
ALTER TABLE notifications.message FORCE ROW LEVEL SECURITY;
--> statement-breakpoint

CREATE FUNCTION tenants.keep_associated_tenant() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'ACTIVE' AND NEW.ended_at IS NULL THEN
    INSERT INTO tenants.associated_tenant (client_id, tenant_id) VALUES (NEW.client_id, NEW.tenant_id) ON CONFLICT DO NOTHING;
  ELSE
    DELETE FROM tenants.associated_tenant WHERE client_id = NEW.client_id AND tenant_id = NEW.tenant_id;
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER keep_associated_tenant AFTER INSERT OR UPDATE OF status, ended_at ON tenants.partner_association
FOR EACH ROW EXECUTE FUNCTION tenants.keep_associated_tenant();
--> statement-breakpoint

-- Keys of a JWKS URL are not registered here, so what counts is that a key was not revoked.
CREATE OR REPLACE FUNCTION identity.federation_holds(
  tenant uuid, association uuid, technician text, key_id text, feature integer, association_e integer, instance integer
) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM tenants.federated_access f
    WHERE f.tenant_id = tenant AND f.association_id = association
      AND f.feature_epoch = feature AND f.association_epoch = association_e AND f.instance_epoch = instance
      AND (f.allowed_technicians IS NULL OR technician = ANY (f.allowed_technicians))
      AND key_id IS NOT NULL
      AND NOT EXISTS (
        SELECT FROM tenants.partner_key k WHERE k.client_id = f.client_id AND k.kid = key_id AND k.revoked_at IS NOT NULL)
  )
$$;
--> statement-breakpoint

REVOKE ALL ON SCHEMA notifications FROM PUBLIC;
REVOKE ALL ON FUNCTION tenants.keep_associated_tenant FROM PUBLIC;
GRANT USAGE ON SCHEMA notifications TO it_complete_app;
GRANT SELECT, INSERT, DELETE ON tenants.associated_tenant TO it_complete_app;
GRANT SELECT, INSERT ON identity.known_technician TO it_complete_app;
GRANT SELECT, INSERT, DELETE ON identity.security_event_id TO it_complete_app;
GRANT SELECT, INSERT, DELETE ON notifications.message TO it_complete_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications.due TO it_complete_app;

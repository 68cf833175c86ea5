CREATE TABLE "audit"."expired" (
	"tenant_id" uuid NOT NULL,
	"retention" "tenants"."activity_retention" NOT NULL,
	"month" timestamp (3) with time zone NOT NULL,
	"runs" jsonb NOT NULL,
	"logged_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL,
	"dropped_at" timestamp (3) with time zone,
	CONSTRAINT "expired_tenant_id_retention_month_pk" PRIMARY KEY("tenant_id","retention","month")
);
--> statement-breakpoint
ALTER TABLE "audit"."expired" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "audit"."expired" ADD CONSTRAINT "expired_tenant_id_tenant_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "tenants"."tenant"("tenant_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE POLICY "tenant_only" ON "audit"."expired" AS PERMISSIVE FOR ALL TO "it_complete_app", "it_complete_maintenance", "it_complete_operator" USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
--> statement-breakpoint

-- Dropping what is beyond its retention, and erasing people: as the owner, by functions that look for themselves whether they may.

ALTER TABLE audit.expired FORCE ROW LEVEL SECURITY;
CREATE POLICY functions_of_owner ON audit.expired TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON audit.facet TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON audit.recorded_once TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON audit.export TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON identity.session TO CURRENT_USER USING (true);
--> statement-breakpoint

-- How long events of a class are kept, from the end of the month in which they occurred.
CREATE FUNCTION audit.kept_for(retention tenants.activity_retention) RETURNS interval LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE retention WHEN 'ONE_YEAR' THEN interval '1 year' WHEN 'THREE_YEARS' THEN interval '3 years' ELSE interval '7 years' END
$$;
--> statement-breakpoint

CREATE FUNCTION audit.partition_of(retention tenants.activity_retention, month timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE SET timezone = 'UTC' AS $$ SELECT 'sealed_' || lower(retention::text) || to_char(month, '_YYYY_MM') $$;
--> statement-breakpoint

-- Partitions all of whose events are older than they are kept, oldest first.
CREATE FUNCTION audit.partitions_to_drop() RETURNS TABLE (retention tenants.activity_retention, month timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
  SELECT r.retention, to_timestamp(right(c.relname, 7), 'YYYY_MM')
  FROM unnest(enum_range(NULL::tenants.activity_retention)) AS r (retention)
  JOIN pg_class p ON p.oid = to_regclass('audit.sealed_' || lower(r.retention::text))
  JOIN pg_inherits i ON i.inhparent = p.oid JOIN pg_class c ON c.oid = i.inhrelid
  WHERE to_timestamp(right(c.relname, 7), 'YYYY_MM') + interval '1 month' + audit.kept_for(r.retention) <= now()
  ORDER BY 2, 1
$$;
--> statement-breakpoint

-- Whose events a partition holds, and which: runs of sequence numbers.
CREATE FUNCTION audit.runs_of(of_retention tenants.activity_retention, of_month timestamptz) RETURNS TABLE (tenant_id uuid, runs jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    SELECT r.tenant_id, jsonb_agg(jsonb_build_array(r.first, r.last) ORDER BY r.first) FROM (
      SELECT s.tenant_id, min(s.sequence) AS first, max(s.sequence) AS last FROM (
        SELECT tenant_id, sequence, sequence - row_number() OVER (PARTITION BY tenant_id ORDER BY sequence) AS run FROM audit.%I) s
      GROUP BY s.tenant_id, s.run) r
    GROUP BY r.tenant_id $query$, audit.partition_of(of_retention, of_month));
END $$;
--> statement-breakpoint

-- Drops what every tenant's log has told of for two hours, so that whatever export was prepared before that is over: false where it is to be
-- asked again later. Refuses what is too young.
CREATE FUNCTION audit.drop_partition(of_retention tenants.activity_retention, of_month timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '1s' AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM audit.partitions_to_drop() p WHERE p.retention = of_retention AND p.month = of_month) THEN
    RAISE EXCEPTION 'this partition is not to be dropped';
  END IF;
  -- Nothing is sealed into it between the look and the drop; readers wait a second at most, or are let by.
  EXECUTE format('LOCK TABLE audit.%I IN SHARE MODE', audit.partition_of(of_retention, of_month));
  IF EXISTS (SELECT FROM audit.runs_of(of_retention, of_month) r WHERE NOT EXISTS (
      SELECT FROM audit.expired e WHERE e.tenant_id = r.tenant_id AND e.retention = of_retention AND e.month = of_month
        AND e.runs = r.runs AND e.logged_at < now() - interval '2 hours')) THEN
    RETURN false;
  END IF;
  DELETE FROM audit.activity_count c WHERE c.retention = of_retention AND c.hour >= of_month AND c.hour < of_month + interval '1 month';
  EXECUTE format('DROP TABLE audit.%I', audit.partition_of(of_retention, of_month));
  UPDATE audit.expired e SET dropped_at = clock_timestamp() WHERE e.retention = of_retention AND e.month = of_month;
  RETURN true;
END $$;
--> statement-breakpoint

-- Takes away what is told of a person in events of the transaction's tenant, of each kind at most so many at a time: what they did, what was
-- done to them; and of their sessions that are over. What was hashed stays as it is. Returns how many events it was.
CREATE FUNCTION audit.erase_person(person text, most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant constant uuid := current_setting('app.tenant_id')::uuid;
  person_id constant text := substr(person, strpos(person, ':') + 1);
  named constant tsquery := (
    SELECT string_agg(format('''%s''', lexeme), '&') FROM unnest(tsvector_to_array(audit.words(person_id))) AS lexeme)::tsquery;
  found_here integer;
  found_there integer;
BEGIN
  UPDATE audit.sealed s SET disclosures = json_build_object('actor', NULL, 'target', s.disclosures -> 'target')
  FROM (SELECT t.sequence, t.retention, t.occurred_at FROM audit.sealed t
        WHERE t.tenant_id = tenant AND t.facet_id IN (SELECT f.facet_id FROM audit.facet f WHERE f.tenant_id = tenant AND f.actor_key = person)
          AND json_typeof(t.disclosures -> 'actor') <> 'null' LIMIT most) AS p
  WHERE s.tenant_id = tenant AND s.sequence = p.sequence AND s.retention = p.retention AND s.occurred_at = p.occurred_at;
  GET DIAGNOSTICS found_here = ROW_COUNT;
  UPDATE audit.sealed s SET disclosures = json_build_object('actor', s.disclosures -> 'actor', 'target', NULL)
  FROM (SELECT t.sequence, t.retention, t.occurred_at FROM audit.sealed t
        WHERE t.tenant_id = tenant AND t.words @@ (format('''=t%s''', tenant)::tsquery && named)
          AND t.event::json #>> '{target,id}' IN (person, person_id) AND json_typeof(t.disclosures -> 'target') <> 'null' LIMIT most) AS p
  WHERE s.tenant_id = tenant AND s.sequence = p.sequence AND s.retention = p.retention AND s.occurred_at = p.occurred_at;
  GET DIAGNOSTICS found_there = ROW_COUNT;
  UPDATE identity.session s SET ip_address = NULL, user_agent = NULL, actor = (s.actor - 'email') || '{"displayName": "(erased)"}'
    || CASE WHEN s.actor ? 'userPrincipalName' THEN '{"userPrincipalName": "(erased)"}' ELSE '{}' END::jsonb
  WHERE s.tenant_id = tenant AND s.actor ->> 'key' = person AND s.actor ->> 'displayName' <> '(erased)'
    AND (s.revoked_at IS NOT NULL OR s.max_expires_at < now());
  RETURN found_here + found_there;
END $$;
--> statement-breakpoint

-- Keys of what is recorded once, beyond the life of any session; and exports whose address works no longer, but for each tenant's newest,
-- which the next one continues. At most so many of each.
CREATE FUNCTION audit.forget_outlived(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  keys integer;
  exports integer;
BEGIN
  DELETE FROM audit.recorded_once r WHERE r.ctid = ANY (ARRAY(
    SELECT o.ctid FROM audit.recorded_once o WHERE o.recorded_at < now() - interval '2 days' LIMIT most));
  GET DIAGNOSTICS keys = ROW_COUNT;
  DELETE FROM audit.export x WHERE x.ctid = ANY (ARRAY(
    SELECT e.ctid FROM audit.export e WHERE e.expires_at < now() - interval '1 day'
      AND EXISTS (SELECT FROM audit.export n WHERE n.tenant_id = e.tenant_id AND n.created_at > e.created_at) LIMIT most));
  GET DIAGNOSTICS exports = ROW_COUNT;
  RETURN greatest(keys, exports);
END $$;
--> statement-breakpoint

REVOKE ALL ON FUNCTION audit.kept_for, audit.partition_of, audit.partitions_to_drop, audit.runs_of, audit.drop_partition, audit.erase_person, audit.forget_outlived FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE (runs, logged_at) ON audit.expired TO it_complete_maintenance;
GRANT SELECT ON audit.expired TO it_complete_app;
GRANT EXECUTE ON FUNCTION audit.partitions_to_drop, audit.runs_of, audit.drop_partition, audit.forget_outlived TO it_complete_maintenance;
GRANT EXECUTE ON FUNCTION audit.erase_person TO it_complete_operator;
GRANT UPDATE (activity_retention) ON tenants.settings TO it_complete_operator;

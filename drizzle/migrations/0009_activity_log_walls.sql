-- What the generator does not write of the Activity Log: partitions, row-level security, the view, functions, grants.

ALTER TABLE audit.sealed FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.facet FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.activity_count FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.tile FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.checkpoint FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.log_epoch FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.export FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.recorded_once FORCE ROW LEVEL SECURITY;
ALTER TABLE audit.flood FORCE ROW LEVEL SECURITY;
--> statement-breakpoint

-- Forced row-level security binds the owner too, and the functions below run as the owner: each says its tenant itself.
CREATE POLICY functions_of_owner ON audit.unsealed TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON audit.sealed TO CURRENT_USER USING (true);
--> statement-breakpoint

-- Hashes do not compress.
ALTER TABLE audit.tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
-- What the columns say of where an event stands is what was hashed of it.
ALTER TABLE audit.sealed ADD CONSTRAINT sealed_as_hashed CHECK (
  (event::json ->> 'sequence')::bigint = sequence AND (event::json ->> 'id')::uuid = event_id
  AND (event::json ->> 'occurredAt') = to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'));
CREATE INDEX sealed_by_words ON audit.sealed USING gin (words);
CREATE TABLE audit.sealed_one_year PARTITION OF audit.sealed FOR VALUES IN ('ONE_YEAR') PARTITION BY RANGE (occurred_at);
CREATE TABLE audit.sealed_three_years PARTITION OF audit.sealed FOR VALUES IN ('THREE_YEARS') PARTITION BY RANGE (occurred_at);
CREATE TABLE audit.sealed_seven_years PARTITION OF audit.sealed FOR VALUES IN ('SEVEN_YEARS') PARTITION BY RANGE (occurred_at);
--> statement-breakpoint

-- Makes what is missing of the partitions from one month to another, at most 20 years of them. Attached, which keeps no reader waiting.
CREATE FUNCTION audit.make_partitions(first_month date, last_month date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  parent text;
  name text;
  month timestamptz;
  made integer := 0;
BEGIN
  IF last_month > first_month + interval '20 years' THEN RAISE EXCEPTION 'at most 20 years at a time'; END IF;
  PERFORM pg_advisory_xact_lock(4812652);
  FOREACH parent IN ARRAY ARRAY['sealed_one_year', 'sealed_three_years', 'sealed_seven_years'] LOOP
    FOR month IN SELECT generate_series(date_trunc('month', first_month::timestamptz), date_trunc('month', last_month::timestamptz), interval '1 month') LOOP
      name := parent || to_char(month, '_YYYY_MM');
      CONTINUE WHEN to_regclass(format('audit.%I', name)) IS NOT NULL;
      EXECUTE format('CREATE TABLE audit.%I (LIKE audit.%I INCLUDING ALL)', name, parent);
      EXECUTE format('ALTER TABLE audit.%I ATTACH PARTITION audit.%I FOR VALUES FROM (%L) TO (%L)', parent, name, month, month + interval '1 month');
      made := made + 1;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;
--> statement-breakpoint
SELECT audit.make_partitions(
  (SELECT coalesce(min(occurred_at), now()) - interval '1 month' FROM audit.unsealed)::date, (now() + interval '3 months')::date);
--> statement-breakpoint

-- Which tenants have events that wait to be sealed: found by leaping from tenant to tenant.
CREATE FUNCTION audit.tenants_to_seal() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE waiting AS (
    (SELECT tenant_id FROM audit.unsealed ORDER BY tenant_id LIMIT 1)
    UNION ALL
    SELECT (SELECT u.tenant_id FROM audit.unsealed u WHERE u.tenant_id > w.tenant_id ORDER BY u.tenant_id LIMIT 1)
    FROM waiting w WHERE w.tenant_id IS NOT NULL
  )
  SELECT tenant_id FROM waiting WHERE tenant_id IS NOT NULL
$$;
--> statement-breakpoint

-- Sealed events of the transaction's tenant that hold the words, in the order of time, month by month, so that no search looks at the whole
-- history where a month has enough. Row-level security would keep the search from its index, which may not be asked before the policy;
-- so this runs as the owner, and asks for the tenant itself.
CREATE FUNCTION audit.find_words(
  query tsquery, facets integer[], kinds integer[], session uuid, since timestamptz, before timestamptz,
  beyond_at timestamptz, beyond_id uuid, newest_first boolean, wanted integer
) RETURNS TABLE (occurred_at timestamptz, event_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  tenant constant uuid := current_setting('app.tenant_id')::uuid;
  earliest timestamptz;
  latest timestamptz;
  month timestamptz;
  whole tsquery := query && format('''=t%s''', tenant)::tsquery;
  found_here integer;
  found_so_far integer := 0;
BEGIN
  IF cardinality(facets) <= 500 THEN
    whole := whole && (SELECT string_agg(format('''=f%s''', f), '|') FROM unnest(facets) f)::tsquery;
  END IF;
  IF cardinality(kinds) <= 500 THEN
    whole := whole && (SELECT string_agg(format('''=k%s''', k), '|') FROM unnest(kinds) k)::tsquery;
  END IF;
  SELECT min(s.occurred_at), max(s.occurred_at) INTO earliest, latest FROM audit.sealed s WHERE s.tenant_id = tenant;
  earliest := greatest(earliest, since, CASE WHEN newest_first THEN NULL ELSE beyond_at END);
  latest := least(latest, before, CASE WHEN newest_first THEN beyond_at END);
  month := date_trunc('month', CASE WHEN newest_first THEN latest ELSE earliest END);
  WHILE found_so_far < wanted AND month <= latest AND month + interval '1 month' > earliest LOOP
    RETURN QUERY EXECUTE format($query$
      SELECT s.occurred_at::timestamptz, s.event_id FROM audit.sealed s
      WHERE s.tenant_id = $1 AND s.words @@ $2 AND s.occurred_at >= $3 AND s.occurred_at < $4
        AND ($5::timestamptz IS NULL OR s.occurred_at < $5)
        AND ($6::integer[] IS NULL OR s.facet_id = ANY ($6)) AND ($7::integer[] IS NULL OR s.kind_id = ANY ($7))
        AND ($8::uuid IS NULL OR s.session_id = $8)
        AND ($9::timestamptz IS NULL OR (s.occurred_at, s.event_id) %1$s ($9, $10))
      ORDER BY s.occurred_at %2$s, s.event_id %2$s LIMIT $11
    $query$, CASE WHEN newest_first THEN '<' ELSE '>' END, CASE WHEN newest_first THEN 'DESC' ELSE 'ASC' END)
    USING tenant, whole, greatest(month, earliest), least(month + interval '1 month', latest + interval '1 millisecond'), before,
      facets, kinds, session, beyond_at, beyond_id, wanted - found_so_far;
    GET DIAGNOSTICS found_here = ROW_COUNT;
    found_so_far := found_so_far + found_here;
    month := month + CASE WHEN newest_first THEN interval '-1 month' ELSE interval '1 month' END;
  END LOOP;
END $$;
--> statement-breakpoint

-- Every event as it is shown. Of one whose disclosures were erased, what was not personal.
CREATE VIEW audit.activity WITH (security_invoker = true) AS
SELECT tenant_id, event_id, occurred_at, actor_key, actor, action, outcome, reason, target, changes, ip_address, user_agent, request_id,
       trace_id, method, session_id, coalesced, client_id, NULL::bigint AS sequence
FROM audit.unsealed
UNION ALL
SELECT s.tenant_id, s.event_id, s.occurred_at, e #>> '{actor,key}',
       (e -> 'actor') - 'type' || jsonb_build_object('__typename', e #> '{actor,type}')
         || coalesce((d #> '{actor,value}') - 'ipAddress' - 'userAgent', '{"displayName": "(erased)", "userPrincipalName": "(erased)"}'),
       e ->> 'action', (e ->> 'outcome')::audit.activity_outcome, e ->> 'reason',
       CASE jsonb_typeof(e -> 'target') WHEN 'object' THEN (e -> 'target') || jsonb_build_object('displayName', d #> '{target,value,displayName}') END,
       coalesce(d #> '{target,value,changes}', '[]'), d #>> '{actor,value,ipAddress}', d #>> '{actor,value,userAgent}', e ->> 'requestId',
       e ->> 'traceId', (e ->> 'method')::identity.login_method, s.session_id, nullif(e -> 'coalesced', 'null'), e ->> 'clientId', s.sequence
FROM audit.sealed s CROSS JOIN LATERAL (SELECT s.event::jsonb AS e, s.disclosures::jsonb AS d) AS parsed;
--> statement-breakpoint

-- Sessions whose end is not in the log yet. Those that were begun before are over within the day, and have no row of their own.
CREATE FUNCTION identity.keep_open_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO identity.open_session (session_id, tenant_id) VALUES (NEW.session_id, NEW.tenant_id);
  RETURN NULL;
END $$;
CREATE TRIGGER keep_open_session AFTER INSERT ON identity.session FOR EACH ROW EXECUTE FUNCTION identity.keep_open_session();
--> statement-breakpoint

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
REVOKE ALL ON FUNCTION identity.keep_open_session FROM PUBLIC;
GRANT USAGE ON SCHEMA tenants, identity, audit, drizzle TO it_complete_sealer, it_complete_maintenance;
GRANT SELECT ON drizzle.__drizzle_migrations TO it_complete_sealer, it_complete_maintenance;
--> statement-breakpoint

-- The service: events are inserted and selected, nothing else.
GRANT SELECT ON audit.sealed, audit.activity, audit.facet, audit.activity_count, audit.tile, audit.checkpoint, audit.log_epoch TO it_complete_app;
GRANT SELECT, INSERT ON audit.export, audit.recorded_once TO it_complete_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit.flood, audit.operator_flood, audit.flooded_tenant, audit.counter TO it_complete_app;
GRANT SELECT, INSERT, DELETE ON identity.open_session TO it_complete_app;
GRANT EXECUTE ON FUNCTION audit.next_event_id TO it_complete_app, it_complete_operator, it_complete_maintenance;
GRANT EXECUTE ON FUNCTION audit.find_words, audit.words(text), audit.words_of(text, jsonb, jsonb, jsonb) TO it_complete_app;
--> statement-breakpoint

-- Operators open epochs.
GRANT SELECT ON audit.checkpoint TO it_complete_operator;
GRANT SELECT, INSERT ON audit.log_epoch TO it_complete_operator;
--> statement-breakpoint

GRANT SELECT, DELETE ON audit.unsealed TO it_complete_sealer;
GRANT SELECT, INSERT ON audit.sealed, audit.facet, audit.checkpoint TO it_complete_sealer;
GRANT SELECT, INSERT, UPDATE ON audit.tile, audit.activity_count TO it_complete_sealer;
GRANT SELECT ON audit.log_epoch, tenants.settings TO it_complete_sealer;
GRANT EXECUTE ON FUNCTION audit.tenants_to_seal, audit.words(text), audit.words_of(text, jsonb, jsonb, jsonb), audit.words_of(uuid, integer, integer, text, json) TO it_complete_sealer;
--> statement-breakpoint

GRANT SELECT, INSERT ON audit.unsealed TO it_complete_maintenance;
GRANT SELECT, INSERT, DELETE ON audit.recorded_once TO it_complete_maintenance;
GRANT SELECT, DELETE ON audit.activity_count, audit.export TO it_complete_maintenance;
GRANT EXECUTE ON FUNCTION audit.make_partitions TO it_complete_maintenance;

ALTER POLICY "tenant_only" ON "audit"."expired" TO it_complete_app,it_complete_maintenance,it_complete_operator,it_complete_sealer USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant_id')::uuid);
--> statement-breakpoint
-- The sealer compares what the log is to tell of with what retention took.
GRANT SELECT ON audit.expired TO it_complete_sealer;
--> statement-breakpoint

-- As in 0010, of so much of a text that a batch of the longest events there can be is sealed in time. Words of events that are sealed stay.
CREATE OR REPLACE FUNCTION audit.words(texts text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, regexp_replace(left(normalize(left(texts, 20000), NFKC), 20000),
    '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3030\ufe00-\ufe0f\ufeff\U0001f000-\U0001faff\U000e0000-\U000e007f]+',
    ' ', 'g'))
$$;
--> statement-breakpoint

-- What retention took earlier, and of which the rows that tell of it stand in this partition, and nowhere later: to be told again before it goes.
-- They are told of again a year later at the earliest, so that a month between is enough to know the two apart.
CREATE FUNCTION audit.told_in(of_retention tenants.activity_retention, of_month timestamptz)
RETURNS TABLE (tenant_id uuid, retention tenants.activity_retention, month timestamptz, runs jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
  RETURN QUERY EXECUTE format($query$
    SELECT e.tenant_id, e.retention, e.month::timestamptz, e.runs
    FROM audit.expired e
    WHERE e.dropped_at IS NOT NULL AND e.logged_at < $1 + interval '2 months' AND EXISTS (
      SELECT FROM audit.%I s JOIN audit.facet k ON k.tenant_id = s.tenant_id AND k.facet_id = s.kind_id
      CROSS JOIN LATERAL (SELECT jsonb_path_query_array(s.disclosures::jsonb, '$.target.value.changes[*] ? (@.field == "month").before') AS months) d
      WHERE s.tenant_id = e.tenant_id AND k.action = 'activity_log.expired' AND d.months ->> 0 = to_char(e.month, 'YYYY-MM'))
    ORDER BY 1, 3, 2 $query$, audit.partition_of(of_retention, of_month)) USING of_month;
END $$;
--> statement-breakpoint

-- As in 0011; and not before the rows that tell of it, and of what went before it, are sealed, and for two hours.
CREATE OR REPLACE FUNCTION audit.drop_partition(of_retention tenants.activity_retention, of_month timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '1s' AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM audit.partitions_to_drop() p WHERE p.retention = of_retention AND p.month = of_month) THEN
    RAISE EXCEPTION 'this partition is not to be dropped';
  END IF;
  -- Nothing is sealed into it between the look and the drop; readers wait a second at most, or are let by.
  EXECUTE format('LOCK TABLE audit.%I IN SHARE MODE', audit.partition_of(of_retention, of_month));
  IF EXISTS (SELECT FROM audit.runs_of(of_retention, of_month) r WHERE NOT EXISTS (
        SELECT FROM audit.expired e WHERE e.tenant_id = r.tenant_id AND e.retention = of_retention AND e.month = of_month AND e.runs = r.runs)
      OR EXISTS (SELECT FROM audit.expired e WHERE e.tenant_id = r.tenant_id AND e.logged_at >= now() - interval '2 hours')
      OR EXISTS (SELECT FROM audit.unsealed u WHERE u.tenant_id = r.tenant_id AND u.action = 'activity_log.expired'))
    OR EXISTS (SELECT FROM audit.told_in(of_retention, of_month)) THEN
    RETURN false;
  END IF;
  DELETE FROM audit.activity_count c WHERE c.retention = of_retention AND c.hour >= of_month AND c.hour < of_month + interval '1 month';
  EXECUTE format('DROP TABLE audit.%I', audit.partition_of(of_retention, of_month));
  UPDATE audit.expired e SET dropped_at = clock_timestamp() WHERE e.retention = of_retention AND e.month = of_month;
  RETURN true;
END $$;
--> statement-breakpoint

REVOKE ALL ON FUNCTION audit.told_in FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.told_in TO it_complete_maintenance;

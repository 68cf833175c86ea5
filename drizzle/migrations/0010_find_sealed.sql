-- Finding sealed events at a cost that depends on the page, whatever combination of filters is asked (docs/activity-log.md, Finding).

-- In which months a tenant has events, its counts tell the function below, which runs as the owner and says its tenant itself.
DROP POLICY IF EXISTS functions_of_owner ON audit.activity_count;
CREATE POLICY functions_of_owner ON audit.activity_count TO CURRENT_USER USING (true);
--> statement-breakpoint

-- As in 0007, of texts in one form, so that a letter which can be written in several ways in Unicode is the same letter. What the parser
-- takes for a sign beyond ASCII depends on the database's locale: dashes, quotes, arrows, marks of direction and emoji are signs here
-- anywhere. And of so much of a text that its words have room in a tsvector, or an event could never be sealed.
CREATE OR REPLACE FUNCTION audit.words(texts text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, regexp_replace(left(normalize(texts, NFKC), 100000),
    '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\xd7\xf7\u2000-\u206f\u2190-\u2bff\u3000-\u3004\u3008-\u3030\ufe00-\ufe0f\ufeff\U0001f000-\U0001faff\U000e0000-\U000e007f]+',
    ' ', 'g'))
$$;
--> statement-breakpoint

-- As in 0007, also with the day (UTC) on which it occurred.
CREATE OR REPLACE FUNCTION audit.words_of(tenant uuid, facet integer, kind integer, event text, disclosures json) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(ARRAY['=t' || tenant::text, '=f' || facet::text, '=k' || kind::text, '=d' || left(e ->> 'occurredAt', 10)])
    || audit.words_of(
      e ->> 'action',
      (e -> 'actor') || coalesce(d #> '{actor,value}', '{}'),
      coalesce(e -> 'target', '{}') || coalesce(d #> '{target,value}', '{}') - 'changes',
      coalesce(d #> '{target,value,changes}', '[]'))
  FROM (SELECT event::jsonb AS e, disclosures::jsonb AS d) AS parsed
$$;
--> statement-breakpoint
UPDATE audit.sealed SET event = event; -- words are made anew only where what they are made of is set
--> statement-breakpoint

-- As in 0009, but that each event is parsed once and not for every column: what has an offset is not taken apart.
CREATE OR REPLACE VIEW audit.activity WITH (security_invoker = true) AS
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
FROM audit.sealed s CROSS JOIN LATERAL (SELECT s.event::jsonb AS e, s.disclosures::jsonb AS d OFFSET 0) AS parsed;
--> statement-breakpoint

-- Keys of the first so many sealed events of the transaction's tenant that a filter means: newest or oldest first, or (null) any of them.
-- Month by month of those that have events, each question planned for its own month, until there are enough. Within a month:
--
-- By time, session, facet or kind along the index that is in that order; of many facets or kinds only those whose own first event is among
-- the first. Statistics cannot mislead: a stretch has bounds and an order that no other index has (a facet between itself and itself, not
-- equal to itself), and whole tables, and sorting what was taken from another index, are out of the question where there is another way.
--
-- Words by looking at what comes next by time, for a thousand events: that finds what is common. Then by their index: what matches in the
-- month, or on a day of it, where it is much. Row-level security would keep the search from that index, which may not be asked before the
-- policy; so this runs as the owner.
CREATE FUNCTION audit.find_sealed(
  query tsquery, facets integer[], kinds integer[], session uuid, since timestamptz, before timestamptz,
  beyond_at timestamptz, beyond_id uuid, newest_first boolean, wanted integer
) RETURNS TABLE (occurred_at timestamptz, event_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET jit = off SET enable_seqscan = off SET enable_sort = off SET random_page_cost = 1 AS $$
DECLARE
  tenant constant uuid := current_setting('app.tenant_id')::uuid;
  first_id constant uuid := '00000000-0000-0000-0000-000000000000';
  last_id constant uuid := 'ffffffff-ffff-ffff-ffff-ffffffffffff';
  -- What is wanted lies between these two, without them; the one from which we come moves on.
  low_at timestamptz := coalesce(since - interval '1 millisecond', '-infinity');
  low_id uuid := last_id;
  high_at timestamptz := coalesce(before, 'infinity');
  high_id uuid := first_id;

  those constant integer[] := coalesce(facets, kinds);
  column_of_those constant text := CASE WHEN facets IS NOT NULL THEN 'facet_id' ELSE 'kind_id' END;
  is_of_those constant text := CASE WHEN those IS NULL THEN 'true' ELSE format('s.%I = ANY ($9)', column_of_those) END;
  is_meant constant text := concat_ws(' AND ', is_of_those, CASE WHEN query IS NOT NULL THEN 's.words @@ $10' END);
  direction constant text := CASE WHEN newest_first IS FALSE THEN 'ASC' ELSE 'DESC' END;
  sorted constant text := CASE WHEN newest_first IS NOT NULL THEN format('ORDER BY e.occurred_at %1$s, e.event_id %1$s', direction) END;

  -- Along the index whose last columns are the time and the id: its column before them, and the value of that.
  stretch constant text := $sql$
    SELECT s.occurred_at, s.event_id, %4$s AS is_meant FROM audit.sealed s
    WHERE s.tenant_id = $1 AND s.occurred_at >= $2 AND s.occurred_at < $3
      AND (%1$s s.occurred_at, s.event_id) > (%2$s $4, $5) AND (%1$s s.occurred_at, s.event_id) < (%2$s $6, $7)
    ORDER BY %3$s s.occurred_at %5$s, s.event_id %5$s $sql$;
  by_time constant text := format(stretch, '', '', '', is_meant, direction);
  by_session constant text := format(stretch, 's.session_id,', '$11,', format('s.session_id %s,', direction), is_meant, direction);
  by_one constant text := format(stretch, format('s.%I,', column_of_those), 'c,', format('s.%I %s,', column_of_those, direction), 'true', direction);
  -- Of the month's own partitions, so that there is no other index that anything asked for fits.
  with_words constant text := 'SELECT s.tenant_id, s.occurred_at, s.event_id, s.facet_id, s.kind_id FROM (:month) AS s WHERE s.words @@ $12 AND ($13 IS NULL OR s.words @@ $13)';
  by_index constant text := CASE
    WHEN session IS NOT NULL THEN format('SELECT e.occurred_at, e.event_id FROM (%s OFFSET 0) AS e WHERE e.is_meant LIMIT $8', by_session)
    WHEN query IS NOT NULL THEN format('
      WITH s AS MATERIALIZED (%s), e AS (
        SELECT s.* FROM s WHERE s.tenant_id = $1 AND s.occurred_at >= $2 AND s.occurred_at < $3
          AND (s.occurred_at, s.event_id) > ($4, $5) AND (s.occurred_at, s.event_id) < ($6, $7) AND %s)
      SELECT e.occurred_at, e.event_id FROM e %s LIMIT $8', with_words, is_of_those, sorted)
    WHEN those IS NOT NULL THEN format('
      WITH of_first AS (
        SELECT c, %3$s AS rank FROM unnest($9) AS c CROSS JOIN LATERAL (%1$s LIMIT 1) AS e %2$s LIMIT $8)
      SELECT e.occurred_at, e.event_id FROM of_first CROSS JOIN LATERAL (%1$s LIMIT $8 - rank) AS e %2$s LIMIT $8',
      by_one, sorted, CASE WHEN sorted IS NULL THEN '0' ELSE format('row_number() OVER (%s) - 1', sorted) END)
    ELSE format('SELECT e.occurred_at, e.event_id FROM (%s) AS e LIMIT $8', by_time)
  END;

  -- The index of words knows of each event whose it is, of which facet and kind, and of which day. Many facets are asked for only where the
  -- words have too many matches; and beside the words: within one question the index would look at whatever is of those.
  whole constant tsquery := query && format('''=t%s''', tenant)::tsquery;
  words_of_those constant tsquery := CASE WHEN cardinality(those) <= 2000 THEN
    (SELECT string_agg(format('''=%s%s''', left(column_of_those, 1), c), '|') FROM unnest(those) AS c)::tsquery END;
  besides tsquery := CASE WHEN newest_first IS NULL OR cardinality(those) <= 20 THEN words_of_those END;
  partitions text;
  is_by_words constant boolean := query IS NOT NULL AND session IS NULL;
  looks_left integer := CASE WHEN is_by_words AND newest_first IS NOT NULL THEN 1000 ELSE 0 END;
  many constant integer := 2000;
  matches integer;
  partitions_of timestamptz;
  count_matches text;
  hour timestamptz;
  slice timestamptz;
  slice_end timestamptz;
  found integer := 0;
  found_here integer;
  seen record;
BEGIN
  IF numnode(query) = 0 OR cardinality(those) = 0 THEN RETURN; END IF;
  IF newest_first IS FALSE AND beyond_at > low_at THEN
    low_at := beyond_at;
    low_id := beyond_id;
  ELSIF newest_first IS TRUE AND beyond_at < high_at THEN
    high_at := beyond_at;
    high_id := beyond_id;
  END IF;

  WHILE found < wanted LOOP
    EXECUTE format('SELECT hour FROM audit.activity_count WHERE tenant_id = $1 AND hour > $2 AND hour <= $3 ORDER BY hour %s LIMIT 1', direction)
      INTO hour USING tenant, low_at - interval '1 hour', high_at;
    EXIT WHEN hour IS NULL;
    slice := date_trunc('month', hour);
    slice_end := slice + interval '1 month';
    IF looks_left > 0 THEN
      FOR seen IN EXECUTE by_time || ' LIMIT $8'
        USING tenant, greatest(slice, low_at), least(slice_end, high_at + interval '1 millisecond'), low_at, low_id, high_at, high_id, looks_left, those, query
      LOOP
        looks_left := looks_left - 1;
        IF newest_first THEN
          high_at := seen.occurred_at;
          high_id := seen.event_id;
        ELSE
          low_at := seen.occurred_at;
          low_id := seen.event_id;
        END IF;
        CONTINUE WHEN NOT seen.is_meant;
        occurred_at := seen.occurred_at;
        event_id := seen.event_id;
        RETURN NEXT;
        found := found + 1;
        EXIT WHEN found = wanted;
      END LOOP;
      CONTINUE WHEN looks_left = 0; -- with the rest of the month
    ELSE
      IF is_by_words AND partitions_of IS DISTINCT FROM slice THEN
        partitions_of := slice;
        SELECT string_agg(format('SELECT * FROM %s', p.oid::regclass), ' UNION ALL ') INTO partitions
          FROM pg_inherits AS c JOIN pg_inherits AS i ON i.inhparent = c.inhrelid JOIN pg_class AS p ON p.oid = i.inhrelid
          WHERE c.inhparent = 'audit.sealed'::regclass AND right(p.relname, 7) = to_char(slice, 'YYYY_MM');
        matches := CASE WHEN partitions IS NULL THEN 0 END;
        IF newest_first IS NOT NULL AND partitions IS NOT NULL THEN
          count_matches := format('SELECT count(*) FROM (%s LIMIT %s) AS e', replace(with_words, ':month', partitions), many + 1);
          EXECUTE count_matches INTO matches USING 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, whole, besides;
          IF matches > many AND besides IS DISTINCT FROM words_of_those THEN
            besides := words_of_those;
            EXECUTE count_matches INTO matches USING 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, whole, besides;
          END IF;
        END IF;
      END IF;
      IF matches > many THEN
        slice := date_trunc('day', hour);
        slice_end := slice + interval '1 day';
      END IF;
      IF matches IS DISTINCT FROM 0 THEN
        RETURN QUERY EXECUTE replace(by_index, ':month', coalesce(partitions, ''))
          USING tenant, greatest(slice, low_at), least(slice_end, high_at + interval '1 millisecond'), low_at, low_id, high_at, high_id,
            wanted - found, those, query, session, CASE WHEN matches > many THEN whole && format('''=d%s''', to_char(slice, 'YYYY-MM-DD'))::tsquery ELSE whole END,
            besides;
        GET DIAGNOSTICS found_here = ROW_COUNT;
        found := found + found_here;
      END IF;
    END IF;
    IF newest_first IS FALSE THEN
      low_at := slice_end;
      low_id := first_id;
    ELSE
      high_at := slice - interval '1 millisecond';
      high_id := last_id;
    END IF;
  END LOOP;
END $$;
--> statement-breakpoint

-- The events of the transaction's tenant with these times and ids, as they are shown. Asked as the owner too, and in such a way that the
-- planner does not know which tenant it is: of one that is new it would think that it has next to nothing, and that any index will do.
CREATE FUNCTION audit.events_at(times timestamptz[], ids uuid[]) RETURNS SETOF audit.activity
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off SET enable_seqscan = off AS $$
BEGIN
  RETURN QUERY EXECUTE '
    SELECT e.* FROM unnest($2, $3) AS key (at, id) CROSS JOIN LATERAL (
      SELECT * FROM audit.activity a
      WHERE a.tenant_id = (SELECT $1) AND a.occurred_at = key.at AND a.event_id = key.id AND a.occurred_at BETWEEN $4 AND $5 LIMIT 1) AS e'
    USING current_setting('app.tenant_id')::uuid, times, ids, (SELECT min(t) FROM unnest(times) t), (SELECT max(t) FROM unnest(times) t);
END $$;
--> statement-breakpoint

-- audit.find_words stays for processes of the version before, which ask it until they are replaced.
REVOKE ALL ON FUNCTION audit.find_sealed, audit.events_at FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.find_sealed, audit.events_at TO it_complete_app;

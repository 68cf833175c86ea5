-- Erasing a person wherever their name stands: in the log and what waits to be in it, and in what others keep of them. Handoffs end, too.

CREATE POLICY functions_of_owner ON audit.flood TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON identity.handoff TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON identity.api_token TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON tenants.settings TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON tenants.spanning_admin TO CURRENT_USER USING (true);
CREATE POLICY functions_of_owner ON notifications.message TO CURRENT_USER USING (true);
--> statement-breakpoint

-- An actor without what is personal; the key stays.
CREATE FUNCTION audit.erased(actor jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT (actor - 'email') || '{"displayName": "(erased)"}'
    || CASE WHEN actor ? 'userPrincipalName' THEN '{"userPrincipalName": "(erased)"}' ELSE '{}' END::jsonb
$$;
--> statement-breakpoint

-- Whether JSON holds one of these texts as a whole, in whatever case.
CREATE FUNCTION audit.holds(texts text[], written text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (SELECT FROM unnest(texts) AS t WHERE position(lower(to_json(t)::text) IN lower(written)) > 0)
$$;
--> statement-breakpoint

-- All words of a text, to be looked for in events' words.
CREATE FUNCTION audit.words_asked(texts text) RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
  SELECT string_agg(format('''%s''', lexeme), '&')::tsquery FROM unnest(tsvector_to_array(audit.words(texts))) AS lexeme
$$;
--> statement-breakpoint

-- Takes away what is told of a person, and of e-mail addresses, in the transaction's tenant: what they did, what was done to them, their
-- sessions and handoffs, in at most so many sealed events at a time; and changes that hold one of the addresses. What was hashed stays as it
-- is, and so does what says which events were erased. What is in force is not touched: sessions, grants, recipients. Nothing is sealed
-- meanwhile. Returns which sealed events it was, in runs, how many, and how many that were not sealed yet.
DROP FUNCTION audit.erase_person(text, integer);
CREATE FUNCTION audit.erase_person(person text, addresses text[], most integer, OUT runs jsonb, OUT erased integer, OUT waiting integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tenant constant uuid := current_setting('app.tenant_id')::uuid;
  ours constant tsquery := format('''=t%s''', tenant)::tsquery;
  person_id constant text := substr(person, strpos(person, ':') + 1);
  named constant tsquery := audit.words_asked(person_id);
  addressed constant tsquery := (SELECT string_agg(format('(%s)', audit.words_asked(a)), '|') FROM unnest(addresses) AS a)::tsquery;
  sessions constant text[] := ARRAY(SELECT s.session_id::text FROM identity.session s WHERE s.tenant_id = tenant AND s.actor ->> 'key' = person);
  sequences bigint[];
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('seal ' || tenant, 0));

  WITH found AS (
    (SELECT t.sequence, t.retention, t.occurred_at, true AS of_actor,
            t.event::json #>> '{target,type}' = 'handoff' OR t.event::json #>> '{target,id}' = ANY (sessions) AS of_target
     FROM audit.sealed t
     WHERE t.tenant_id = tenant AND t.facet_id IN (SELECT f.facet_id FROM audit.facet f WHERE f.tenant_id = tenant AND f.actor_key = person)
       AND (json_typeof(t.disclosures -> 'actor') <> 'null' OR json_typeof(t.disclosures -> 'target') <> 'null'
         AND (t.event::json #>> '{target,type}' = 'handoff' OR t.event::json #>> '{target,id}' = ANY (sessions)))
     LIMIT most)
    UNION ALL
    (SELECT t.sequence, t.retention, t.occurred_at, false, true FROM audit.sealed t
     WHERE t.tenant_id = tenant AND t.facet_id IN (SELECT f.facet_id FROM audit.facet f WHERE f.tenant_id = tenant AND f.action = 'session.revoked')
       AND t.event::json #>> '{target,id}' = ANY (sessions) AND json_typeof(t.disclosures -> 'target') <> 'null'
     LIMIT most)
    UNION ALL
    (SELECT t.sequence, t.retention, t.occurred_at, false, true FROM audit.sealed t
     WHERE t.tenant_id = tenant AND t.words @@ (ours && named) AND t.event::json #>> '{target,id}' IN (person, person_id)
       AND t.event::json ->> 'action' <> 'personal_data.erased' AND json_typeof(t.disclosures -> 'target') <> 'null'
     LIMIT most)
    UNION ALL
    (SELECT t.sequence, t.retention, t.occurred_at, false, true FROM audit.sealed t
     WHERE t.tenant_id = tenant AND t.words @@ (ours && addressed) AND audit.holds(addresses, (t.disclosures #> '{target,value}')::text)
       AND t.event::json ->> 'action' <> 'personal_data.erased'
     LIMIT most)
  ), these AS (
    SELECT f.sequence, f.retention, f.occurred_at, bool_or(f.of_actor) AS of_actor, coalesce(bool_or(f.of_target), false) AS of_target
    FROM found f GROUP BY 1, 2, 3 ORDER BY 1 LIMIT most
  ), done AS (
    UPDATE audit.sealed s SET disclosures = json_build_object(
      'actor', CASE WHEN NOT p.of_actor THEN s.disclosures -> 'actor' END, 'target', CASE WHEN NOT p.of_target THEN s.disclosures -> 'target' END)
    FROM these p
    WHERE s.tenant_id = tenant AND s.sequence = p.sequence AND s.retention = p.retention AND s.occurred_at = p.occurred_at
    RETURNING s.sequence
  )
  SELECT coalesce(array_agg(d.sequence ORDER BY d.sequence), '{}') INTO sequences FROM done d;
  erased := cardinality(sequences);
  runs := (SELECT coalesce(jsonb_agg(jsonb_build_array(r.first, r.last) ORDER BY r.first), '[]') FROM (
    SELECT min(n) AS first, max(n) AS last FROM (SELECT n, n - row_number() OVER (ORDER BY n) AS run FROM unnest(sequences) AS n) s GROUP BY s.run) r);

  WITH changed AS (
    UPDATE audit.unsealed u SET
      actor = CASE WHEN p.of_actor THEN audit.erased(u.actor) ELSE u.actor END,
      ip_address = CASE WHEN NOT p.of_actor THEN u.ip_address END,
      user_agent = CASE WHEN NOT p.of_actor THEN u.user_agent END,
      target = CASE WHEN p.of_target AND u.target IS NOT NULL THEN u.target || '{"displayName": null}' ELSE u.target END,
      changes = CASE WHEN p.of_target THEN '[]' ELSE u.changes END
    FROM (
      SELECT w.event_id, w.actor_key IS NOT DISTINCT FROM person AS of_actor,
             coalesce(w.target ->> 'id' IN (person, person_id) OR w.target ->> 'id' = ANY (sessions), false)
               OR coalesce(w.actor_key = person AND w.target ->> 'type' = 'handoff', false) OR audit.holds(addresses, w.changes::text) AS of_target
      FROM audit.unsealed w WHERE w.tenant_id = tenant AND w.action <> 'personal_data.erased') AS p
    WHERE u.tenant_id = tenant AND u.event_id = p.event_id AND (
      p.of_actor AND u.actor <> audit.erased(u.actor) OR p.of_target AND (u.target ->> 'displayName' IS NOT NULL OR u.changes <> '[]'))
    RETURNING u.event_id
  )
  SELECT count(*) INTO waiting FROM changed;

  UPDATE audit.flood w SET event = w.event
    || CASE WHEN w.event ->> 'actorKey' = person THEN jsonb_build_object('actor', audit.erased(w.event -> 'actor'), 'ipAddress', NULL, 'userAgent', NULL)
            ELSE '{}' END
    || CASE WHEN w.event #>> '{target,id}' IN (person, person_id) OR w.event #>> '{target,id}' = ANY (sessions) OR w.event #>> '{target,type}' = 'handoff'
            THEN jsonb_build_object('target', (w.event -> 'target') || '{"displayName": null}', 'changes', '[]'::jsonb) ELSE '{}' END
  WHERE w.tenant_id = tenant AND (w.event ->> 'actorKey' = person
    OR w.event #>> '{target,id}' IN (person, person_id) OR w.event #>> '{target,id}' = ANY (sessions));

  -- What was looked for in exports: those that are over need it no longer; of others, whoever made them can make another.
  UPDATE audit.export x SET input = x.input || '{"filter": null}', expires_at = least(x.expires_at, now())
  WHERE x.tenant_id = tenant AND json_typeof((x.input -> 'filter')::json) = 'object' AND (
    x.expires_at < now() OR x.input -> 'filter' ? 'text' OR audit.holds(addresses || person || person_id, x.input::text));

  UPDATE identity.session s SET ip_address = NULL, user_agent = NULL, actor = audit.erased(s.actor)
  WHERE s.tenant_id = tenant AND s.actor ->> 'key' = person AND s.actor <> audit.erased(s.actor)
    AND (s.revoked_at IS NOT NULL OR s.max_expires_at < now() OR s.last_seen_at + make_interval(secs => s.idle_seconds) < now());
  UPDATE identity.handoff h SET actor = audit.erased(h.actor)
  WHERE h.tenant_id = tenant AND h.actor ->> 'key' = person AND h.actor <> audit.erased(h.actor)
    AND (h.burned_at IS NOT NULL OR h.revoked_at IS NOT NULL OR h.expires_at < now());
  UPDATE identity.api_token a SET created_by = audit.erased(a.created_by) WHERE a.tenant_id = tenant AND a.created_by ->> 'key' = person;
  UPDATE tenants.settings c SET it_complete_login_changed_by = audit.erased(c.it_complete_login_changed_by)
  WHERE c.tenant_id = tenant AND c.it_complete_login_changed_by ->> 'key' = person;
  UPDATE tenants.spanning_admin g SET user_principal_name = '(erased)', display_name = '(erased)'
  WHERE g.tenant_id = tenant AND 'microsoft:' || g.object_id = person AND g.revoked_at IS NOT NULL;

  WITH dropped AS (
    DELETE FROM notifications.message m
    WHERE m.tenant_id = tenant AND lower(m.recipient) IN (SELECT lower(a) FROM unnest(addresses) AS a) RETURNING m.message_id
  )
  DELETE FROM notifications.due d USING dropped m WHERE d.message_id = m.message_id;
END $$;
--> statement-breakpoint

-- As in 0011, and handoffs, beyond the life of any session that came of one: a code that is no longer known opens nothing either, and what
-- makes an assertion good for one code only is kept elsewhere, for as long as it could be presented.
CREATE OR REPLACE FUNCTION audit.forget_outlived(most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  keys integer;
  exports integer;
  handoffs integer;
BEGIN
  DELETE FROM audit.recorded_once r WHERE r.ctid = ANY (ARRAY(
    SELECT o.ctid FROM audit.recorded_once o WHERE o.recorded_at < now() - interval '2 days' LIMIT most));
  GET DIAGNOSTICS keys = ROW_COUNT;
  DELETE FROM audit.export x WHERE x.ctid = ANY (ARRAY(
    SELECT e.ctid FROM audit.export e WHERE e.expires_at < now() - interval '1 day'
      AND EXISTS (SELECT FROM audit.export n WHERE n.tenant_id = e.tenant_id AND n.created_at > e.created_at) LIMIT most));
  GET DIAGNOSTICS exports = ROW_COUNT;
  DELETE FROM identity.handoff h WHERE h.ctid = ANY (ARRAY(
    SELECT o.ctid FROM identity.handoff o WHERE o.expires_at < now() - interval '2 days' LIMIT most));
  GET DIAGNOSTICS handoffs = ROW_COUNT;
  RETURN greatest(keys, exports, handoffs);
END $$;
--> statement-breakpoint

REVOKE ALL ON FUNCTION audit.erased, audit.holds, audit.words_asked, audit.erase_person FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.erase_person TO it_complete_operator;
-- What tells an instance's tenants of a change of it goes on where it was broken off.
GRANT SELECT, INSERT ON audit.recorded_once TO it_complete_operator;

-- Roles of the log's own: what seals it, and what makes and drops its partitions. They may be here already, as in 0000_roles.sql.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'it_complete_sealer') THEN CREATE ROLE it_complete_sealer NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'it_complete_maintenance') THEN CREATE ROLE it_complete_maintenance NOLOGIN; END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- made by another migration at the same moment
END $$;
--> statement-breakpoint

-- An event's id: a UUID of version 7 with the microseconds after the milliseconds (RFC 9562, sections 5.7 and 6.2, method 3).
CREATE FUNCTION audit.next_event_id() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
  SELECT encode(
    set_byte(set_byte(overlay(uuid_send(gen_random_uuid()) PLACING substring(int8send(us / 1000) FROM 3) FROM 1 FOR 6),
      6, (112 | ((us % 1000) * 4096 / 1000 >> 8))::integer), 7, ((us % 1000) * 4096 / 1000 & 255)::integer), 'hex')::uuid
  FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS us) AS moment
$$;
--> statement-breakpoint

-- Words of a text. Punctuation separates them, so that an address is found by any part of it; beyond ASCII the parser knows best.
CREATE FUNCTION audit.words(texts text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.to_tsvector('pg_catalog.simple'::regconfig, regexp_replace(texts, '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g'))
$$;
--> statement-breakpoint

-- The words by which an event is found: those of its actor, its action, its target and its changes.
CREATE FUNCTION audit.words_of(action text, actor jsonb, target jsonb, changes jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT audit.words(action
    || coalesce(' ' || (actor ->> 'key'), '') || coalesce(' ' || (actor ->> 'displayName'), '')
    || coalesce(' ' || (actor ->> 'email'), '') || coalesce(' ' || (actor ->> 'userPrincipalName'), '')
    || coalesce(' ' || (actor ->> 'instance'), '') || coalesce(' ' || (actor ->> 'platform'), '')
    || coalesce(' ' || (target ->> 'type'), '') || coalesce(' ' || (target ->> 'id'), '') || coalesce(' ' || (target ->> 'displayName'), '')
    || coalesce((SELECT string_agg(' ' || (member #>> '{}'), '') FROM jsonb_path_query(changes, '$[*].*') AS member), ''))
$$;
--> statement-breakpoint

-- The same of a sealed event, with whose it is and of which facet and kind: what no word can be taken for, since words hold no sign.
CREATE FUNCTION audit.words_of(tenant uuid, facet integer, kind integer, event text, disclosures json) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(ARRAY['=t' || tenant::text, '=f' || facet::text, '=k' || kind::text]) || audit.words_of(
    e ->> 'action',
    (e -> 'actor') || coalesce(d #> '{actor,value}', '{}'),
    coalesce(e -> 'target', '{}') || coalesce(d #> '{target,value}', '{}') - 'changes',
    coalesce(d #> '{target,value,changes}', '[]'))
  FROM (SELECT event::jsonb AS e, disclosures::jsonb AS d) AS parsed
$$;

-- As in 0010 and 0007, letter for letter in what they do, but with bodies that PostgreSQL parses when they are made: it knows then which
-- function needs which other one. A dump had the one that makes the words of `audit.sealed` before those that it calls, and could not
-- be restored.
CREATE OR REPLACE FUNCTION audit.words_of(action text, actor jsonb, target jsonb, changes jsonb) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN audit.words(action
    || coalesce(' ' || (actor ->> 'key'), '') || coalesce(' ' || (actor ->> 'displayName'), '')
    || coalesce(' ' || (actor ->> 'email'), '') || coalesce(' ' || (actor ->> 'userPrincipalName'), '')
    || coalesce(' ' || (actor ->> 'instance'), '') || coalesce(' ' || (actor ->> 'platform'), '')
    || coalesce(' ' || (target ->> 'type'), '') || coalesce(' ' || (target ->> 'id'), '') || coalesce(' ' || (target ->> 'displayName'), '')
    || coalesce((SELECT string_agg(' ' || (member #>> '{}'), '') FROM jsonb_path_query(changes, '$[*].*') AS member), ''));
--> statement-breakpoint

CREATE OR REPLACE FUNCTION audit.words_of(tenant uuid, facet integer, kind integer, event text, disclosures json) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT array_to_tsvector(ARRAY['=t' || tenant::text, '=f' || facet::text, '=k' || kind::text, '=d' || left(e ->> 'occurredAt', 10)])
    || audit.words_of(
      e ->> 'action',
      (e -> 'actor') || coalesce(d #> '{actor,value}', '{}'),
      coalesce(e -> 'target', '{}') || coalesce(d #> '{target,value}', '{}') - 'changes',
      coalesce(d #> '{target,value,changes}', '[]'))
  FROM (SELECT event::jsonb AS e, disclosures::jsonb AS d) AS parsed;
END;

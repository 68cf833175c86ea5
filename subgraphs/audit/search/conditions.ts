/**
 * Builds the SQL conditions of an EventQuery. Sealed events are filtered by facet and kind
 * (drizzle/tables/audit.ts), so that each condition can use an index. Unsealed events are filtered
 * by their own columns without an index, because there are few of these events.
 */
import { and, eq, gte, inArray, isNotNull, isNull, like, lt, or, type SQL, sql } from 'drizzle-orm'
import { facet, unsealed } from '../../../drizzle/tables/audit.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { ActivityFilter } from '../schema.types.ts'
import type { EventQuery, FacetFilter, Visibility } from './event-query.ts'

/** The filter members that correspond to columns of audit.facet. */
type FacetMembers = Pick<ActivityFilter, 'actors' | 'methods' | 'actions' | 'outcomes'> & Visibility

type Table = typeof facet | typeof unsealed

/**
 * Returns a `tsquery` that matches events with all words of the text. As a subquery, PostgreSQL
 * evaluates it once and not for each event.
 */
export const textQuery = (text: string): SQL => sql`(select audit.search_query(${text}))`

export function facetConditions(
  members: FacetMembers,
): Pick<EventQuery, 'facetFilter' | 'facetCondition'> {
  const byActor = actorCondition(facet, members)
  const byKind = kindCondition(facet, members)
  return {
    facetFilter: facetFilter(byActor, byKind),
    facetCondition: and(isNotNull(facet.actorKey), byActor, byKind),
  }
}

function facetFilter(byActor: SQL | undefined, byKind: SQL | undefined): FacetFilter | null {
  if (byActor) return { column: 'facet_id', where: sql`${and(byActor, byKind)}` }
  if (byKind) return { column: 'kind_id', where: sql`${and(isNull(facet.actorKey), byKind)}` }
  return null
}

export function unsealedCondition({
  since,
  until,
  sessionId,
  text,
  ...members
}: FacetMembers & {
  since: Date | null
  until: Date | null
  sessionId: string | null
  text: SQL | null
}): SQL | undefined {
  return and(
    since ? gte(unsealed.occurredAt, since) : undefined,
    until ? lt(unsealed.occurredAt, until) : undefined,
    sessionId && isUuid(sessionId) ? eq(unsealed.sessionId, sessionId) : undefined,
    actorCondition(unsealed, members),
    kindCondition(unsealed, members),
    text ? sql`${unsealedWords} @@ ${text}` : undefined,
  )
}

const unsealedWords = sql`audit.words_of(${unsealed.action}, ${unsealed.actor}, ${unsealed.target}, ${unsealed.changes})`

function actorCondition(
  table: Table,
  { actors, techniciansOfInstance }: FacetMembers,
): SQL | undefined {
  return and(
    actors ? inArray(table.actorKey, [...actors]) : undefined,
    // Compare the actor key, because actions of the partner instance itself have the same method
    // and client ID as actions of its technicians.
    techniciansOfInstance === undefined
      ? undefined
      : sql`starts_with(${table.actorKey}, ${`partner:${techniciansOfInstance}:`})`,
  )
}

/** Returns the conditions on all columns of a facet except the actor key. */
function kindCondition(
  table: Table,
  { methods, actions, outcomes, partnerClientId, techniciansOfInstance }: FacetMembers,
): SQL | undefined {
  const byAction = actions?.map((pattern) => actionMatches(table, pattern))
  return and(
    methods ? inArray(table.method, [...methods]) : undefined,
    byAction ? (or(...byAction) ?? sql`false`) : undefined,
    outcomes ? inArray(table.outcome, [...outcomes]) : undefined,
    partnerClientId === null
      ? undefined
      : or(isNull(table.clientId), eq(table.clientId, partnerClientId)),
    techniciansOfInstance === undefined ? undefined : eq(table.clientId, techniciansOfInstance),
  )
}

/** Matches the exact action, or a prefix when the pattern ends with an asterisk. */
function actionMatches({ action }: Table, pattern: string): SQL {
  if (!pattern.endsWith('*')) return eq(action, pattern)
  return like(action, `${pattern.slice(0, -1).replace(/[\\%_]/g, '\\$&')}%`)
}

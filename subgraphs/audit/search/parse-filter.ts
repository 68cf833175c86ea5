/**
 * Translates an ActivityFilter into conditions that an index of the Activity Log can answer.
 * Sealed events are filtered by facet and kind (drizzle/tables/audit.ts); events that are not
 * sealed yet are few and are filtered by their own columns.
 */
import { and, eq, gte, inArray, isNotNull, isNull, like, lt, or, type SQL, sql } from 'drizzle-orm'
import { facet, unsealed } from '../../../drizzle/tables/audit.ts'
import { badInput } from '../../../platform/lib/errors.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { ActivityFilter } from '../schema.types.ts'
import { isStorable, parsePhrases, textQuery } from './text-query.ts'

const maxListLength = 50

/** A validated filter, restricted to the events that the viewer may read. */
export interface EventQuery {
  /** RFC 3339, inclusive. */
  since: string | null
  /** RFC 3339, exclusive. */
  until: string | null
  sessionId: string | null
  /** Each phrase must occur in the event. Null: the text is not filtered. */
  phrases: string[] | null
  /** Selects sealed events by facet, or by kind when no actor is given. Null: all facets. */
  facetFilter: { column: 'facet_id' | 'kind_id'; where: SQL } | null
  /** Selects the facets with an actor, by which sealed events are counted. */
  facetCondition: SQL | undefined
  /** Selects unsealed events. Includes the time, the session and the text. */
  unsealedCondition: SQL | undefined
  /** True when no event can match; the database need not be asked. */
  matchesNothing: boolean
}

/** Restricts which events may be read, whatever the filter asks for. */
export interface Visibility {
  /** Excludes events of technicians of other partner instances (client ID). Null: no restriction. */
  onlyInstance: string | null
  /** Includes only actions of technicians of this partner instance (client ID). */
  techniciansOfInstance?: string
}

/** @throws BAD_USER_INPUT when a list or the text is too long */
export function parseFilter(filter: ActivityFilter, visibility: Visibility): EventQuery {
  const { actors, methods, actions, outcomes } = filter
  const lists = { actors, methods, actions, outcomes }
  for (const [name, list] of Object.entries(lists)) {
    if (list && list.length > maxListLength)
      throw badInput(`\`${name}\` must have at most ${maxListLength} entries.`)
  }
  const phrases = parsePhrases(filter.text)
  const sessionId = filter.sessionId ?? null
  const since = filter.occurredFrom ? clampToCalendar(filter.occurredFrom) : null
  const until = filter.occurredTo ? clampToCalendar(filter.occurredTo) : null
  const byActor = actorCondition(facet, filter, visibility)
  const byKind = kindCondition(facet, filter, visibility)
  return {
    since: since?.toISOString() ?? null,
    until: until?.toISOString() ?? null,
    sessionId,
    phrases,
    facetFilter: facetFilter(byActor, byKind),
    facetCondition: and(isNotNull(facet.actorKey), byActor, byKind),
    unsealedCondition: and(
      since ? gte(unsealed.occurredAt, since) : undefined,
      until ? lt(unsealed.occurredAt, until) : undefined,
      sessionId && isUuid(sessionId) ? eq(unsealed.sessionId, sessionId) : undefined,
      actorCondition(unsealed, filter, visibility),
      kindCondition(unsealed, filter, visibility),
      phrases ? sql`${unsealedWords} @@ ${textQuery(phrases)}` : undefined,
    ),
    matchesNothing:
      (sessionId !== null && !isUuid(sessionId)) ||
      phrases?.length === 0 ||
      Object.values(lists).some((list) => list?.length === 0),
  }
}

function actorCondition(
  table: typeof facet | typeof unsealed,
  { actors }: ActivityFilter,
  { techniciansOfInstance }: Visibility,
): SQL | undefined {
  return and(
    actors ? inArray(table.actorKey, actors.filter(isStorable)) : undefined,
    // By the key: the partner instance's own actions carry its method and client ID too.
    techniciansOfInstance === undefined
      ? undefined
      : sql`starts_with(${table.actorKey}, ${`partner:${techniciansOfInstance}:`})`,
  )
}

/** The conditions on all columns of a facet except its actor. */
function kindCondition(
  table: typeof facet | typeof unsealed,
  { methods, actions, outcomes }: ActivityFilter,
  { onlyInstance, techniciansOfInstance }: Visibility,
): SQL | undefined {
  const byAction = actions?.filter(isStorable).map((action) => actionMatches(table.action, action))
  return and(
    methods ? inArray(table.method, [...methods]) : undefined,
    byAction ? (or(...byAction) ?? sql`false`) : undefined,
    outcomes ? inArray(table.outcome, [...outcomes]) : undefined,
    onlyInstance === null
      ? undefined
      : or(isNull(table.clientId), eq(table.clientId, onlyInstance)),
    techniciansOfInstance === undefined ? undefined : eq(table.clientId, techniciansOfInstance),
  )
}

function facetFilter(byActor: SQL | undefined, byKind: SQL | undefined): EventQuery['facetFilter'] {
  if (byActor) return { column: 'facet_id', where: sql`${and(byActor, byKind)}` }
  if (byKind) return { column: 'kind_id', where: sql`${and(isNull(facet.actorKey), byKind)}` }
  return null
}

const unsealedWords = sql`audit.words_of(${unsealed.action}, ${unsealed.actor}, ${unsealed.target}, ${unsealed.changes})`

/** The calendar of RFC 3339 begins with the year 0, that of PostgreSQL with the year 1. */
const firstTime = new Date('0001-01-01T00:00:00Z')
const clampToCalendar = (time: Date) => (time < firstTime ? firstTime : time)

/** Matches exactly, or by prefix when the pattern ends with an asterisk. */
function actionMatches(column: typeof facet.action | typeof unsealed.action, pattern: string): SQL {
  if (!pattern.endsWith('*')) return eq(column, pattern)
  return like(column, `${pattern.slice(0, -1).replace(/[\\%_]/g, '\\$&')}%`)
}

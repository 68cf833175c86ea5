/**
 * Finds and counts events. The cost of a page depends on the page size, not on the size of the log:
 * the function audit.find_sealed (drizzle/migrations/0010_find_sealed.sql) reads sealed events in
 * page order from an index (docs/activity-log/searching.md). Only events of about the last second
 * are unsealed.
 */
import { and, getViewSelectedFields, type SQL, sql } from 'drizzle-orm'
import { facet, unsealed } from '../../../drizzle/tables/audit.ts'
import { type Activity, activity } from '../../../drizzle/tables/views.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'
import type { EventQuery } from './event-query.ts'

/** The bounds of a page, for keyset pagination by (occurredAt, eventId). */
export interface PageBounds {
  newestFirst: boolean
  /** The last event of the previous page. Null for the first page. */
  from: { occurredAt: string; eventId: string } | null
  /** The maximum number of events to return. */
  limit: number
}

/** Returns at most `page.limit` matching events, in the order of the page. */
export async function findEvents(
  tx: ReadTx,
  query: EventQuery,
  page: PageBounds,
): Promise<Activity[]> {
  if (query.matchesNothing) return []
  const direction = page.newestFirst ? 'desc' : 'asc'
  const inOrder = sql.raw(`order by occurred_at ${direction}, event_id ${direction}`)
  // Read both tables in one statement, so that an event is found exactly once while it is being
  // sealed.
  const keys = await tx.execute<{ event_id: string; at: string }>(sql`
    select event_id, occurred_at::text as at from (
      (${unsealedKeys(and(query.unsealedCondition, beyond(page)))} ${inOrder} limit ${page.limit}) union all ${sealedKeys(query, page)}) as keys
    ${inOrder} limit ${page.limit}`)
  if (keys.length === 0) return []
  const times = keys.map(({ at }) => at).join()
  const ids = keys.map(({ event_id }) => event_id).join()
  // Two parameters for any number of events, so that one prepared statement is enough.
  const found = await tx
    .select(activityColumns)
    .from(
      sql`audit.events_at(string_to_array(${times}, ',')::timestamptz[], string_to_array(${ids}, ',')::uuid[]) as activity`,
    )
  const byId = new Map((found as Activity[]).map((row) => [row.eventId, row]))
  return keys.flatMap(({ event_id }) => byId.get(event_id) ?? [])
}

/** The columns of the view audit.activity, for functions that return rows of this view. */
const activityColumns = Object.fromEntries(
  Object.entries(getViewSelectedFields(activity)).map(([name, column]) => [
    name,
    sql`${column}`.mapWith(column),
  ]),
)

/** Counts the matching events, up to `limit`. */
export async function countEvents(tx: ReadTx, query: EventQuery, limit: number): Promise<number> {
  if (query.matchesNothing) return 0
  const keys = sql`(${unsealedKeys(query.unsealedCondition)} limit ${limit}) union all ${unorderedSealedKeys(query, limit)}`
  const [row] = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from (${keys}) as keys`,
  )
  return Math.min(row?.count ?? 0, limit)
}

/**
 * Selects (occurred_at, event_id) of at most `limit` matching sealed events, in no defined order.
 */
export const unorderedSealedKeys = (query: EventQuery, limit: number): SQL =>
  sealedKeys(query, { newestFirst: null, from: null, limit })

const unsealedKeys = (condition: SQL | undefined) =>
  sql`select occurred_at, event_id from ${unsealed} where ${condition ?? sql`true`}`

const beyond = ({ newestFirst, from }: PageBounds): SQL | undefined =>
  from
    ? sql`(${unsealed.occurredAt}, ${unsealed.eventId}) ${sql.raw(newestFirst ? '<' : '>')} (${from.occurredAt}::timestamptz, ${from.eventId}::uuid)`
    : undefined

function sealedKeys(
  { since, until, sessionId, text, facetFilter }: EventQuery,
  { newestFirst, from, limit }: Omit<PageBounds, 'newestFirst'> & { newestFirst: boolean | null },
): SQL {
  const idsBy = (column: 'facet_id' | 'kind_id') =>
    facetFilter?.column === column
      ? sql`array(select ${facet.facetId} from ${facet} where ${facetFilter.where})`
      : sql`null::integer[]`
  return sql`
    select occurred_at, event_id from audit.find_sealed(
      ${text ?? sql`null::tsquery`}, ${idsBy('facet_id')}, ${idsBy('kind_id')}, ${sessionId}::uuid, ${since}::timestamptz, ${until}::timestamptz,
      ${from?.occurredAt ?? null}::timestamptz, ${from?.eventId ?? null}::uuid, ${newestFirst}::boolean, ${limit})`
}

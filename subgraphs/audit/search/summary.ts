/**
 * Counts events by group. For whole hours, reads the hourly counts that the sequencer maintains
 * (audit.activity_count). Counts events of partial hours and unsealed events individually. Reads
 * all counts in one statement, so that an event is counted only once while it is being sealed.
 */
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { activityCount, facet, sealed, unsealed } from '../../../drizzle/tables/audit.ts'
import { badInput } from '../../../platform/lib/errors.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'
import type { Summary, SummaryRow } from '../mappers.ts'
import type { EventQuery } from './event-query.ts'
import { unorderedSealedKeys } from './find-events.ts'

const maxRows = 1_000
/**
 * The maximum number of events that a filter by text or session may match. Hourly counts do not
 * exist for these filters, so the events are counted individually.
 */
const maxCountedEvents = 10_000

type GroupColumn = 'actor_key' | 'action' | 'outcome' | 'method'

export interface Grouping {
  /** The length of a period in UTC. Null when events are not grouped by period. */
  period: 'hour' | 'day' | 'month' | null
  columns: ReadonlySet<GroupColumn>
}

/**
 * Returns at most 1,000 rows, ordered by period and then by count, with the largest count first.
 * @throws BAD_USER_INPUT when a filter by text or session matches more than 10,000 events
 */
export async function summarize(
  tx: ReadTx,
  query: EventQuery,
  { period, columns }: Grouping,
): Promise<Summary> {
  if (query.matchesNothing) return { rows: [], truncated: false }
  const isUncounted = query.text !== null || query.sessionId !== null
  if (isUncounted) await assertCountable(tx, query)
  const counts = isUncounted ? countsOneByOne(query) : countsByHour(query)
  const start = period ? sql`date_trunc(${period}, at, 'UTC')` : sql`null::timestamptz`
  const column = (name: GroupColumn) => (columns.has(name) ? sql.raw(name) : sql`null`)
  const rows = await tx.execute<
    Record<GroupColumn, string | null> & { period: number | null; count: number }
  >(sql`
    select extract(epoch from period)::float8 * 1000 as period, actor_key, action, outcome, method, sum(count)::float8 as count
    from (select ${start} as period, ${column('actor_key')}::text as actor_key, ${column('action')}::text as action,
            ${column('outcome')}::text as outcome, ${column('method')}::text as method, count
          from (${counts}) as counts) as grouped
    group by period, actor_key, action, outcome, method
    order by period, count desc, actor_key, action, outcome, method
    limit ${maxRows + 1}`)
  return {
    rows: rows.slice(0, maxRows).map((row) => ({
      count: row.count,
      periodStart: row.period === null ? null : new Date(row.period),
      actorKey: row.actor_key,
      action: row.action,
      outcome: row.outcome as SummaryRow['outcome'],
      method: row.method as SummaryRow['method'],
    })),
    truncated: rows.length > maxRows,
  }
}

async function assertCountable(tx: ReadTx, query: EventQuery): Promise<void> {
  const keys = unorderedSealedKeys(query, maxCountedEvents + 1)
  const [row] = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from (${keys}) as found`,
  )
  if (row && row.count > maxCountedEvents)
    throw badInput(
      `More than ${maxCountedEvents} events match this text or session. Restrict the filter to a shorter time range.`,
    )
}

const facetColumns = sql`${facet.actorKey}, ${facet.action}, ${facet.outcome}, ${facet.method}`

const sameFacet = (table: typeof activityCount | typeof sealed) =>
  and(eq(facet.tenantId, table.tenantId), eq(facet.facetId, table.facetId))

/**
 * Selects (at, actor_key, action, outcome, method, count). The queries below also select these
 * columns.
 */
function countsByHour({ since, until, facetCondition, unsealedCondition }: EventQuery): SQL {
  const from = since === null ? null : sql`${since}::timestamptz`
  const to = until === null ? null : sql`${until}::timestamptz`
  // The bounds of the whole hours: the first hour at or after `from`, and the hour that contains
  // `to`.
  const firstHour =
    from && sql`date_trunc('hour', ${from} + interval '1 hour' - interval '1 millisecond', 'UTC')`
  const lastHour = to && sql`date_trunc('hour', ${to}, 'UTC')`
  const wholeHours = sql`
    select ${activityCount.hour} as at, ${facetColumns}, ${activityCount.count}
    from ${activityCount} join ${facet} on ${sameFacet(activityCount)}
    where ${and(facetCondition, firstHour ? sql`${activityCount.hour} >= ${firstHour}` : undefined, lastHour ? sql`${activityCount.hour} < ${lastHour}` : undefined)}`
  const partialHour = (start: SQL, end: SQL) => sql`
    select ${sealed.occurredAt} as at, ${facetColumns}, 1::bigint as count
    from ${sealed} join ${facet} on ${sameFacet(sealed)}
    where ${and(facetCondition, sql`${sealed.occurredAt} >= ${start}`, sql`${sealed.occurredAt} < ${end}`)}`
  const parts = [wholeHours]
  if (from && firstHour)
    parts.push(partialHour(from, to ? sql`least(${firstHour}, ${to})` : firstHour))
  if (to && lastHour)
    parts.push(partialHour(firstHour ? sql`greatest(${lastHour}, ${firstHour})` : lastHour, to))
  return sql.join([...parts, unsealedEvents(unsealedCondition)], sql` union all `)
}

const countsOneByOne = (query: EventQuery): SQL => sql`
  select found.occurred_at as at, ${facetColumns}, 1::bigint as count
  from (${unorderedSealedKeys(query, maxCountedEvents)}) as found
  join ${sealed} on ${sealed.eventId} = found.event_id and ${sealed.occurredAt} = found.occurred_at
  join ${facet} on ${sameFacet(sealed)}
  union all ${unsealedEvents(query.unsealedCondition)}`

const unsealedEvents = (condition: SQL | undefined): SQL => sql`
  select ${unsealed.occurredAt} as at, ${unsealed.actorKey}, ${unsealed.action}, ${unsealed.outcome}, ${unsealed.method}, 1::bigint as count
  from ${unsealed} where ${and(sql`true`, condition)}`

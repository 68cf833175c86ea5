/**
 * How much happened, counted: whole hours from the counts that the sealer keeps, the hours that a filter cuts and what is not sealed yet
 * from the events themselves. One statement, so that an event that is being sealed is counted once.
 */
import DataLoader from 'dataloader'
import { and, eq, inArray, or, type SQL, sql } from 'drizzle-orm'
import { visibleActivity } from '../../drizzle/reads.ts'
import { activityCount, facet, sealed, unsealed } from '../../drizzle/tables/audit.ts'
import { type Activity, activity } from '../../drizzle/tables/views.ts'
import type { tenantReader } from '../../platform/graphql/context.ts'
import { badInput } from '../../platform/lib/errors.ts'
import type { ReadTx } from '../../platform/postgres/database.ts'
import { type Wanted, wantedBy } from './filter.ts'
import { sealedKeysOf } from './find.ts'
import type { ActivityFilter, ActivityGrouping } from './schema.types.ts'
import type { Context } from './subgraph.ts'

export interface SummaryRow {
  count: number
  periodStart: Date | null
  actorKey: string | null
  action: string | null
  outcome: Activity['outcome'] | null
  method: Activity['method']
}

export interface Summary {
  rows: SummaryRow[]
  truncated: boolean
}

const maxRows = 1_000
/** Events that are counted one by one, for what no count is kept of: words, and sessions. */
const maxCounted = 10_000

const periods = { HOUR: 'hour', DAY: 'day', MONTH: 'month' } as const
const columns = {
  ACTOR: 'actor_key',
  ACTION: 'action',
  OUTCOME: 'outcome',
  METHOD: 'method',
} as const

/** @throws PublicError BAD_USER_INPUT for groupings out of bounds, and where more events would have to be looked at than are. */
export async function activitySummary(
  _tenant: unknown,
  { filter, groupBy }: { filter?: ActivityFilter | null; groupBy: readonly ActivityGrouping[] },
  { loaders }: Context,
): Promise<Summary> {
  const groups = new Set(groupBy)
  const byPeriod = [...groups].filter((group) => group in periods)
  if (groups.size < 1 || groups.size > 3 || groups.size < groupBy.length)
    throw badInput('`groupBy` holds 1 to 3 groupings, each once.')
  if (byPeriod.length > 1) throw badInput('`groupBy` holds at most one of HOUR, DAY and MONTH.')
  return loaders.inTenant(async (tx, onlyInstance) => {
    const wanted = wantedBy(filter ?? {}, { onlyInstance })
    if (wanted.nothing) return { rows: [], truncated: false }
    const isOneByOne = wanted.phrases !== null || wanted.sessionId !== null
    if (isOneByOne) await assertCountable(tx, wanted)
    const counts = isOneByOne ? countsOfFound(wanted) : countsOf(wanted)
    const unit = byPeriod.map((group) => periods[group as keyof typeof periods])[0]
    const period = unit ? sql`date_trunc(${unit}, at, 'UTC')` : sql`null::timestamptz`
    const chosen = (group: keyof typeof columns) =>
      groups.has(group) ? sql.raw(columns[group]) : sql`null`
    const rows = await tx.execute<
      Record<'actor_key' | 'action' | 'outcome' | 'method', string | null> & {
        period: number | null
        count: number
      }
    >(sql`
      select extract(epoch from period)::float8 * 1000 as period, actor_key, action, outcome, method, sum(count)::float8 as count
      from (select ${period} as period, ${chosen('ACTOR')}::text as actor_key, ${chosen('ACTION')}::text as action,
              ${chosen('OUTCOME')}::text as outcome, ${chosen('METHOD')}::text as method, count
            from (${counts}) as counts) as grouped
      group by period, actor_key, action, outcome, method
      order by period, count desc, actor_key, action, outcome, method
      limit ${maxRows + 1}`)
    return {
      rows: rows
        .slice(0, maxRows)
        .map(({ period: start, actor_key: actorKey, action, outcome, method, count }) => ({
          count,
          periodStart: start === null ? null : new Date(start),
          actorKey,
          action,
          outcome: outcome as SummaryRow['outcome'],
          method: method as SummaryRow['method'],
        })),
      truncated: rows.length > maxRows,
    }
  })
}

/** Who a row is of: as their newest event names them. */
export const activitySummaryRow = {
  actor: ({ actorKey }: SummaryRow, _: unknown, { loaders }: Context) =>
    actorKey === null ? null : loaders.lastNamed.load(actorKey),
}

const facetColumns = sql`${facet.actorKey}, ${facet.action}, ${facet.outcome}, ${facet.method}`

/** Rows of (at, actor_key, action, outcome, method, count), from the counts. */
function countsOf(wanted: Wanted): SQL {
  const { since, before } = wanted
  const from = since === null ? null : sql`${since}::timestamptz`
  const to = before === null ? null : sql`${before}::timestamptz`
  // Whole hours lie between these; what a filter cuts off an hour is counted itself.
  const firstHour =
    from && sql`date_trunc('hour', ${from} + interval '1 hour' - interval '1 millisecond', 'UTC')`
  const lastHour = to && sql`date_trunc('hour', ${to}, 'UTC')`
  const whole = sql`
    select ${activityCount.hour} as at, ${facetColumns}, ${activityCount.count}
    from ${activityCount} join ${facet} on ${sameFacet(activityCount)}
    where ${and(wanted.facets, firstHour ? sql`${activityCount.hour} >= ${firstHour}` : undefined, lastHour ? sql`${activityCount.hour} < ${lastHour}` : undefined)}`
  const one = (start: SQL, end: SQL) => sql`
    select ${sealed.occurredAt} as at, ${facetColumns}, 1::bigint as count
    from ${sealed} join ${facet} on ${sameFacet(sealed)}
    where ${and(wanted.facets, sql`${sealed.occurredAt} >= ${start}`, sql`${sealed.occurredAt} < ${end}`)}`
  const cut = [
    from && firstHour ? one(from, to ? sql`least(${firstHour}, ${to})` : firstHour) : null,
    to && lastHour
      ? one(from && firstHour ? sql`greatest(${lastHour}, ${firstHour})` : lastHour, to)
      : null,
  ].filter((part) => part !== null)
  return sql.join([whole, ...cut, notSealed(wanted)], sql` union all `)
}

const sameFacet = (of: typeof activityCount | typeof sealed) =>
  and(eq(facet.tenantId, of.tenantId), eq(facet.facetId, of.facetId))

const notSealed = (wanted: Wanted) => sql`
  select ${unsealed.occurredAt} as at, ${unsealed.actorKey}, ${unsealed.action}, ${unsealed.outcome}, ${unsealed.method}, 1::bigint as count
  from ${unsealed} where ${and(sql`true`, wanted.unsealed)}`

/** The same, of events that were found one by one. */
const countsOfFound = (wanted: Wanted): SQL => sql`
  select found.occurred_at as at, ${facetColumns}, 1::bigint as count
  from (${sealedKeysOf(wanted, maxCounted)}) as found
  join ${sealed} on ${sealed.eventId} = found.event_id and ${sealed.occurredAt} = found.occurred_at
  join ${facet} on ${sameFacet(sealed)}
  union all ${notSealed(wanted)}`

async function assertCountable(tx: ReadTx, wanted: Wanted): Promise<void> {
  const keys = sealedKeysOf(wanted, maxCounted + 1)
  const [row] = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from (${keys}) as found`,
  )
  if (row!.count > maxCounted)
    throw badInput(
      `More than ${maxCounted} events have these words, or this session: narrow the filter by time.`,
    )
}

/** Actors by key, as the newest event that the viewer may see names them. */
export function lastNamedLoader({ inTenant }: { inTenant: ReturnType<typeof tenantReader> }) {
  return new DataLoader<string, Activity['actor']>((keys) =>
    inTenant(async (tx, onlyInstance) => {
      const visible =
        onlyInstance === null ? undefined : sql`(client_id is null or client_id = ${onlyInstance})`
      const wanted = inArray(sql`actor_key`, [...keys])
      const newest = await tx.execute<{ event_id: string; at: string }>(sql`
        select distinct on (actor_key) event_id, at::text as at from (
          select actor_key, event_id, occurred_at as at from ${unsealed} where ${and(wanted, visible)}
          union all
          select f.actor_key, e.event_id, e.occurred_at
          from (select facet_id, actor_key from ${facet} where ${and(wanted, visible)}) f
          cross join lateral (
            select event_id, occurred_at from ${sealed} where ${sealed.facetId} = f.facet_id order by occurred_at desc, event_id desc limit 1) e
        ) as events order by actor_key, events.at desc, event_id desc`)
      const rows = newest.length
        ? await tx
            .select()
            .from(activity)
            .where(
              and(
                or(
                  ...newest.map(({ event_id, at }) =>
                    and(
                      eq(activity.eventId, event_id),
                      sql`${activity.occurredAt} = ${at}::timestamptz`,
                    ),
                  ),
                ),
                visibleActivity(onlyInstance),
              ),
            )
        : []
      const byKey = new Map(rows.map((row) => [row.actorKey, row.actor]))
      return keys.map((key) => byKey.get(key) ?? new Error('an actor without an event'))
    }),
  )
}

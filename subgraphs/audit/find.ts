/**
 * Finds events, newest or oldest first, at a cost that depends on the page and not on how long the log is: audit.find_sealed
 * (drizzle/migrations/0010_find_sealed.sql) says how, docs/activity-log.md by which index. What waits to be sealed is a second's worth.
 */
import { and, getViewSelectedFields, type SQL, sql } from 'drizzle-orm'
import { facet, unsealed } from '../../drizzle/tables/audit.ts'
import { type Activity, activity } from '../../drizzle/tables/views.ts'
import type { ReadTx } from '../../platform/postgres/database.ts'
import { queryOf, type Wanted } from './filter.ts'

export interface Stretch {
  newestFirst: boolean
  /** Cursor of the event beyond which it begins; null: at the edge. */
  from: { occurredAt: string; eventId: string } | null
  /** How many at most. */
  wanted: number
}

/** Up to so many events, in order. */
export async function findEvents(
  tx: ReadTx,
  wanted: Wanted,
  stretch: Stretch,
): Promise<Activity[]> {
  if (wanted.nothing) return []
  const inOrder = sql.raw(
    `order by occurred_at ${stretch.newestFirst ? 'desc' : 'asc'}, event_id ${stretch.newestFirst ? 'desc' : 'asc'}`,
  )
  // One statement, so that an event that is being sealed is neither missed nor taken twice.
  const keys = await tx.execute<{ event_id: string; at: string }>(sql`
    select event_id, occurred_at::text as at from (
      (${unsealedKeys(and(wanted.unsealed, beyond(stretch) ?? undefined))} ${inOrder} limit ${stretch.wanted}) union all ${sealedKeys(wanted, stretch)}) as keys
    ${inOrder} limit ${stretch.wanted}`)
  if (keys.length === 0) return []
  const [times, ids] = [
    keys.map(({ at }) => sql`${at}`),
    keys.map(({ event_id }) => sql`${event_id}`),
  ]
  const found = await tx
    .select(shown)
    .from(
      sql`audit.events_at(array[${sql.join(times, sql`, `)}]::timestamptz[], array[${sql.join(ids, sql`, `)}]::uuid[]) as activity`,
    )
  const byId = new Map((found as Activity[]).map((row) => [row.eventId, row]))
  return keys.flatMap(({ event_id }) => byId.get(event_id) ?? [])
}

/** The columns of audit.activity, whatever returns its rows. */
const shown = Object.fromEntries(
  Object.entries(getViewSelectedFields(activity)).map(([name, column]) => [
    name,
    sql`${column}`.mapWith(column),
  ]),
)

/** How many there are, counted no further than the bound. */
export async function countEvents(tx: ReadTx, wanted: Wanted, bound: number): Promise<number> {
  if (wanted.nothing) return 0
  const keys = sql`(${unsealedKeys(wanted.unsealed)} limit ${bound}) union all ${sealedKeysOf(wanted, bound)}`
  const [row] = await tx.execute<{ count: number }>(
    sql`select count(*)::int as count from (${keys}) as keys`,
  )
  return Math.min(row!.count, bound)
}

/** Keys of up to so many sealed events, in no order, as a query of (occurred_at, event_id). */
export const sealedKeysOf = (wanted: Wanted, most: number): SQL =>
  sealedKeys(wanted, { newestFirst: null, from: null, wanted: most })

const unsealedKeys = (conditions: SQL | undefined) =>
  sql`select occurred_at, event_id from ${unsealed} where ${conditions ?? sql`true`}`

const beyond = ({ newestFirst, from }: Stretch) =>
  from &&
  sql`(${unsealed.occurredAt}, ${unsealed.eventId}) ${sql.raw(newestFirst ? '<' : '>')} (${from.occurredAt}::timestamptz, ${from.eventId}::uuid)`

function sealedKeys(
  { since, before, sessionId, phrases, combinations }: Wanted,
  { newestFirst, from, wanted }: Omit<Stretch, 'newestFirst'> & { newestFirst: boolean | null },
): SQL {
  const query = phrases ? queryOf(phrases) : sql`null::tsquery`
  const inThose = (column: 'facet_id' | 'kind_id') =>
    combinations?.column === column
      ? sql`array(select ${facet.facetId} from ${facet} where ${combinations.where})`
      : sql`null::integer[]`
  return sql`
    select occurred_at, event_id from audit.find_sealed(
      ${query}, ${inThose('facet_id')}, ${inThose('kind_id')}, ${sessionId}::uuid, ${since}::timestamptz, ${before}::timestamptz,
      ${from?.occurredAt ?? null}::timestamptz, ${from?.eventId ?? null}::uuid, ${newestFirst}::boolean, ${wanted})`
}

/**
 * Finds events, newest or oldest first, each way at a cost that depends on the page and not on how long the log is: of each facet or kind
 * that the filter means, the first few of a stretch of an index; or a stretch of the session's, of the words', or of time.
 */
import { and, inArray, type SQL, sql } from 'drizzle-orm'
import { facet, sealed, unsealed } from '../../drizzle/tables/audit.ts'
import { type Activity, activity } from '../../drizzle/tables/views.ts'
import type { ReadTx } from '../../platform/db.ts'
import { queryOf, type Wanted } from './filter.ts'

export interface Stretch {
  newestFirst: boolean
  /** Cursor of the event beyond which it begins; null: at the edge. */
  from: { occurredAt: string; eventId: string } | null
  /** How many at most. */
  wanted: number
}

/** Up to so many events, in order. */
export async function findEvents(tx: ReadTx, wanted: Wanted, stretch: Stretch): Promise<Activity[]> {
  if (wanted.nothing) return []
  const { order } = directionOf(stretch.newestFirst)
  const keys = await tx.execute<{ event_id: string; at: string }>(
    sql`select event_id, occurred_at::text as at from (${keysOf(wanted, stretch)}) k order by occurred_at ${order}, event_id ${order} limit ${stretch.wanted}`,
  )
  if (keys.length === 0) return []
  const ids = keys.map(({ event_id }) => event_id)
  // The times tell which partitions to look into.
  const [first, last] = stretch.newestFirst ? [keys.at(-1)!.at, keys[0]!.at] : [keys[0]!.at, keys.at(-1)!.at]
  const rows = await tx
    .select()
    .from(activity)
    .where(and(inArray(activity.eventId, ids), sql`${activity.occurredAt} between ${first}::timestamptz and ${last}::timestamptz`))
  const byId = new Map(rows.map((row) => [row.eventId, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** How many there are, counted no further than the bound. */
export async function countEvents(tx: ReadTx, wanted: Wanted, bound: number): Promise<number> {
  if (wanted.nothing) return 0
  const keys = keysOf(wanted, { newestFirst: true, from: null, wanted: bound })
  const [row] = await tx.execute<{ count: number }>(sql`select count(*)::int as count from (select 1 from (${keys}) k limit ${bound}) c`)
  return row!.count
}

/** Keys of up to so many sealed events, newest first, as a query of (occurred_at, event_id). */
export const sealedKeysOf = (wanted: Wanted, most: number): SQL =>
  sql`select occurred_at, event_id from (${sealedKeys(wanted, { newestFirst: true, from: null, wanted: most })}) as keys limit ${most}`

/** One statement, so that an event that is being sealed is neither missed nor taken twice. */
function keysOf(wanted: Wanted, stretch: Stretch): SQL {
  return sql`(${stretchOf(unsealed, stretch, [wanted.unsealed])}) union all (${sealedKeys(wanted, stretch)})`
}

function sealedKeys({ since, before, sessionId, phrases, combinations }: Wanted, stretch: Stretch): SQL {
  const ids = combinations && sql`select ${facet.facetId} from ${facet} where ${combinations.where}`
  if (phrases) {
    const inThese = (column: 'facet_id' | 'kind_id') => (ids && combinations.column === column ? sql`array(${ids})` : sql`null::integer[]`)
    const { from, newestFirst, wanted } = stretch
    return sql`select occurred_at, event_id from audit.find_words(${queryOf(phrases)}, ${inThese('facet_id')}, ${inThese('kind_id')}, ${sessionId}::uuid, ${since}::timestamptz, ${before}::timestamptz, ${from?.occurredAt ?? null}::timestamptz, ${from?.eventId ?? null}::uuid, ${newestFirst}, ${wanted})`
  }
  const column = combinations && (combinations.column === 'facet_id' ? sealed.facetId : sealed.kindId)
  const bounds = [
    since === null ? undefined : sql`${sealed.occurredAt} >= ${since}::timestamptz`,
    before === null ? undefined : sql`${sealed.occurredAt} < ${before}::timestamptz`,
  ]
  if (sessionId) {
    const inThese = column ? sql`${column} = any(array(${ids}))` : undefined
    return stretchOf(sealed, stretch, [sql`${sealed.sessionId} = ${sessionId}::uuid`, inThese, ...bounds])
  }
  if (!column) return stretchOf(sealed, stretch, bounds)
  const ofOne = stretchOf(sealed, stretch, [sql`${column} = c.facet_id`, ...bounds])
  return sql`select e.occurred_at, e.event_id from (${ids}) c cross join lateral (${ofOne}) e`
}

/** As many keys as are wanted, in order, of events with these conditions. */
function stretchOf(table: typeof sealed | typeof unsealed, { newestFirst, from, wanted }: Stretch, conditions: (SQL | undefined)[]): SQL {
  const { order, sign } = directionOf(newestFirst)
  const beyond = from && sql`(${table.occurredAt}, ${table.eventId}) ${sign} (${from.occurredAt}::timestamptz, ${from.eventId}::uuid)`
  return sql`select ${table.occurredAt}, ${table.eventId} from ${table} where ${and(sql`true`, ...conditions, beyond ?? undefined)} order by ${table.occurredAt} ${order}, ${table.eventId} ${order} limit ${wanted}`
}

const directionOf = (newestFirst: boolean) =>
  newestFirst ? { order: sql.raw('desc'), sign: sql.raw('<') } : { order: sql.raw('asc'), sign: sql.raw('>') }

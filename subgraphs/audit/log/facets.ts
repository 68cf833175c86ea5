/**
 * Maintains the facets, kinds and hourly counts of sealed events, which speed up searching and
 * counting (drizzle/tables/audit.ts).
 */
import { and, eq, isNull, or, type SQL, sql } from 'drizzle-orm'
import { activityCount, facet, type sealed, type unsealed } from '../../../drizzle/tables/audit.ts'
import type { WriteTx } from '../../../platform/postgres/database.ts'

type UnsealedRow = typeof unsealed.$inferSelect
type NewFacet = typeof facet.$inferInsert

const keyOf = ({ actorKey = null, action, outcome, method = null, clientId = null }: NewFacet) =>
  JSON.stringify([actorKey, action, outcome, method, clientId])

/** Returns the IDs of an event's facet and kind. */
export type FacetLookup = (row: UnsealedRow) => { facetId: number; kindId: number }

/** Finds the facets and kinds of the events. Creates missing facets and kinds. */
export async function findOrCreateFacets(tx: WriteTx, rows: UnsealedRow[]): Promise<FacetLookup> {
  const facets = new Map<string, NewFacet>()
  for (const row of rows) for (const one of [facetOf(row), kindOf(row)]) facets.set(keyOf(one), one)
  const known = await tx
    .select()
    .from(facet)
    .where(or(...[...facets.values()].map(isSameFacet)))
  const ids = new Map(known.map((row) => [keyOf(row), row.facetId]))
  const missing = [...facets].flatMap(([key, one]) => (ids.has(key) ? [] : [one]))
  if (missing.length)
    for (const row of await tx.insert(facet).values(missing).returning())
      ids.set(keyOf(row), row.facetId)
  const idOf = (one: NewFacet): number => {
    const id = ids.get(keyOf(one))
    if (id === undefined) throw new Error('The insert into audit.facet returned no row.')
    return id
  }
  return (row) => ({ facetId: idOf(facetOf(row)), kindId: idOf(kindOf(row)) })
}

const facetOf = ({ tenantId, actorKey, action, outcome, method, clientId }: UnsealedRow) => ({
  tenantId,
  actorKey,
  action,
  outcome,
  method,
  clientId,
})

const kindOf = (row: UnsealedRow): NewFacet => ({ ...facetOf(row), actorKey: null })

const isSameFacet = (one: NewFacet): SQL | undefined =>
  and(
    one.actorKey == null ? isNull(facet.actorKey) : eq(facet.actorKey, one.actorKey),
    eq(facet.action, one.action),
    eq(facet.outcome, one.outcome),
    one.method == null ? isNull(facet.method) : eq(facet.method, one.method),
    one.clientId == null ? isNull(facet.clientId) : eq(facet.clientId, one.clientId),
  )

/** Selects the IDs of the kinds that have this action and the outcome SUCCEEDED. */
export const succeededKinds = (tx: Pick<WriteTx, 'select'>, action: string) =>
  tx
    .select({ id: facet.facetId })
    .from(facet)
    .where(and(eq(facet.action, action), eq(facet.outcome, 'SUCCEEDED'), isNull(facet.actorKey)))

const hourMs = 3_600_000

/** Adds sealed events to the hourly counts in audit.activity_count. */
export async function addToHourlyCounts(
  tx: WriteTx,
  rows: (typeof sealed.$inferInsert)[],
): Promise<void> {
  const counts = new Map<string, typeof activityCount.$inferInsert>()
  for (const { tenantId, occurredAt, facetId, retention } of rows) {
    const hour = new Date(Math.floor(occurredAt.getTime() / hourMs) * hourMs)
    const key = `${facetId} ${hour.getTime()}`
    const count = (counts.get(key)?.count ?? 0) + 1
    counts.set(key, { tenantId, hour, facetId, retention, count })
  }
  const { tenantId, hour, facetId, retention, count } = activityCount
  await tx
    .insert(activityCount)
    .values([...counts.values()])
    .onConflictDoUpdate({
      target: [tenantId, hour, facetId, retention],
      set: { count: sql`${count} + excluded.count` },
    })
}

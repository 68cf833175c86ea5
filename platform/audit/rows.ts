/** The one place where rows of the log are inserted, with their secrets masked; and where attempts are counted that get no row each. */
import { sql } from 'drizzle-orm'
import {
  flood,
  floodedTenant,
  operatorActivity,
  operatorFlood,
  recordedOnce,
  unsealed,
} from '../../drizzle/tables/audit.ts'
import type { Actor } from '../../drizzle/tables/shared.ts'
import type { WriteTx } from '../postgres/database.ts'
import { redact } from './redact.ts'

/** A row as it is handed in. Its id is given by the database: those of one database rise with time. */
export type ActivityRow = Omit<typeof unsealed.$inferInsert, 'eventId'>
export type OperatorRow = typeof operatorActivity.$inferInsert

export const systemActor: Actor = {
  __typename: 'SystemActor',
  key: 'system',
  displayName: 'The service',
}
export const anonymousActor: Actor = {
  __typename: 'AnonymousActor',
  key: 'anonymous',
  displayName: 'Somebody unknown',
}

/** In the tenant's log. */
export const insertRow = (tx: WriteTx, row: ActivityRow) =>
  tx.insert(unsealed).values(withoutSecrets(row))

/** In the operators' log. */
export const insertOperatorRow = (tx: WriteTx, row: OperatorRow) =>
  tx.insert(operatorActivity).values(withoutSecrets(row))

/** Who it was stays as it is: it is what everything else hangs on. */
function withoutSecrets<Any extends Partial<ActivityRow & OperatorRow>>(row: Any): Any {
  const { target, changes, reason, userAgent, unverifiedClaims } = row
  return { ...row, ...redact({ target, changes, reason, userAgent, unverifiedClaims }) }
}

/** Whether this is the first time, for what is in the log once however often it happens. */
export async function claimOnce(tx: WriteTx, tenantId: string, key: string): Promise<boolean> {
  const recorded = await tx
    .insert(recordedOnce)
    .values({ tenantId, key })
    .onConflictDoNothing()
    .returning()
  return recorded.length === 1
}

/** Attempts alike, within a minute, in one tenant or in none. */
export interface CoalescedCount<Event = ActivityRow | OperatorRow> {
  minute: Date
  key: string
  event: Event
  count: number
  firstAt: Date
  lastAt: Date
}

/**
 * Adds counts to those of other processes. Which tenant has some is noted first: whoever writes their rows takes that note away first,
 * so that one of both waits for the other, and no count is left behind without a note.
 */
export async function addCoalescedCounts(
  tx: WriteTx,
  tenantId: string | null,
  counted: readonly CoalescedCount[],
): Promise<void> {
  if (counted.length === 0) return
  const rows = counted
    .map((one) => ({ ...one, event: withoutSecrets(one.event) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  if (tenantId === null) {
    const { count, firstAt, lastAt } = sums(operatorFlood)
    const target = [operatorFlood.minute, operatorFlood.key]
    await tx
      .insert(operatorFlood)
      .values(rows)
      .onConflictDoUpdate({ target, set: { count, firstAt, lastAt } })
    return
  }
  const minutes = [...new Set(rows.map(({ minute }) => minute.getTime()))].sort((a, b) => a - b)
  await tx
    .insert(floodedTenant)
    .values(minutes.map((minute) => ({ tenantId, minute: new Date(minute) })))
    .onConflictDoUpdate({
      target: [floodedTenant.tenantId, floodedTenant.minute],
      set: { minute: sql`excluded.minute` },
    })
  const { count, firstAt, lastAt } = sums(flood)
  await tx
    .insert(flood)
    .values(rows.map((row) => ({ tenantId, ...row })))
    .onConflictDoUpdate({
      target: [flood.tenantId, flood.minute, flood.key],
      set: { count, firstAt, lastAt },
    })
}

const sums = (table: typeof flood | typeof operatorFlood) => ({
  count: sql`${table.count} + excluded.count`,
  firstAt: sql`least(${table.firstAt}, excluded.first_at)`,
  lastAt: sql`greatest(${table.lastAt}, excluded.last_at)`,
})

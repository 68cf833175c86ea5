/**
 * Inserts the rows of the Activity Log and of the operators' log, and redacts secrets in them. No
 * other file may insert these rows (enforced by test/house).
 */
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
import type { AuditActionName } from './actions.ts'
import { redact } from './redact.ts'

type Catalogued<Row> = Omit<Row, 'action'> & { action: AuditActionName }

/**
 * A row of a tenant's Activity Log. The database assigns the event id, a UUID version 7 that
 * increases with time.
 */
export type ActivityRow = Catalogued<Omit<typeof unsealed.$inferInsert, 'eventId'>>
/** A row of the operators' log. */
export type OperatorRow = Catalogued<typeof operatorActivity.$inferInsert>

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

/** Inserts a row into the tenant's log. The sequencer seals the row later. */
export const insertRow = (tx: WriteTx, row: ActivityRow) =>
  tx.insert(unsealed).values(withoutSecrets(row))

/** Inserts a row into the operators' log. */
export const insertOperatorRow = (tx: WriteTx, row: OperatorRow) =>
  tx.insert(operatorActivity).values(withoutSecrets(row))

/**
 * Redacts secrets in the columns that contain text from clients or values of the change. The actor
 * is not redacted, because sessions and filters refer to the actor by key.
 */
function withoutSecrets<Row extends Partial<ActivityRow & OperatorRow>>(row: Row): Row {
  const { target, changes, reason, userAgent, unverifiedClaims } = row
  return { ...row, ...redact({ target, changes, reason, userAgent, unverifiedClaims }) }
}

/**
 * Stores a key for the tenant, and returns false if the key was already stored. Use this function
 * for events that must be recorded only once.
 */
export async function claimOnce(tx: WriteTx, tenantId: string, key: string): Promise<boolean> {
  const claimed = await tx
    .insert(recordedOnce)
    .values({ tenantId, key })
    .onConflictDoNothing()
    .returning()
  return claimed.length === 1
}

/**
 * The count of attempts of one kind within one minute. The attempts belong to one tenant or to no
 * tenant.
 */
export interface CoalescedCount<Event = ActivityRow | OperatorRow> {
  /** The start of the minute. */
  minute: Date
  /** The hash of the fields that the attempts have in common. */
  key: string
  event: Event
  count: number
  firstAt: Date
  lastAt: Date
}

/**
 * Adds counts to the counts that other processes have written to the database. This function writes
 * a row in `flooded_tenant` before the tenant's rows in `flood`, and the worker deletes the rows in
 * the same order. Concurrent transactions therefore wait for each other, and each row in `flood`
 * has a row in `flooded_tenant`.
 */
export async function addCoalescedCounts(
  tx: WriteTx,
  tenantId: string | null,
  counted: readonly CoalescedCount[],
): Promise<void> {
  if (counted.length === 0) return
  // Sorting the rows by key prevents deadlocks, because all processes lock rows in the same order.
  const rows = counted
    .map((one) => ({ ...one, event: withoutSecrets(one.event) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
  if (tenantId === null) {
    const target = [operatorFlood.minute, operatorFlood.key]
    await tx
      .insert(operatorFlood)
      .values(rows)
      .onConflictDoUpdate({ target, set: summed(operatorFlood) })
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
  await tx
    .insert(flood)
    .values(rows.map((row) => ({ tenantId, ...row })))
    .onConflictDoUpdate({ target: [flood.tenantId, flood.minute, flood.key], set: summed(flood) })
}

const summed = (table: typeof flood | typeof operatorFlood) => ({
  count: sql`${table.count} + excluded.count`,
  firstAt: sql`least(${table.firstAt}, excluded.first_at)`,
  lastAt: sql`greatest(${table.lastAt}, excluded.last_at)`,
})

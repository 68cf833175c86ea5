/**
 * Inserts the rows of the Activity Log and of the operators' log, with secrets redacted. No other
 * file may insert them (enforced by test/house).
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
 * A row of a tenant's log. The database assigns its id (UUID version 7), which increases with time.
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

/** Inserts a row into the tenant's log; the sequencer seals it later. */
export const insertRow = (tx: WriteTx, row: ActivityRow) =>
  tx.insert(unsealed).values(withoutSecrets(row))

/** Inserts a row into the operators' log. */
export const insertOperatorRow = (tx: WriteTx, row: OperatorRow) =>
  tx.insert(operatorActivity).values(withoutSecrets(row))

/**
 * Redacts the columns of a row that contain texts of callers or values of the change. The actor is
 * not redacted, because sessions and filters refer to it by key.
 */
function withoutSecrets<Row extends Partial<ActivityRow & OperatorRow>>(row: Row): Row {
  const { target, changes, reason, userAgent, unverifiedClaims } = row
  return { ...row, ...redact({ target, changes, reason, userAgent, unverifiedClaims }) }
}

/**
 * Claims a key in the tenant, and returns whether the key had not been claimed before. It is used
 * for events that are recorded only once, however often they happen.
 */
export async function claimOnce(tx: WriteTx, tenantId: string, key: string): Promise<boolean> {
  const claimed = await tx
    .insert(recordedOnce)
    .values({ tenantId, key })
    .onConflictDoNothing()
    .returning()
  return claimed.length === 1
}

/** The count of attempts of one kind within one minute, in a tenant or without a tenant. */
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
 * Adds counts to the counts of other processes in the database. This function writes the tenant's
 * row in `flooded_tenant` before its rows in `flood`, and the worker deletes from these tables in
 * the same order. So one of the two transactions waits for the other, and no row in `flood` remains
 * without its row in `flooded_tenant`.
 */
export async function addCoalescedCounts(
  tx: WriteTx,
  tenantId: string | null,
  counted: readonly CoalescedCount[],
): Promise<void> {
  if (counted.length === 0) return
  // Rows are sorted by key, so that two processes lock them in the same order and cannot deadlock.
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

/**
 * Records actions of operators and of the service itself. The events are recorded in the operators'
 * log or in the log of the affected tenant.
 */
import { randomUUID } from 'node:crypto'
import type { FieldChange, operatorActivity } from '../../drizzle/tables/audit.ts'
import type { Actor } from '../../drizzle/tables/shared.ts'
import type { Database, WriteTx } from '../postgres/database.ts'
import { DatabaseUnavailable } from '../postgres/errors.ts'
import type { AuditActionName } from './actions.ts'
import type { AuditedResult } from './audited.ts'
import type { AuditAction } from './event-row.ts'
import { claimOnce, insertOperatorRow, insertRow, systemActor } from './rows.ts'

/**
 * Runs an operator's change and records the change in the same transaction. A failed change is
 * recorded in the operators' log.
 * @param action if `tenantId` is null, the change is recorded in the operators' log, otherwise in
 * the log of that tenant
 */
export async function auditedByOperator<Payload>(
  { db, operator }: { db: Database; operator: string },
  { action, tenantId, target: plannedTarget = null }: OperatorAction,
  work: (tx: WriteTx) => Promise<OperatorResult<Payload>>,
): Promise<Payload> {
  const actor: Actor = {
    __typename: 'OperatorActor',
    key: `operator:${operator}`,
    displayName: operator,
  }
  const event = {
    requestId: randomUUID(),
    actorKey: actor.key,
    actor,
    action,
    target: plannedTarget,
  }
  try {
    return await db.write(tenantId, async (tx) => {
      const { payload, target = plannedTarget, changes = [], relatedClientId } = await work(tx)
      const row = { ...event, outcome: 'SUCCEEDED' as const, target, changes }
      if (tenantId === null) await insertOperatorRow(tx, row)
      else await insertRow(tx, { ...row, tenantId, clientId: relatedClientId ?? null })
      return payload
    })
  } catch (error) {
    // The failure is recorded in the operators' log, because the tenant might not exist.
    if (!(error instanceof DatabaseUnavailable))
      await db.write(null, async (tx) => {
        await insertOperatorRow(tx, { ...event, outcome: 'FAILED', reason: 'REFUSED' })
      })
    throw error
  }
}

type OperatorAction = AuditAction & { tenantId: string | null }
type OperatorResult<Payload> = Pick<
  AuditedResult<Payload>,
  'payload' | 'target' | 'changes' | 'relatedClientId'
>

/**
 * Copies an event from the operators' log to the log of an affected tenant. If the function is
 * called again, it does not copy the event a second time.
 */
export async function copyToTenantLog(
  db: Database,
  tenantId: string,
  event: typeof operatorActivity.$inferSelect,
  clientId: string,
): Promise<void> {
  const { eventId, requestId, actorKey, actor, outcome, target, changes } = event
  // The column has the SQL type `text`, but the operators' log contains only actions of the
  // catalogue.
  const action = event.action as AuditActionName
  await db.write(tenantId, async (tx) => {
    if (!(await claimOnce(tx, tenantId, `passed on ${eventId}`))) return
    const row = { requestId, actorKey, actor, action, outcome, target, changes }
    await insertRow(tx, { ...row, tenantId, clientId })
  })
}

/**
 * Runs a change by the service itself in a tenant, and records the change in the same transaction.
 * Records nothing if `work` returns false, which means that the change had already been made.
 */
export async function auditedByService(
  db: Database,
  tenantId: string,
  event: AuditAction & { changes: FieldChange[] },
  work: (tx: WriteTx) => Promise<boolean>,
): Promise<void> {
  await db.write(tenantId, async (tx) => {
    if (!(await work(tx))) return
    await insertRow(tx, { ...serviceRow(), ...event, outcome: 'SUCCEEDED', tenantId })
  })
}

/**
 * Records an event about a tenant in the operators' log, if operators must know about the event or
 * act on it.
 */
export async function recordOperatorEvent(
  db: Database,
  { action, reason, target = null }: AuditAction & { reason: string },
  outcome: 'FAILED' | 'SUCCEEDED' = 'FAILED',
): Promise<void> {
  await db.write(null, async (tx) => {
    await insertOperatorRow(tx, { ...serviceRow(), action, outcome, reason, target })
  })
}

const serviceRow = () => ({
  requestId: randomUUID(),
  actorKey: systemActor.key,
  actor: systemActor,
})

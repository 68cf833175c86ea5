import { and, asc, eq, gt, isNull, like, notInArray, sql } from 'drizzle-orm'
import { operatorActivity } from '../drizzle/tables/audit.ts'
import { partnerAssociation } from '../drizzle/tables/tenants.ts'
import { auditedByOperator, copyToTenantLog } from '../platform/audit/operators.ts'
import type { Operator } from './operator.ts'
import { listOrganizations } from './tenants.ts'

const copiedAction = 'partner_instance.tenants_told'

/**
 * Copies the audit event of each change to a partner instance into the Activity Log of each
 * associated tenant, with one transaction per tenant. Also completes copies that were interrupted
 * during the last 24 hours.
 */
export async function copyChangesToTenantLogs(by: Operator): Promise<void> {
  const acts = await by.db.read(null, (tx) =>
    tx
      .select()
      .from(operatorActivity)
      .where(
        and(
          like(operatorActivity.action, 'partner\\_instance.%'),
          notInArray(operatorActivity.action, ['partner_instance.registered', copiedAction]),
          eq(operatorActivity.outcome, 'SUCCEEDED'),
          gt(operatorActivity.occurredAt, sql`now() - interval '1 day'`),
          sql`not exists (select from audit.operator_activity t where t.action = ${copiedAction} and t.target ->> 'id' = ${operatorActivity.eventId}::text)`,
        ),
      )
      .orderBy(asc(operatorActivity.occurredAt), asc(operatorActivity.eventId))
      .limit(1_000),
  )
  for (const act of acts) {
    const clientId = act.target!.id!
    let count = 0
    for (const { tenantId } of await listOrganizations(by)) {
      const associated = await by.db.read(tenantId, (tx) =>
        tx
          .select({ id: partnerAssociation.associationId })
          .from(partnerAssociation)
          .where(
            and(
              eq(partnerAssociation.tenantId, tenantId),
              eq(partnerAssociation.clientId, clientId),
              isNull(partnerAssociation.endedAt),
            ),
          ),
      )
      if (associated.length === 0) continue
      await copyToTenantLog(by.db, tenantId, act, clientId)
      count++
    }
    const target = { type: 'operator_activity', id: act.eventId, displayName: act.action }
    const changes = [{ field: 'tenants', before: null, after: count }]
    await auditedByOperator(by, { action: copiedAction, tenantId: null, target }, async () => ({
      payload: undefined,
      changes,
    }))
  }
}

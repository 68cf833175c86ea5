/** Reads and writes partner associations. An association is open while `endedAt` is null. */
import { and, count, eq, isNull, sql } from 'drizzle-orm'
import { federatedPresence } from '../../../drizzle/reads/sessions.ts'
import type { FieldChange, Target } from '../../../drizzle/tables/audit.ts'
import { epochRise, partnerAssociation, partnerInstance } from '../../../drizzle/tables/tenants.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { ReadTx, WriteTx } from '../../../platform/postgres/database.ts'
import type { Association } from '../mappers.ts'

/** The maximum number of open associations per tenant, including pending requests. */
export const maxAssociations = 100

/** Returns true if the tenant has an active association with a registered partner instance. */
export async function hasActiveAssociation(tx: ReadTx): Promise<boolean> {
  const [row] = await tx
    .select({ id: partnerAssociation.associationId })
    .from(partnerAssociation)
    .innerJoin(
      partnerInstance,
      and(
        eq(partnerInstance.clientId, partnerAssociation.clientId),
        isNull(partnerInstance.removedAt),
      ),
    )
    .where(and(eq(partnerAssociation.status, 'ACTIVE'), isNull(partnerAssociation.endedAt)))
    .limit(1)
  return row !== undefined
}

export async function findOpenAssociation(
  tx: ReadTx,
  by: { clientId: string } | { associationId: string },
): Promise<Association | undefined> {
  if ('associationId' in by && !isUuid(by.associationId)) return undefined
  const [row] = await tx
    .select()
    .from(partnerAssociation)
    .where(
      and(
        'clientId' in by
          ? eq(partnerAssociation.clientId, by.clientId)
          : eq(partnerAssociation.associationId, by.associationId),
        isNull(partnerAssociation.endedAt),
      ),
    )
  return row
}

export async function countOpenAssociations(tx: ReadTx): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(partnerAssociation)
    .where(isNull(partnerAssociation.endedAt))
  return row?.count ?? 0
}

export async function insertAssociation(
  tx: WriteTx,
  values: typeof partnerAssociation.$inferInsert,
): Promise<Association> {
  return onlyRow(await tx.insert(partnerAssociation).values(values).returning())
}

export async function updateAssociation(
  tx: WriteTx,
  { associationId }: Association,
  set: Partial<Association>,
): Promise<Association> {
  return onlyRow(
    await tx
      .update(partnerAssociation)
      .set(set)
      .where(eq(partnerAssociation.associationId, associationId))
      .returning(),
  )
}

export async function markEnded(tx: WriteTx, { associationId }: Association): Promise<void> {
  await tx
    .update(partnerAssociation)
    .set({ endedAt: sql`clock_timestamp()` })
    .where(eq(partnerAssociation.associationId, associationId))
}

export const nothingEnded = { endedSessionCount: 0, endedHandoffCount: 0 }

/**
 * Ends sessions and pending handoffs of an association by increasing its epoch. The number of
 * writes does not depend on the number of sessions.
 * @param keptTechnicians the technicians whose sessions and handoffs continue; null ends all
 * @returns the numbers of ended sessions and ended handoffs
 */
export async function endAccess(
  tx: WriteTx,
  association: Association,
  keptTechnicians: string[] | null = null,
) {
  const { tenantId, associationId } = association
  const before = await federatedPresence(tx, { associationId })
  const epoch = association.epoch + 1
  await tx.insert(epochRise).values({
    tenantId,
    subjectId: associationId,
    epoch,
    reason: 'ASSOCIATION_CHANGED',
    keptTechnicians,
  })
  await updateAssociation(tx, association, { epoch })
  const after = await federatedPresence(tx, { associationId })
  return {
    endedSessionCount: before.sessionCount - after.sessionCount,
    endedHandoffCount: before.handoffCount - after.handoffCount,
  }
}

/**
 * Returns the Activity Log target that identifies an association.
 * @param displayName the name of the partner instance, or its client ID if the name is unknown
 */
export const associationTarget = (id: string | null, displayName: string | null): Target => ({
  type: 'partner_association',
  id,
  displayName,
})

export async function targetWithInstanceName(
  tx: ReadTx,
  { associationId, clientId }: Association,
): Promise<Target> {
  const [row] = await tx
    .select({ name: partnerInstance.name })
    .from(partnerInstance)
    .where(eq(partnerInstance.clientId, clientId))
  return associationTarget(associationId, row?.name ?? null)
}

const loggedFields = [
  'status',
  'clientId',
  'externalTenantId',
  'allowedTechnicians',
  'mfaMaxAgeMinutes',
] as const

/**
 * Returns the changed fields for the Activity Log. `before` is null for a new association, and
 * `after` is null for an ended association.
 */
export function changedFields(
  before: Association | null,
  after: Association | null,
): FieldChange[] {
  return loggedFields
    .map((field) => ({ field, before: before?.[field] ?? null, after: after?.[field] ?? null }))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

function onlyRow(rows: Association[]): Association {
  const [row] = rows
  if (!row) throw new Error('The insert or update returned no association row.')
  return row
}

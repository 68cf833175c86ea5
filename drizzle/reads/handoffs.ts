import { and, eq, isNull, sql } from 'drizzle-orm'
import { handoff } from '../tables/identity.ts'
import { partnerAssociation, settings } from '../tables/tenants.ts'
import { federatedAccess } from '../tables/views.ts'
import type { Tx } from './tx.ts'

/**
 * Returns the data on which a handoff depends: whether the feature is on, the association with its
 * terms, and, if technicians have access, the epochs.
 */
export async function handoffTerms(tx: Tx, clientId: string) {
  const [row] = await tx
    .select({
      itCompleteLoginEnabled: settings.itCompleteLoginEnabled,
      associationId: partnerAssociation.associationId,
      allowedTechnicians: partnerAssociation.allowedTechnicians,
      mfaMaxAgeMinutes: partnerAssociation.mfaMaxAgeMinutes,
      access: {
        associationId: federatedAccess.associationId,
        featureEpoch: federatedAccess.featureEpoch,
        associationEpoch: federatedAccess.associationEpoch,
        instanceEpoch: federatedAccess.instanceEpoch,
      },
    })
    .from(settings)
    .leftJoin(
      partnerAssociation,
      and(
        eq(partnerAssociation.tenantId, settings.tenantId),
        eq(partnerAssociation.clientId, clientId),
        eq(partnerAssociation.status, 'ACTIVE'),
        isNull(partnerAssociation.endedAt),
      ),
    )
    .leftJoin(
      federatedAccess,
      and(
        eq(federatedAccess.tenantId, settings.tenantId),
        eq(federatedAccess.associationId, partnerAssociation.associationId),
      ),
    )
  return row
}

/**
 * True if the handoff is not revoked, and the association, the key and the epochs on which it
 * depends are unchanged.
 */
export const handoffHolds = sql<boolean>`${handoff.revokedAt} is null and identity.federation_holds(${handoff.tenantId}, ${handoff.associationId}, ${handoff.subject}, ${handoff.kid}, ${handoff.featureEpoch}, ${handoff.associationEpoch}, ${handoff.instanceEpoch})`

/**
 * Finds a handoff by the hash of its code, even if it is expired or revoked. Returns the facts
 * that decide whether it can be redeemed, and that explain a refusal.
 */
export async function handoffByCode(tx: Tx, codeHash: string) {
  const [row] = await tx
    .select({
      handoff,
      expired: sql<boolean>`clock_timestamp() >= ${handoff.expiresAt}`,
      holds: handoffHolds,
      itCompleteLoginEnabled: settings.itCompleteLoginEnabled,
      associated: sql<boolean>`exists (select from ${partnerAssociation} where ${and(
        eq(partnerAssociation.tenantId, handoff.tenantId),
        eq(partnerAssociation.associationId, handoff.associationId),
        isNull(partnerAssociation.endedAt),
      )})`,
    })
    .from(handoff)
    .innerJoin(settings, eq(settings.tenantId, handoff.tenantId))
    .where(eq(handoff.codeHash, codeHash))
  return row
}

import { and, eq, isNull } from 'drizzle-orm'
import { associatedTenant, partnerInstance, partnerKey } from '../tables/tenants.ts'
import { federatedAccess } from '../tables/views.ts'
import type { Tx } from './tx.ts'

export type PartnerInstance = NonNullable<Awaited<ReturnType<typeof partnerInstanceWithKeys>>>

/**
 * Finds a partner instance that is neither suspended nor removed. The result includes its
 * registered keys and the IDs of its revoked keys.
 */
export async function partnerInstanceWithKeys(
  tx: Tx,
  by: { clientId: string } | { issuer: string },
) {
  const rows = await tx
    .select({ instance: partnerInstance, key: partnerKey })
    .from(partnerInstance)
    .leftJoin(partnerKey, eq(partnerKey.clientId, partnerInstance.clientId))
    .where(
      and(
        'clientId' in by
          ? eq(partnerInstance.clientId, by.clientId)
          : eq(partnerInstance.issuer, by.issuer),
        isNull(partnerInstance.suspendedAt),
        isNull(partnerInstance.removedAt),
      ),
    )
  const keys = rows.flatMap(({ key }) => key ?? [])
  return (
    rows[0] && {
      ...rows[0].instance,
      keys: keys.flatMap(({ kid, alg, publicJwk, revokedAt }) =>
        revokedAt || !alg || !publicJwk ? [] : [{ kid, alg, publicJwk }],
      ),
      revokedKids: keys.flatMap(({ kid, revokedAt }) => (revokedAt ? [kid] : [])),
    }
  )
}

/**
 * Returns the IDs of the tenants with which a partner instance is associated. Must be called
 * without a tenant scope, because the result covers several tenants.
 */
export async function associatedTenants(tx: Tx, clientId: string): Promise<string[]> {
  const rows = await tx
    .select()
    .from(associatedTenant)
    .where(eq(associatedTenant.clientId, clientId))
  return rows.map(({ tenantId }) => tenantId)
}

/** Whether technicians of this partner instance can sign in to the tenant now. */
export async function hasFederatedAccess(tx: Tx, clientId: string): Promise<boolean> {
  const [row] = await tx
    .select({ clientId: federatedAccess.clientId })
    .from(federatedAccess)
    .where(eq(federatedAccess.clientId, clientId))
    .limit(1)
  return row !== undefined
}

import { and, eq, inArray, isNull } from 'drizzle-orm'
import { domain, organization, spanningAdmin, tenant } from '../tables/tenants.ts'
import type { Tx } from './tx.ts'

/** Finds the active Spanning Admin grant of a Microsoft user. */
export async function spanningAdminGrant(tx: Tx, objectId: string) {
  const [row] = await tx
    .select()
    .from(spanningAdmin)
    .where(and(eq(spanningAdmin.objectId, objectId), isNull(spanningAdmin.revokedAt)))
  return row
}

/**
 * Finds the tenant ID of a Microsoft 365 domain. Needs no tenant scope, because the lookup table is
 * shared by all tenants.
 */
export async function tenantOfDomain(tx: Tx, name: string): Promise<string | undefined> {
  const [row] = await tx.select().from(domain).where(eq(domain.domain, name.toLowerCase()))
  return row?.tenantId
}

/**
 * Finds the Entra `tid` of a tenant. Needs no tenant scope, because the lookup table is shared by
 * all tenants.
 */
export async function organizationOf(tx: Tx, tenantId: string): Promise<string | undefined> {
  const [row] = await tx.select().from(organization).where(eq(organization.tenantId, tenantId))
  return row?.microsoftTenantId
}

/**
 * Filters the given IDs and returns only the IDs of tenants. Needs no tenant scope, because the
 * lookup table is shared by all tenants.
 */
export async function organizationsOf(tx: Tx, ids: string[]): Promise<string[]> {
  const rows = ids.length
    ? await tx.select().from(organization).where(inArray(organization.tenantId, ids))
    : []
  return rows.map(({ tenantId }) => tenantId)
}

export async function tenantName(tx: Tx): Promise<string | undefined> {
  const [row] = await tx.select({ name: tenant.name }).from(tenant)
  return row?.name
}

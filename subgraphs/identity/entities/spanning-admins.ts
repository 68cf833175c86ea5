import { asc, isNull } from 'drizzle-orm'
import { spanningAdmin } from '../../../drizzle/tables/tenants.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'

/** Returns the first 100 Spanning Admins of the tenant, ordered by name. */
export async function firstSpanningAdmins(tx: ReadTx) {
  const rows = await tx
    .select()
    .from(spanningAdmin)
    .where(isNull(spanningAdmin.revokedAt))
    .orderBy(asc(spanningAdmin.displayName), asc(spanningAdmin.grantId))
    .limit(100)
  return rows.map(({ objectId, displayName, userPrincipalName }) => ({
    __typename: 'MicrosoftAdmin' as const,
    key: `microsoft:${objectId}`,
    displayName,
    objectId,
    userPrincipalName,
    role: 'SPANNING_ADMIN' as const,
  }))
}

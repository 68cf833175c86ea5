import { count, isNull } from 'drizzle-orm'
import type { Target } from '../../../drizzle/tables/audit.ts'
import { spanningAdmin } from '../../../drizzle/tables/tenants.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'

/** The maximum number of Spanning Admins per tenant. */
export const maxSpanningAdmins = 500

export async function countSpanningAdmins(tx: ReadTx): Promise<number> {
  const [row] = await tx
    .select({ count: count() })
    .from(spanningAdmin)
    .where(isNull(spanningAdmin.revokedAt))
  return row?.count ?? 0
}

export const spanningAdminTarget = (objectId: string, displayName: string | null): Target => ({
  type: 'spanning_admin',
  id: objectId,
  displayName,
})

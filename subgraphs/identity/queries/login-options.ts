import { eq } from 'drizzle-orm'
import { federatedAccess } from '../../../drizzle/tables/views.ts'
import type { LoginMethod } from '../../../platform/auth/viewer.ts'
import { badInput } from '../../../platform/lib/errors.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { type TenantLocator, tenantLocator } from '../microsoft/tenant-locator.ts'
import type { QueryResolvers } from '../schema.types.ts'

/**
 * The URL at which a browser starts a sign-in, by method. Null if the sign-in starts in the
 * partner's product. The type requires an entry for every method.
 */
const startUrls: Record<LoginMethod, ((issuer: string, locator: TenantLocator) => string) | null> =
  {
    MICROSOFT: (issuer, locator) =>
      `${issuer}/login/microsoft?${new URLSearchParams('id' in locator ? { tenant: locator.id } : locator)}`,
    KASEYA_VSA: null,
    UNITRENDS_UNIVIEW: null,
  }

const allMethods = Object.keys(startUrls) as LoginMethod[]

/** @throws BAD_USER_INPUT unless exactly one of `id` and `domain` is given */
export const loginOptions: QueryResolvers['loginOptions'] = async (
  _,
  { tenant },
  { db, services },
) => {
  const locator = tenantLocator(tenant)
  if (!locator) throw badInput('Set exactly one of `id` and `domain`, with at most 253 characters.')
  // A domain can be guessed, so the answer for a domain is always the same and needs no lookup.
  const methods = 'domain' in locator ? allMethods : await methodsOf(db, locator.id)
  return methods.map((method) => ({
    method,
    startUrl: startUrls[method]?.(services.issuer, locator) ?? null,
  }))
}

/**
 * Returns the methods of a tenant. An unknown tenant gives the same answer as a tenant with Login
 * with IT Complete off.
 */
async function methodsOf(db: Database, tenantId: string): Promise<LoginMethod[]> {
  if (!isUuid(tenantId)) return ['MICROSOFT']
  const rows = await db.read(tenantId, (tx) =>
    tx
      .selectDistinct({ platform: federatedAccess.platform })
      .from(federatedAccess)
      .where(eq(federatedAccess.tenantId, tenantId)),
  )
  return ['MICROSOFT', ...rows.map(({ platform }) => platform)]
}

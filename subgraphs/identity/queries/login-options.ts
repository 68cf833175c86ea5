import { eq } from 'drizzle-orm'
import { federatedAccess } from '../../../drizzle/tables/views.ts'
import type { LoginMethod } from '../../../platform/auth/viewer.ts'
import { badInput } from '../../../platform/lib/errors.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { type TenantLocator, tenantLocator } from '../microsoft/tenant-locator.ts'
import type { QueryResolvers } from '../schema.types.ts'

/**
 * The functions that build the URL at which a browser starts a sign-in, by sign-in method. The
 * value is null for a method whose sign-in starts in the partner's product.
 */
const startUrls: Record<LoginMethod, ((issuer: string, locator: TenantLocator) => string) | null> =
  {
    MICROSOFT: (issuer, locator) =>
      `${issuer}/login/microsoft?${new URLSearchParams('id' in locator ? { tenant: locator.id } : locator)}`,
    KASEYA_VSA: null,
    UNITRENDS_UNIVIEW: null,
  }

const allMethods = Object.keys(startUrls) as LoginMethod[]

/** @throws BAD_USER_INPUT unless exactly one of `id` and `domain` is set */
export const loginOptions: QueryResolvers['loginOptions'] = async (
  _,
  { tenant },
  { db, services },
) => {
  const locator = tenantLocator(tenant)
  if (!locator)
    throw badInput(
      'Set exactly one of `id` and `domain`. The value must have at most 253 characters.',
    )
  // Domains can be guessed. All methods are returned for every domain, so that the response does
  // not reveal whether a tenant has this domain.
  const methods = 'domain' in locator ? allMethods : await methodsOf(db, locator.id)
  return methods.map((method) => ({
    method,
    startUrl: startUrls[method]?.(services.issuer, locator) ?? null,
  }))
}

/**
 * Returns the sign-in methods of a tenant. The result for an unknown tenant is the same as for a
 * tenant that has not enabled Login with IT Complete.
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

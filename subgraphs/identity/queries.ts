import { eq } from 'drizzle-orm'
import { federatedAccess } from '../../drizzle/tables/views.ts'
import { ownTenant } from '../../platform/audit/audited.ts'
import { badInput, denied } from '../../platform/lib/errors.ts'
import { isUuid } from '../../platform/postgres/database.ts'
import { locatorOf } from './login/microsoft.ts'
import { providers } from './login/providers.ts'
import type { LoginOption, QueryResolvers } from './schema.types.ts'

export const queries: QueryResolvers = {
  tenant: (_, { id }, context, info) => ownTenant(context, id, info),

  viewer(_, __, { viewer }) {
    // A technician whose door was closed is told which one is left; to everybody else nobody is simply nobody.
    if (viewer.kind === 'ended' && viewer.code === 'MICROSOFT_SIGN_IN_REQUIRED')
      throw denied(viewer.code)
    return viewer.kind === 'anonymous' || viewer.kind === 'ended' ? null : viewer
  },

  async loginOptions(_, { tenant }, { db, services }) {
    const locator = locatorOf(tenant)
    if (!locator) throw badInput('Give either `id` or `domain`, of at most 253 characters.')
    const option = (method: keyof typeof providers): LoginOption => ({
      method,
      startUrl: providers[method].startUrl?.(services.issuer, locator) ?? null,
    })
    // By domain, which can be guessed, nothing is looked up at all.
    if ('domain' in locator)
      return (Object.keys(providers) as (keyof typeof providers)[]).map(option)
    const open = isUuid(locator.id)
      ? await db.read(locator.id, (tx) =>
          tx
            .selectDistinct({ platform: federatedAccess.platform })
            .from(federatedAccess)
            .where(eq(federatedAccess.tenantId, locator.id)),
        )
      : []
    return [option('MICROSOFT'), ...open.map(({ platform }) => option(platform))]
  },
}

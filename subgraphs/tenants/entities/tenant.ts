import { domainToUnicode } from 'node:url'
import { and, asc, isNull } from 'drizzle-orm'
import { partnerAssociation, spanningAdmin } from '../../../drizzle/tables/tenants.ts'
import { isReaderOf } from '../../../platform/auth/viewer.ts'
import type { Reference } from '../../../platform/graphql/context.ts'
import { keyset } from '../../../platform/graphql/pagination.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import { maxAssociations } from '../associations/association-store.ts'
import { maxClientIdLength } from '../associations/input.ts'
import type { Context } from '../context.ts'
import type { TenantResolvers } from '../schema.types.ts'
import { required } from './required.ts'

const adminsByName = keyset<typeof spanningAdmin.$inferSelect>('asc', [
  { kind: 'text', column: spanningAdmin.displayName, keyOf: ({ displayName }) => displayName },
  { kind: 'id', column: spanningAdmin.grantId, keyOf: ({ grantId }) => grantId },
])

export const tenant: TenantResolvers = {
  async __resolveReference({ id }: Reference, { viewer, loaders }: Context) {
    if (viewer.kind === 'partner-client')
      return (await loaders.partnerTenantNames.load(id)) === undefined ? null : { id }
    return isReaderOf(viewer, id) ? { id } : null
  },

  name: async ({ id }, _, { viewer, loaders }) =>
    required(
      viewer.kind === 'partner-client'
        ? await loaders.partnerTenantNames.load(id)
        : (await loaders.tenants.load(id))?.name,
    ),

  microsoftTenantId: async ({ id }, _, { loaders }) =>
    required(await loaders.tenants.load(id)).microsoftTenantId,

  primaryDomain: async ({ id }, _, { loaders }) =>
    domainToUnicode(required(await loaders.tenants.load(id)).primaryDomain),

  settings: async ({ id }, _, { loaders }) => required(await loaders.settings.load(id)),

  partnerAssociations: (_, __, { loaders }) =>
    loaders.inTenant((tx) =>
      tx
        .select()
        .from(partnerAssociation)
        .where(isNull(partnerAssociation.endedAt))
        .orderBy(asc(partnerAssociation.createdAt), asc(partnerAssociation.associationId))
        .limit(maxAssociations),
    ),

  partnerInstance: async (_, { clientId }, { loaders }) => {
    const instance = isPlainText(clientId, maxClientIdLength)
      ? await loaders.partnerInstances.load(clientId)
      : undefined
    return instance?.removedAt === null ? instance : null
  },

  /** Returns the Spanning Admins, ordered by display name and then by grant ID. */
  spanningAdmins: async (_, args, { loaders }) => {
    const page = adminsByName.page(args)
    const rows = await loaders.inTenant((tx) =>
      tx
        .select()
        .from(spanningAdmin)
        .where(and(isNull(spanningAdmin.revokedAt), page.condition))
        .orderBy(...page.orderBy)
        .limit(page.limit),
    )
    return page.connection(rows)
  },
}

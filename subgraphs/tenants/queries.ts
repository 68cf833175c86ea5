import { nodeType } from '../../drizzle/reads.ts'
import { ownTenant } from '../../platform/audit/audited.ts'
import { isMember, partnerScope } from '../../platform/auth/viewer.ts'
import { isUuid } from '../../platform/postgres/database.ts'
import type { QueryResolvers } from './schema.types.ts'

export const queries: QueryResolvers = {
  tenant: (_, { id }, context, info) => ownTenant(context, id, info),

  async node(_, { id }, { viewer, loaders }) {
    if (!isMember(viewer) || !isUuid(id)) return null
    const type = await loaders.inTenant((tx) => nodeType(tx, id, partnerScope(viewer)))
    if (type === 'PartnerAssociation') {
      const association = await loaders.associations.load(id)
      return association ? { __typename: type, ...association } : null
    }
    return type ? { __typename: type, id } : null
  },
}

import { typeOf } from '../../drizzle/reads.ts'
import { ownTenant } from '../../platform/audited.ts'
import { isId } from '../../platform/db.ts'
import { isMember, onlyInstance } from '../../platform/viewer.ts'
import type { QueryResolvers } from './schema.types.ts'

export const queries: QueryResolvers = {
  tenant: (_, { id }, context, info) => ownTenant(context, id, info),

  async node(_, { id }, { viewer, loaders }) {
    if (!isMember(viewer) || !isId(id)) return null
    const type = await loaders.inTenant((tx) => typeOf(tx, id, onlyInstance(viewer)))
    if (type === 'PartnerAssociation') {
      const association = await loaders.associations.load(id)
      return association ? { __typename: type, ...association } : null
    }
    return type ? { __typename: type, id } : null
  },
}

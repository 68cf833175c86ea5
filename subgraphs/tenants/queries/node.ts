import { nodeType } from '../../../drizzle/reads/nodes.ts'
import { isMember, partnerScope } from '../../../platform/auth/viewer.ts'
import { isUuid } from '../../../platform/lib/uuid.ts'
import type { QueryResolvers } from '../schema.types.ts'

/**
 * Returns the object with this global ID (Relay), or null if the object does not exist or the
 * viewer may not read the object.
 */
export const node: QueryResolvers['node'] = async (_, { id }, { viewer, loaders }) => {
  if (!isMember(viewer) || !isUuid(id)) return null
  const type = await loaders.inTenant((tx) => nodeType(tx, id, partnerScope(viewer)))
  if (type === 'PartnerAssociation') {
    const association = await loaders.associations.load(id)
    return association ? { __typename: type, ...association } : null
  }
  return type ? { __typename: type, id } : null
}

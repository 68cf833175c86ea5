import { isMember, partnerScope } from '../../../platform/auth/viewer.ts'
import { denied } from '../../../platform/lib/errors.ts'
import type { PartnerAssociationResolvers } from '../schema.types.ts'
import { required } from './required.ts'

export const partnerAssociation: PartnerAssociationResolvers = {
  id: (row) => row.associationId,
  partner: async ({ clientId }, _, { loaders }) =>
    required(await loaders.partnerInstances.load(clientId)),
  allowedTechnicians: (row, _, { viewer }) => {
    const scope = isMember(viewer) ? partnerScope(viewer) : null
    if (scope !== null && scope !== row.clientId) throw denied('FORBIDDEN')
    return row.allowedTechnicians
  },
}

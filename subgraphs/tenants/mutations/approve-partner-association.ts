import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import {
  associationTarget,
  changedFields,
  findOpenAssociation,
  targetWithInstanceName,
  updateAssociation,
} from '../associations/association-store.ts'
import { parseTerms } from '../associations/terms.ts'
import type { MutationResolvers } from '../schema.types.ts'

export const approvePartnerAssociation: MutationResolvers['approvePartnerAssociation'] = (
  _,
  { input },
  context,
) => {
  const { associationId } = input
  const target = associationTarget(associationId, null)
  return audited(
    context,
    { action: 'partner_association.approved', target },
    async (tx, viewer) => {
      const open = await findOpenAssociation(tx, { associationId })
      if (open?.status !== 'REQUESTED')
        throwUserError(
          'NOT_FOUND',
          'This tenant has no pending request with this ID.',
          'associationId',
        )
      const terms = parseTerms(open, input)
      const association = await updateAssociation(tx, open, { ...terms, status: 'ACTIVE' })
      return {
        payload: { tenant: { id: viewer.tenantId }, association },
        target: await targetWithInstanceName(tx, open),
        changes: changedFields(open, association),
        relatedClientId: open.clientId,
        notify: {},
      }
    },
  )
}

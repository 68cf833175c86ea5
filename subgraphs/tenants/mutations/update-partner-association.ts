import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import {
  associationTarget,
  changedFields,
  endAccess,
  findOpenAssociation,
  nothingEnded,
  targetWithInstanceName,
  updateAssociation,
} from '../associations/association-store.ts'
import { isNarrower, parseTerms } from '../associations/terms.ts'
import type { MutationResolvers } from '../schema.types.ts'

/**
 * Changes the terms of an association. If the new terms are stricter, all sessions and handoffs of
 * the association end.
 */
export const updatePartnerAssociation: MutationResolvers['updatePartnerAssociation'] = (
  _,
  { input },
  context,
) => {
  const { associationId } = input
  const target = associationTarget(associationId, null)
  return audited(context, { action: 'partner_association.updated', target }, async (tx) => {
    const open = await findOpenAssociation(tx, { associationId })
    if (open?.status !== 'ACTIVE')
      throwUserError(
        'NOT_FOUND',
        'This tenant has no active association with this ID.',
        'associationId',
      )
    const terms = parseTerms(open, input)
    const ended = isNarrower(open, terms) ? await endAccess(tx, open) : nothingEnded
    const association = await updateAssociation(tx, open, terms)
    const changes = changedFields(open, association)
    return {
      payload: { association, ...ended },
      target: await targetWithInstanceName(tx, open),
      changes,
      relatedClientId: open.clientId,
      ...(changes.length && { notify: {} }),
    }
  })
}

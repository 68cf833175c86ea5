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
import { endedBy, parseTerms } from '../associations/terms.ts'
import type { MutationResolvers } from '../schema.types.ts'

/**
 * Changes the terms of an association. Sessions and handoffs that the new terms do not allow end.
 * Those of technicians who stay on the allow-list continue.
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
    const whose = endedBy(open, terms)
    const kept = whose === 'excluded' ? terms.allowedTechnicians : null
    const ended = whose === 'none' ? nothingEnded : await endAccess(tx, open, kept)
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

import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import {
  associationTarget,
  changedFields,
  endAccess,
  findOpenAssociation,
  markEnded,
  nothingEnded,
  targetWithInstanceName,
} from '../associations/association-store.ts'
import type { MutationResolvers } from '../schema.types.ts'

/** Ends an association, or declines a pending request for an association. */
export const dissociatePartner: MutationResolvers['dissociatePartner'] = (
  _,
  { input: { associationId } },
  context,
) => {
  const target = associationTarget(associationId, null)
  return audited(context, { action: 'partner_association.ended', target }, async (tx, viewer) => {
    const open = await findOpenAssociation(tx, { associationId })
    if (!open)
      throwUserError(
        'NOT_FOUND',
        'This tenant has no association or request with this ID.',
        'associationId',
      )
    const ended = open.status === 'ACTIVE' ? await endAccess(tx, open) : nothingEnded
    await markEnded(tx, open)
    return {
      payload: { tenant: { id: viewer.tenantId }, ...ended },
      target: await targetWithInstanceName(tx, open),
      changes: changedFields(open, null),
      relatedClientId: open.clientId,
      notify: {},
    }
  })
}

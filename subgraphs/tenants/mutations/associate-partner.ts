import { and, eq, isNull } from 'drizzle-orm'
import { partnerInstance } from '../../../drizzle/tables/tenants.ts'
import { audited, throwUserError } from '../../../platform/audit/audited.ts'
import { isPlainText } from '../../../platform/lib/text.ts'
import type { ReadTx } from '../../../platform/postgres/database.ts'
import {
  associationTarget,
  changedFields,
  countOpenAssociations,
  findOpenAssociation,
  insertAssociation,
  maxAssociations,
  updateAssociation,
} from '../associations/association-store.ts'
import { externalTenantIdError, maxClientIdLength } from '../associations/input.ts'
import { noTerms, parseTerms } from '../associations/terms.ts'
import type { MutationResolvers } from '../schema.types.ts'

/** Creates an active association, or activates a pending request of the same partner instance. */
export const associatePartner: MutationResolvers['associatePartner'] = (_, { input }, context) => {
  const { clientId, externalTenantId } = input
  const isClientId = isPlainText(clientId, maxClientIdLength)
  const target = associationTarget(null, isClientId ? clientId : null)
  return audited(context, { action: 'partner_association.created', target }, async (tx, viewer) => {
    const invalid = externalTenantIdError(externalTenantId)
    if (invalid) throwUserError(invalid.code, invalid.message, 'externalTenantId')
    const terms = parseTerms(noTerms, input, 'LIMIT_EXCEEDED')
    const partner = isClientId ? await registeredInstance(tx, clientId) : undefined
    if (!partner)
      throwUserError(
        'PARTNER_NOT_FOUND',
        'No partner instance is registered under this client ID. Ask your MSP for the client ID.',
        'clientId',
      )
    const open = await findOpenAssociation(tx, { clientId })
    if (open?.status === 'ACTIVE')
      throwUserError(
        'ALREADY_ASSOCIATED',
        'This partner instance is already associated with the tenant.',
        'clientId',
      )
    if (!open && (await countOpenAssociations(tx)) >= maxAssociations)
      throwUserError(
        'LIMIT_EXCEEDED',
        `The tenant already has ${maxAssociations} partner associations. Remove one first.`,
      )

    const { tenantId } = viewer
    const chosen = { ...terms, externalTenantId, status: 'ACTIVE' as const }
    const association = open
      ? await updateAssociation(tx, open, chosen)
      : await insertAssociation(tx, { tenantId, clientId, ...chosen })
    return {
      payload: { tenant: { id: tenantId }, association },
      target: associationTarget(association.associationId, partner.name),
      changes: changedFields(open ?? null, association),
      relatedClientId: clientId,
      notify: {},
    }
  })
}

async function registeredInstance(tx: ReadTx, clientId: string) {
  const [row] = await tx
    .select()
    .from(partnerInstance)
    .where(and(eq(partnerInstance.clientId, clientId), isNull(partnerInstance.removedAt)))
  return row
}

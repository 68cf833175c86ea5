import { isUuid } from '../../../../platform/lib/uuid.ts'
import { type ClaimCheck, type ClaimContext, type HandoffTerms, quoted } from './check.ts'

/**
 * Checks that the tenant has an association with the partner instance. An unknown tenant and a
 * tenant without an association cause the same error message, so that a partner cannot find out
 * which tenants exist.
 */
export const tenant: ClaimCheck = {
  name: 'TENANT',
  code: 'PARTNER_NOT_ASSOCIATED',
  check: (context) =>
    associationTerms(context)
      ? null
      : `\`tenant\` must be the ID of a tenant that is associated with this partner instance; it was \`${quoted(context.assertion.claims.tenant)}\`.`,
}

/** Returns the terms of the active association, or null if there is no active association. */
export const associationTerms = ({
  assertion,
  terms,
}: Pick<ClaimContext, 'assertion' | 'terms'>): HandoffTerms | null =>
  isUuid(assertion.claims.tenant) && terms?.associationId ? terms : null

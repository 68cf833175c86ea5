import { isUuid } from '../../../../platform/lib/uuid.ts'
import type { ClaimCheck, ClaimContext, HandoffTerms } from './check.ts'

/**
 * One message whether the tenant is unknown or only not associated, so that tenants cannot be
 * discovered.
 */
export const tenant: ClaimCheck = {
  name: 'TENANT',
  code: 'PARTNER_NOT_ASSOCIATED',
  check: (context) =>
    associationTerms(context)
      ? null
      : '`tenant` must be the ID of a tenant that is associated with this partner instance.',
}

/** The terms of the active association; null if there is none. */
export const associationTerms = ({
  assertion,
  terms,
}: Pick<ClaimContext, 'assertion' | 'terms'>): HandoffTerms | null =>
  isUuid(assertion.claims.tenant) && terms?.associationId ? terms : null

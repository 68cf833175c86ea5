import { recordUnverified } from '../../platform/audit/refusals.ts'
import type { RequestMetadata } from '../../platform/auth/viewer.ts'
import type { AuthenticationServices } from './services.ts'

/**
 * Records the use of a well-formed but unknown token in the operators' log. Such requests can
 * indicate that somebody guesses tokens.
 */
export const recordUnknownToken = (
  { db }: AuthenticationServices,
  request: RequestMetadata,
  tenantId: string,
): Promise<void> =>
  recordUnverified(
    { db, request },
    { action: 'token.presented', reason: 'UNKNOWN', claims: { tenant: tenantId }, named: tenantId },
  )

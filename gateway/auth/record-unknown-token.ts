import { recordUnverified } from '../../platform/audit/refusals.ts'
import type { RequestMetadata } from '../../platform/auth/viewer.ts'
import type { AuthenticationServices } from './services.ts'

/**
 * Records a well-formed token that never existed, for the service operators: somebody may be
 * guessing tokens.
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

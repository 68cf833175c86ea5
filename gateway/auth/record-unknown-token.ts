import { recordUnverified } from '../../platform/audit/refusals.ts'
import type { RequestMetadata } from '../../platform/auth/viewer.ts'
import type { AuthenticationServices } from './services.ts'

/**
 * Records in the operators' log that a request had a well-formed token that does not exist, because
 * somebody may be guessing tokens.
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

import { recordUnverified } from '../../../platform/audit/refusals.ts'
import type { RequestMetadata } from '../../../platform/auth/viewer.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { parseJws } from '../jwt/jws.ts'
import { PartnerKeysUnavailable, type PublishedKeys } from '../jwt/published-keys.ts'
import { type TokenResult, verifyClientAssertion } from './verify-client-assertion.ts'

export interface ClientAuthenticationServices {
  db: Database
  issuer: string
  publishedKeys: PublishedKeys
  request: RequestMetadata
}

type ClientAction = 'partner_client.authenticated' | 'partner_client.validated'

/**
 * Verifies the format and signature of a client assertion. Records a refusal before returning.
 * @throws PartnerKeysUnavailable if the JWKS URL of the instance fails
 */
export async function receiveClientAssertion(
  services: ClientAuthenticationServices,
  compact: string,
  action: ClientAction,
): Promise<TokenResult> {
  try {
    const result = await verifyClientAssertion(services, compact)
    if ('failure' in result)
      await recordRefusal(services, compact, { action, reason: result.failure.name })
    return result
  } catch (error) {
    if (error instanceof PartnerKeysUnavailable)
      await recordRefusal(services, compact, { action, reason: error.code, failed: true })
    throw error
  }
}

/** Records a refused client assertion in the operators' log. */
export const recordRefusal = (
  services: ClientAuthenticationServices,
  compact: string,
  refusal: { action: ClientAction; reason: string; failed?: boolean },
): Promise<void> =>
  recordUnverified(services, { ...refusal, claims: { iss: parseJws(compact)?.claims.iss } })

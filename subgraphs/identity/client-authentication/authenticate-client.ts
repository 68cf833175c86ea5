/** Authenticates the back end of a partner with a client assertion (private_key_jwt). */

import { unaudited } from '../../../platform/audit/unaudited.ts'
import type { PartnerClient } from '../../../platform/auth/viewer.ts'
import { firstFailure } from '../assertion/findings.ts'
import { partnerClientActor } from '../assertion/verified-assertion.ts'
import { consumeJti, retainUntil } from '../jwt/replay-store.ts'
import {
  type ClientAuthenticationServices,
  receiveClientAssertion,
  recordRefusal,
} from './receive-client-assertion.ts'
import { type VerifiedClientAssertion, validateClientClaims } from './verify-client-assertion.ts'

const action = 'partner_client.authenticated'

/**
 * Returns true if a bearer token is a client assertion. A client assertion has three parts; session
 * tokens and API tokens have two parts.
 */
export const isClientAssertion = (bearer: string) => bearer.split('.').length === 3

/**
 * Verifies a client assertion and consumes its `jti`, so that the assertion is valid for one
 * request only.
 * @returns null if the assertion is invalid. The operators' log contains the reason, and
 *   `validateClientAuthentication` tells it to the partner.
 * @throws PartnerKeysUnavailable if the JWKS URL of the instance fails
 */
export async function authenticateClient(
  services: ClientAuthenticationServices,
  bearer: string,
): Promise<PartnerClient | null> {
  const received = await receiveClientAssertion(services, bearer, action)
  if ('failure' in received) return null
  const { instance } = received.value
  const failed = await consume(services, received.value)
  if (failed) {
    await recordRefusal(services, bearer, { action, reason: failed })
    return null
  }
  return Object.freeze<PartnerClient>({
    kind: 'partner-client',
    clientId: instance.clientId,
    actor: partnerClientActor(instance),
  })
}

/**
 * Validates the claims of a client assertion and consumes its `jti`.
 * @returns the name of the first check that failed, or null
 */
function consume({ db, issuer }: ClientAuthenticationServices, assertion: VerifiedClientAssertion) {
  const { clientId } = assertion.instance
  const { jti, exp } = assertion.claims
  return unaudited(
    db,
    null,
    'it only stores the `jti`; the operations of the request are recorded separately',
    async (tx) => {
      const failure = firstFailure(await validateClientClaims(tx, issuer, assertion))
      if (failure) return failure.name
      const token = { use: 'client-authentication', clientId, jti } as const
      return (await consumeJti(tx, token, retainUntil(exp))) ? null : 'REPLAY'
    },
  )
}

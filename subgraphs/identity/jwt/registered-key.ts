import type { PartnerInstance } from '../../../drizzle/reads/partner-instances.ts'
import type { PinnedKey } from '../../../platform/auth/jwk.ts'
import type { PublishedKeys } from './jwks.ts'

/**
 * Finds the public key that verifies a token of a partner instance.
 * @returns undefined if no registered or published key matches `kid` and `alg`, or if the key is
 *   revoked
 */
export async function registeredKey(
  publishedKeys: PublishedKeys,
  { jwksUrl, keys, revokedKids }: PartnerInstance,
  { kid, alg }: Readonly<Record<string, unknown>>,
): Promise<PinnedKey | undefined> {
  if (typeof kid !== 'string' || revokedKids.includes(kid)) return undefined
  const key =
    jwksUrl === null
      ? keys.find((registered) => registered.kid === kid)
      : await publishedKeys.keyOf(jwksUrl, kid)
  return key?.alg === alg ? key : undefined
}

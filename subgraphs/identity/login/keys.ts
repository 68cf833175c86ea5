/** Which key a token of a partner instance is to be verified with. */
import type { PartnerInstance } from '../../../drizzle/reads.ts'
import type { PinnedKey } from '../../../platform/auth/jwk.ts'
import type { PublishedKeys } from './jwks.ts'

/** The key that a header names, from where the instance's keys are registered; undefined unless `kid` and `alg` are those of one that counts. */
export async function registeredKey(
  published: PublishedKeys,
  { jwksUrl, keys, revokedKids }: PartnerInstance,
  { kid, alg }: Record<string, unknown>,
): Promise<PinnedKey | undefined> {
  if (typeof kid !== 'string' || revokedKids.includes(kid)) return undefined
  const key =
    jwksUrl === null
      ? keys.find((registered) => registered.kid === kid)
      : await published.keyOf(jwksUrl, kid)
  return key?.alg === alg ? key : undefined
}

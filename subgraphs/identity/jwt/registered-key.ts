/** Finds the public key that verifies a token of a partner instance. */
import { compactVerify, importJWK, type JWK } from 'jose'
import type { PartnerInstance } from '../../../drizzle/reads/partner-instances.ts'
import { canonicalAlgorithm, type PinnedKey } from '../../../platform/auth/jwk.ts'
import type { Jws } from './jws.ts'
import type { PublishedKeys } from './published-keys.ts'

type Instance = Pick<PartnerInstance, 'jwksUrl' | 'jwksAlg' | 'keys' | 'revokedKids'>

/**
 * @returns undefined if no registered or published key matches `kid` and `alg`, or if the key is
 *   revoked
 * @throws PartnerKeysUnavailable if the JWKS URL of the instance fails
 */
export async function registeredKey(
  publishedKeys: PublishedKeys,
  { jwksUrl, jwksAlg, keys, revokedKids }: Instance,
  header: Readonly<Record<string, unknown>>,
): Promise<PinnedKey | undefined> {
  const { kid } = header
  const alg = canonicalAlgorithm(header.alg)
  if (typeof kid !== 'string' || revokedKids.includes(kid)) return undefined
  if (jwksUrl !== null) return publishedKeys.keyOf({ jwksUrl, alg: jwksAlg }, { kid, alg })
  return keys.find((registered) => registered.kid === kid && registered.alg === alg)
}

/**
 * Returns why the key that signed a token is ignored, although the instance publishes the key. Only
 * the holder of the private key learns the reason, because the reason reveals that the issuer is
 * registered.
 */
export async function ignoredKeyReason(
  publishedKeys: PublishedKeys,
  { jwksUrl, jwksAlg }: Instance,
  jws: Jws,
): Promise<string | undefined> {
  const { kid } = jws.header
  if (jwksUrl === null || typeof kid !== 'string') return undefined
  for (const { jwk, reason } of publishedKeys.ignoredKeys({ jwksUrl, alg: jwksAlg }, kid))
    if (await isSignedBy(jws, jwk)) return reason
  return undefined
}

/** The lengths of 8192-bit RSA members in base64url. They limit the CPU time of a verification. */
const maxRsaLength = { n: 1366, e: 6 }

/** Whether the private half of an ignored key signed the token, with any asymmetric algorithm. */
async function isSignedBy({ compact, header }: Jws, jwk: JWK): Promise<boolean> {
  const { kty, crv, x, y, n, e } = jwk
  const alg = String(header.alg)
  if (!/^(EdDSA|Ed25519|[EPR]S(256|384|512))$/.test(alg)) return false
  if (`${n ?? ''}`.length > maxRsaLength.n || `${e ?? ''}`.length > maxRsaLength.e) return false
  try {
    await compactVerify(compact, await importJWK({ kty, crv, x, y, n, e } as JWK, alg))
    return true
  } catch {
    return false
  }
}

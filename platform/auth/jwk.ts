/**
 * Validates the public signature keys of partners, which are JWKs (RFC 7517). Each key can be used
 * with only one algorithm.
 */
import { createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { isPlainText } from '../lib/text.ts'

/** The supported signature algorithms (RFC 7518 §3.1, RFC 8037). All of them are asymmetric. */
export const signingAlgorithms = ['EdDSA', 'ES256', 'PS256', 'RS256'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

export const isSigningAlgorithm = (alg: unknown): alg is SigningAlgorithm =>
  signingAlgorithms.some((supported) => supported === alg)

/** Returns one name per algorithm. `Ed25519` (RFC 9864 §2.2) is `EdDSA` with that curve. */
export const canonicalAlgorithm = (alg: unknown): unknown => (alg === 'Ed25519' ? 'EdDSA' : alg)

/** A public key with its ID. The key is valid for one algorithm only. */
export interface PinnedKey {
  kid: string
  alg: string
  publicJwk: Record<string, unknown>
}

/** Thrown when a key cannot be used. The message states the reason in one sentence. */
export class UnusableKey extends Error {
  override name = 'UnusableKey'
}

const publicMembers = {
  OKP: ['kty', 'crv', 'x'],
  EC: ['kty', 'crv', 'x', 'y'],
  RSA: ['kty', 'n', 'e'],
}
/** The algorithm of a key without `alg`, by curve. */
const algorithmOfCurve: Record<string, SigningAlgorithm> = { Ed25519: 'EdDSA', 'P-256': 'ES256' }

/**
 * Returns a key's public members, its ID and its algorithm. The ID is the `kid` of the key or,
 * without a `kid`, the thumbprint of RFC 7638.
 *
 * The algorithm is the `alg` of the key. Without an `alg`, the curve determines the algorithm, and
 * an RSA key is for `pinnedAlg` or, without it, for RS256 (the default of OpenID Connect Core §2).
 * @param pinnedAlg the only permitted algorithm, or null if each supported algorithm is permitted
 * @throws UnusableKey when the key is not a public signature key for a permitted algorithm, or the
 *   size of an RSA key is out of bounds
 */
export async function pinnedKey(
  jwk: JWK,
  pinnedAlg: SigningAlgorithm | null = null,
): Promise<PinnedKey> {
  const { use = 'sig', key_ops: operations = ['verify'] } = jwk
  if (use !== 'sig' || !Array.isArray(operations) || !operations.includes('verify'))
    throw new UnusableKey('The `use` of a key must be "sig", and `key_ops` must include "verify".')
  const members = publicMembers[jwk.kty as keyof typeof publicMembers]
  if (!members) throw new UnusableKey('The `kty` of a key must be OKP, EC or RSA.')
  const alg =
    canonicalAlgorithm(jwk.alg) ??
    (jwk.kty === 'RSA' ? (pinnedAlg ?? 'RS256') : algorithmOfCurve[`${jwk.crv}`])
  if (!isSigningAlgorithm(alg))
    throw new UnusableKey('The `alg` of a key must be EdDSA, ES256, PS256 or RS256.')
  if (pinnedAlg !== null && alg !== pinnedAlg)
    throw new UnusableKey(`The operator allows only ${pinnedAlg} keys; this key is for ${alg}.`)
  const publicJwk = Object.fromEntries(
    members.map((member) => [member, (jwk as Record<string, unknown>)[member]]),
  )
  try {
    await importJWK(publicJwk as JWK, alg)
  } catch {
    throw new UnusableKey(`The key is not a valid public key for ${alg}.`)
  }
  if (jwk.kty === 'RSA') requireUsualRsaSize(publicJwk)
  const kid = jwk.kid ?? (await calculateJwkThumbprint(publicJwk as JWK))
  if (typeof kid !== 'string' || !isPlainText(kid, 200))
    throw new UnusableKey('The `kid` of a key must be one line of 1 to 200 characters.')
  return { kid, alg, publicJwk }
}

/** Checks the size of an RSA key. The upper bounds limit the CPU time of a verification. */
function requireUsualRsaSize(publicJwk: Record<string, unknown>): void {
  const { modulusLength = 0, publicExponent = 0n } =
    createPublicKey({ key: publicJwk, format: 'jwk' }).asymmetricKeyDetails ?? {}
  const isUsual =
    modulusLength >= 2048 &&
    modulusLength <= 8192 &&
    publicExponent >= 3n &&
    publicExponent <= 0xffffffffn
  if (!isUsual)
    throw new UnusableKey(
      'An RSA key must have between 2048 and 8192 bits, and a public exponent between 3 and 2^32 - 1.',
    )
}

/** Public keys for signatures, as they come from outside in JWK form (RFC 7517). */
import { createPublicKey } from 'node:crypto'
import { calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { isPlainText } from '../lib/text.ts'

/** Algorithms to which a key may be pinned. Never `none`, never a shared secret. */
export const signingAlgorithms = ['EdDSA', 'ES256', 'PS256', 'RS256'] as const

/** A public key under its id, good for one algorithm only. */
export interface PinnedKey {
  kid: string
  alg: string
  publicJwk: Record<string, unknown>
}

/** Says in one sentence why a key cannot be used. */
export class UnusableKey extends Error {
  override name = 'UnusableKey'
}

const publicMembers = {
  OKP: ['kty', 'crv', 'x'],
  EC: ['kty', 'crv', 'x', 'y'],
  RSA: ['kty', 'n', 'e'],
}
const curves: Record<string, string> = { EdDSA: 'Ed25519', ES256: 'P-256' }

/**
 * A key, pinned to its algorithm and without anything but its public half.
 * @throws UnusableKey
 */
export async function pinnedKey(jwk: JWK): Promise<PinnedKey> {
  const alg = jwk.alg ?? Object.keys(curves).find((name) => curves[name] === jwk.crv)
  if (!alg || !signingAlgorithms.some((known) => known === alg))
    throw new UnusableKey('A key says its `alg`: EdDSA, ES256, PS256 or RS256.')
  const { use = 'sig', key_ops: operations = ['verify'] } = jwk
  if (use !== 'sig' || !Array.isArray(operations) || !operations.includes('verify'))
    throw new UnusableKey('A key whose `use` or `key_ops` say so is not for verifying signatures.')
  const members = publicMembers[jwk.kty as keyof typeof publicMembers]
  if (!members) throw new UnusableKey('A key is an OKP, EC or RSA key in JWK form.')
  const publicJwk = Object.fromEntries(
    members.map((member) => [member, (jwk as Record<string, unknown>)[member]]),
  )
  try {
    await importJWK(publicJwk as JWK, alg)
  } catch {
    throw new UnusableKey('The key cannot be read as a public key of its `alg`.')
  }
  if (jwk.kty === 'RSA') {
    const { modulusLength = 0, publicExponent = 0n } =
      createPublicKey({ key: publicJwk, format: 'jwk' }).asymmetricKeyDetails ?? {}
    // The upper bounds keep a verification from becoming work.
    if (
      modulusLength < 2048 ||
      modulusLength > 8192 ||
      publicExponent < 3n ||
      publicExponent > 0xffffffffn
    )
      throw new UnusableKey('An RSA key has 2048 to 8192 bits, and a common exponent.')
  }
  const kid = jwk.kid ?? (await calculateJwkThumbprint(publicJwk as JWK))
  if (typeof kid !== 'string' || !isPlainText(kid, 200))
    throw new UnusableKey('A key id is one line of 1 to 200 characters.')
  return { kid, alg, publicJwk }
}

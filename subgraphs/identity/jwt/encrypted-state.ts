/**
 * Encrypts state that the service sends to a browser or partner and later receives back: handoff
 * transactions and the `state` of Microsoft sign-ins. The recipient can neither read nor change it.
 */
import { hkdfSync } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'

/**
 * The purpose of an encrypted state. Each purpose has its own key, so that state for one purpose is
 * not accepted for another.
 */
export type StatePurpose = 'handoff transaction cookie' | 'handoff transaction' | 'microsoft state'

export interface StateCipher {
  /** @returns a compact JWE */
  encrypt(
    purpose: StatePurpose,
    content: Record<string, unknown>,
    lifetimeSeconds: number,
  ): Promise<string>
  /** @returns null if the JWE has expired, or this service did not create it for this purpose */
  decrypt<Content>(purpose: StatePurpose, encrypted: string): Promise<Content | null>
}

/**
 * Creates a cipher that encrypts state as JWE with `dir` and A256GCM (RFC 7518 §4.5, §5.3).
 * @param key 32 bytes, the same on every node
 */
export function createStateCipher(key: Uint8Array): StateCipher {
  const keyFor = (purpose: StatePurpose) =>
    new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), purpose, 32))
  return {
    encrypt: (purpose, content, lifetimeSeconds) =>
      new EncryptJWT(content)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setIssuedAt()
        .setExpirationTime(`${lifetimeSeconds} s`)
        .encrypt(keyFor(purpose)),
    async decrypt<Content>(purpose: StatePurpose, encrypted: string) {
      if (encrypted.length > maxEncryptedLength) return null
      const options = {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        requiredClaims: ['exp'],
      }
      return jwtDecrypt(encrypted, keyFor(purpose), options).then(
        ({ payload }) => payload as Content,
        () => null,
      )
    },
  }
}

/** The maximum length of a JWE in characters. Longer input is rejected without decrypting it. */
const maxEncryptedLength = 4096

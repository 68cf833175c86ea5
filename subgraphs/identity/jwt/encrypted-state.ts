/**
 * Encrypts state that a browser or partner receives and later sends back: handoff transactions and
 * the `state` of Microsoft sign-ins. The browser or partner can neither read nor change the state.
 */
import { hkdfSync } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'

/**
 * The purpose of an encrypted state. Each purpose has a separate key, so that a state is accepted
 * only for its own purpose.
 */
export type StatePurpose = 'handoff transaction' | 'microsoft state'

export interface StateCipher {
  /** @returns a compact JWE */
  encrypt(
    purpose: StatePurpose,
    content: Record<string, unknown>,
    lifetimeSeconds: number,
  ): Promise<string>
  /** @returns null if the JWE has expired, or was not created by this service for this purpose */
  decrypt<Content>(purpose: StatePurpose, encrypted: string): Promise<Content | null>
}

/**
 * Creates a cipher that encrypts state as JWE with `dir` and A256GCM (RFC 7518 §4.5, §5.3).
 * @param key the 32-byte encryption key, which must be the same on all nodes
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

/** The maximum length of a JWE, in characters. A longer JWE is rejected before decryption. */
const maxEncryptedLength = 4096

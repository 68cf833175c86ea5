/**
 * What we give away for a while and want back unread and unchanged: transactions of handoffs, states of Microsoft sign-ins.
 * Encrypted (JWE, `dir` with A256GCM), each purpose under a key of its own, so that none can be passed off as another.
 */
import { hkdfSync } from 'node:crypto'
import { EncryptJWT, jwtDecrypt } from 'jose'

export interface Sealer {
  seal(purpose: string, content: Record<string, unknown>, lifetimeSeconds: number): Promise<string>
  /** Null for whatever is not ours, not of this purpose, or past its time. */
  open<Content>(purpose: string, sealed: string): Promise<Content | null>
}

/** @param key the service's transaction key: 32 bytes, the same on every node. */
export function createSealer(key: Uint8Array): Sealer {
  const keyFor = (purpose: string) =>
    new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), purpose, 32))
  return {
    seal: (purpose, content, lifetimeSeconds) =>
      new EncryptJWT(content)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setIssuedAt()
        .setExpirationTime(`${lifetimeSeconds} s`)
        .encrypt(keyFor(purpose)),
    async open<Content>(purpose: string, sealed: string) {
      if (sealed.length > 4096) return null
      const options = {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
        requiredClaims: ['exp'],
      }
      return jwtDecrypt(sealed, keyFor(purpose), options).then(
        ({ payload }) => payload as Content,
        () => null,
      )
    },
  }
}

import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { createVerifier, type Signer } from '../../../proof/signed-note.ts'

/**
 * Creates a signer from an Ed25519 private key.
 * @param name the name of the key in signed notes: `host/activity`
 * @throws InvalidNote when the name is empty or contains white space or a plus sign
 */
export function createSigner(name: string, privateKey: KeyObject): Signer {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' })
  const publicKey = Uint8Array.from(Buffer.from(x ?? '', 'base64url'))
  return {
    ...createVerifier(name, publicKey),
    sign: (message) => sign(null, message, privateKey),
  }
}

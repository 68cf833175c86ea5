import type { PinnedKey } from '../../../../platform/auth/jwk.ts'
import { type Jws, verifySignature } from '../../jwt/jws.ts'
import { CheckFailed, quoted } from './check.ts'

/** Verifies the signature of the assertion (RFC 7523 §3 item 9). */
export async function checkSignature(jws: Jws, key: PinnedKey): Promise<void> {
  if (!(await verifySignature(jws, key)))
    throw new CheckFailed(
      `The signature is not valid for the key \`${quoted(key.kid)}\` (${key.alg}).`,
    )
}

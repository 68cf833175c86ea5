import type { PinnedKey } from '../../../../platform/auth/jwk.ts'
import { type Jws, verifySignature } from '../../jwt/jws.ts'
import { CheckFailed } from './check.ts'

/** RFC 7523 §3 item 9. */
export async function checkSignature(jws: Jws, key: PinnedKey): Promise<void> {
  if (!(await verifySignature(jws, key)))
    throw new CheckFailed('The signature must verify with the registered key; it does not.')
}

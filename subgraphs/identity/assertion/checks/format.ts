import { type Jws, maxJwsBytes, parseJws } from '../../jwt/jws.ts'
import { CheckFailed } from './check.ts'

/** Checks that the assertion is a compact JWS in strict base64url (RFC 7515 §7.1). */
export function checkFormat(compact: string): Jws {
  const jws = parseJws(compact)
  if (!jws)
    throw new CheckFailed(
      `The assertion must be a compact JWS of at most ${maxJwsBytes} bytes, in base64url without padding, with JSON objects as header and payload. It had ${Buffer.byteLength(compact)} bytes and ${compact.split('.').length} of 3 parts.`,
    )
  return jws
}

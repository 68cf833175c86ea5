import { forbiddenHeaders, type Jws } from '../../jwt/jws.ts'
import { CheckFailed } from './check.ts'

/**
 * Rejects JWS header parameters that contain a key or change how the JWS is verified (RFC 8725
 * §3.10).
 */
export function checkHeader({ header }: Jws): void {
  const found = forbiddenHeaders.filter((name) => name in header)
  if (found.length > 0)
    throw new CheckFailed(
      `The header must not contain ${found.map((name) => `\`${name}\``).join(', ')}.`,
    )
}

import { clockSkewSeconds, isMilliseconds } from '../../jwt/clock.ts'
import { assertionMaxLifetimeSeconds } from '../profile.ts'
import type { ClaimCheck } from './check.ts'

/** Checks the claims `exp`, `nbf` and `iat` (RFC 7523 §3 items 4 to 6). */
export const lifetime: ClaimCheck = {
  name: 'LIFETIME',
  code: 'ASSERTION_EXPIRED',
  check: ({ assertion: { claims }, nowSeconds }) =>
    lifetimeProblem(claims, assertionMaxLifetimeSeconds, nowSeconds),
}

/** The claims that limit when a token is valid (RFC 7519 §4.1), in seconds since 1970. */
interface Times {
  readonly iat: number
  readonly exp: number
  readonly nbf?: number | undefined
}

/** @returns null if a token is valid now, otherwise an error message for the partner */
export function lifetimeProblem(
  { iat, exp, nbf }: Times,
  maxLifetimeSeconds: number,
  nowSeconds: number,
): string | null {
  const inMilliseconds = Object.entries({ iat, exp, nbf }).flatMap(([name, value]) =>
    isMilliseconds(value) ? `\`${name}\` was \`${value}\`` : [],
  )
  if (inMilliseconds.length > 0)
    return `Times must be in seconds since 1970, not in milliseconds; ${inMilliseconds.join(', ')}.`
  if (exp <= iat || exp - iat > maxLifetimeSeconds)
    return `\`exp\` must be 1 to ${maxLifetimeSeconds} seconds after \`iat\`; the difference was ${exp - iat} seconds.`
  if (iat > nowSeconds + clockSkewSeconds)
    return `\`iat\` must not be in the future (${clockSkewSeconds} seconds are tolerated); it was ${Math.ceil(iat - nowSeconds)} seconds ahead of this service's clock.`
  if (nbf !== undefined && nbf > nowSeconds + clockSkewSeconds)
    return `\`nbf\` must not be in the future (${clockSkewSeconds} seconds are tolerated); it was ${Math.ceil(nbf - nowSeconds)} seconds ahead of this service's clock.`
  if (exp <= nowSeconds - clockSkewSeconds)
    return `\`exp\` must not have passed (${clockSkewSeconds} seconds are tolerated); it passed ${Math.floor(nowSeconds - exp)} seconds ago.`
  return null
}

import { type ClaimCheck, quoted } from './check.ts'

/**
 * Checks `aud` (RFC 7523 §3 item 3). It must be one string, not an array, so that the assertion is
 * valid at this service only.
 */
export const audience: ClaimCheck = {
  name: 'AUDIENCE',
  code: 'AUDIENCE_MISMATCH',
  check: ({ assertion: { claims }, issuer }) =>
    claims.aud === issuer
      ? null
      : `\`aud\` must be the string \`${issuer}\`; it was \`${quoted(claims.aud)}\`.`,
}

import { type ClaimCheck, quoted } from './check.ts'

/**
 * Checks the `aud` claim (RFC 7523 §3 item 3). `aud` must be a string and not an array, because an
 * assertion for several audiences would also be valid at other services.
 */
export const audience: ClaimCheck = {
  name: 'AUDIENCE',
  code: 'AUDIENCE_MISMATCH',
  check: ({ assertion: { claims }, issuer }) =>
    claims.aud === issuer
      ? null
      : `\`aud\` must be the string \`${issuer}\`; it was \`${quoted(claims.aud)}\`.`,
}

import { type ClaimCheck, quoted } from './check.ts'

/** RFC 7523 §3 item 3. One string, so that the assertion cannot also be accepted elsewhere. */
export const audience: ClaimCheck = {
  name: 'AUDIENCE',
  code: 'AUDIENCE_MISMATCH',
  check: ({ assertion: { claims }, issuer }) =>
    claims.aud === issuer
      ? null
      : `\`aud\` must be the string \`${issuer}\`; it was \`${quoted(claims.aud)}\`.`,
}

import { type ClaimCheck, quoted } from './check.ts'

/**
 * Checks that `iss` (RFC 7523 §3 item 1) and `client_id` (ID-JAG) belong to the same partner
 * instance.
 */
export const issuer: ClaimCheck = {
  name: 'ISSUER',
  code: 'ASSERTION_INVALID',
  check: ({ assertion: { claims, instance } }) =>
    claims.iss === instance.issuer && claims.client_id === instance.clientId
      ? null
      : `\`client_id\` must be \`${instance.clientId}\`, which is registered for this \`iss\`; it was \`${quoted(claims.client_id)}\`.`,
}

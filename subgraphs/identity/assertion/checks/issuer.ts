import type { ClaimCheck } from './check.ts'

/** RFC 7523 §3 item 1, and ID-JAG's `client_id`. */
export const issuer: ClaimCheck = {
  name: 'ISSUER',
  code: 'ASSERTION_INVALID',
  check: ({ assertion: { claims, instance } }) =>
    claims.iss === instance.issuer && claims.client_id === instance.clientId
      ? null
      : '`client_id` must be the client ID that is registered for the instance with this `iss`; it is not.',
}

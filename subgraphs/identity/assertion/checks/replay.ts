import type { ClaimCheck } from './check.ts'

/** RFC 7523 §3 item 7: each `jti` once per tenant and issuer. */
export const replay: ClaimCheck = {
  name: 'REPLAY',
  code: 'ASSERTION_REPLAYED',
  check: ({ isReplayed }) => (isReplayed ? replayedMessage : null),
}

export const replayedMessage =
  'Each `jti` can be used once, and this one was used before. Create a new assertion.'

import type { ClaimCheck } from './check.ts'

/** Checks that the issuer has not used the `jti` before for this tenant (RFC 7523 §3 item 7). */
export const replay: ClaimCheck = {
  name: 'REPLAY',
  code: 'ASSERTION_REPLAYED',
  check: ({ isReplayed }) => (isReplayed ? replayedMessage : null),
}

export const replayedMessage =
  'This `jti` was already used, and each `jti` can be used only once. Create a new assertion.'

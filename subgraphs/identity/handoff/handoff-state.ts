/** Checks whether a handoff code can be redeemed, and by which browser or partner client. */
import type { handoffByCode } from '../../../drizzle/reads/handoffs.ts'
import type { handoff } from '../../../drizzle/tables/identity.ts'
import type { PartnerClient } from '../../../platform/auth/viewer.ts'

/** A handoff and its current status, read by a single query. */
export type HandoffState = NonNullable<Awaited<ReturnType<typeof handoffByCode>>>

/**
 * The sender of a handoff code: a partner client or a browser. A browser is identified by the
 * hashes of the secrets in its transaction cookies.
 */
export type Presenter =
  | { browser: { transactionHashes: readonly string[] } }
  | { client: PartnerClient }

/** Returns true if the code was created for this browser or partner client. */
export function isBoundTo(
  { binding, clientId, transactionHash }: typeof handoff.$inferSelect,
  presenter: Presenter,
): boolean {
  return 'client' in presenter
    ? binding === 'client' && presenter.client.clientId === clientId
    : binding === 'browser' &&
        transactionHash !== null &&
        presenter.browser.transactionHashes.includes(transactionHash)
}

/**
 * Returns the reason why the code cannot create a session now, or null if it can. Does not check
 * who sent the code or whether the code was already redeemed.
 */
export function redemptionFailure(state: HandoffState): RedemptionFailure | null {
  if (!state.itCompleteLoginEnabled) return 'MICROSOFT_SIGN_IN_REQUIRED'
  if (!state.associated) return 'PARTNER_NOT_ASSOCIATED'
  return state.expired || !state.holds ? 'HANDOFF_EXPIRED' : null
}

export type RedemptionFailure = keyof typeof redemptionMessages

export const redemptionMessages = {
  HANDOFF_ALREADY_REDEEMED:
    'This code was already redeemed, and each code can be redeemed once. Create a new handoff.',
  BINDING_MISMATCH:
    'The code was created for another browser or partner client, and can no longer be redeemed. Create a new handoff.',
  HANDOFF_EXPIRED: 'The code has expired or was revoked. Create a new handoff.',
  PARTNER_NOT_ASSOCIATED: 'The partner instance is no longer associated with this tenant.',
  MICROSOFT_SIGN_IN_REQUIRED:
    'Login with IT Complete is off for this tenant. Sign in with Microsoft, or ask an admin of the tenant to turn it on.',
} as const

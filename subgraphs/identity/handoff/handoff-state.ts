/** Whether a handoff may be redeemed, and by whom. */
import type { handoffByCode } from '../../../drizzle/reads.ts'
import type { handoff } from '../../../drizzle/tables/identity.ts'
import type { PartnerClient } from '../../../platform/auth/viewer.ts'

/** A handoff with its derived state, from one read. */
export type HandoffState = NonNullable<Awaited<ReturnType<typeof handoffByCode>>>

/**
 * The party that presents a code: a browser, by the hash of its transaction cookie's secret, or a
 * partner client.
 */
export type Presenter = { browser: { transactionHash: string | null } } | { client: PartnerClient }

/** Whether the code was made for this browser or client. */
export function isBoundTo(
  { binding, clientId, transactionHash }: typeof handoff.$inferSelect,
  presenter: Presenter,
): boolean {
  return 'client' in presenter
    ? binding === 'client' && presenter.client.clientId === clientId
    : binding === 'browser' &&
        transactionHash !== null &&
        presenter.browser.transactionHash === transactionHash
}

/**
 * Why the code cannot create a session now, other than who presents it and whether it was redeemed;
 * null if it can.
 */
export function redemptionFailure(state: HandoffState): RedemptionFailure | null {
  if (!state.itCompleteLoginEnabled) return 'MICROSOFT_SIGN_IN_REQUIRED'
  if (!state.associated) return 'PARTNER_NOT_ASSOCIATED'
  return state.expired || !state.holds ? 'HANDOFF_EXPIRED' : null
}

export type RedemptionFailure = keyof typeof redemptionMessages

export const redemptionMessages = {
  HANDOFF_ALREADY_REDEEMED:
    'Each code can be redeemed once, and this one was redeemed before. Create a new handoff.',
  BINDING_MISMATCH:
    'The code must be redeemed by the browser or partner client for which it was created; it was presented by another one, and is used up.',
  HANDOFF_EXPIRED: 'The code has expired or was revoked. Create a new handoff.',
  PARTNER_NOT_ASSOCIATED: 'The partner instance is not associated with this tenant any more.',
  MICROSOFT_SIGN_IN_REQUIRED:
    'Login with IT Complete must be on for this tenant; it is off. Sign in with Microsoft, or ask an admin of the tenant to turn it on.',
} as const

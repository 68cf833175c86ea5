import type { handoffTerms } from '../../../../drizzle/reads.ts'
import type { BrowserTransaction } from '../../handoff/browser-transaction.ts'
import type { HandoffCheckName, UserErrorCode } from '../../schema.types.ts'
import type { VerifiedAssertion } from '../verified-assertion.ts'

/**
 * Thrown by a check of the token. The message goes to the caller: what was wrong and what is right.
 */
export class CheckFailed extends Error {
  override name = 'CheckFailed'
}

/** The tenant's terms for the partner instance, read in one transaction. */
export type HandoffTerms = NonNullable<Awaited<ReturnType<typeof handoffTerms>>>

/** The input of the claim checks. */
export interface ClaimContext {
  readonly assertion: VerifiedAssertion
  /** This service's issuer. */
  readonly issuer: string
  /** Undefined if the claims name no existing tenant. */
  readonly terms: HandoffTerms | undefined
  readonly isReplayed: boolean
  /** Seconds since 1970. */
  readonly nowSeconds: number
  /** The decrypted `txn`; null if there is none, or it is invalid or expired. */
  readonly transaction: BrowserTransaction | null
}

interface NamedCheck {
  readonly name: HandoffCheckName
  /** The user error with which `createHandoff` answers if the check fails. */
  readonly code: UserErrorCode
}

/** A check of the claims. Returns null if it passes, otherwise what was wrong and what is right. */
export interface ClaimCheck extends NamedCheck {
  check(context: ClaimContext): string | null
}

/** A check against the association's terms; skipped if there is no association. */
export interface TermsCheck extends NamedCheck {
  checkTerms(terms: HandoffTerms, context: ClaimContext): string | null
}

/**
 * A value that the caller sent, for a message to the caller: with control characters escaped, at
 * most 100 characters.
 */
export function quoted(value: unknown): string {
  const json = JSON.stringify(value) ?? ''
  const text = typeof value === 'string' ? json.slice(1, -1) : json
  return text.length > 100 ? `${text.slice(0, 100)}…`.toWellFormed() : text
}

import type { handoffTerms } from '../../../../drizzle/reads/handoffs.ts'
import type { BrowserTransaction } from '../../handoff/browser-transaction.ts'
import type { HandoffCheckName, UserErrorCode } from '../../schema.types.ts'
import type { VerifiedAssertion } from '../verified-assertion.ts'

/**
 * The error that a failed token check throws. The partner receives the message, which must say what
 * was wrong and what is required.
 */
export class CheckFailed extends Error {
  override name = 'CheckFailed'
}

/**
 * The tenant's settings and association terms that apply to a handoff from the partner instance.
 */
export type HandoffTerms = NonNullable<Awaited<ReturnType<typeof handoffTerms>>>

/** The input of the claim checks. */
export interface ClaimContext {
  readonly assertion: VerifiedAssertion
  /** This service's issuer. */
  readonly issuer: string
  /** The association terms, or undefined if the tenant in the `tenant` claim does not exist. */
  readonly terms: HandoffTerms | undefined
  readonly isReplayed: boolean
  /** Seconds since 1970. */
  readonly nowSeconds: number
  /** The decrypted `txn` claim, or null if `txn` is missing, invalid or expired. */
  readonly transaction: BrowserTransaction | null
}

interface NamedCheck {
  readonly name: HandoffCheckName
  /** The code of the user error that `createHandoff` returns if the check fails. */
  readonly code: UserErrorCode
}

/**
 * Validates claims of an assertion. `check` returns null if the claims are valid, otherwise a
 * message for the partner that says what was wrong and what is required.
 */
export interface ClaimCheck extends NamedCheck {
  check(context: ClaimContext): string | null
}

/**
 * A claim check that needs the terms of the partner association. This check is skipped if the
 * tenant has no active association with the partner instance.
 */
export interface TermsCheck extends NamedCheck {
  checkTerms(terms: HandoffTerms, context: ClaimContext): string | null
}

/**
 * Formats a value from the request for an error message. Escapes control characters and truncates
 * the text to 100 characters.
 */
export function quoted(value: unknown): string {
  const json = JSON.stringify(value) ?? ''
  const text = typeof value === 'string' ? json.slice(1, -1) : json
  return text.length > 100 ? `${text.slice(0, 100)}…`.toWellFormed() : text
}

/** Says what a token contained in a place, for the end of an error message. */
export const received = (name: string, value: unknown): string =>
  value === undefined ? `\`${name}\` is missing` : `\`${name}\` was \`${quoted(value)}\``

/** One family of errors: a stable code and a message for the caller, a detail for us. */
import { GraphQLError } from 'graphql'

/** `extensions.code` of errors, as the contract lists them. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'MICROSOFT_SIGN_IN_REQUIRED'
  | 'STEP_UP_REQUIRED'
  | 'RATE_LIMITED'
  | 'BAD_USER_INPUT'
  | 'OVERLOADED'
  | 'TIMEOUT'
  | 'INTERNAL_SERVER_ERROR'

/** An error whose code and message are meant for the caller. `detail` never leaves the process but to our own log. */
export class PublicError extends GraphQLError {
  readonly code: ErrorCode
  readonly detail: unknown
  constructor(code: ErrorCode, message: string, { detail }: { detail?: unknown } = {}) {
    super(message, { extensions: { code } })
    this.code = code
    this.detail = detail
  }
}

/** Why somebody was kept out, as opposed to what went wrong. These are logged as denied. */
const denials = {
  UNAUTHENTICATED: 'Sign in first.',
  FORBIDDEN: 'You may not do this.',
  MICROSOFT_SIGN_IN_REQUIRED:
    'Login with IT Complete is off for this tenant: sign in with Microsoft.',
  STEP_UP_REQUIRED: 'Sign in with Microsoft again: this asks for a sign-in of the last 10 minutes.',
} as const satisfies Partial<Record<ErrorCode, string>>

export type DenialCode = keyof typeof denials

export const denied = (code: DenialCode) => new PublicError(code, denials[code])

export const isDenial = (error: unknown): error is PublicError & { code: DenialCode } =>
  error instanceof PublicError && error.code in denials

/** There is no room for it now. Nothing of it was done. */
export const overloaded = (detail?: unknown) =>
  new PublicError(
    'OVERLOADED',
    'The service is busy: come again in a second. Nothing was changed.',
    { detail },
  )

/** It took too long, and nothing of it was done. */
export const tooLate = () =>
  new PublicError('TIMEOUT', 'It took too long and was given up. Nothing was changed.')

export const badInput = (message: string) => new PublicError('BAD_USER_INPUT', message)

/** What stands in `userErrors`: expected, and for the caller to mend. */
export interface UserError<Code extends string = string> {
  code: Code
  field: string[] | null
  message: string
}

const maxMessageLength = 500

/**
 * A message of the library as a caller may have it: it repeats what was sent, of whatever length, and what begins like a suggestion again
 * and again would be looked through to its end each time.
 */
export function sanitizeMessage(message: string, { suggests = false } = {}): string {
  const told =
    message.length > maxMessageLength
      ? `${message.slice(0, maxMessageLength)}…`.toWellFormed()
      : message
  return suggests ? told : told.replaceAll(/ Did you mean [^?]*(?:\?|$)/g, '')
}

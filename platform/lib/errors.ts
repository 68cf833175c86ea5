/**
 * Errors that clients can receive. Each error has a stable code, a message for the client, and a
 * detail for the process log.
 */
import { GraphQLError } from 'graphql'

/**
 * The error codes that an operation can return (docs/errors.md). The codes must not change, because
 * clients depend on them.
 */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'MICROSOFT_SIGN_IN_REQUIRED'
  | 'STEP_UP_REQUIRED'
  | 'RATE_LIMITED'
  | 'BAD_USER_INPUT'
  | 'OVERLOADED'
  | 'TIMEOUT'
  | 'PARTNER_KEYS_UNAVAILABLE'
  | 'INTERNAL_SERVER_ERROR'

/**
 * The error codes of requests that are rejected before the operation runs. The HTTP layer, Apollo
 * Server or the cost limit rejects these requests.
 */
export type RequestErrorCode =
  | 'BAD_REQUEST'
  | 'NOT_FOUND'
  | 'MISDIRECTED_REQUEST'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'OPERATION_RESOLUTION_FAILURE'
  | 'COST_LIMIT_EXCEEDED'
  | 'PERSISTED_QUERY_NOT_SUPPORTED'

/**
 * All values of `extensions.code` that a client can receive. scripts/errors-table.ts explains them.
 */
export type ClientErrorCode = ErrorCode | RequestErrorCode

/**
 * An error whose code and message are sent to the client. `detail` is written only to the process
 * log.
 */
export class PublicError extends GraphQLError {
  readonly code: ErrorCode
  readonly detail: unknown
  constructor(code: ErrorCode, message: string, { detail }: { detail?: unknown } = {}) {
    super(message, { extensions: { code } })
    this.code = code
    this.detail = detail
  }
}

/**
 * The messages for clients without permission, by error code. Errors with these codes are recorded
 * with the outcome DENIED, other errors with FAILED.
 */
const denials = {
  UNAUTHENTICATED: 'You are not signed in, or your session has ended. Sign in and try again.',
  FORBIDDEN: 'You do not have permission to do this.',
  MICROSOFT_SIGN_IN_REQUIRED:
    'Login with IT Complete is off for this tenant. Sign in with Microsoft.',
  STEP_UP_REQUIRED:
    'This action requires a Microsoft sign-in within the last 10 minutes. Sign in with Microsoft again.',
} as const satisfies Partial<Record<ErrorCode, string>>

export type DenialCode = keyof typeof denials

export const denied = (code: DenialCode) => new PublicError(code, denials[code])

export const isDenial = (error: unknown): error is PublicError & { code: DenialCode } =>
  error instanceof PublicError && error.code in denials

export const overloadedMessage = 'The service is busy. Retry in 1 second. Nothing was changed.'

/**
 * Returns the error for a request that was rejected because of overload, before any part of it was
 * executed.
 */
export const overloaded = (detail?: unknown) =>
  new PublicError('OVERLOADED', overloadedMessage, { detail })

/** Returns the error for a request whose deadline passed before the transaction committed. */
export const deadlineExceeded = () =>
  new PublicError('TIMEOUT', 'The request took too long and was cancelled. Nothing was changed.')

/** Returns the `Retry-After` value of a response with status 503, in seconds. */
export const retryAfterSeconds = (code: ClientErrorCode): number =>
  code === 'PARTNER_KEYS_UNAVAILABLE' ? 5 : 1

export const badInput = (message: string) => new PublicError('BAD_USER_INPUT', message)

/**
 * An entry in a mutation's `userErrors`. It describes an expected error that the client can
 * correct.
 */
export interface UserError<Code extends string = string> {
  code: Code
  /** The path of the invalid input field. Null if the error does not concern a single field. */
  field: string[] | null
  message: string
}

const maxMessageLength = 500

/**
 * Makes a message of the graphql library safe for clients. Cuts the message to 500 characters,
 * because the message can contain a long part of the client's input. Removes suggestions ("Did you
 * mean"), because suggestions reveal the schema.
 */
export function sanitizeMessage(message: string, { keepSuggestions = false } = {}): string {
  const cut =
    message.length > maxMessageLength
      ? `${message.slice(0, maxMessageLength)}…`.toWellFormed()
      : message
  return keepSuggestions ? cut : cut.replaceAll(/ Did you mean [^?]*(?:\?|$)/g, '')
}

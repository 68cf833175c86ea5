/**
 * Formats errors for clients. Errors with a public code keep their message. All other errors get a
 * general message.
 */
import { unwrapResolverError } from '@apollo/server/errors'
import type { GraphQLFormattedError } from 'graphql'
import { type ClientErrorCode, sanitizeMessage } from '../../platform/lib/errors.ts'
import type { Log } from '../../platform/lib/log.ts'

/**
 * The codes of errors whose messages clients can see: our own codes, and Apollo's codes for invalid
 * requests.
 */
const publicErrorCodes: ReadonlySet<string> = new Set<ClientErrorCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'MICROSOFT_SIGN_IN_REQUIRED',
  'STEP_UP_REQUIRED',
  'RATE_LIMITED',
  'OVERLOADED',
  'TIMEOUT',
  'PARTNER_KEYS_UNAVAILABLE',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'COST_LIMIT_EXCEEDED',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])

export interface FormatErrorOptions {
  log: Log
  /** Whether validation errors can suggest names from the schema ("Did you mean ...?"). */
  keepSuggestions: boolean
}

/** Creates Apollo Server's `formatError`. Logs all details of errors without a public code. */
export const formatError =
  ({ log, keepSuggestions }: FormatErrorOptions) =>
  (
    { message, locations, path, extensions }: GraphQLFormattedError,
    error: unknown,
  ): GraphQLFormattedError => {
    const code = extensions?.code
    if (typeof code === 'string' && publicErrorCodes.has(code)) {
      const shown = clientMessage(message, keepSuggestions)
      return { message: shown, locations, path, extensions: { code } }
    }
    // A data source sets `serviceName` only in errors that it has already logged and whose messages
    // clients can see.
    const isFromDataSource =
      code === 'INTERNAL_SERVER_ERROR' && extensions?.serviceName !== undefined
    if (!isFromDataSource)
      log.error({ err: unwrapResolverError(error), path }, 'A GraphQL operation failed.')
    const shown = isFromDataSource ? message : 'An internal error occurred. Retry later.'
    return { message: shown, locations, path, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
  }

/** Replaces messages in which Apollo Server mentions its configuration options. */
function clientMessage(message: string, keepSuggestions: boolean): string {
  if (message.startsWith('GraphQL introspection'))
    return 'Introspection is disabled. Use the schema in the documentation.'
  if (message.includes('Cross-Site Request Forgery'))
    return 'GET requests require the header `graphql-require-preflight`, with any value.'
  return sanitizeMessage(message, { keepSuggestions })
}

/**
 * Formats errors for clients: an error with a public code keeps its message, all others lose their
 * details.
 */
import { unwrapResolverError } from '@apollo/server/errors'
import type { GraphQLFormattedError } from 'graphql'
import { type ClientErrorCode, sanitizeMessage } from '../../platform/lib/errors.ts'
import type { Log } from '../../platform/lib/log.ts'

/**
 * Codes of errors whose message is meant for clients: our own, and Apollo's for invalid requests.
 */
const publicErrorCodes: ReadonlySet<string> = new Set<ClientErrorCode>([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'MICROSOFT_SIGN_IN_REQUIRED',
  'STEP_UP_REQUIRED',
  'RATE_LIMITED',
  'OVERLOADED',
  'TIMEOUT',
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
  /** Whether validation errors may suggest names of the schema. */
  keepSuggestions: boolean
}

/**
 * Creates Apollo Server's `formatError`. Errors without a public code are logged with all details.
 */
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
    // Data sources name the subgraph in errors that they have already logged, and whose message is
    // public.
    const isFromDataSource =
      code === 'INTERNAL_SERVER_ERROR' && extensions?.serviceName !== undefined
    if (!isFromDataSource)
      log.error({ err: unwrapResolverError(error), path }, 'An operation failed.')
    const shown = isFromDataSource ? message : 'Something went wrong on our side.'
    return { message: shown, locations, path, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
  }

/** Replaces messages in which Apollo Server describes its own options. */
function clientMessage(message: string, keepSuggestions: boolean): string {
  if (message.startsWith('GraphQL introspection'))
    return 'Introspection is off. The documentation has the schema.'
  if (message.includes('Cross-Site Request Forgery'))
    return 'GET requests require the header `graphql-require-preflight`, with any value.'
  return sanitizeMessage(message, { keepSuggestions })
}

/**
 * Client of the public GraphQL API. It authenticates with the browser's session cookie of one
 * tenant.
 */
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'

/**
 * An error of the API. `code` is a code from docs/errors.md, or UNREACHABLE if there was no
 * response.
 */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const timeoutMs = 20_000

/** True if the error means that the session has ended or no longer gives access. */
export const isSessionEnded = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.code === 'UNAUTHENTICATED' || error.code === 'MICROSOFT_SIGN_IN_REQUIRED')

/** The codes of errors whose messages name variables or fields of the API. */
const messagesForPrograms: ReadonlySet<string> = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'COST_LIMIT_EXCEEDED',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
])
const invalidRequestMessage =
  'The service did not accept this request. Check what you entered. If it is right, reload the page and try again.'

interface GraphqlResponse<TData> {
  data?: TData | null
  errors?: { message: string; extensions?: { code?: string } }[]
}

/**
 * Sends one operation. In the response to a query, fields that the session may not read are null.
 * @param tenantId the tenant whose session cookie is used (a browser has one session cookie per
 * tenant); null to send no tenant
 * @throws ApiError when a mutation is refused, the session has ended, or there is no valid response
 */
export async function requestGraphql<TData, TVariables>(
  tenantId: string | null,
  document: DocumentTypeDecoration<TData, TVariables>,
  variables: TVariables,
  signal?: AbortSignal,
): Promise<TData> {
  const query = String(document)
  const response = await post(tenantId, JSON.stringify({ query, variables }), signal)
  const body = (await response.json().catch(() => null)) as GraphqlResponse<TData> | null
  const errors = (body?.errors ?? []).map(
    ({ message, extensions: { code = 'INTERNAL_SERVER_ERROR' } = {} }) =>
      new ApiError(code, messagesForPrograms.has(code) ? invalidRequestMessage : message),
  )
  const isMutation = /^\s*mutation\b/.test(query)
  const fatal = errors.find(isSessionEnded) ?? (isMutation || !body?.data ? errors[0] : undefined)
  if (fatal) throw fatal
  if (!body?.data)
    throw new ApiError('INTERNAL_SERVER_ERROR', 'The service sent an invalid response. Try again.')
  return body.data
}

async function post(
  tenantId: string | null,
  body: string,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    return await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(tenantId !== null && { 'x-tenant-id': tenantId }),
      },
      body,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(
      'UNREACHABLE',
      'The service could not be reached. Check your connection and try again.',
    )
  }
}

/** The public GraphQL API, asked as one tenant's browser session. */
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core'

/** What the API refused, by its code. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const deadlineMs = 20_000

/** Nobody is signed in any more, or nobody of those who may be. */
export const endsSession = (error: unknown): boolean =>
  error instanceof ApiError &&
  (error.code === 'UNAUTHENTICATED' || error.code === 'MICROSOFT_SIGN_IN_REQUIRED')

/**
 * Asks. Of a query, what may not be read is null; of a mutation, a refusal is thrown.
 * @param tenantId whose session is meant: browsers have one per tenant
 * @throws ApiError
 */
export async function ask<TData, TVariables>(
  tenantId: string | null,
  document: DocumentTypeDecoration<TData, TVariables>,
  variables: TVariables,
  signal?: AbortSignal,
): Promise<TData> {
  const query = String(document)
  const deadline = AbortSignal.timeout(deadlineMs)
  let response: Response
  try {
    response = await fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(tenantId !== null && { 'x-tenant-id': tenantId }),
      },
      body: JSON.stringify({ query, variables }),
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(
      'UNREACHABLE',
      'The service could not be reached. Check your connection, and try again.',
    )
  }
  const body = (await response.json().catch(() => null)) as {
    data?: TData | null
    errors?: { message: string; extensions?: { code?: string } }[]
  } | null
  const errors = (body?.errors ?? []).map(
    ({ message, extensions }) => new ApiError(extensions?.code ?? 'INTERNAL_SERVER_ERROR', message),
  )
  const isMutation = /^\s*mutation\b/.test(query)
  const fatal = errors.find(endsSession) ?? (isMutation || !body?.data ? errors[0] : undefined)
  if (fatal) throw fatal
  if (!body?.data)
    throw new ApiError(
      'INTERNAL_SERVER_ERROR',
      'The service answered with something that cannot be read. Try again.',
    )
  return body.data
}

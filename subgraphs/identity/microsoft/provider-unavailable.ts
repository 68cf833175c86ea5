import { PublicError } from '../../../platform/lib/errors.ts'

/** Entra ID did not answer within its deadline, or answered with a server error. */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable'
}

/**
 * Translates the error for GraphQL clients; passes on any other error.
 * @throws INTERNAL_SERVER_ERROR with a message about Microsoft
 */
export function providerUnavailable(error: unknown): never {
  if (!(error instanceof ProviderUnavailable)) throw error
  throw new PublicError(
    'INTERNAL_SERVER_ERROR',
    'Microsoft cannot be reached. Try again in a few minutes.',
    { detail: error },
  )
}

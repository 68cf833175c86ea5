import { PublicError } from '../../../platform/lib/errors.ts'

/**
 * The error that is thrown if Entra ID does not respond before the deadline, responds with a server
 * error, or returns invalid metadata.
 */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable'
}

/**
 * Converts `ProviderUnavailable` into an error for GraphQL clients, and rethrows any other error.
 * @throws INTERNAL_SERVER_ERROR if Entra ID is unavailable
 */
export function providerUnavailable(error: unknown): never {
  if (!(error instanceof ProviderUnavailable)) throw error
  throw new PublicError(
    'INTERNAL_SERVER_ERROR',
    'Microsoft cannot be reached. Try again in a few minutes.',
    { detail: error },
  )
}

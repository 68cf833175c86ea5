import { PublicError } from '../../../platform/lib/errors.ts'

/**
 * The error when Entra ID is unavailable. Entra ID did not respond before the deadline, responded
 * with a server error, or returned invalid metadata.
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

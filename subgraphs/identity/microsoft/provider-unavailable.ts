import { PublicError } from '../../../platform/lib/errors.ts'

/**
 * The error for an Entra ID that cannot be used: it did not respond before the deadline,
 * responded with a server error, or returned invalid metadata.
 */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable'
}

/**
 * Converts `ProviderUnavailable` into an error for GraphQL clients. Rethrows any other error.
 * @throws INTERNAL_SERVER_ERROR with a message that Microsoft cannot be reached
 */
export function providerUnavailable(error: unknown): never {
  if (!(error instanceof ProviderUnavailable)) throw error
  throw new PublicError(
    'INTERNAL_SERVER_ERROR',
    'Microsoft cannot be reached. Try again in a few minutes.',
    { detail: error },
  )
}

import type { Context } from '../../../platform/graphql/context.ts'
import { PublicError } from '../../../platform/lib/errors.ts'

/**
 * The error that is thrown if Entra ID does not respond before the deadline, responds with a server
 * error, returns invalid metadata, or refuses this service.
 */
export class ProviderUnavailable extends Error {
  override name = 'ProviderUnavailable'
  /** The message for clients. */
  readonly publicMessage: string
  constructor(
    message: string,
    {
      publicMessage = 'Microsoft cannot be reached. Try again in a few minutes.',
      ...options
    }: ErrorOptions & { publicMessage?: string } = {},
  ) {
    super(message, options)
    this.publicMessage = publicMessage
  }
}

/**
 * Returns a function that logs `ProviderUnavailable` and converts it into an error for GraphQL
 * clients. The function rethrows any other error.
 * @throws INTERNAL_SERVER_ERROR if Entra ID is unavailable
 */
export const providerUnavailable =
  ({ log, request: { requestId } }: Pick<Context, 'log' | 'request'>) =>
  (error: unknown): never => {
    if (!(error instanceof ProviderUnavailable)) throw error
    log.error({ err: error, requestId }, 'A Microsoft sign-in failed.')
    throw new PublicError('INTERNAL_SERVER_ERROR', error.publicMessage, { detail: error })
  }

import type { ErrorRequestHandler } from 'express'
import type { Log } from '../lib/log.ts'
import { sendError } from './send-error.ts'

/**
 * Sends a JSON response with a code for errors that reach Express, such as a malformed body. Errors
 * of the service itself are logged, and the response contains no details.
 * @param bodyLimitBytes the limit of the body parser, for the message of status 413
 */
export function handleErrors(log: Log, bodyLimitBytes: number): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    // `requestTimeout` may already have sent a response.
    if (response.headersSent) return
    const status = statusOf(error)
    if (status >= 500) {
      log.error({ err: error }, 'A request failed.')
      return sendError(response, status, 'INTERNAL_SERVER_ERROR', internalErrorMessage)
    }
    const message =
      status === 413
        ? `The request body must not be larger than ${bodyLimitBytes} bytes.`
        : 'The request could not be read.'
    sendError(response, status, 'BAD_REQUEST', message)
  }
}

const internalErrorMessage = 'Something went wrong on our side.'

/**
 * Returns the HTTP status for an error from Express or a body parser. The status is 400 for a body
 * that `requireUtf8` rejects.
 */
export function statusOf(error: unknown): number {
  const { status = 500, type } = error as { status?: number; type?: string }
  return type === 'entity.verify.failed' ? 400 : status
}

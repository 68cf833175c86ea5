import type { ErrorRequestHandler } from 'express'
import type { Log } from '../lib/log.ts'
import { sendError } from './send-error.ts'

/**
 * Answers errors that reach Express, such as an unreadable body, as JSON with a code. Errors of the
 * service itself are logged and answered without detail.
 * @param bodyLimitBytes the limit of the body parser, for the message of status 413
 */
export function handleErrors(log: Log, bodyLimitBytes: number): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    // `requestTimeout` may have answered already.
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
 * The status of an error from Express or a body parser. A body that `requireUtf8` rejects is the
 * client's error: 400.
 */
export function statusOf(error: unknown): number {
  const { status = 500, type } = error as { status?: number; type?: string }
  return type === 'entity.verify.failed' ? 400 : status
}

import type { ErrorRequestHandler } from 'express'
import type { Log } from '../lib/log.ts'
import { sendError } from './send-error.ts'

/**
 * Sends a JSON response for errors that Express catches, such as a malformed body. Internal errors
 * are logged, and their details are not sent to the client.
 * @param bodyLimitBytes the size limit of the body parser, for the message with status 413
 */
export function handleErrors(log: Log, bodyLimitBytes: number): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    // `requestTimeout` may have sent a response already.
    if (response.headersSent) return
    const status = statusOf(error)
    if (status >= 500) {
      log.error({ err: error }, 'A request failed.')
      return sendError(response, status, 'INTERNAL_SERVER_ERROR', internalErrorMessage)
    }
    const message =
      status === 413
        ? `The request body must not be larger than ${bodyLimitBytes} bytes.`
        : 'The request is malformed. Check its headers and body.'
    sendError(response, status, 'BAD_REQUEST', message)
  }
}

const internalErrorMessage = 'An internal error occurred. Retry later.'

/**
 * Returns the HTTP status for an error from Express or a body parser. If `requireUtf8` rejected the
 * body, the status is 400.
 */
export function statusOf(error: unknown): number {
  const { status = 500, type } = error as { status?: number; type?: string }
  return type === 'entity.verify.failed' ? 400 : status
}

import type { ErrorRequestHandler } from 'express'
import { statusOf } from '../../platform/http/handle-errors.ts'
import { sendError } from '../../platform/http/send-error.ts'
import type { Log } from '../../platform/lib/log.ts'

/** Largest body of a GraphQL request. */
export const bodyLimitBytes = 256 * 1024

/** Answers errors that occur outside GraphQL, such as an unreadable body, as JSON with a code. */
export function handleErrors(log: Log): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    // The request's deadline has already answered.
    if (response.headersSent) return
    const status = statusOf(error)
    if (status === 413)
      return sendError(
        response,
        status,
        'BAD_REQUEST',
        `The request body must not be larger than ${bodyLimitBytes} bytes.`,
      )
    if (status < 500)
      return sendError(response, status, 'BAD_REQUEST', 'The request could not be read.')
    log.error({ err: error }, 'A request failed.')
    sendError(response, status, 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side.')
  }
}

import type { RequestHandler } from 'express'
import { withDeadline } from '../lib/deadline.ts'
import { sendError } from './send-error.ts'

/**
 * Sends 408 or 504 when a request takes longer than `timeoutMs`, including the arrival of its body.
 * After the timeout, the request cannot start or commit a transaction. A commit that was in
 * progress may have succeeded, so the error message mentions this possibility.
 */
export function requestTimeout(timeoutMs: number): RequestHandler {
  return (request, response, next) => {
    const timer = setTimeout(() => {
      if (response.headersSent) return
      response.set('Connection', 'close')
      if (!request.complete)
        return sendError(response, 408, 'BAD_REQUEST', 'The request did not arrive in time.')
      sendError(
        response,
        504,
        'TIMEOUT',
        'The request took too long and was cancelled. A change may have been saved: read the data again before you retry.',
      )
    }, timeoutMs)
    response.once('close', () => clearTimeout(timer))
    withDeadline(timeoutMs, next)
  }
}

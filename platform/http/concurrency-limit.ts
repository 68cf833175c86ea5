import type { RequestHandler } from 'express'
import { overloadedMessage } from '../lib/errors.ts'
import { sendError } from './send-error.ts'

/**
 * Allows at most `maxInFlight` concurrent requests. Further requests receive 503 OVERLOADED before
 * their body is read.
 */
export function concurrencyLimit(maxInFlight: number): RequestHandler {
  let running = 0
  return (_request, response, next) => {
    if (running >= maxInFlight) return sendError(response, 503, 'OVERLOADED', overloadedMessage)
    running++
    response.once('close', () => running--)
    next()
  }
}

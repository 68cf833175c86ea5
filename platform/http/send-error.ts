import type { Response } from 'express'
import { type ClientErrorCode, retryAfterSeconds } from '../lib/errors.ts'

/**
 * Returns the body of an HTTP error. The body has the format of a GraphQL response, so clients need
 * to parse only one format.
 */
export const errorBody = (code: ClientErrorCode, message: string, extensions: object = {}) => ({
  errors: [{ message, extensions: { code, ...extensions } }],
})

/**
 * Sends an error as JSON. A response with status 503 includes `Retry-After`.
 * @param extensions additional members of the error's `extensions`
 */
export function sendError(
  response: Response,
  status: number,
  code: ClientErrorCode,
  message: string,
  extensions: object = {},
): void {
  if (status === 503) response.set('Retry-After', String(retryAfterSeconds(code)))
  response.status(status).json(errorBody(code, message, extensions))
}

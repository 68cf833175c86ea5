import type { Response } from 'express'
import type { ClientErrorCode } from '../lib/errors.ts'

/**
 * Returns the body of an HTTP error, in the format of a GraphQL response, so that clients have to
 * parse one format only.
 */
export const errorBody = (code: ClientErrorCode, message: string, extensions: object = {}) => ({
  errors: [{ message, extensions: { code, ...extensions } }],
})

/**
 * Sends an error as JSON. Status 503 includes `Retry-After: 1` (seconds).
 * @param extensions members of the error's `extensions` in addition to the code
 */
export function sendError(
  response: Response,
  status: number,
  code: ClientErrorCode,
  message: string,
  extensions: object = {},
): void {
  if (status === 503) response.set('Retry-After', '1')
  response.status(status).json(errorBody(code, message, extensions))
}

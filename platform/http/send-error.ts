import type { Response } from 'express'
import type { ClientErrorCode } from '../lib/errors.ts'

/** The body of an HTTP error: like a GraphQL response, so that clients read one format. */
export const errorBody = (code: ClientErrorCode, message: string, extensions: object = {}) => ({
  errors: [{ message, extensions: { code, ...extensions } }],
})

/**
 * Answers with an error as JSON. Status 503 includes `Retry-After: 1` (seconds).
 * @param extensions further members of `extensions`, beside the code
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

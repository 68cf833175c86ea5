import { isUtf8 } from 'node:buffer'
import type { RequestHandler } from 'express'
import { sendError } from './send-error.ts'

/**
 * Accepts only the methods and the media type of the GraphQL over HTTP specification, in UTF-8. If
 * other encodings were accepted, two parsers could interpret a body differently, and a request
 * could bypass the checks of the first parser.
 */
export const requireGraphqlJson: RequestHandler = (request, response, next) => {
  if (request.method !== 'POST' && request.method !== 'GET') {
    response.set('Allow', 'GET, POST')
    return sendError(response, 405, 'BAD_REQUEST', 'Use POST, or GET for queries.')
  }
  const contentType = request.headers['content-type'] ?? ''
  if (
    request.method === 'POST' &&
    !/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(contentType)
  )
    return sendError(
      response,
      415,
      'BAD_REQUEST',
      'The Content-Type must be application/json in UTF-8.',
    )
  next()
}

/**
 * Rejects a body that is not valid UTF-8. Used as the `verify` option of a body parser, because
 * parsers replace invalid bytes silently and in different ways.
 */
export function requireUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new Error('The request body must be valid UTF-8.')
}

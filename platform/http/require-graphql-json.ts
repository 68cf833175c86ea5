import { isUtf8 } from 'node:buffer'
import type { RequestHandler } from 'express'
import { sendError } from './send-error.ts'

/**
 * Accepts only the methods and the media type of the GraphQL over HTTP specification, in UTF-8.
 * With other encodings, two parsers could read a body differently, and a request could bypass the
 * checks of one of them.
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
 * Rejects a body that is not UTF-8; used as a body parser's `verify` option. Parsers would replace
 * invalid bytes silently, and each parser differently.
 */
export function requireUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new Error('The body is not valid UTF-8.')
}

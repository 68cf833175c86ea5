import { isUtf8 } from 'node:buffer'
import type { RequestHandler } from 'express'
import { sendError } from './send-error.ts'

/**
 * Accepts only the methods and the media type of the GraphQL over HTTP specification, in UTF-8.
 * Otherwise two parsers could read a body differently, and a request could bypass the filter of
 * one.
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
 * For a body parser's `verify` option. Bytes that are not UTF-8 would be replaced silently, and
 * differently by other parsers.
 */
export function requireUtf8(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new Error('The body is not valid UTF-8.')
}

/** Refusals before GraphQL, as JSON with a code like those of GraphQL: what comes in, and how much of it at once. */
import { isUtf8 } from 'node:buffer'
import type { Server, ServerResponse } from 'node:http'
import type { RequestHandler, Response } from 'express'
import { withDeadline } from '../lib/deadline.ts'

const errorsOf = (code: string, message: string) =>
  JSON.stringify({ errors: [{ message, extensions: { code } }] })

/** Answers with a GraphQL error, and never with a page. */
export function sendError(
  response: Response,
  status: number,
  code: string,
  message: string,
  more: object = {},
): void {
  if (status === 503) response.set('Retry-After', '1')
  response.status(status).json({ errors: [{ message, extensions: { code, ...more } }] })
}

/**
 * Media types and methods exactly as GraphQL over HTTP has them, and UTF-8 alone: a body that one reader takes for something else than
 * another is how filters are passed.
 */
export const requireGraphqlJson: RequestHandler = (request, response, next) => {
  if (request.method !== 'POST' && request.method !== 'GET') {
    response.set('Allow', 'GET, POST')
    return sendError(response, 405, 'BAD_REQUEST', 'Ask by POST, or by GET for queries.')
  }
  if (
    request.method === 'POST' &&
    !/^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i.test(
      request.headers['content-type'] ?? '',
    )
  )
    return sendError(response, 415, 'BAD_REQUEST', 'Send application/json in UTF-8.')
  next()
}

/** For a body parser's `verify`: what is no UTF-8 would be read with some of it replaced, and by somebody else as something else. */
export function utf8Only(_request: unknown, _response: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw new Error('no UTF-8')
}

/** The status of an error from a body parser. */
export function statusOf(error: unknown): number {
  const { status = 500, type } = error as { status?: number; type?: string }
  return type === 'entity.verify.failed' ? 400 : status
}

/** No more at once than there is room for: who comes then is told when to come again, before anything is read. */
export function concurrencyLimit(inFlight: number): RequestHandler {
  let running = 0
  return (_request, response, next) => {
    if (running >= inFlight)
      return sendError(
        response,
        503,
        'OVERLOADED',
        'The service is busy: come again in a second. Nothing was changed.',
      )
    running++
    response.once('close', () => running--)
    next()
  }
}

/**
 * Answers for whatever takes longer, its coming included. Nothing of it begins after that, and no transaction of it commits; what was being
 * committed may have happened, and that is what is said.
 */
export function requestTimeout(ms: number): RequestHandler {
  return (request, response, next) => {
    const timer = setTimeout(() => {
      if (response.headersSent) return
      response.set('Connection', 'close')
      if (!request.complete)
        return sendError(response, 408, 'BAD_REQUEST', 'The request did not come in time.')
      const changes =
        'If it was to change something, that may have happened: read again before you repeat it.'
      sendError(response, 504, 'TIMEOUT', `It took too long and was given up. ${changes}`)
    }, ms)
    response.once('close', () => clearTimeout(timer))
    withDeadline(ms, next)
  }
}

const unreadable: Record<string, [status: number, reason: string, message: string]> = {
  HPE_HEADER_OVERFLOW: [
    431,
    'Request Header Fields Too Large',
    'The headers of a request are too long.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not come in time.'],
}

/** What is no HTTP, or too slow or too long in its headers, or expects what nobody does, is told so in JSON too. */
export function handleParserErrors(server: Server): void {
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const body = errorsOf('BAD_REQUEST', 'There is nothing to be expected here but 100-continue.')
    response.writeHead(417, {
      'Content-Type': 'application/json; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Content-Length': Buffer.byteLength(body),
      Connection: 'close',
    })
    response.end(body)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const [status, reason, message] = unreadable[error.code ?? ''] ?? [
      400,
      'Bad Request',
      'This is no HTTP request.',
    ]
    const body = errorsOf('BAD_REQUEST', message)
    socket.end(
      `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
  })
}

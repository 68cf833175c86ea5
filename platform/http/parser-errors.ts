import { type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { errorBody } from './send-error.ts'

/** Sends JSON responses for requests that the HTTP parser of Node.js rejects. */
export function handleParserErrors(server: Server): void {
  server.on('checkExpectation', (_request, response: ServerResponse) => {
    const body = bodyText('The only supported expectation is 100-continue.')
    response.writeHead(417, {
      'Content-Type': 'application/json; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'",
      'Content-Length': Buffer.byteLength(body),
      Connection: 'close',
    })
    response.end(body)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const [status, message] = answers[error.code ?? ''] ?? malformed
    const body = bodyText(message)
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Content-Type: application/json; charset=utf-8',
        'X-Content-Type-Options: nosniff',
        "Content-Security-Policy: default-src 'none'",
        `Content-Length: ${Buffer.byteLength(body)}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    )
  })
}

type Answer = [status: number, message: string]

const answers: Record<string, Answer> = {
  HPE_HEADER_OVERFLOW: [431, 'The request headers are too long.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request did not arrive in time.'],
}
const malformed: Answer = [400, 'The request is not valid HTTP.']

const bodyText = (message: string) => JSON.stringify(errorBody('BAD_REQUEST', message))

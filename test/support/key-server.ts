/**
 * The web server of a partner. It publishes the partner's public keys (JWKS) and counts requests.
 */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'

export interface KeyServer {
  port: number
  /** Returns the URL of a path on this server. */
  at(path: string): string
  /** Publishes the public parts of these keys at the path. */
  publish(path: string, keys: JWK[], headers?: Record<string, string>): void
  /** Handles requests for the path with this listener, which can return an error. */
  answer(path: string, listener: RequestListener): void
  /** Returns the number of requests for the path. */
  asked(path: string): number
  /** Returns the number of connections to this server, including connections without a request. */
  connections(): number
  close(): Promise<void>
}

/** Returns a key without its private members. */
export const publicHalf = ({ d, p, q, dp, dq, qi, k, ...rest }: JWK): JWK => rest

export async function startKeyServer(host = '127.0.0.1'): Promise<KeyServer> {
  const listeners = new Map<string, RequestListener>()
  const asked = new Map<string, number>()
  let connections = 0
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    asked.set(path, (asked.get(path) ?? 0) + 1)
    const listener = listeners.get(path)
    if (listener) listener(request, response)
    else response.writeHead(404).end()
  }).on('connection', () => {
    connections++
  })
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, host, resolve),
  )
  const { port } = server.address() as AddressInfo
  return {
    port,
    at: (path) => `http://${host.includes(':') ? `[${host}]` : host}:${port}${path}`,
    publish(path, keys, headers = {}) {
      const body = JSON.stringify({ keys: keys.map(publicHalf) })
      listeners.set(path, (_, response) =>
        response
          .writeHead(200, { 'content-type': 'application/jwk-set+json', ...headers })
          .end(body),
      )
    },
    answer: (path, listener) => void listeners.set(path, listener),
    asked: (path) => asked.get(path) ?? 0,
    connections: () => connections,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

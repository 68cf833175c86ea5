/**
 * Opens the HTTP server's port before the service starts. Drains the connections when the service
 * stops.
 */
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { handleParserErrors } from '../platform/http/parser-errors.ts'
import type { Config } from './config.ts'

export interface Listener {
  server: Server
  port: number
  /** The public URL, without a trailing slash. */
  publicUrl: string
  /** Replaces the initial handler, which responds with 503 until the service has started. */
  serve(handler: RequestListener): void
  /**
   * Continues to serve requests for `ms` milliseconds, with `Connection: close` in each response.
   * Then stops accepting connections.
   */
  drain(ms: number): Promise<void>
  isDraining(): boolean
  /** Waits up to 2 seconds for running requests, then closes all connections. */
  close(): Promise<void>
}

/** The service cannot start. The message states the reason in one sentence, for the operator. */
export class StartupError extends Error {
  override name = 'StartupError'
}

const forceCloseAfterMs = 2_000

/**
 * Opens the port. Must be called before all other components start, because they need the port and
 * the public URL.
 * @throws StartupError when the port is in use
 */
export async function listen({
  HOST,
  PORT,
  PUBLIC_URL,
  MAX_CONNECTIONS,
}: Pick<Config, 'HOST' | 'PORT' | 'PUBLIC_URL' | 'MAX_CONNECTIONS'>): Promise<Listener> {
  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 10_000,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 65_000,
    maxHeaderSize: 32 * 1024,
    // By default, Node rejects a request without a Host header with an empty response. The gateway
    // rejects this request with a JSON error (requireKnownHost).
    requireHostHeader: false,
  })
  server.maxConnections = MAX_CONNECTIONS
  handleParserErrors(server)
  const draining = createDraining(server)
  server.on('request', startingHandler)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(PORT, HOST, resolve)
  await promise.catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE'
      ? new StartupError(
          `Port ${PORT} on ${HOST} is in use. Set PORT to another port, or to 0 for any free port.`,
        )
      : error
  })
  const { port } = server.address() as AddressInfo
  return {
    server,
    port,
    publicUrl: PUBLIC_URL ?? `http://localhost:${port}`,
    serve: (handler) => void server.off('request', startingHandler).on('request', handler),
    close: () => closeServer(server),
    ...draining,
  }
}

/**
 * Responds with 503 to requests that arrive before the service has started. Otherwise, these
 * requests would wait without a time limit.
 */
const startingHandler: RequestListener = (_request, response) => {
  const error = {
    message: 'The service is starting. Retry in 1 second.',
    extensions: { code: 'OVERLOADED' },
  }
  response
    .writeHead(503, { 'Content-Type': 'application/json; charset=utf-8', 'Retry-After': '1' })
    .end(JSON.stringify({ errors: [error] }))
}

/**
 * Makes clients close their connections before the server does. If a request arrives on a
 * keep-alive connection while the server closes the connection, the client cannot know whether the
 * request was executed. Therefore, each response during draining contains `Connection: close`.
 */
function createDraining(server: Server): Pick<Listener, 'drain' | 'isDraining'> {
  const running = new Set<ServerResponse>()
  let isDraining = false
  server.on('request', (_request, response) => {
    if (isDraining) response.setHeader('Connection', 'close')
    running.add(response)
    response.once('close', () => running.delete(response))
  })
  return {
    isDraining: () => isDraining,
    async drain(ms) {
      isDraining = true
      for (const response of running)
        if (!response.headersSent) response.setHeader('Connection', 'close')
      await wait(ms)
      // The HTTP server's own `close()` would also close new connections whose first request is
      // still arriving.
      NetServer.prototype.close.call(server)
      await waitForNoConnections(server, Math.min(ms, 500))
    },
  }
}

async function waitForNoConnections(server: Server, maxMs: number): Promise<void> {
  for (const end = performance.now() + maxMs; performance.now() < end; await wait(20)) {
    const { promise, resolve } = Promise.withResolvers<number>()
    server.getConnections((_error, count) => resolve(count))
    if ((await promise) === 0) return
  }
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const force = setTimeout(() => server.closeAllConnections(), forceCloseAfterMs)
  await promise
  clearTimeout(force)
}

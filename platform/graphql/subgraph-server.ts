/**
 * Serves one subgraph over HTTP, for gateways only. Requests without a valid viewer token are
 * rejected before their body is read.
 */
import { createPublicKey } from 'node:crypto'
import express, { type Express, type RequestHandler } from 'express'
import { concurrencyLimit } from '../http/concurrency-limit.ts'
import { handleErrors } from '../http/handle-errors.ts'
import { methodNotAllowed } from '../http/method-not-allowed.ts'
import { requireGraphqlJson, requireUtf8 } from '../http/require-graphql-json.ts'
import { noStore, securityHeaders } from '../http/security-headers.ts'
import { sendError } from '../http/send-error.ts'
import { withDeadline } from '../lib/deadline.ts'
import type { Log } from '../lib/log.ts'
import type { Database } from '../postgres/database.ts'
import { RequestSnapshots, withSnapshots } from '../postgres/snapshots.ts'
import type { Subgraph, SubgraphRequest } from './subgraph.ts'
import { deadlineHeader, type VerifiedViewer, verifyViewerToken } from './subgraph-protocol.ts'

/**
 * The maximum number of concurrent requests. This number is enough for several gateways, which also
 * limit their own requests. Further requests receive status 503.
 */
const maxInFlight = 1_024
const bodyLimitBytes = 1024 * 1024

/** The longest deadline that a gateway can request, in milliseconds. */
const maxDeadlineMs = 30_000
/**
 * The time that is reserved for sending the response, in milliseconds. The subgraph's timeout error
 * should arrive before the gateway's own timeout, because only the subgraph's error states that
 * nothing was changed.
 */
const returnMs = 100

export interface SubgraphServerOptions {
  subgraph: Subgraph
  /**
   * The Ed25519 public keys of the gateways (SPKI, PEM). During a key rotation there are two keys.
   */
  gatewayPublicKeys: string[]
  db: Database
  log: Log
}

export function subgraphApp({
  subgraph,
  gatewayPublicKeys,
  db,
  log,
}: SubgraphServerOptions): Express {
  const gatewayKeys = gatewayPublicKeys.map((pem) => createPublicKey(pem))
  const app = express().disable('x-powered-by').disable('etag').enable('strict routing')
  app.use(securityHeaders({ https: false }), noStore)

  app.get('/healthz', (_, response) => void response.json({ status: 'alive' }))
  app.get('/readyz', async (_, response) => {
    const { answers: isReady } = await db.ping()
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready' })
  })

  const requireGateway: RequestHandler = async (request, response, next) => {
    const { authorization } = request.headers
    const verified = await verifyViewerToken(gatewayKeys, subgraph.name, authorization)
    if (verified && 'viewer' in verified) {
      response.locals.viewer = verified
      return next()
    }
    const message =
      'This subgraph accepts requests from gateways only. Send the request to the gateway.'
    sendError(response, 401, 'UNAUTHENTICATED', message, verified ?? {})
  }

  app.post(
    '/graphql',
    requireGateway,
    requireGraphqlJson,
    concurrencyLimit(maxInFlight),
    express.json({ limit: bodyLimitBytes, inflate: false, verify: requireUtf8 }),
    async (request, response) => {
      const { query, variables, operationName } = (request.body ?? {}) as SubgraphRequest
      if (typeof query !== 'string')
        return sendError(response, 400, 'BAD_REQUEST', 'The member `query` must be a string.')
      const { viewer } = response.locals as { viewer: VerifiedViewer }
      const deadlineMs = deadlineOf(request.get(deadlineHeader))
      const snapshots = new RequestSnapshots()
      const result = await withDeadline(deadlineMs, () =>
        withSnapshots(snapshots, () =>
          subgraph.execute({ query, variables, operationName }, viewer),
        ),
      ).finally(() => snapshots.end())
      response.json(result)
    },
  )

  app.use(methodNotAllowed(app.router))
  app.use((_, response) => sendError(response, 404, 'NOT_FOUND', 'There is nothing at this path.'))
  app.use(handleErrors(log, bodyLimitBytes))
  return app
}

/**
 * Returns the time limit of this subgraph for the request, in milliseconds. The limit is shorter
 * than the time in the gateway's header.
 */
function deadlineOf(header = ''): number {
  const gatewayWaitsMs = Number(/^\d{1,6}$/.exec(header)?.[0] ?? maxDeadlineMs)
  return Math.max(Math.min(gatewayWaitsMs, maxDeadlineMs) - returnMs, 1)
}

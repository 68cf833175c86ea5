/** One subgraph over HTTP. It answers nobody but a gateway: whoever brings no viewer signed for it is refused before anything is parsed. */
import { createPublicKey } from 'node:crypto'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import {
  type RequestMetadata,
  type Viewer,
  viewerTokenAudience,
  viewerTokenSeconds,
  viewerTokenType,
} from '../auth/viewer.ts'
import {
  concurrencyLimit,
  requireGraphqlJson,
  sendError,
  statusOf,
  utf8Only,
} from '../http/http.ts'
import { withDeadline } from '../lib/deadline.ts'
import type { Log } from '../lib/log.ts'
import type { Database } from '../postgres/database.ts'
import type { Subgraph, SubgraphRequest } from './subgraph.ts'

/** Several gateways' worth; beyond it they are told to come again. */
const maxInFlight = 1_024

/** For how long the gateway waits. Relative, so that no clocks are compared. */
export const deadlineHeader = 'x-deadline-ms'
const longestMs = 30_000
/** What the way back takes: what is given up here is told by the gateway as such, instead of as something that may have happened. */
const wayBackMs = 100

export interface SubgraphServerOptions {
  subgraph: Subgraph
  /** Ed25519 keys of gateways, SPKI in PEM: one, or two during a rotation. */
  gatewayPublicKeys: string[]
  db: Database
  log: Log
}

interface ViewerToken extends JWTPayload {
  viewer: Viewer
  request: RequestMetadata
}

export function subgraphApp({
  subgraph,
  gatewayPublicKeys,
  db,
  log,
}: SubgraphServerOptions): Express {
  const keys = gatewayPublicKeys.map((pem) => createPublicKey(pem))
  const app = express().disable('x-powered-by').disable('etag')
  app.use(helmet())

  app.get('/healthz', (_, response) => void response.json({ status: 'alive' }))
  app.get('/readyz', async (_, response) => {
    const { answers: isReady } = await db.ping()
    response.status(isReady ? 200 : 503).json({ status: isReady ? 'ready' : 'not ready' })
  })

  const gatewaysOnly: RequestHandler = async (request, response, next) => {
    const asked = await verified(keys, subgraph.name, request.headers.authorization)
    if (asked && 'viewer' in asked) {
      response.locals.asked = asked
      return next()
    }
    sendError(response, 401, 'UNAUTHENTICATED', 'Subgraphs answer their gateway only.', asked ?? {})
  }

  app.post(
    '/graphql',
    gatewaysOnly,
    requireGraphqlJson,
    concurrencyLimit(maxInFlight),
    express.json({ limit: '1mb', inflate: false, verify: utf8Only }),
    async (request, response) => {
      const { query, variables, operationName } = (request.body ?? {}) as SubgraphRequest
      if (typeof query !== 'string')
        return sendError(response, 400, 'BAD_REQUEST', 'There is no query.')
      const waitsMs = Number(/^\d{1,6}$/.exec(request.get(deadlineHeader) ?? '')?.[0] ?? longestMs)
      const ms = Math.max(Math.min(waitsMs, longestMs) - wayBackMs, 1)
      const { asked: who } = response.locals as { asked: ViewerToken }
      response.json(
        await withDeadline(ms, () => subgraph.execute({ query, variables, operationName }, who)),
      )
    },
  )

  const failed: ErrorRequestHandler = (error, _request, response, _next) => {
    const status = statusOf(error)
    if (status < 500)
      return sendError(response, status, 'BAD_REQUEST', 'The request cannot be read.')
    log.error({ err: error }, 'a subgraph request failed')
    sendError(response, 500, 'INTERNAL_SERVER_ERROR', 'Something went wrong on our side.')
  }
  app.use((_, response) => sendError(response, 404, 'NOT_FOUND', 'There is nothing here.'))
  app.use(failed)
  return app
}

async function verified(
  keys: ReturnType<typeof createPublicKey>[],
  name: string,
  authorization = '',
): Promise<Pick<ViewerToken, 'viewer' | 'request'> | { clockDiffersBySeconds: number } | null> {
  const token = /^Bearer ([\w.-]+)$/.exec(authorization)?.[1]
  if (!token) return null
  for (const key of keys) {
    try {
      const { payload } = await jwtVerify<ViewerToken>(token, key, {
        algorithms: ['EdDSA'],
        typ: viewerTokenType,
        audience: viewerTokenAudience(name),
        requiredClaims: ['iat', 'exp', 'viewer', 'request'],
        maxTokenAge: viewerTokenSeconds,
        clockTolerance: 2,
      })
      return { viewer: Object.freeze(payload.viewer), request: Object.freeze(payload.request) }
    } catch (error) {
      // A gateway's own signature: it may be told that it is not of now, and by how much. Otherwise: the next key, if there is one.
      const ofAnotherTime =
        error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed
      if (
        ofAnotherTime &&
        ['iat', 'exp'].includes(error.claim) &&
        typeof error.payload.iat === 'number'
      )
        return { clockDiffersBySeconds: Math.round(Date.now() / 1000 - error.payload.iat) }
    }
  }
  return null
}

/** Creates the gateway's HTTP application. The order of its middleware matters. */
import { expressMiddleware } from '@as-integrations/express5'
import cors from 'cors'
import express, { type Express, type RequestHandler, type Router } from 'express'
import { concurrencyLimit } from '../../platform/http/concurrency-limit.ts'
import { handleErrors } from '../../platform/http/handle-errors.ts'
import { methodNotAllowed } from '../../platform/http/method-not-allowed.ts'
import { requestTimeout } from '../../platform/http/request-timeout.ts'
import { requireGraphqlJson, requireUtf8 } from '../../platform/http/require-graphql-json.ts'
import { noStore, securityHeaders } from '../../platform/http/security-headers.ts'
import { authenticateDownload, authenticateRequest } from '../auth/authenticate.ts'
import {
  authenticatedAt,
  authenticateMiddleware,
  viewerOfResponse,
} from '../auth/authenticate-middleware.ts'
import { requestMetadata } from '../auth/request-metadata.ts'
import type { AuthenticationServices } from '../auth/services.ts'
import { authenticateSession } from '../auth/session-token.ts'
import { type ApolloServerOptions, startApolloServer } from './apollo-server.ts'
import type { Console } from './console-pages.ts'
import { liveness, type ReadinessOptions, readiness } from './health.ts'
import { createRateLimiters, type RateLimits } from './rate-limits.ts'
import { requireKnownHost } from './require-known-host.ts'
import { shareSnapshots } from './share-snapshots.ts'
import { activityLogKeys, discovery, type SecurityContact, securityTxt } from './well-known.ts'

/** The maximum size of the body of a GraphQL request. */
const bodyLimitBytes = 256 * 1024

export interface GatewayOptions
  extends AuthenticationServices,
    ApolloServerOptions,
    ReadinessOptions {
  /**
   * The HTTP routes of the subgraphs in addition to GraphQL, such as sign-in pages and downloads.
   */
  routes: Router[]
  console: Pick<Console, 'assets' | 'pages' | 'notFound'>
  /** The JSON response of `/.well-known/it-complete-login`. */
  discovery: Record<string, unknown>
  /**
   * The keys in the response of `/.well-known/activity-log-keys`, in the verifier key format of
   * C2SP signed notes.
   */
  activityLogKeys: string[]
  securityContact: SecurityContact
  trustedProxyHops: number
  rateLimits: RateLimits
  /**
   * The maximum number of concurrent GraphQL requests. The maximum for all other routes together is
   * half of this number.
   */
  maxInFlight: number
  requestDeadlineMs: number
  /**
   * Whether authentication and subgraphs read from one snapshot. It must be off if the subgraphs
   * are other processes, because a request would keep a connection while it waits for them.
   */
  sharesSnapshots: boolean
  /**
   * The origins from which browsers can call `/graphql` with a bearer token, but without cookies
   * (CORS).
   */
  corsOrigins: string[]
}

export interface Gateway {
  app: Express
  stop(): Promise<void>
}

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const apollo = await startApolloServer(options)
  const limiters = createRateLimiters(options.rateLimits)
  const knownHost = requireKnownHost(options.publicUrl)

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .enable('case sensitive routing')
    .enable('strict routing')
    .set('trust proxy', options.trustedProxyHops)

  app.use(securityHeaders({ https: options.publicUrl.startsWith('https:') }), noStore)
  app.get('/healthz', liveness)
  app.get('/readyz', readiness(options))

  // Assets have a separate rate limit, so that loading a page does not consume the limit for API
  // requests.
  app.use('/assets', limiters.assets, knownHost)
  app.use(options.console.assets)

  app.use(limiters.address, knownHost)
  app.use(requestTimeout(options.requestDeadlineMs))
  app.get('/.well-known/it-complete-login', discovery(options.discovery))
  app.get('/.well-known/activity-log-keys', activityLogKeys(options.activityLogKeys))
  app.get('/.well-known/security.txt', securityTxt(options.securityContact, options.publicUrl))

  // `app.all` with strict routing matches exactly this path. `app.use` would also match the paths
  // below it.
  app.all('/graphql', ...graphqlMiddleware(options, apollo, limiters.caller))

  // A separate concurrency limit for sign-in, so that a flood of GraphQL requests does not block
  // sign-in, and a flood of sign-in requests does not block GraphQL.
  app.use(concurrencyLimit(Math.ceil(options.maxInFlight / 2)))
  // Sign-in requests are anonymous. They count toward the same per-address rate limit as anonymous
  // API requests.
  app.use(['/connect', '/login', '/logout'], limiters.caller)
  app.get(
    '/activity/export/:tenantId',
    authenticateMiddleware(options, authenticateDownload),
    limiters.caller,
  )
  app.use(options.console.pages, ...options.routes)

  app.use(methodNotAllowed(app.router))
  app.use(options.console.notFound)
  app.use(handleErrors(options.log, bodyLimitBytes))

  return {
    app,
    async stop() {
      await apollo.stop()
      await limiters.stop()
    },
  }
}

function graphqlMiddleware(
  options: GatewayOptions,
  apollo: Awaited<ReturnType<typeof startApolloServer>>,
  callerLimiter: RequestHandler,
): RequestHandler[] {
  const { corsOrigins, maxInFlight } = options
  return [
    ...(corsOrigins.length ? [cors({ origin: corsOrigins, maxAge: 600 })] : []),
    requireGraphqlJson,
    // Bounds concurrent body uploads separately (4 x maxInFlight), so that slow senders cannot use
    // up the execution slots.
    concurrencyLimit(4 * maxInFlight),
    express.json({ limit: bodyLimitBytes, verify: requireUtf8 }),
    concurrencyLimit(maxInFlight),
    ...(options.sharesSnapshots ? [shareSnapshots] : []),
    authenticateMiddleware(options, authenticateRequest),
    callerLimiter,
    expressMiddleware(apollo, {
      context: async ({ req, res }) => ({
        viewer: viewerOfResponse(res),
        authenticatedAt: authenticatedAt(res),
        reauthenticate: () => authenticateRequest(options, req, requestMetadata(req)),
        request: requestMetadata(req),
        switchViewer: (token) => authenticateSession(options, token),
      }),
    }),
  ]
}

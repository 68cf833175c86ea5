/** The gateway's HTTP side: one Express app with limits, the host check, health, discovery, the login routes and GraphQL. */
import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { unwrapResolverError } from '@apollo/server/errors'
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { expressMiddleware } from '@as-integrations/express5'
import cors from 'cors'
import express, {
  type ErrorRequestHandler,
  type Express,
  type RequestHandler,
  type Router,
} from 'express'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import helmet from 'helmet'
import { anonymous, type Viewer } from '../../platform/auth/viewer.ts'
import { clientLimits, limitRules, variablesProblem } from '../../platform/graphql/query-limits.ts'
import {
  concurrencyLimit,
  requestTimeout,
  requireGraphqlJson,
  sendError,
  statusOf,
  utf8Only,
} from '../../platform/http/http.ts'
import { isDenial, PublicError, sanitizeMessage } from '../../platform/lib/errors.ts'
import type { Log } from '../../platform/lib/log.ts'
import {
  type AuthenticationServices,
  authenticateDownload,
  authenticateRequest,
  authenticateSession,
  requestMetadata,
} from '../auth/authenticate.ts'
import { auditOperationsPlugin } from '../plugins/operation-audit.ts'
import { queryComplexityPlugin } from '../plugins/query-complexity.ts'
import { recheckSessionPlugin } from '../plugins/session-recheck.ts'
import type { GatewayContext, SubgraphDataSource } from '../subgraphs/data-source.ts'
import type { Console } from './console-pages.ts'
import { createRateLimiters, type RateLimits } from './rate-limits.ts'

export interface GatewayOptions extends AuthenticationServices {
  sources: Record<string, SubgraphDataSource>
  /** What is served beside GraphQL. */
  routes: Router[]
  console: Pick<Console, 'assets' | 'pages'>
  /** What `/.well-known/it-complete-login` answers. */
  discovery: Record<string, unknown>
  /** What `/.well-known/activity-log-keys` answers: verifier keys as signed notes have them. */
  activityLogKeys: string[]
  log: Log
  trustedProxyHops: number
  rateLimits: RateLimits
  /** GraphQL requests under way at once; half as many of everything else. */
  maxInFlight: number
  requestDeadlineMs: number
  /** Whether new requests should go elsewhere. */
  isDraining(): boolean
  /** Pages of these origins may ask, without cookies. */
  corsOrigins: string[]
  /** Introspection, and what the schema's errors suggest. */
  isDevelopment: boolean
}

export interface Gateway {
  app: Express
  stop(): Promise<void>
}

/** What a page of another origin cannot send without asking first. */
const preflightHeader = 'graphql-require-preflight'

const bodyLimitBytes = 256 * 1024

/** By how much clocks of others may differ from ours before it is told; what is signed for a subgraph is refused beyond it. */
const clockToleranceSeconds = 2

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { publicUrl, sources, log } = options
  // It would ask the cloud's metadata services where it runs, and tell Apollo, at the start and every hour; no option of its says otherwise.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true'
  const apollo = new ApolloServer<GatewayContext>({
    gateway: new ApolloGateway({
      supergraphSdl: readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8'),
      buildService: ({ name }) => sources[name]!,
      logger: log.child({}, { level: log.level === 'silent' ? 'silent' : 'warn' }),
      // Left out, whoever sends a header is given the plan, with the names of all parts and keys, wherever NODE_ENV is not production.
      __exposeQueryPlanExperimental: false,
    }),
    plugins: [
      ...disabledApolloPlugins,
      requireKnownOperation,
      queryComplexityPlugin,
      overloadStatusPlugin,
      auditOperationsPlugin(options.db),
      recheckSessionPlugin,
    ],
    parseOptions: { maxTokens: clientLimits.tokens },
    validationRules: limitRules(clientLimits),
    introspection: options.isDevelopment,
    hideSchemaDetailsFromClientErrors: !options.isDevelopment,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    csrfPrevention: { requestHeaders: [preflightHeader, 'apollo-require-preflight'] },
    formatError: (formatted, error) => formatError(formatted, error, log, options.isDevelopment),
    logger: log,
  })
  await apollo.start()

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .enable('case sensitive routing')
    .set('trust proxy', options.trustedProxyHops)
  app.use(
    helmet({
      contentSecurityPolicy: { directives: contentSecurityPolicy },
      strictTransportSecurity: publicUrl.startsWith('https:'),
    }),
  )
  app.get('/healthz', (_, response) => void response.json({ status: 'alive' }))
  app.get('/readyz', async (_, response) => {
    if (options.isDraining()) return void response.status(503).json({ status: 'draining' })
    const all = {
      database: options.db.ping(),
      ...Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source.ping()])),
    }
    const found = await Promise.all(
      Object.entries(all).map(async ([name, health]) => ({ name, ...(await health) })),
    )
    const waitingFor = found.flatMap(({ name, answers }) => (answers ? [] : name))
    const clocks = found.flatMap(({ name, clockDiffersBySeconds: by = 0 }) =>
      Math.abs(by) > clockToleranceSeconds ? [[name, Math.round(by)]] : [],
    )
    response.status(waitingFor.length ? 503 : 200).json({
      status: waitingFor.length ? 'not ready' : 'ready',
      ...(waitingFor.length && { waitingFor }),
      ...(clocks.length && { clockDiffersBySeconds: Object.fromEntries(clocks) }),
    })
  })
  const limiters = createRateLimiters(
    options.rateLimits,
    ({ locals }) => (locals.viewer as Viewer | undefined) ?? anonymous,
  )
  const own = requireKnownHost(publicUrl)
  // As bounded as the rest, and counted apart: a page that loads its files takes nothing from what may be asked of the API.
  app.use('/assets', limiters.assets, own)
  app.use(options.console.assets)
  app.use(limiters.address, own)
  app.use(requestTimeout(options.requestDeadlineMs))
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  app.get('/.well-known/it-complete-login', (_, response) => void response.json(options.discovery))
  app.get('/.well-known/activity-log-keys', (_, response) => {
    const lines = options.activityLogKeys.map((key) => `${key}\n`)
    response.set('Cache-Control', 'public, max-age=300').type('text/plain').send(lines.join(''))
  })
  // The path itself and nothing below it: whatever stands before us and tells paths apart must mean the same.
  app.all(
    '/graphql',
    ...(options.corsOrigins.length ? [cors({ origin: options.corsOrigins, maxAge: 600 })] : []),
    requireGraphqlJson,
    // Whoever sends slowly holds one of many places, and none of those in which work is done.
    concurrencyLimit(4 * options.maxInFlight),
    express.json({ limit: bodyLimitBytes, verify: utf8Only }),
    concurrencyLimit(options.maxInFlight),
    known(options, authenticateRequest),
    limiters.caller,
    expressMiddleware(apollo, {
      context: async ({ req, res }) => ({
        viewer: res.locals.viewer as Viewer,
        authenticatedAt: res.locals.authenticatedAt as number,
        reauthenticate: () => authenticateRequest(options, req, requestMetadata(req)),
        request: requestMetadata(req),
        switchViewer: (token) => authenticateSession(options, token),
      }),
    }),
  )
  // Places of their own: signing in by browser goes on where GraphQL has none left, and the other way round.
  app.use(concurrencyLimit(Math.ceil(options.maxInFlight / 2)))
  // Whoever signs in is nobody yet: their address has one budget for it, with what it asks of the API as nobody.
  app.use(['/connect', '/login', '/logout'], limiters.caller)
  app.get('/activity/export/:tenantId', known(options, authenticateDownload), limiters.caller)
  app.use(options.console.pages, ...options.routes)
  app.use((_, response) => sendError(response, 404, 'NOT_FOUND', 'There is nothing here.'))
  app.use(failed(log))
  const stop = async () => {
    await apollo.stop()
    await limiters.stop()
  }
  return { app, stop }
}

/** What Apollo Server would do by itself, or by a variable of the environment that is meant for somebody else. */
const disabledApolloPlugins = [
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
]

/** Settles who is asking, before anything that they ask is looked at. */
function known(
  services: AuthenticationServices,
  viewerOf: typeof authenticateDownload,
): RequestHandler {
  return async (request, response, next) => {
    response.locals.authenticatedAt = performance.now()
    try {
      response.locals.viewer = await viewerOf(services, request, requestMetadata(request))
    } catch (error) {
      if (!(error instanceof PublicError)) throw error
      const status = error.code === 'BAD_USER_INPUT' ? 400 : isDenial(error) ? 401 : 503
      return sendError(response, status, error.code, error.message)
    }
    next()
  }
}

const contentSecurityPolicy = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  connectSrc: ["'self'"],
  imgSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
  upgradeInsecureRequests: null,
}

/** Requests for another host than ours are not for us: a rebound name must not reach a session on loopback. */
function requireKnownHost(publicUrl: string): RequestHandler {
  const own = new URL(publicUrl)
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(own.hostname)
  const hosts = new Set(
    isLoopback
      ? ['localhost', '127.0.0.1', '[::1]'].map((name) => (own.port ? `${name}:${own.port}` : name))
      : [own.host],
  )
  return (request, response, next) => {
    if (hosts.has(request.headers.host ?? '')) return next()
    // Node would answer this one itself, without a word.
    if (request.headers.host === undefined)
      return sendError(response, 400, 'BAD_REQUEST', 'A request names its host.')
    sendError(response, 421, 'MISDIRECTED_REQUEST', 'This is not the service that you asked for.')
  }
}

/** An operation that cannot be told, or that the API does not have, is the request's mistake. */
const requireKnownOperation: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, request }) {
        const wrong = (message: string, code: string) =>
          new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
        if (!operation)
          throw wrong('Name an operation that the document has.', 'OPERATION_RESOLUTION_FAILURE')
        if (operation.operation === 'subscription')
          throw wrong('There are no subscriptions here.', 'BAD_REQUEST')
        const problem = variablesProblem(request.variables, clientLimits)
        if (problem) throw wrong(problem, 'BAD_USER_INPUT')
      },
    }
  },
}

/** An operation of which nothing was done for want of room or time is refused as a whole, so that programs and proxies know it by its status. */
const overloadStatusPlugin: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response: { body, http } }) {
        if (body.kind !== 'single') return
        const { data, errors = [] } = body.singleResult
        const codes = new Set(errors.map(({ extensions }) => extensions?.code))
        if (Object.values(data ?? {}).some((value) => value !== null)) return
        if (codes.has('TIMEOUT')) http.status = 504
        else if (codes.has('OVERLOADED')) {
          http.status = 503
          http.headers.set('retry-after', '1')
        }
      },
    }
  },
}

/** What a caller may be told: our own codes, and what is wrong with the request. The rest is between us and our log. */
const publicErrorCodes = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'MICROSOFT_SIGN_IN_REQUIRED',
  'STEP_UP_REQUIRED',
  'RATE_LIMITED',
  'OVERLOADED',
  'TIMEOUT',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'COST_LIMIT_EXCEEDED',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])

function formatError(
  { message, locations, path, extensions }: GraphQLFormattedError,
  error: unknown,
  log: Log,
  suggests: boolean,
): GraphQLFormattedError {
  const code = extensions?.code
  if (typeof code === 'string' && publicErrorCodes.has(code))
    return { message: clientMessage(message, suggests), locations, path, extensions: { code } }
  const isOurs = code === 'INTERNAL_SERVER_ERROR' && extensions?.serviceName !== undefined
  if (!isOurs) log.error({ err: unwrapResolverError(error), path }, 'an operation failed')
  const words = isOurs ? message : 'Something went wrong on our side.'
  return { message: words, locations, path, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
}

/** What the server behind this says of its own name and settings is of no use to a caller. */
function clientMessage(message: string, suggests: boolean): string {
  if (message.startsWith('GraphQL introspection'))
    return 'Introspection is off here: the schema is published with the documentation.'
  if (message.includes('Cross-Site Request Forgery'))
    return `Send the header \`${preflightHeader}\`, with any value, with a GET.`
  return sanitizeMessage(message, { suggests })
}

/** Bodies that cannot be read, and whatever else goes wrong before GraphQL: JSON with a code, never a page with a stack. */
function failed(log: Log): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    if (response.headersSent) return // it was too late, and that was said
    const status = statusOf(error)
    if (status >= 500) log.error({ err: error }, 'a request failed')
    const [code, message] =
      status === 413
        ? ['BAD_REQUEST', `A request holds at most ${bodyLimitBytes} bytes.`]
        : status < 500
          ? ['BAD_REQUEST', 'The request cannot be read.']
          : ['INTERNAL_SERVER_ERROR', 'Something went wrong on our side.']
    sendError(response, status, code, message)
  }
}

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
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import helmet from 'helmet'
import { brief, isDenial, PublicError } from '../platform/errors.ts'
import { atMost, refuse, statusOf, utf8Only, wellFormed } from '../platform/http.ts'
import { clientLimits, limitRules, variablesProblem } from '../platform/limits.ts'
import type { Log } from '../platform/log.ts'
import { anonymous, type Viewer } from '../platform/viewer.ts'
import { costLimit } from './cost.ts'
import { createRateLimiters, type RateLimits } from './rate-limits.ts'
import type { GatewayContext, SubgraphSource } from './sources.ts'
import { recordUse } from './use.ts'
import { factsOf, type ViewerServices, viewerOfDownload, viewerOfRequest, viewerOfSession } from './viewer.ts'

export interface GatewayOptions extends ViewerServices {
  sources: Record<string, SubgraphSource>
  /** What is served beside GraphQL. */
  routes: Router[]
  /** What `/.well-known/it-complete-login` answers. */
  discovery: Record<string, unknown>
  /** What `/.well-known/activity-log-keys` answers: verifier keys as signed notes have them. */
  activityLogKeys: string[]
  log: Log
  trustedProxyHops: number
  rateLimits: RateLimits
  /** GraphQL requests under way at once. */
  maxInFlight: number
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

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { publicUrl, sources, log } = options
  // It would ask the cloud's metadata services where it runs, and tell Apollo, at the start and every hour; no option of its says otherwise.
  process.env.APOLLO_TELEMETRY_DISABLED = 'true'
  const apollo = new ApolloServer<GatewayContext>({
    gateway: new ApolloGateway({
      supergraphSdl: readFileSync(new URL('./supergraph.graphql', import.meta.url), 'utf8'),
      buildService: ({ name }) => sources[name]!,
      logger: log.child({}, { level: log.level === 'silent' ? 'silent' : 'warn' }),
      // Left out, whoever sends a header is given the plan, with the names of all parts and keys, wherever NODE_ENV is not production.
      __exposeQueryPlanExperimental: false,
    }),
    plugins: [...nothingBesides, oneKnownOperation, costLimit, recordUse(options.db)],
    parseOptions: { maxTokens: clientLimits.tokens },
    validationRules: limitRules(clientLimits),
    introspection: options.isDevelopment,
    hideSchemaDetailsFromClientErrors: !options.isDevelopment,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    csrfPrevention: { requestHeaders: [preflightHeader, 'apollo-require-preflight'] },
    formatError: (formatted, error) => mask(formatted, error, log, options.isDevelopment),
    logger: log,
  })
  await apollo.start()

  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .enable('case sensitive routing')
    .set('trust proxy', options.trustedProxyHops)
  app.use(helmet({ contentSecurityPolicy: { directives: contentSecurityPolicy }, strictTransportSecurity: publicUrl.startsWith('https:') }))
  app.get('/healthz', (_, response) => void response.json({ status: 'alive' }))
  app.get('/readyz', async (_, response) => {
    const answers = await Promise.all([options.db.ping(), ...Object.values(sources).map((source) => source.ping())])
    const names = ['database', ...Object.keys(sources)]
    const isReady = answers.every(Boolean)
    const waitingFor = names.filter((_name, index) => !answers[index])
    response.status(isReady ? 200 : 503).json(isReady ? { status: 'ready' } : { status: 'not ready', waitingFor })
  })
  const limiters = createRateLimiters(options.rateLimits, ({ locals }) => (locals.viewer as Viewer | undefined) ?? anonymous)
  app.use(limiters.address)
  app.use(ownHostOnly(publicUrl))
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  app.get('/.well-known/it-complete-login', (_, response) => void response.json(options.discovery))
  app.get('/.well-known/activity-log-keys', (_, response) => {
    const lines = options.activityLogKeys.map((key) => `${key}\n`)
    response.set('Cache-Control', 'public, max-age=300').type('text/plain').send(lines.join(''))
  })
  // Whoever signs in is nobody yet: their address has one budget for it, with what it asks of the API as nobody.
  app.use(['/connect', '/login', '/logout'], limiters.caller)
  app.get('/activity/export/:tenantId', known(options, viewerOfDownload), limiters.caller)
  for (const routes of options.routes) app.use(routes)
  // The path itself and nothing below it: whatever stands before us and tells paths apart must mean the same.
  app.all(
    '/graphql',
    ...(options.corsOrigins.length ? [cors({ origin: options.corsOrigins, maxAge: 600 })] : []),
    wellFormed,
    atMost(options.maxInFlight),
    express.json({ limit: bodyLimitBytes, verify: utf8Only }),
    known(options, viewerOfRequest),
    limiters.caller,
    expressMiddleware(apollo, {
      context: async ({ req, res }) => ({
        viewer: res.locals.viewer as Viewer,
        request: factsOf(req),
        goOnAs: (token) => viewerOfSession(options, token),
      }),
    }),
  )
  app.use((_, response) => refuse(response, 404, 'NOT_FOUND', 'There is nothing here.'))
  app.use(failed(log))
  const stop = async () => {
    await apollo.stop()
    await limiters.stop()
  }
  return { app, stop }
}

/** What Apollo Server would do by itself, or by a variable of the environment that is meant for somebody else. */
const nothingBesides = [
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
]

/** Settles who is asking, before anything that they ask is looked at. */
function known(services: ViewerServices, viewerOf: typeof viewerOfDownload): RequestHandler {
  return async (request, response, next) => {
    try {
      response.locals.viewer = await viewerOf(services, request, factsOf(request))
    } catch (error) {
      if (!(error instanceof PublicError)) throw error
      const status = error.code === 'BAD_USER_INPUT' ? 400 : isDenial(error) ? 401 : 503
      return refuse(response, status, error.code, error.message)
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
function ownHostOnly(publicUrl: string): RequestHandler {
  const own = new URL(publicUrl)
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(own.hostname)
  const hosts = new Set(
    isLoopback ? ['localhost', '127.0.0.1', '[::1]'].map((name) => (own.port ? `${name}:${own.port}` : name)) : [own.host],
  )
  return (request, response, next) => {
    if (hosts.has(request.headers.host ?? '')) return next()
    // Node would answer this one itself, without a word.
    if (request.headers.host === undefined) return refuse(response, 400, 'BAD_REQUEST', 'A request names its host.')
    refuse(response, 421, 'MISDIRECTED_REQUEST', 'This is not the service that you asked for.')
  }
}

/** An operation that cannot be told, or that the API does not have, is the request's mistake. */
const oneKnownOperation: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, request }) {
        const wrong = (message: string, code: string) => new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
        if (!operation) throw wrong('Name an operation that the document has.', 'OPERATION_RESOLUTION_FAILURE')
        if (operation.operation === 'subscription') throw wrong('There are no subscriptions here.', 'BAD_REQUEST')
        const problem = variablesProblem(request.variables, clientLimits)
        if (problem) throw wrong(problem, 'BAD_USER_INPUT')
      },
    }
  },
}

/** What a caller may be told: our own codes, and what is wrong with the request. The rest is between us and our log. */
const tellable = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'MICROSOFT_SIGN_IN_REQUIRED',
  'STEP_UP_REQUIRED',
  'RATE_LIMITED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'COST_LIMIT_EXCEEDED',
  'PERSISTED_QUERY_NOT_SUPPORTED',
])

function mask(
  { message, locations, path, extensions }: GraphQLFormattedError,
  error: unknown,
  log: Log,
  suggests: boolean,
): GraphQLFormattedError {
  const code = extensions?.code
  if (typeof code === 'string' && tellable.has(code)) return { message: ownWords(message, suggests), locations, path, extensions: { code } }
  const isOurs = code === 'INTERNAL_SERVER_ERROR' && extensions?.serviceName !== undefined
  if (!isOurs) log.error({ err: unwrapResolverError(error), path }, 'an operation failed')
  const words = isOurs ? message : 'Something went wrong on our side.'
  return { message: words, locations, path, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
}

/** What the server behind this says of its own name and settings is of no use to a caller. */
function ownWords(message: string, suggests: boolean): string {
  if (message.startsWith('GraphQL introspection')) return 'Introspection is off here: the schema is published with the documentation.'
  if (message.includes('Cross-Site Request Forgery')) return `Send the header \`${preflightHeader}\`, with any value, with a GET.`
  return brief(message, { suggests })
}

/** Bodies that cannot be read, and whatever else goes wrong before GraphQL: JSON with a code, never a page with a stack. */
function failed(log: Log): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const status = statusOf(error)
    if (status >= 500) log.error({ err: error }, 'a request failed')
    const [code, message] =
      status === 413
        ? ['BAD_REQUEST', `A request holds at most ${bodyLimitBytes} bytes.`]
        : status < 500
          ? ['BAD_REQUEST', 'The request cannot be read.']
          : ['INTERNAL_SERVER_ERROR', 'Something went wrong on our side.']
    refuse(response, status, code, message)
  }
}

/** The gateway's HTTP side: one Express app with limits, the host check, health, discovery, the login routes and GraphQL. */
import { readFileSync } from 'node:fs'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { unwrapResolverError } from '@apollo/server/errors'
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled'
import { expressMiddleware } from '@as-integrations/express5'
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import helmet from 'helmet'
import { isDenial, PublicError } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import type { GatewayContext, SubgraphSource } from './sources.ts'
import { factsOf, type ViewerServices, viewerOfRequest, viewerOfSession } from './viewer.ts'

export interface GatewayOptions extends ViewerServices {
  sources: Record<string, SubgraphSource>
  loginRoutes: Router
  /** What `/.well-known/it-complete-login` answers. */
  discovery: Record<string, unknown>
  log: Log
  trustedProxyHops: number
  /** Development only. */
  introspection: boolean
}

export interface Gateway {
  app: Express
  stop(): Promise<void>
}

const bodyLimitBytes = 256 * 1024

export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { publicUrl, sources, log } = options
  const apollo = new ApolloServer<GatewayContext>({
    gateway: new ApolloGateway({
      supergraphSdl: readFileSync(new URL('./supergraph.graphql', import.meta.url), 'utf8'),
      buildService: ({ name }) => sources[name]!,
      logger: log.child({}, { level: log.level === 'silent' ? 'silent' : 'warn' }),
    }),
    plugins: [ApolloServerPluginLandingPageDisabled(), oneKnownOperation],
    introspection: options.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    formatError: (formatted, error) => mask(formatted, error, log),
    logger: log,
  })
  await apollo.start()

  const app = express().disable('x-powered-by').disable('etag').set('trust proxy', options.trustedProxyHops)
  app.get('/healthz', (_, response) => void response.json({ status: 'alive' }))
  app.get('/readyz', async (_, response) => {
    const answers = await Promise.all([options.db.ping(), ...Object.values(sources).map((source) => source.ping())])
    const names = ['database', ...Object.keys(sources)]
    const isReady = answers.every(Boolean)
    const waitingFor = names.filter((_name, index) => !answers[index])
    response.status(isReady ? 200 : 503).json(isReady ? { status: 'ready' } : { status: 'not ready', waitingFor })
  })
  app.use(ownHostOnly(publicUrl))
  app.use(helmet({ contentSecurityPolicy: { directives: contentSecurityPolicy }, strictTransportSecurity: publicUrl.startsWith('https:') }))
  app.use((_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  app.get('/.well-known/it-complete-login', (_, response) => void response.json(options.discovery))
  app.use(options.loginRoutes)
  app.use(
    '/graphql',
    express.json({ limit: bodyLimitBytes }),
    expressMiddleware(apollo, {
      context: async ({ req }) => {
        const request = factsOf(req)
        try {
          const context: GatewayContext = {
            viewer: await viewerOfRequest(options, req, request),
            request,
            goOnAs: (token) => viewerOfSession(options, token),
          }
          return context
        } catch (error) {
          if (!(error instanceof PublicError)) throw error
          // Thrown before there is an operation, so the whole request is wrong, and its status says so.
          const status = error.code === 'BAD_USER_INPUT' ? 400 : isDenial(error) ? 401 : 503
          throw new GraphQLError(error.message, { extensions: { code: error.code, http: { status } } })
        }
      },
    }),
  )
  app.use((_, response) => void response.status(404).json({ errors: [{ message: 'There is nothing here.' }] }))
  app.use(failed(log))
  return { app, stop: () => apollo.stop() }
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
    response.status(421).json({ errors: [{ message: 'This is not the service that you asked for.' }] })
  }
}

/** An operation that cannot be told, or that the API does not have, is the request's mistake. */
const oneKnownOperation: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        const wrong = (message: string, code: string) => new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
        if (!operation) throw wrong('Name an operation that the document has.', 'OPERATION_RESOLUTION_FAILURE')
        if (operation.operation === 'subscription') throw wrong('There are no subscriptions here.', 'BAD_REQUEST')
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
])

function mask({ message, locations, path, extensions }: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const code = extensions?.code
  if (typeof code === 'string' && tellable.has(code)) return { message, locations, path, extensions: { code } }
  const isOurs = code === 'INTERNAL_SERVER_ERROR' && extensions?.serviceName !== undefined
  if (!isOurs) log.error({ err: unwrapResolverError(error), path }, 'an operation failed')
  const words = isOurs ? message : 'Something went wrong on our side.'
  return { message: words, locations, path, extensions: { code: 'INTERNAL_SERVER_ERROR' } }
}

/** Bodies that cannot be read, and whatever else goes wrong before GraphQL: JSON with a code, never a page with a stack. */
function failed(log: Log): ErrorRequestHandler {
  return (error, _request, response, _next) => {
    const status = (error as { status?: number }).status ?? 500
    if (status >= 500) log.error({ err: error }, 'a request failed')
    const [code, message] =
      status === 413
        ? ['BAD_REQUEST', `A request holds at most ${bodyLimitBytes} bytes.`]
        : status < 500
          ? ['BAD_REQUEST', 'The request cannot be read.']
          : ['INTERNAL_SERVER_ERROR', 'Something went wrong on our side.']
    response.status(status).json({ errors: [{ message, extensions: { code } }] })
  }
}

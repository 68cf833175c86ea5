/**
 * The composition root. It creates the parts that this process serves, connects them, and starts
 * and stops them. `http/`, `auth/`, `plugins/` and `subgraphs/` must not import this file.
 */
import type { RequestListener } from 'node:http'
import { signingAlgorithms } from '../platform/auth/jwk.ts'
import { anonymous } from '../platform/auth/viewer.ts'
import { isLoopbackHost } from '../platform/config.ts'
import type { Subgraph } from '../platform/graphql/subgraph.ts'
import { subgraphApp } from '../platform/graphql/subgraph-server.ts'
import type { Database } from '../platform/postgres/database.ts'
import { formatVerifierKey } from '../proof/signed-note.ts'
import { createExportRoutes } from '../subgraphs/audit/export/routes.ts'
import { fieldCosts, pageTypes } from '../subgraphs/audit/field-costs.ts'
import { auditSubgraph } from '../subgraphs/audit/subgraph.ts'
import {
  recordRefusedApiToken,
  refusalIntervalSeconds,
  touchApiToken,
} from '../subgraphs/identity/api-tokens/token-usage.ts'
import {
  assertionMaxLifetimeSeconds,
  assertionType,
} from '../subgraphs/identity/assertion/profile.ts'
import {
  authenticateClient,
  isClientAssertion,
} from '../subgraphs/identity/client-authentication/authenticate-client.ts'
import { clientAuthenticationType } from '../subgraphs/identity/client-authentication/verify-client-assertion.ts'
import type { IdentityServices } from '../subgraphs/identity/context.ts'
import { createLoginRoutes } from '../subgraphs/identity/http/login-routes.ts'
import { createStateCipher } from '../subgraphs/identity/jwt/encrypted-state.ts'
import {
  createPublishedKeys,
  type PublishedKeys,
} from '../subgraphs/identity/jwt/published-keys.ts'
import type { MicrosoftRegistration } from '../subgraphs/identity/microsoft/entra-client.ts'
import { singleUseMutations as identitySingleUseMutations } from '../subgraphs/identity/permissions.ts'
import { touchIntervalSeconds, touchSession } from '../subgraphs/identity/sessions/touch-session.ts'
import { identitySubgraph } from '../subgraphs/identity/subgraph.ts'
import { singleUseMutations as tenantsSingleUseMutations } from '../subgraphs/tenants/permissions.ts'
import { tenantsSubgraph } from '../subgraphs/tenants/subgraph.ts'
import { viewerOfResponse } from './auth/authenticate-middleware.ts'
import { requestMetadata } from './auth/request-metadata.ts'
import type { Authentication } from './auth/services.ts'
import { required } from './config.ts'
import { openConsole } from './http/console-pages.ts'
import { createGateway } from './http/gateway-app.ts'
import { isExpired } from './http/well-known.ts'
import type { Listener } from './http-listener.ts'
import type { DataSourceOptions, SubgraphDataSource } from './subgraphs/data-source.ts'
import { localDataSource } from './subgraphs/local.ts'
import { remoteDataSource } from './subgraphs/remote.ts'
import { startWorkers, type Workers, type WorkersOptions } from './workers.ts'

export interface ServiceOptions extends Omit<WorkersOptions, 'publicUrl'> {
  listener: Listener
  /** The key that encrypts the state of sign-ins in progress: 32 bytes, equal on all nodes. */
  transactionKey: Uint8Array
  microsoft: MicrosoftRegistration
  /**
   * The connection pool for the request counts that all gateways share. Without the pool, this
   * process counts only its own requests.
   */
  countsDb?: Database | null
  /** The demo data that the console shows. Undefined unless DEMO is on. */
  demo?: Record<string, unknown>
  /**
   * Wraps each subgraph of this process. Tests use this function to serialise requests and
   * responses.
   */
  wrapSubgraph?: (subgraph: Subgraph) => Subgraph
}

export interface Service {
  /** The public URL, without a trailing slash. */
  publicUrl: string
  port: number
  stop(): Promise<void>
}

/** Dependencies that several parts of the service share. */
interface Shared extends ServiceOptions, Pick<Workers, 'db' | 'signer'> {
  publicUrl: string
  identity: IdentityServices
}

/** An HTTP application and a function that releases its resources. */
interface Served {
  app: RequestListener
  stop(): Promise<void>
}

/**
 * Starts the part `config.only`, or the whole service if `config.only` is null. The database must
 * be ready.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, listener, log } = options
  const { publicUrl, port } = listener
  const workers = startWorkers({ ...options, publicUrl })
  const publishedKeys = createPublishedKeys({
    log,
    allowLoopback: isLoopbackHost(new URL(publicUrl).hostname),
  })
  const { db, signer } = workers
  const identity = identityServices(options, publishedKeys)
  const shared: Shared = { ...options, db, signer, publicUrl, identity }
  const served =
    config.only === null || config.only === 'gateway'
      ? await createGatewayPart(shared)
      : createSubgraphPart(config.only, shared)
  listener.serve(served.app)
  return {
    publicUrl,
    port,
    async stop() {
      await listener.close()
      await served.stop()
      await Promise.all([workers.stop(), publishedKeys.close()])
    },
  }
}

const identityServices = (
  { config, listener, transactionKey, microsoft }: ServiceOptions,
  publishedKeys: PublishedKeys,
): IdentityServices => ({
  issuer: listener.publicUrl,
  stateCipher: createStateCipher(transactionKey),
  publishedKeys,
  codeLifetimeSeconds: config.HANDOFF_CODE_LIFETIME_SECONDS,
  lifetimes: {
    federatedIdleSeconds: config.FEDERATED_SESSION_IDLE_SECONDS,
    federatedMaxSeconds: config.FEDERATED_SESSION_MAX_SECONDS,
    microsoftIdleSeconds: config.MICROSOFT_SESSION_IDLE_SECONDS,
    microsoftMaxSeconds: config.MICROSOFT_SESSION_MAX_SECONDS,
  },
  microsoft,
})

function createSubgraph(
  name: Subgraph['name'],
  { config, db, log, identity, publicUrl }: Shared,
): Subgraph {
  if (name === 'tenants')
    return tenantsSubgraph({ db, log }, { mailEnabled: config.SMTP_URL !== undefined })
  if (name === 'identity') return identitySubgraph({ db, log }, identity)
  return auditSubgraph({ db, log }, { publicUrl })
}

function createSubgraphPart(name: Subgraph['name'], shared: Shared): Served {
  const { config, db, log } = shared
  const subgraph = createSubgraph(name, shared)
  const gatewayPublicKeys = required(config, 'GATEWAY_PUBLIC_KEYS')
  return { app: subgraphApp({ subgraph, gatewayPublicKeys, db, log }), stop: async () => {} }
}

async function createGatewayPart(shared: Shared): Promise<Served> {
  const { config, db, log, identity, publicUrl, signer } = shared
  const dataSources = await createDataSources(shared)
  const console = openConsole(shared.demo ? { demo: shared.demo } : {})
  if (!console.isBuilt)
    log.warn('The console is not built. Run `npm ci` to build it. The API works without it.')
  const securityContact = {
    contacts: config.SECURITY_CONTACT,
    expires: config.SECURITY_CONTACT_EXPIRES,
  }
  if (isExpired(securityContact))
    log.warn('SECURITY_CONTACT_EXPIRES has passed, so security.txt is not served.')
  const gateway = await createGateway({
    db,
    securityContact,
    publicUrl,
    authentication: createAuthentication(shared),
    console,
    log,
    sources: dataSources,
    queryCosts: { fields: fieldCosts, pages: pageTypes },
    singleUseMutations: [...identitySingleUseMutations, ...tenantsSingleUseMutations],
    routes: [
      createLoginRoutes({ ...identity, db, log, requestMetadata, show: console.show }),
      createExportRoutes({
        db,
        log,
        requestMetadata,
        viewerOf: ({ res }) => (res ? viewerOfResponse(res) : anonymous),
      }),
    ],
    discovery: discoveryDocument(shared),
    activityLogKeys: [
      ...(signer ? [formatVerifierKey(signer)] : []),
      ...config.ACTIVITY_LOG_VERIFIER_KEYS,
    ],
    trustedProxyHops: config.TRUSTED_PROXY_HOPS,
    rateLimits: {
      perAddress: config.RATE_LIMIT_PER_ADDRESS,
      perSession: config.RATE_LIMIT_PER_SESSION,
      perPartner: config.RATE_LIMIT_PER_PARTNER,
      shared: shared.countsDb ? { db: shared.countsDb, key: shared.transactionKey, log } : null,
    },
    maxInFlight: config.MAX_REQUESTS_IN_FLIGHT,
    requestDeadlineMs: config.REQUEST_DEADLINE_MS,
    sharesSnapshots: config.only === null,
    isDraining: shared.listener.isDraining,
    corsOrigins: config.CORS_ORIGINS,
    isDevelopment: config.DEMO,
  })
  return {
    app: gateway.app,
    async stop() {
      await gateway.stop()
      await Promise.all(Object.values(dataSources).map((source) => source.close()))
    },
  }
}

/**
 * Creates the data sources of the subgraphs. They call the subgraphs in this process, or over HTTP
 * with `--only=gateway`.
 */
async function createDataSources(
  shared: Shared,
): Promise<Record<Subgraph['name'], SubgraphDataSource>> {
  const { config, log, wrapSubgraph = (subgraph) => subgraph } = shared
  // Limits one subgraph to three quarters of the concurrent requests, so that a slow subgraph
  // cannot block requests to the other subgraphs.
  const maxRunning = Math.ceil((config.MAX_REQUESTS_IN_FLIGHT * 3) / 4)
  const options: DataSourceOptions = { maxRunning, log }
  if (config.only !== 'gateway') {
    const local = (name: Subgraph['name']) =>
      localDataSource(wrapSubgraph(createSubgraph(name, shared)), options)
    return { tenants: local('tenants'), identity: local('identity'), audit: local('audit') }
  }
  const remote = (name: Subgraph['name'], url: string) =>
    remoteDataSource({
      ...options,
      name,
      url: new URL('/graphql', url).href,
      privateKey: required(config, 'GATEWAY_PRIVATE_KEY'),
      deadlineMs: config.SUBGRAPH_DEADLINE_MS,
    })
  return {
    tenants: await remote('tenants', required(config, 'TENANTS_URL')),
    identity: await remote('identity', required(config, 'IDENTITY_URL')),
    audit: await remote('audit', required(config, 'AUDIT_URL')),
  }
}

/** Binds the authentication functions of the identity subgraph to this process's database. */
const createAuthentication = ({ db, identity }: Shared): Authentication => ({
  isClientAssertion,
  authenticateClient: (request, bearer) => authenticateClient({ ...identity, db, request }, bearer),
  touchIntervalSeconds,
  touchSession: (tenantId, sessionId) => touchSession(db, tenantId, sessionId),
  touchApiToken: (token) => touchApiToken(db, token),
  refusalIntervalSeconds,
  recordRefusedApiToken: (request, token) => recordRefusedApiToken({ db, request }, token),
})

/**
 * Returns the response of `/.well-known/it-complete-login`. The property names are part of the
 * public API.
 */
const discoveryDocument = ({ config, publicUrl }: Shared): Record<string, unknown> => ({
  issuer: publicUrl,
  graphql_endpoint: `${publicUrl}/graphql`,
  connect_endpoint: `${publicUrl}/connect`,
  events_endpoint: `${publicUrl}/events/caep`,
  assertion_typ: assertionType,
  client_authentication_typ: clientAuthenticationType,
  assertion_signing_alg_values_supported: signingAlgorithms,
  assertion_max_lifetime_seconds: assertionMaxLifetimeSeconds,
  code_lifetime_seconds: config.HANDOFF_CODE_LIFETIME_SECONDS,
  activity_log_keys_uri: `${publicUrl}/.well-known/activity-log-keys`,
})

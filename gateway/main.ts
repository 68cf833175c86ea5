/**
 * The composition root: the only file that knows all the parts. `node gateway/main.ts` runs gateway and subgraphs in one process;
 * `--only=gateway|tenants|identity|audit` serves one of them over HTTP.
 */
import { createPrivateKey } from 'node:crypto'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, Server as NetServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { smtpTransport } from '../notifications/smtp.ts'
import { startMailer } from '../notifications/worker.ts'
import {
  type CoalescingWorkerOptions,
  startCoalescingWorker,
} from '../platform/audit/coalescing-worker.ts'
import { signingAlgorithms } from '../platform/auth/jwk.ts'
import type { Viewer } from '../platform/auth/viewer.ts'
import {
  type Config,
  ConfigurationError,
  isLoopbackHost,
  loadEnvFile,
  type Part,
  parts,
  readConfig,
} from '../platform/config.ts'
import type { Subgraph } from '../platform/graphql/subgraph.ts'
import { subgraphApp } from '../platform/graphql/subgraph-server.ts'
import { handleParserErrors } from '../platform/http/http.ts'
import { createLog, type Log } from '../platform/lib/log.ts'
import {
  type Database,
  type DatabaseLimits,
  defaultLimits,
  openDatabase,
} from '../platform/postgres/database.ts'
import {
  openDatabaseTarget,
  ownLogKey,
  ownStateEncryptionKey,
} from '../platform/postgres/database-target.ts'
import {
  checkDatabase,
  checkRole,
  migrate,
  UnusableDatabase,
} from '../platform/postgres/migrations.ts'
import { parseCosignerKey } from '../proof/cosignature.ts'
import { signerOf, verifierKey } from '../proof/signed-note.ts'
import { fileAnchors } from '../subgraphs/audit/anchors.ts'
import { createExportRoutes } from '../subgraphs/audit/export/routes.ts'
import { startMaintenance } from '../subgraphs/audit/maintenance.ts'
import { startSealer } from '../subgraphs/audit/seal.ts'
import { auditSubgraph } from '../subgraphs/audit/subgraph.ts'
import { startWitness } from '../subgraphs/audit/witness.ts'
import {
  noteTokenUsed,
  recordTokenRefused,
  tokenRefusedEverySeconds,
} from '../subgraphs/identity/api-tokens.ts'
import {
  assertionMaxLifetimeSeconds,
  assertionType,
} from '../subgraphs/identity/login/assertion.ts'
import {
  authenticateClient,
  clientAuthenticationType,
  looksLikeClientAuthentication,
} from '../subgraphs/identity/login/client.ts'
import { publishedKeys } from '../subgraphs/identity/login/jwks.ts'
import type { MicrosoftRegistration } from '../subgraphs/identity/login/microsoft.ts'
import { createLoginRoutes } from '../subgraphs/identity/login/routes.ts'
import { createSealer } from '../subgraphs/identity/login/sealed.ts'
import { noteSeen, seenEverySeconds } from '../subgraphs/identity/login/session.ts'
import { startSessionEnds } from '../subgraphs/identity/login/session-ends.ts'
import { identitySubgraph, type LoginConfiguration } from '../subgraphs/identity/subgraph.ts'
import { tenantsSubgraph } from '../subgraphs/tenants/subgraph.ts'
import { type AuthenticationServices, requestMetadata } from './auth/authenticate.ts'
import { openConsole } from './http/console-pages.ts'
import { createGateway } from './http/gateway-app.ts'
import { rateLimitDatabaseLimits } from './http/rate-limit-store.ts'
import {
  type DataSourceOptions,
  localDataSource,
  remoteDataSource,
  type SubgraphDataSource,
} from './subgraphs/data-source.ts'

export interface Service {
  /** Where it is to be reached, without a slash at the end. */
  publicUrl: string
  port: number
  stop(): Promise<void>
}

export interface ServiceOptions {
  config: Config
  /** Where to serve; see `listen`. */
  listener: Listener
  db: Database
  log: Log
  transactionKey: Uint8Array
  microsoft: MicrosoftRegistration
  /** What seals the Activity Log, in a role of its own; for the process that serves the audit subgraph. */
  sealing: { db: Database; privateKey: string; anchorDir: string } | null
  /** Where gateways count requests together; absent: each for itself. */
  countsDb?: Database | null
  /** What the console is told of the demo, where there is one. */
  demo?: Record<string, unknown>
  /** When what nobody asks for is done, and from when on refusals are counted; tests have more haste. */
  intervals?: { floods?: Omit<CoalescingWorkerOptions, 'db' | 'log'>; sessionEndsEveryMs?: number }
  /** Wraps each subgraph that runs in this process; tests put a serialising transport in between. */
  wrapSubgraph?: (subgraph: Subgraph) => Subgraph
}

/** One that hangs in the middle of a transaction keeps others from sealing for no longer than this. Four seal; two read for the witness. */
export const sealerLimits: DatabaseLimits = {
  poolSize: 6,
  acquireTimeoutMs: 3_000,
  transactionTimeoutMs: 4_000,
}

export const maintenanceLimits: DatabaseLimits = {
  poolSize: 1,
  acquireTimeoutMs: 3_000,
  transactionTimeoutMs: 30_000,
}

/** Starts what the configuration asks for, on a database that is ready. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, log, intervals: pace = {}, wrapSubgraph = (subgraph) => subgraph } = options
  const floods = startCoalescingWorker({ ...pace.floods, db: options.db, log })
  const { db } = floods
  const { server, publicUrl, port } = options.listener
  const keys = publishedKeys({ log, allowLoopback: isLoopbackHost(new URL(publicUrl).hostname) })
  const login: LoginConfiguration = {
    issuer: publicUrl,
    sealer: createSealer(options.transactionKey),
    publishedKeys: keys,
    codeLifetimeSeconds: config.CODE_LIFETIME_SECONDS,
    lifetimes: {
      federatedIdleSeconds: config.FEDERATED_IDLE_SECONDS,
      federatedMaxSeconds: config.FEDERATED_MAX_SECONDS,
      microsoftIdleSeconds: config.MICROSOFT_IDLE_SECONDS,
      microsoftMaxSeconds: config.MICROSOFT_MAX_SECONDS,
    },
    microsoft: options.microsoft,
  }
  // One part sends the mail of all: what is in the outbox does not say who put it there.
  const mailer =
    config.only === null || config.only === 'tenants'
      ? startMailer({ db, log, transport: transportOf(config, publicUrl) })
      : null
  const { sealing } = options
  const signer =
    sealing && signerOf(`${new URL(publicUrl).host}/activity`, createPrivateKey(sealing.privateKey))
  const { WITNESS_URL, WITNESS_KEY } = config
  const witness =
    sealing && WITNESS_URL && WITNESS_KEY
      ? startWitness({
          url: WITNESS_URL,
          key: parseCosignerKey(WITNESS_KEY),
          db: sealing.db,
          log,
          directory: sealing.anchorDir,
        })
      : null
  const sealer =
    signer &&
    startSealer({
      db: sealing.db,
      service: options.db,
      log,
      signer,
      anchors: fileAnchors(sealing.anchorDir),
      witness,
    })
  const stopSealing = async () => {
    await sealer?.stop()
    await witness?.stop()
  }
  const sessionEnds =
    config.only === null || config.only === 'identity'
      ? startSessionEnds({ db, log, everyMs: pace.sessionEndsEveryMs })
      : null
  const stopWorkers = () =>
    Promise.all([keys.close(), mailer?.stop(), stopSealing(), sessionEnds?.stop(), floods.stop()])
  const make: Record<Subgraph['name'], () => Subgraph> = {
    tenants: () => tenantsSubgraph({ db, log }),
    identity: () => identitySubgraph({ db, log }, login),
    audit: () => auditSubgraph({ db, log }, { publicUrl }),
  }
  if (config.only !== null && config.only !== 'gateway') {
    const subgraph = make[config.only]()
    server
      .off('request', startingHandler)
      .on(
        'request',
        subgraphApp({ subgraph, gatewayPublicKeys: config.GATEWAY_PUBLIC_KEYS!, db, log }),
      )
    return {
      publicUrl,
      port,
      stop: () =>
        close(server)
          .then(stopWorkers)
          .then(() => {}),
    }
  }

  const maxRunning = Math.ceil((config.MAX_REQUESTS_IN_FLIGHT * 3) / 4)
  const sources: Record<Subgraph['name'], SubgraphDataSource> =
    config.only === 'gateway'
      ? await remoteSources(config, { maxRunning, log })
      : {
          tenants: localDataSource(wrapSubgraph(make.tenants()), { maxRunning, log }),
          identity: localDataSource(wrapSubgraph(make.identity()), { maxRunning, log }),
          audit: localDataSource(wrapSubgraph(make.audit()), { maxRunning, log }),
        }
  const viewers: AuthenticationServices = {
    db,
    publicUrl,
    authentication: {
      looksLikeClientAuthentication,
      authenticateClient: (request, bearer) =>
        authenticateClient({ ...login, db, request }, bearer),
      seenEverySeconds,
      noteSeen: (tenantId, sessionId) => noteSeen(db, tenantId, sessionId),
      noteTokenUsed: (token) => noteTokenUsed(db, token),
      tokenRefusedEverySeconds,
      recordTokenRefused: (request, token) => recordTokenRefused({ db, request }, token),
    },
  }
  const pages = openConsole(options.demo ? { demo: options.demo } : {})
  if (!pages.isBuilt)
    log.warn('The console is not built: `npm ci` builds it. The API works without.')
  const gateway = await createGateway({
    ...viewers,
    console: pages,
    log,
    sources,
    routes: [
      createLoginRoutes({ ...login, db, log, factsOf: requestMetadata, show: pages.show }),
      createExportRoutes({
        db,
        log,
        factsOf: requestMetadata,
        viewerOf: ({ res }) => res!.locals.viewer as Viewer,
      }),
    ],
    discovery: {
      issuer: publicUrl,
      graphql_endpoint: `${publicUrl}/graphql`,
      connect_endpoint: `${publicUrl}/connect`,
      events_endpoint: `${publicUrl}/events/caep`,
      assertion_typ: assertionType,
      client_authentication_typ: clientAuthenticationType,
      assertion_signing_alg_values_supported: signingAlgorithms,
      assertion_max_lifetime_seconds: assertionMaxLifetimeSeconds,
      code_lifetime_seconds: config.CODE_LIFETIME_SECONDS,
      activity_log_keys_uri: `${publicUrl}/.well-known/activity-log-keys`,
    },
    activityLogKeys: [...(signer ? [verifierKey(signer)] : []), ...config.ACTIVITY_LOG_KEYS],
    trustedProxyHops: config.TRUSTED_PROXY_HOPS,
    rateLimits: {
      perAddress: config.RATE_LIMIT_ADDRESS,
      perSession: config.RATE_LIMIT_SESSION,
      perPartner: config.RATE_LIMIT_PARTNER,
      shared: options.countsDb ? { db: options.countsDb, key: options.transactionKey, log } : null,
    },
    maxInFlight: config.MAX_REQUESTS_IN_FLIGHT,
    requestDeadlineMs: config.REQUEST_DEADLINE_MS,
    isDraining: options.listener.isDraining,
    corsOrigins: config.CORS_ORIGINS,
    isDevelopment: config.DEMO,
  })
  server.off('request', startingHandler).on('request', gateway.app)
  const stop = async () => {
    await close(server)
    await gateway.stop()
    await stopWorkers()
    await Promise.all(Object.values(sources).map((source) => source.close()))
  }
  return { publicUrl, port, stop }
}

const transportOf = ({ SMTP_URL, MAIL_FROM }: Config, publicUrl: string) =>
  SMTP_URL ? smtpTransport(SMTP_URL, MAIL_FROM ?? `no-reply@${new URL(publicUrl).hostname}`) : null

async function remoteSources(
  config: Config,
  options: DataSourceOptions,
): Promise<Record<Subgraph['name'], SubgraphDataSource>> {
  const remote = (name: Subgraph['name'], url: string) =>
    remoteDataSource({
      ...options,
      name,
      url: new URL('/graphql', url).href,
      privateKey: config.GATEWAY_PRIVATE_KEY!,
      deadlineMs: config.SUBGRAPH_DEADLINE_MS,
    })
  return {
    tenants: await remote('tenants', config.TENANTS_URL!),
    identity: await remote('identity', config.IDENTITY_URL!),
    audit: await remote('audit', config.AUDIT_URL!),
  }
}

export interface Listener {
  server: Server
  port: number
  /** Without a slash at the end. */
  publicUrl: string
  /** Asks clients to come no more on the connections that they have, and goes on answering for so long. */
  drain(ms: number): Promise<void>
  isDraining(): boolean
}

/** Answers whoever comes between the taking of the port and the start: with nobody to answer, they would wait for as long as they like. */
const startingHandler: RequestListener = (_request, response) => {
  const error = {
    message: 'The service is starting: come again in a second.',
    extensions: { code: 'OVERLOADED' },
  }
  response
    .writeHead(503, { 'Content-Type': 'application/json; charset=utf-8', 'Retry-After': '1' })
    .end(JSON.stringify({ errors: [error] }))
}

/** Takes the port before anything else is made: it may be any, and everything that says where we are needs to know it. */
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
    requireHostHeader: false,
  })
  server.maxConnections = MAX_CONNECTIONS
  handleParserErrors(server)
  const draining = drainable(server)
  server.on('request', startingHandler)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(PORT, HOST, resolve)
  await promise.catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE'
      ? new StartupError(
          `Port ${PORT} on ${HOST} is in use: set PORT to another one, or 0 for any.`,
        )
      : error
  })
  const { port } = server.address() as AddressInfo
  return { server, port, publicUrl: PUBLIC_URL ?? `http://localhost:${port}`, ...draining }
}

/**
 * A client that sends a request on a kept connection while it is being closed loses it, and cannot know whether it was done. So each is told with
 * its next answer that there will be no other on this connection, and closes it itself.
 */
function drainable(server: Server): Pick<Listener, 'drain' | 'isDraining'> {
  const underWay = new Set<ServerResponse>()
  let isDraining = false
  /** Waits until there are none, for so long at most. */
  const withoutConnections = async (ms: number) => {
    for (const end = performance.now() + ms; performance.now() < end; await wait(20)) {
      const { promise, resolve } = Promise.withResolvers<number>()
      server.getConnections((_error, count) => resolve(count))
      if ((await promise) === 0) return
    }
  }
  server.on('request', (_request, response) => {
    if (isDraining) response.setHeader('Connection', 'close')
    underWay.add(response)
    response.once('close', () => underWay.delete(response))
  })
  return {
    isDraining: () => isDraining,
    async drain(ms) {
      isDraining = true
      for (const response of underWay)
        if (!response.headersSent) response.setHeader('Connection', 'close')
      await wait(ms)
      // Not the HTTP server's own `close`: that ends connections on which a first request is just coming.
      NetServer.prototype.close.call(server)
      await withoutConnections(Math.min(ms, 500))
    },
  }
}

/** From a signal to the end of the process, whatever hangs. */
const stopWithinMs = 4_800

/** Lets requests under way end, and keeps no idle connection waiting. */
async function close(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeIdleConnections()
  const force = setTimeout(() => server.closeAllConnections(), 2_000)
  await promise
  clearTimeout(force)
}

/** Says in one sentence why there is no service. */
class StartupError extends Error {}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' } }, strict: true })
  const only = (values.only ?? null) as Part | null
  if (only !== null && !parts.includes(only))
    throw new StartupError(`--only is one of ${parts.join(', ')}.`)
  loadEnvFile()
  const config = readConfig(process.env, only)
  const log = createLog(config.LOG_LEVEL)
  const stops: (() => Promise<void>)[] = []
  const stopAll = async () => {
    for (const stop of stops.reverse())
      await stop().catch((error: unknown) => log.error({ err: error }, 'while stopping'))
  }
  let drain = async () => {}
  const stopOn = (signal: 'SIGINT' | 'SIGTERM', before: () => Promise<void>) =>
    process.once(signal, () => {
      process.once(signal, () => process.exit(1)) // asked twice
      setTimeout(() => {
        log.error('what was under way did not end in time')
        process.exit(1)
      }, stopWithinMs).unref()
      void before()
        .then(stopAll)
        .then(() => process.exit(0))
    })
  stopOn('SIGINT', async () => {})
  stopOn('SIGTERM', () => drain())
  exitWithParent(() => stopAll().finally(() => process.exit(1)))

  try {
    const store = await openDatabaseTarget(config)
    stops.push(store.stop)
    if (store.isEmbedded) await migrate(store.owner)
    const { loginIsUnbounded } = await checkDatabase(store.service, { demo: config.DEMO })
    if (loginIsUnbounded && !store.isEmbedded)
      log.warn(
        'The database login is a superuser or bypasses row-level security: use a plain member of it_complete_app.',
      )
    const db = openDatabase(store.service, log, {
      ...defaultLimits,
      poolSize: config.DATABASE_POOL_SIZE,
    })
    stops.push(db.close)
    const at = await listen(config)
    stops.push(() => close(at.server))
    drain = () => at.drain(config.DRAIN_MS)
    const demo = config.DEMO
      ? await (await import('../demo/demo.ts')).startDemo({
          ...at,
          dataDir: config.DATA_DIR,
          owner: store.owner,
          log,
        })
      : null
    if (demo) stops.push(demo.stop)
    const keepsTheLog = config.only === null || config.only === 'audit'
    if (keepsTheLog) for (const target of [store.sealer, store.maintenance]) await checkRole(target)
    const sealerDb = keepsTheLog ? openDatabase(store.sealer, log, sealerLimits) : null
    if (sealerDb) stops.push(sealerDb.close)
    const maintenanceDb = keepsTheLog
      ? openDatabase(store.maintenance, log, maintenanceLimits)
      : null
    if (maintenanceDb)
      stops.push(maintenanceDb.close, startMaintenance({ db: maintenanceDb, log }).stop)
    const isGateway = config.only === null || config.only === 'gateway'
    const countsDb =
      isGateway && config.RATE_LIMIT_STORE === 'postgresql'
        ? openDatabase(store.service, log, rateLimitDatabaseLimits)
        : null
    if (countsDb) stops.push(countsDb.close)
    const service = await startService({
      config,
      listener: at,
      db,
      countsDb,
      log,
      sealing: sealerDb && {
        db: sealerDb,
        privateKey: config.ACTIVITY_LOG_KEY ?? (await ownLogKey(config.DATA_DIR)),
        anchorDir: config.ANCHOR_DIR ?? join(config.DATA_DIR, 'anchors'),
      },
      transactionKey: config.TRANSACTION_KEY
        ? Buffer.from(config.TRANSACTION_KEY, 'base64url')
        : await ownStateEncryptionKey(config.DATA_DIR),
      ...(demo && { demo: demo.forConsole }),
      microsoft: demo?.microsoft ?? {
        authority: config.MICROSOFT_AUTHORITY,
        clientId: config.MICROSOFT_CLIENT_ID ?? '',
        clientSecret: config.MICROSOFT_CLIENT_SECRET ?? '',
      },
    })
    stops.push(service.stop)
    console.log([...banner(config, service), ...(demo?.summary ?? [])].join('\n'))
  } catch (error) {
    await stopAll()
    throw error
  }
}

/** An npm that is killed outright passes no signal on: what it started would run on, with nobody to end it. */
function exitWithParent(end: () => void): void {
  if (process.env.npm_lifecycle_event !== 'start') return
  const npm = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(watch)
    end()
  }, 500).unref()
}

function banner({ only, SMTP_URL }: Config, { publicUrl, port }: Service): string[] {
  const mail = SMTP_URL
    ? `through ${new URL(SMTP_URL).host}`
    : 'off: nobody is told of changes until SMTP_URL is set'
  if (only !== null && only !== 'gateway')
    return [
      `Login with IT Complete: subgraph ${only} on port ${port}, for gateways only.${only === 'tenants' ? ` Mail is ${mail}.` : ''}`,
    ]
  return [
    '',
    `  Login with IT Complete is ready.`,
    '',
    `  Console      ${publicUrl}/`,
    `  GraphQL      ${publicUrl}/graphql`,
    `  Discovery    ${publicUrl}/.well-known/it-complete-login`,
    `  Health       ${publicUrl}/healthz, ${publicUrl}/readyz`,
    ...(only === null ? [`  Mail         ${mail}`] : []),
    '',
  ]
}

if (import.meta.main) {
  await main().catch((error: unknown) => {
    const isExpected =
      error instanceof ConfigurationError ||
      error instanceof UnusableDatabase ||
      error instanceof StartupError
    console.error(
      isExpected ? error.message : error instanceof Error ? (error.stack ?? error.message) : error,
    )
    process.exit(1)
  })
}

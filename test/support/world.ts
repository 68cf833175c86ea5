/**
 * A running service with its environment: a database, the gateway with its subgraphs, a simulated
 * Entra ID, and two MSPs. Tests send requests to the public endpoint. The variable SUBGRAPHS
 * selects whether the subgraphs run in this process or over HTTP.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Operator } from '../../admin/operator.ts'
import { createTenant } from '../../admin/tenants.ts'
import { Browser } from '../../demo/browser.ts'
import { type Entra, type EntraTenant, type EntraUser, startEntra } from '../../demo/entra.ts'
import {
  type PartnerIdentity,
  signAssertion,
  signClientAuthentication,
  type Technician,
} from '../../demo/partner.ts'
import type { PartnerPlatform } from '../../drizzle/tables/shared.ts'
import { type Config, type Part, readConfig } from '../../gateway/config.ts'
import { sealerLimits } from '../../gateway/databases.ts'
import { rateLimitDatabaseLimits } from '../../gateway/http/rate-limit-store.ts'
import { type Listener, listen } from '../../gateway/http-listener.ts'
import type { ServiceOptions } from '../../gateway/service.ts'
import { startService } from '../../gateway/service.ts'
import { type Database, openDatabase } from '../../platform/postgres/database.ts'
import { cloneDatabase, type TestDatabase, testLog } from './database.ts'
import { completeLogin, createHandoff, redeemHandoff, startLogin } from './documents.ts'
import { createMicrosoftSession, globalAdministrator } from './microsoft-session.ts'
import { registerPartners } from './partners.ts'
import type { Parts } from './parts.ts'
import { environmentOf, type Serve, startServices } from './service.ts'
import { answerOfEntra, browserHandoff, redeemInBrowser } from './sign-in.ts'

export interface Partner extends PartnerIdentity {
  platform: PartnerPlatform
  name: string
  technicians: [Technician, Technician]
}

export interface Tenant {
  id: string
  name: string
  domain: string
  microsoftTenantId: string
  globalAdmin: EntraUser
  /** A user without a role. `World.grant` makes the user a Spanning Admin. */
  spanningAdmin: EntraUser
  user: EntraUser
}

/** A response of the GraphQL endpoint. */
export interface Reply {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests read the fields that they selected
  data: any
  errors: { message: string; path?: (string | number)[]; extensions: { code: string } }[]
  /** The codes of `errors`. */
  codes: string[]
}

/** The credentials of a request: an access token, the cookies of a browser, or none. */
export type Credentials = { bearer: string } | { browser: Browser; tenantId?: string } | null

export interface World {
  url: string
  /** The port of the gateway, which can differ from the port in `url`. */
  port: number
  graphqlUrl: string
  database: TestDatabase
  entra: Entra
  operator: Operator
  vsa: Partner
  uniview: Partner
  config: Config
  anchorDir: string
  /** The processes of gateway and subgraphs, or null when they run in this process. */
  parts: Parts | null
  createTenant(name?: string): Promise<Tenant>
  ask(
    who: Credentials,
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Reply>
  /** Signs an admin in without OpenID Connect (see support/microsoft-session.ts). */
  signIn(tenant: Tenant, user: EntraUser): Promise<{ bearer: string; sessionId: string }>
  /** Signs in with Microsoft as an API client, with the complete OpenID Connect flow. */
  signInWithMicrosoft(
    tenant: Tenant,
    user: EntraUser,
    options?: { stepUp?: boolean },
  ): Promise<{ bearer: string; sessionId: string }>
  /**
   * Runs a complete Microsoft sign-in as an API client. Returns the response of
   * `completeMicrosoftLogin`, including error responses.
   */
  tryToSignIn(
    tenant: { id: string } | { domain: string },
    user: EntraUser,
    options?: { stepUp?: boolean },
  ): Promise<Reply>
  /** Grants the tenant's `spanningAdmin` the role Spanning Admin, and signs this user in. */
  grant(tenant: Tenant): Promise<{ bearer: string; sessionId: string }>
  /** Associates the tenant with a partner instance and turns the feature on. */
  open(
    tenant: Tenant,
    partner: Partner,
    terms?: Record<string, unknown>,
  ): Promise<{ admin: { bearer: string }; associationId: string }>
  assertion(
    partner: Partner,
    tenantId: string,
    technician?: Technician,
    txn?: string,
  ): Promise<string>
  clientCredentials(partner: Partner): Promise<{ bearer: string }>
  /** Creates an API session of a technician with a complete handoff. */
  connect(
    tenant: Tenant,
    partner: Partner,
    technician?: Technician,
  ): Promise<{ bearer: string; sessionId: string }>
  /** Creates a browser session of a technician with a complete handoff. */
  connectBrowser(tenant: Tenant, partner: Partner, technician?: Technician): Promise<Browser>
  /** Reads the tenant's Activity Log as its Global Admin, newest first. */
  log(tenant: Tenant, filter?: Record<string, unknown>): Promise<LogRow[]>
  /**
   * Starts another node on the same database in this process. The node connects through this socket
   * folder.
   */
  startNode(socketDir: string): Promise<{ graphqlUrl: string; stop(): Promise<void> }>
  /**
   * Stops the service and starts it again, as for an update. The database and the checkpoint copies
   * remain, but the memory of the processes is lost.
   */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface LogRow {
  id: string
  action: string
  outcome: string
  reason: string | null
  method: string | null
  actor: { __typename: string; key: string; displayName: string }
  target: { type: string; id: string | null; displayName: string | null } | null
  changes: { field: string; before: unknown; after: unknown }[]
  session: { id: string } | null
  requestId: string
}

/**
 * Intervals that disable background effects. Audit coalescing starts only at 1e9 events, and the
 * search for ended sessions runs once per hour.
 */
const unhurried: ServiceOptions['intervals'] = {
  floods: { perSource: 1e9, perTenant: 1e9, overall: 1e9 },
  sessionEndsEveryMs: 3_600_000,
}

/**
 * Starts a world.
 * @param settings environment variables that override the defaults of the tests
 * @param options.wrap returns the database for the service. Tests use this function to inject
 * delays or errors between statements.
 * @param options.socketDir the socket folder of the PostgreSQL server, if not the shared server
 * @param options.processes runs the gateway and the subgraphs as separate processes, with these
 * additional variables
 * @param options.serve a custom function that starts the service
 */
export async function startWorld(
  settings: Record<string, string> = {},
  {
    wrap = (db) => db,
    intervals = unhurried,
    socketDir,
    processes,
    serve,
  }: {
    wrap?: (db: Database) => Database
    intervals?: ServiceOptions['intervals']
    socketDir?: string
    processes?: Partial<Record<Part, Record<string, string>>>
    serve?: Serve
  } = {},
): Promise<World> {
  const database = await cloneDatabase({}, socketDir)
  const dataDir = await mkdtemp(join(inject('worldsDir'), 'world-'))
  const keys = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const base = {
    PORT: '0',
    DATA_DIR: dataDir,
    DEMO: 'off',
    MICROSOFT_CLIENT_ID: randomUUID(),
    MICROSOFT_CLIENT_SECRET: 'secret',
    RATE_LIMIT_PER_ADDRESS: '1000000',
    RATE_LIMIT_PER_SESSION: '1000000',
    RATE_LIMIT_PER_PARTNER: '1000000',
    ...settings,
  }
  const config = readConfig(base)
  const at = await listen(config)
  const client = {
    clientId: base.MICROSOFT_CLIENT_ID,
    clientSecret: base.MICROSOFT_CLIENT_SECRET,
    redirectUris: [
      `${at.publicUrl}/login/microsoft/callback`,
      `${at.publicUrl}/login/microsoft/native`,
    ],
  }
  const entra = await startEntra({ tenants: [], client })
  const isCountedTogether = config.RATE_LIMIT_STORE === 'postgresql'
  const countsDb = isCountedTogether
    ? openDatabase({ at: database.at, role: 'it_complete_app' }, testLog, rateLimitDatabaseLimits)
    : null
  const common = {
    db: wrap(database.db),
    countsDb,
    log: testLog,
    transactionKey: new Uint8Array(32).fill(7),
    microsoft: { authority: entra.authority, ...client },
    intervals,
  }
  const sealerDb = openDatabase(
    { at: database.at, role: 'it_complete_sealer' },
    testLog,
    sealerLimits,
  )
  const sealing = { db: sealerDb, privateKey: keys.privateKey, anchorDir: join(dataDir, 'anchors') }
  const start = (listener: Listener) =>
    startServices(listener, {
      ...common,
      config,
      keys,
      sealing,
      environment: {
        ...environmentOf(base, keys, at.publicUrl, database, entra.authority),
        CHECKPOINT_DIR: sealing.anchorDir,
      },
      processes,
      serve,
    })
  let { services, parts } = await start(at)
  const stopServices = async () => {
    for (const service of services.reverse()) await service.stop()
  }

  const operatorDb: Database = openDatabase(
    { at: database.at, role: 'it_complete_operator' },
    testLog,
  )
  const operator = { db: operatorDb, operator: 'tester' }
  const partners = await registerPartners(operator)

  const graphqlUrl = `${at.publicUrl}/graphql`
  const world: World = {
    url: at.publicUrl,
    port: at.port,
    graphqlUrl,
    database,
    entra,
    operator,
    ...partners,
    config,
    anchorDir: sealing.anchorDir,
    parts,

    async createTenant(name = `Tenant ${randomUUID().slice(0, 8)}`) {
      const domain = `t${randomUUID().slice(0, 8)}.example`
      const microsoftTenantId = randomUUID()
      const id = await createTenant(operator, { name, microsoftTenantId, domains: [domain] })
      const person = (username: string, displayName: string, wids: string[]): EntraUser => ({
        username: `${username}@${domain}`,
        password: 'password',
        objectId: randomUUID(),
        displayName,
        wids,
      })
      const globalAdmin = person('global', 'Gloria Global', [globalAdministrator])
      const spanningAdmin = person('spanning', 'Sam Spanning', [])
      const user = person('user', 'Uma User', [])
      const directory: EntraTenant = {
        microsoftTenantId,
        domain,
        users: [globalAdmin, spanningAdmin, user],
      }
      entra.tenants.push(directory)
      return { id, name, domain, microsoftTenantId, globalAdmin, spanningAdmin, user }
    },

    async ask(who, query, variables = {}, headers = {}) {
      const own: Record<string, string> = { 'content-type': 'application/json', ...headers }
      if (who && 'bearer' in who) own.authorization = `Bearer ${who.bearer}`
      if (who && 'browser' in who) {
        own.cookie = who.browser.cookiesFor(graphqlUrl)
        if (who.tenantId) own['x-tenant-id'] = who.tenantId
      }
      const answer = await fetch(graphqlUrl, {
        method: 'POST',
        headers: own,
        body: JSON.stringify({ query, variables }),
      })
      const { data, errors = [] } = (await answer.json()) as Pick<Reply, 'data' | 'errors'>
      return {
        status: answer.status,
        headers: answer.headers,
        data,
        errors,
        codes: errors.map(({ extensions }) => extensions?.code),
      }
    },

    async tryToSignIn(tenant, user, { stepUp = false } = {}) {
      const locator = 'id' in tenant ? { id: tenant.id } : { domain: tenant.domain }
      const started = await world.ask(null, startLogin, { input: { tenant: locator, stepUp } })
      const { authorizationUrl, transactionSecret } = started.data.startMicrosoftLogin
      const callbackUrl = await answerOfEntra(world, authorizationUrl, user)
      return world.ask(null, completeLogin, { input: { callbackUrl, transactionSecret } })
    },

    signIn: (tenant, user) => createMicrosoftSession({ db: database.db, config }, tenant.id, user),

    async signInWithMicrosoft(tenant, user, options) {
      const reply = await world.tryToSignIn({ id: tenant.id }, user, options)
      const { accessToken, session } = reply.data?.completeMicrosoftLogin ?? {}
      if (!accessToken) throw new Error(`Sign-in failed: ${JSON.stringify(reply)}`)
      return { bearer: accessToken, sessionId: session.id }
    },

    async grant(tenant) {
      const { objectId, username, displayName } = tenant.spanningAdmin
      const admin = await world.signIn(tenant, tenant.globalAdmin)
      const input = { tenantId: tenant.id, objectId, userPrincipalName: username, displayName }
      const { data } = await world.ask(
        admin,
        'mutation ($input: GrantSpanningAdminInput!) { grantSpanningAdmin(input: $input) { userErrors { code } } }',
        { input },
      )
      if (data?.grantSpanningAdmin?.userErrors.length !== 0)
        throw new Error('grantSpanningAdmin returned user errors.')
      return world.signIn(tenant, tenant.spanningAdmin)
    },

    async open(tenant, partner, terms = {}) {
      const admin = await world.signIn(tenant, tenant.globalAdmin)
      const input = {
        tenantId: tenant.id,
        clientId: partner.clientId,
        externalTenantId: 'external',
        ...terms,
      }
      const { data, errors } = await world.ask(admin, associateAndEnable, {
        associate: input,
        enable: { tenantId: tenant.id },
      })
      const associationId = data?.associatePartner?.association?.id
      if (!associationId || data.enableItCompleteLogin?.userErrors.length !== 0)
        throw new Error(`Associating or enabling failed: ${JSON.stringify({ data, errors })}`)
      return { admin, associationId }
    },

    assertion: (partner, tenantId, technician = partner.technicians[0], txn) =>
      signAssertion(partner, { audience: at.publicUrl, tenantId, technician, txn }),

    clientCredentials: async (partner) => ({
      bearer: await signClientAuthentication(partner, at.publicUrl),
    }),

    async connect(tenant, partner, technician = partner.technicians[0]) {
      const created = await world.ask(null, createHandoff, {
        input: { assertion: await world.assertion(partner, tenant.id, technician) },
      })
      const code = created.data?.createHandoff?.code
      if (!code) throw new Error(`createHandoff failed: ${JSON.stringify(created)}`)
      const redeemed = await world.ask(await world.clientCredentials(partner), redeemHandoff, {
        input: { code },
      })
      const { accessToken, session } = redeemed.data?.redeemHandoff ?? {}
      if (!accessToken) throw new Error(`redeemHandoff failed: ${JSON.stringify(redeemed)}`)
      return { bearer: accessToken, sessionId: session.id }
    },

    async connectBrowser(tenant, partner, technician = partner.technicians[0]) {
      const browser = new Browser()
      const { code } = await browserHandoff(world, browser, tenant.id, partner, technician)
      const answer = await redeemInBrowser(world, browser, tenant.id, code)
      if (answer.status !== 200) throw new Error(`Redeeming in the browser failed: ${answer.text}`)
      return browser
    },

    async log(tenant, filter = {}) {
      const admin = await world.signIn(tenant, tenant.globalAdmin)
      const { data, errors } = await world.ask(admin, activityLog, { id: tenant.id, filter })
      if (errors.length) throw new Error(JSON.stringify(errors))
      return data.tenant.activityLog.nodes
    },

    async startNode(socketDir) {
      const db = openDatabase(
        { at: { ...database.at, socketDir }, role: 'it_complete_app' },
        testLog,
      )
      const own = await listen(config)
      const service = await startService({ ...common, db, sealing: null, config, listener: own })
      const stop = async () => {
        await service.stop()
        await db.close()
      }
      return { graphqlUrl: `${own.publicUrl}/graphql`, stop }
    },

    async restart() {
      await stopServices()
      const listener = await listen({ ...config, PORT: at.port })
      ;({ services, parts } = await start({ ...listener, publicUrl: at.publicUrl }))
    },

    async stop() {
      await stopServices()
      await entra.close()
      await operatorDb.close()
      await sealerDb.close()
      await countsDb?.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  return world
}

const associateAndEnable = `mutation ($associate: AssociatePartnerInput!, $enable: EnableItCompleteLoginInput!) {
  associatePartner(input: $associate) { association { id } userErrors { code } }
  enableItCompleteLogin(input: $enable) { userErrors { code } } }`

const activityLog = `query ($id: ID!, $filter: ActivityFilter) { tenant(id: $id) { activityLog(filter: $filter, first: 100) { nodes {
  id action outcome reason method requestId actor { __typename key displayName } target { type id displayName } changes { field before after } session { id } } } } }`

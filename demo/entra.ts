/**
 * A stand-in for Microsoft Entra ID v2.0, for the demo and the tests. The certified package
 * `oidc-provider` implements OAuth and OpenID Connect. This file adds Entra's URLs, issuers and
 * claims.
 *
 * One Provider serves all tenants. The first path segment is a tenant ID or `organizations`. The
 * user's account determines the issuer of an ID token (see `issuingTenant`).
 */
import { createHash, generateKeyPair, type JsonWebKey, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import {
  type Adapter,
  type AdapterPayload,
  type Configuration,
  interactionPolicy,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider'
import { type Credentials, errorPage, handleSignIn, type Verdict } from './entra-pages.ts'

export interface EntraUser {
  username: string
  password: string
  objectId: string
  displayName: string
  /** Role template IDs. If undefined, the ID token has no `wids` claim. */
  wids?: string[]
}

export interface EntraTenant {
  microsoftTenantId: string
  domain: string
  users: EntraUser[]
}

export interface EntraOptions {
  host?: string
  /** The port to listen on. Default: 0, which selects any free port. */
  port?: number
  tenants: EntraTenant[]
  client: { clientId: string; clientSecret: string; redirectUris: string[] }
}

export interface Entra {
  /** The base URL of the stand-in: scheme, host and port, for example `http://localhost:41234`. */
  authority: string
  /**
   * The issuer template `${authority}/{tenantid}/v2.0`, literally. Entra publishes this template
   * for `organizations`.
   */
  issuer: string
  /** The tenants. Changes to this array take effect at the next sign-in. */
  tenants: EntraTenant[]
  /** If set, the token endpoint sends this error instead of tokens. */
  tokenError: { status: number; body: Record<string, unknown> } | null
  /** Creates a new signing key. The previous key stays published, and older keys are removed. */
  rotateKeys(): Promise<void>
  close(): Promise<void>
}

const ORGANIZATIONS = 'organizations'
const SIGN_IN_PATH = '/sign-in/'
const STORE_LIMIT = 10_000

export async function startEntra(options: EntraOptions): Promise<Entra> {
  const { tenants } = options
  const cookieKeys = [randomBytes(32).toString('base64url')]
  const store = new Map<string, AdapterPayload>()
  let signingKeys = [await generateSigningKey()]

  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const authority = `http://localhost:${(server.address() as AddressInfo).port}`

  // A Provider cannot change its keys. Rotation creates a new Provider with the same store, so that
  // sign-ins in progress continue.
  const build = () => {
    const provider = buildProvider({ options, authority, cookieKeys, store, keys: signingKeys })
    return { provider, callback: provider.callback() }
  }
  let current = build()

  server.on('request', (req, res) => {
    const [, directory = '', path = ''] = /^\/([^/?]*)(\/.*)?$/.exec(req.url ?? '') ?? []
    const tenant = tenants.find((tenant) => tenant.microsoftTenantId === directory)
    if (!tenant && directory !== ORGANIZATIONS) {
      const refusal = {
        error: 'invalid_tenant',
        error_description: `Tenant '${directory}' not found.`,
      }
      res.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(refusal))
      return
    }
    if (path.startsWith(SIGN_IN_PATH)) {
      const check = (credentials: Credentials) => checkCredentials(options, directory, credentials)
      void handleSignIn({ provider: current.provider, domain: tenant?.domain, check, req, res })
      return
    }
    if (entra.tokenError && path.endsWith(entraBehaviour.routes.token)) {
      const { status, body } = entra.tokenError
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      return
    }
    // oidc-provider derives its mount path from `url` and `originalUrl`. The prefix /v2.0 is
    // removed, because Entra uses it only for the metadata.
    req.url = path.replace(/^\/v2\.0\/\.well-known\//, '/.well-known/') || '/'
    Object.assign(req, { originalUrl: `/${directory}${req.url}` })
    void current.callback(req, res)
  })

  const entra: Entra = {
    authority,
    issuer: `${authority}/{tenantid}/v2.0`,
    tenants,
    tokenError: null,
    async rotateKeys() {
      // The new key must be first, because oidc-provider signs with the first suitable key.
      signingKeys = [await generateSigningKey(), ...signingKeys.slice(0, 1)]
      current = build()
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
  return entra
}

/** Options that make oidc-provider behave like Entra. They are the same for every tenant. */
const entraBehaviour = {
  clientAuthMethods: ['client_secret_post', 'client_secret_basic'],
  responseTypes: ['code'],
  pkce: { required: () => true },
  scopes: ['openid', 'offline_access'],
  claims: {
    openid: ['sub', 'tid', 'ver', 'wids'],
    profile: ['name', 'oid', 'preferred_username'],
    email: [],
  },
  allowOmittingSingleRegisteredRedirectUri: false,
  // These settings replace defaults of oidc-provider that differ from Entra.
  features: {
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    // Without a userinfo endpoint, oidc-provider puts all claims in the ID token, as Entra does.
    userinfo: { enabled: false },
  },
  routes: {
    authorization: '/oauth2/v2.0/authorize',
    token: '/oauth2/v2.0/token',
    jwks: '/discovery/v2.0/keys',
  },
} satisfies Configuration

interface ProviderParts {
  options: EntraOptions
  authority: string
  cookieKeys: string[]
  store: Map<string, AdapterPayload>
  keys: JsonWebKey[]
}

function buildProvider({ options, authority, cookieKeys, store, keys }: ProviderParts): Provider {
  const { client } = options
  const provider = new Provider(authority, {
    adapter: (model) => storeAdapter(model, store),
    // The published keys have no `alg`, as in Entra.
    jwks: { keys },
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: client.redirectUris,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        // oidc-provider also accepts client_secret_basic from this client, as Entra does.
        token_endpoint_auth_method: 'client_secret_post',
        // Includes `auth_time` in ID tokens. In Entra, the app manifest requests this optional
        // claim.
        require_auth_time: true,
      },
    ],
    ...entraBehaviour,
    cookies: {
      keys: cookieKeys,
      // Cookies are shared by all ports of a host, so these names must differ from the service's
      // cookies on localhost.
      names: { session: 'entra_session', interaction: 'entra_interaction', resume: 'entra_resume' },
    },
    ttl: {
      AccessToken: 3600,
      AuthorizationCode: 600,
      Grant: 86_400,
      IdToken: 3600,
      Interaction: 3600,
      Session: 86_400,
    },
    interactions: {
      policy: signInPolicy(),
      url: (ctx, interaction) => `/${directoryOf(ctx)}${SIGN_IN_PATH}${interaction.uid}`,
    },
    // Authorization codes stay valid after the browser session ends. Otherwise, a sign-in as
    // another user would delete the previous user's codes.
    expiresWithSession: async () => false,
    clientBasedCORS: () => false,
    renderError(ctx, out) {
      ctx.type = 'html'
      ctx.body = errorPage(out.error, out.error_description ?? '')
    },
    findAccount: (ctx, accountId) => findAccount(options, directoryOf(ctx), accountId),
    // Skips the consent page, as Entra does after an administrator has consented for the
    // organisation.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client?.clientId,
        accountId: ctx.oidc.account?.accountId,
      })
      grant.addOIDCScope(ctx.oidc.requestParamOIDCScopes)
      await grant.save()
      return grant
    },
  })

  Object.defineProperty(provider, 'issuer', {
    get: () => `${authority}/${issuingTenant(Provider.ctx)}/v2.0`,
  })

  // Entra does not send or announce `iss` in authorization responses (RFC 9207).
  provider.use(async (ctx, next) => {
    await next()
    const location = URL.parse(ctx.response.get('location'))
    if (location?.searchParams.has('iss')) {
      location.searchParams.delete('iss')
      ctx.set('location', location.href)
    }
    if (ctx.oidc?.route === 'discovery')
      delete (ctx.body as Record<string, unknown>).authorization_response_iss_parameter_supported
  })
  provider.on('server_error', (_ctx, error) => console.error('The Entra stand-in failed:', error))
  return provider
}

/**
 * Finds an account. Below /{tid}/, finds only users of this tenant, so that cookies and codes of
 * other tenants' users are refused there.
 */
function findAccount({ client, tenants }: EntraOptions, directory: string, accountId: string) {
  const found = people(tenants, directory).find(
    (person) => accountIdOf(client.clientId, person) === accountId,
  )
  if (!found) return undefined
  const { tenant, user } = found
  return {
    accountId,
    tid: tenant.microsoftTenantId,
    claims: () => ({
      sub: accountId,
      tid: tenant.microsoftTenantId,
      oid: user.objectId,
      preferred_username: user.username,
      name: user.displayName,
      ...(user.wids && { wids: user.wids }),
      ver: '2.0',
    }),
  }
}

/**
 * Prompts for credentials when no user of this tenant is signed in, or when the client sends
 * prompt=login. Never prompts for consent.
 */
function signInPolicy(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check(
        'unknown_here',
        'the signed-in user belongs to another tenant',
        ({ oidc }) => oidc.account === undefined,
      ),
    )
  return policy
}

/** Returns the user with these credentials, or the error message to show in the form. */
function checkCredentials(
  { client, tenants }: EntraOptions,
  directory: string,
  { username, password }: Credentials,
): Verdict {
  const matches = ({ user }: Person) =>
    user.username.toLowerCase() === username.toLowerCase() && user.password === password
  const person = people(tenants, directory).find(matches)
  if (person) return { accountId: accountIdOf(client.clientId, person) }
  const elsewhere = people(tenants, ORGANIZATIONS).some(matches)
  return {
    error: elsewhere
      ? 'This account does not belong to this organisation.'
      : 'Your account or password is incorrect.',
  }
}

interface Person {
  tenant: EntraTenant
  user: EntraUser
}

/** Returns the current users of one tenant, or of all tenants for `organizations`. */
function people(tenants: EntraTenant[], directory: string): Person[] {
  return tenants
    .filter((tenant) => directory === ORGANIZATIONS || tenant.microsoftTenantId === directory)
    .flatMap((tenant) => tenant.users.map((user) => ({ tenant, user })))
}

/**
 * Returns the account ID, which is also the `sub` claim. As in Entra, the ID is opaque and differs
 * per client. Users in two tenants are different accounts even if their object IDs are equal.
 */
function accountIdOf(clientId: string, { tenant, user }: Person): string {
  const identity = JSON.stringify([clientId, tenant.microsoftTenantId, user.objectId])
  return createHash('sha256').update(identity).digest('base64url')
}

/**
 * Returns the ID of the tenant that issues the tokens of this request. Returns Entra's placeholder
 * `{tenantid}` if the tenant is not known yet.
 */
function issuingTenant(ctx: KoaContextWithOIDC | undefined): unknown {
  const directory = ctx ? directoryOf(ctx) : ORGANIZATIONS
  return ctx?.oidc.account?.tid ?? (directory === ORGANIZATIONS ? '{tenantid}' : directory)
}

function directoryOf(ctx: KoaContextWithOIDC): string {
  return (ctx.req as IncomingMessage & { originalUrl: string }).originalUrl.split('/')[1] ?? ''
}

async function generateSigningKey(): Promise<JsonWebKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ format: 'jwk' })
}

/**
 * An in-memory adapter for oidc-provider. The built-in adapter prints a warning and cannot be
 * shared by several Providers.
 */
function storeAdapter(model: string, store: Map<string, AdapterPayload>): Adapter {
  const prefix = `${model}:`
  return {
    // Entries do not expire here, because oidc-provider checks `exp` itself.
    async upsert(id, payload) {
      store.delete(prefix + id)
      store.set(prefix + id, payload)
      const [oldest] = store.keys()
      if (store.size > STORE_LIMIT && oldest !== undefined) store.delete(oldest)
    },
    find: async (id) => store.get(prefix + id),
    findByUid: async (uid) =>
      [...store].find(([key, payload]) => key.startsWith(prefix) && payload.uid === uid)?.[1],
    findByUserCode: async () => undefined, // Used only by the device flow, which is disabled.
    async consume(id) {
      const payload = store.get(prefix + id)
      if (payload) payload.consumed = Math.floor(Date.now() / 1000)
    },
    async destroy(id) {
      store.delete(prefix + id)
    },
    async revokeByGrantId(grantId) {
      for (const [key, payload] of store)
        if (key.startsWith(prefix) && payload.grantId === grantId) store.delete(key)
    },
  }
}

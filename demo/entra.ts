/**
 * A stand-in for Microsoft Entra ID v2.0, for the demo and for tests: the certified `oidc-provider`, dressed with
 * Entra's addresses, issuers and claims. All of OAuth and OpenID Connect is the package's; here is only what is Entra's.
 *
 * One Provider serves every directory, which is the first segment of the path: a tenant's id, or `organizations`
 * for "whichever tenant the user belongs to". A person signed in through the latter gets the ID token of his own
 * tenant, so the issuer follows from the account once there is one (see `issuingTenant`).
 */
import { createHash, generateKeyPair, type JsonWebKey, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import {
  type Adapter,
  type AdapterPayload,
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
  /** Role template ids. Undefined: the claim is not sent at all. */
  wids?: string[]
}

export interface EntraTenant {
  microsoftTenantId: string
  domain: string
  users: EntraUser[]
}

export interface EntraOptions {
  host?: string
  /** 0, the default, takes any free port. */
  port?: number
  tenants: EntraTenant[]
  client: { clientId: string; clientSecret: string; redirectUris: string[] }
}

export interface Entra {
  /** Scheme, host and port, as in `http://localhost:41234`. */
  authority: string
  /** `${authority}/{tenantid}/v2.0`: the literal template, as Entra publishes it for `organizations`. */
  issuer: string
  /** Live: the next sign-in sees what the caller changes here. */
  tenants: EntraTenant[]
  /** Sign with a new key from now on. The key before stays published, older ones are gone. */
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

  // A Provider's keys are fixed, so rotating them builds another over the same store: sign-ins under way go on.
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
    // oidc-provider takes the difference of the two for its mount path, and writes its addresses with it.
    // Only Entra's metadata is at /v2.0/…, its endpoints are not, so that part goes.
    req.url = path.replace(/^\/v2\.0\/\.well-known\//, '/.well-known/') || '/'
    Object.assign(req, { originalUrl: `/${directory}${req.url}` })
    void current.callback(req, res)
  })

  return {
    authority,
    issuer: `${authority}/{tenantid}/v2.0`,
    tenants,
    async rotateKeys() {
      // The first key that fits is the one that signs.
      signingKeys = [await generateSigningKey(), ...signingKeys.slice(0, 1)]
      current = build()
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

interface ProviderParts {
  options: EntraOptions
  authority: string
  cookieKeys: string[]
  store: Map<string, AdapterPayload>
  keys: JsonWebKey[]
}

function buildProvider({ options, authority, cookieKeys, store, keys }: ProviderParts): Provider {
  const { client, tenants } = options
  const provider = new Provider(authority, {
    adapter: (model) => storeAdapter(model, store),
    // No `alg` in the keys, and no `iss` anywhere but in tokens: a client that leans on either would fail with Entra.
    jwks: { keys },
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: client.redirectUris,
        grant_types: ['authorization_code'],
        response_types: ['code'],
        // The package takes client_secret_basic from such a client too, as Entra does.
        token_endpoint_auth_method: 'client_secret_post',
        // Our app's manifest asks Entra for auth_time as an optional claim; this is the same wish.
        require_auth_time: true,
      },
    ],
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
    // On by default in the package, and nothing that Entra does this way.
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      // Without a userinfo endpoint every claim belongs in the ID token, where Entra puts it.
      userinfo: { enabled: false },
    },
    routes: {
      authorization: '/oauth2/v2.0/authorize',
      token: '/oauth2/v2.0/token',
      jwks: '/discovery/v2.0/keys',
    },
    cookies: {
      keys: cookieKeys,
      // Cookies do not know ports: on localhost these share a jar with the service's own.
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
    // A code outlives its browser session, or signing in as someone else would take the codes of the one before along.
    expiresWithSession: async () => false,
    clientBasedCORS: () => false,
    renderError(ctx, out) {
      ctx.type = 'html'
      ctx.body = errorPage(out.error, out.error_description ?? '')
    },
    // The one place where tenants are kept apart: at /{tid}/… nobody of another tenant exists, be it as the person
    // whom the cookie remembers or as the owner of a code.
    findAccount(ctx, accountId) {
      const found = people(tenants, directoryOf(ctx)).find(
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
    },
    // Nobody is asked for consent: the administrator has consented for the organisation.
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

  // Entra neither sends nor announces RFC 9207's `iss`; for `organizations` it could not be compared with anything.
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
  provider.on('server_error', (_ctx, error) => console.error('Entra stand-in:', error))
  return provider
}

/** Ask who it is when nobody, or nobody of this tenant, is signed in, and when the client says prompt=login. Never ask for consent. */
function signInPolicy(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base()
  policy.remove('consent')
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check(
        'unknown_here',
        'the signed-in user is not of this tenant',
        ({ oidc }) => oidc.account === undefined,
      ),
    )
  return policy
}

/** Whom these credentials belong to here, or what to tell the person who typed them. */
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

/** Who exists in this directory, as of now. */
function people(tenants: EntraTenant[], directory: string): Person[] {
  return tenants
    .filter((tenant) => directory === ORGANIZATIONS || tenant.microsoftTenantId === directory)
    .flatMap((tenant) => tenant.users.map((user) => ({ tenant, user })))
}

/** Also the `sub`. As with Entra it is opaque and the client's own, and the same object id in two tenants is two people. */
function accountIdOf(clientId: string, { tenant, user }: Person): string {
  const identity = JSON.stringify([clientId, tenant.microsoftTenantId, user.objectId])
  return createHash('sha256').update(identity).digest('base64url')
}

/** The tenant in whose name the current request is answered, or Entra's placeholder while that is open. */
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

/** oidc-provider's own in-memory adapter is a warning on stdout, and each Provider has another one. */
function storeAdapter(model: string, store: Map<string, AdapterPayload>): Adapter {
  const prefix = `${model}:`
  return {
    // Expiry needs no care here: oidc-provider checks `exp` itself.
    async upsert(id, payload) {
      store.delete(prefix + id)
      store.set(prefix + id, payload)
      const [oldest] = store.keys()
      if (store.size > STORE_LIMIT && oldest !== undefined) store.delete(oldest)
    },
    find: async (id) => store.get(prefix + id),
    findByUid: async (uid) =>
      [...store].find(([key, payload]) => key.startsWith(prefix) && payload.uid === uid)?.[1],
    findByUserCode: async () => undefined, // of the device flow, which is off
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

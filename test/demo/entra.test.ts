/**
 * The simulated Entra ID behaves like the Entra ID v2.0 endpoints, as far as the service depends on
 * them. The tests sign in with openid-client, as the service does.
 */
import * as client from 'openid-client'
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest'
import { type Entra, type EntraTenant, type EntraUser, startEntra } from '../../demo/entra.ts'

const GLOBAL_ADMIN = '62e90394-69f5-4237-9190-012177145e10'
const CLIENT = {
  clientId: 'b1f0c7c2-0000-4000-8000-000000000001',
  clientSecret: 'a-secret+with/odd=characters',
}
const REDIRECT_URI = 'http://localhost:4000/login/microsoft/callback'

let entra: Entra
let contoso: EntraTenant
let fabrikam: EntraTenant
let ada: EntraUser
let bob: EntraUser
let browser: Browser
let printed: MockInstance[]

beforeEach(async () => {
  printed = (['log', 'info', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method))
  ada = {
    username: 'ada@contoso.example',
    password: 'correct horse',
    objectId: 'oid-1',
    displayName: 'Ada <Admin>',
    wids: [GLOBAL_ADMIN],
  }
  bob = {
    username: 'bob@contoso.example',
    password: 'battery',
    objectId: 'oid-2',
    displayName: 'Bob',
  }
  // The same object id as Ada's, because an object id identifies a user only within a tenant.
  const eve = {
    username: 'eve@fabrikam.example',
    password: 'staple',
    objectId: 'oid-1',
    displayName: 'Eve',
    wids: [],
  }
  contoso = {
    microsoftTenantId: '11111111-1111-4111-8111-111111111111',
    domain: 'contoso.example',
    users: [ada, bob],
  }
  fabrikam = {
    microsoftTenantId: '22222222-2222-4222-8222-222222222222',
    domain: 'fabrikam.example',
    users: [eve],
  }
  entra = await startEntra({
    tenants: [contoso, fabrikam],
    client: { ...CLIENT, redirectUris: [REDIRECT_URI] },
  })
  browser = new Browser()
})

afterEach(async () => {
  vi.useRealTimers()
  await entra.close()
  // oidc-provider warns about every default value; the demo must not print these warnings.
  for (const method of printed) expect(method).not.toHaveBeenCalled()
  vi.restoreAllMocks()
})

test("metadata has Entra's issuers and endpoints", async () => {
  const of = async (directory: string) =>
    (await json(`${entra.authority}/${directory}/v2.0/.well-known/openid-configuration`)) as Record<
      string,
      unknown
    >
  expect(entra.authority).toMatch(/^http:\/\/localhost:\d+$/)
  for (const [directory, issuer] of [
    [contoso.microsoftTenantId, `${entra.authority}/${contoso.microsoftTenantId}/v2.0`],
    ['organizations', `${entra.authority}/{tenantid}/v2.0`],
  ] as const) {
    const metadata = await of(directory)
    expect(metadata).toMatchObject({
      issuer,
      authorization_endpoint: `${entra.authority}/${directory}/oauth2/v2.0/authorize`,
      token_endpoint: `${entra.authority}/${directory}/oauth2/v2.0/token`,
      jwks_uri: `${entra.authority}/${directory}/discovery/v2.0/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
    })
    expect(metadata).not.toHaveProperty('authorization_response_iss_parameter_supported')
  }
  expect(entra.issuer).toBe((await of('organizations')).issuer)
  expect(await of('33333333-3333-4333-8333-333333333333')).toMatchObject({
    error: 'invalid_tenant',
  })
})

test.each([
  ['client_secret_post', client.ClientSecretPost],
  ['client_secret_basic', client.ClientSecretBasic],
])('a sign-in ends in an ID token with the claims of Entra (%s)', async (_name, clientAuth) => {
  const config = await configure(contoso, clientAuth(CLIENT.clientSecret))
  const { claims, header, callback } = await signIn(config, ada)
  const now = Math.floor(Date.now() / 1000)
  expect(header).toMatchObject({ alg: 'RS256', kid: expect.any(String) })
  expect(claims).toMatchObject({
    iss: `${entra.authority}/${contoso.microsoftTenantId}/v2.0`,
    aud: CLIENT.clientId,
    tid: contoso.microsoftTenantId,
    oid: 'oid-1',
    preferred_username: ada.username,
    name: ada.displayName,
    wids: [GLOBAL_ADMIN],
    ver: '2.0',
    sub: expect.stringMatching(/^[\w-]{43}$/),
  })
  expect(Math.abs(now - (claims.auth_time as number))).toBeLessThan(5)
  expect(callback.searchParams.has('iss')).toBe(false)
})

test('the wids claim has the user’s current roles, and is optional', async () => {
  const config = await configure(contoso)
  expect((await signIn(config, bob)).claims).not.toHaveProperty('wids')
  bob.wids = []
  expect((await signIn(config)).claims.wids).toEqual([])
  bob.wids = [GLOBAL_ADMIN]
  expect((await signIn(config)).claims.wids).toEqual([GLOBAL_ADMIN])
})

test('a wrong password shows the form again with an error', async () => {
  const config = await configure(contoso)
  const { url, checks } = await authorizationRequest(config, { login_hint: 'a"<b>' })
  const form = await browser.open(url)
  expect(form.html).toContain('stand-in for Microsoft Entra ID')
  expect(form.html).toContain('value="a&#34;&#60;b&#62;"')
  const refused = await browser.submit(form, { username: ada.username, password: 'wrong' })
  expect(refused.status).toBe(400)
  expect(refused.html).toContain('Your account or password is incorrect.')
  expect(refused.html).toContain(`value="${ada.username}"`)
  const { location } = await browser.submit(refused, {
    username: ada.username.toUpperCase(),
    password: ada.password,
  })
  expect((await redeem(config, location, checks)).claims()?.preferred_username).toBe(ada.username)
})

test("a tenant's endpoint refuses users of other tenants", async () => {
  const eve = fabrikam.users[0]!
  await signIn(await configure(fabrikam), eve)

  const { url } = await authorizationRequest(await configure(contoso))
  const form = await browser.open(url)
  expect(form.location).toBeUndefined()
  const refused = await browser.submit(form, eve)
  expect(refused.status).toBe(400)
  expect(refused.html).toContain('does not belong')
})

test("a code is refused at another tenant's token endpoint", async () => {
  const { url, checks } = await authorizationRequest(await configure(contoso))
  const { location } = await browser.submit(await browser.open(url), ada)
  await expect(redeem(await configure(fabrikam), location, checks)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
})

test('a second user’s sign-in does not invalidate the first one’s code', async () => {
  const config = await configure(contoso)
  const { url, checks } = await authorizationRequest(config)
  const before = await browser.submit(await browser.open(url), ada)
  const { claims } = await signIn(config, bob, { prompt: 'login' })
  expect(claims.oid).toBe('oid-2')
  expect((await signIn(config)).claims.sub).toBe(claims.sub)
  const late = (await redeem(config, before.location, checks)).claims()
  expect(late?.oid).toBe('oid-1')
  expect(late?.sub).not.toBe(claims.sub)
})

test('a sign-in in another tab does not affect an open form', async () => {
  const config = await configure(contoso)
  const { url, checks } = await authorizationRequest(config)
  const form = await browser.open(url)
  await signIn(config, bob)
  const { location } = await browser.submit(form, ada)
  expect((await redeem(config, location, checks)).claims()?.oid).toBe('oid-1')
})

test('only prompt=login asks a signed-in browser and updates auth_time', async () => {
  const config = await configure(contoso)
  const first = await signIn(config, ada)
  // Shifts the clock instead of waiting; server and client run in this process. Timers stay real,
  // because sockets need them.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
  const silent = await signIn(config)
  expect(silent.claims.auth_time).toBe(first.claims.auth_time)
  expect(silent.claims.iat).toBeGreaterThanOrEqual(first.claims.iat + 60)
  const again = await signIn(config, ada, { prompt: 'login' })
  expect(again.claims.auth_time).toBeGreaterThanOrEqual((first.claims.auth_time as number) + 60)
  expect((await signIn(config)).claims.auth_time).toBe(again.claims.auth_time)
})

test('prompt=none answers login_required when nobody is signed in', async () => {
  const { url, checks } = await authorizationRequest(await configure(contoso), { prompt: 'none' })
  const { location } = await browser.open(url)
  expect(Object.fromEntries(location?.searchParams ?? [])).toMatchObject({
    error: 'login_required',
    state: checks.expectedState,
  })
  expect(location?.searchParams.has('iss')).toBe(false)
})

test("organizations: users of any tenant get a token of their tenant's issuer", async () => {
  for (const tenant of [contoso, fabrikam]) {
    browser = new Browser()
    const config = configureOrganizations(tenant)
    const { claims } = await signIn(config, tenant.users[0])
    expect(claims).toMatchObject({
      iss: `${entra.authority}/${tenant.microsoftTenantId}/v2.0`,
      tid: tenant.microsoftTenantId,
      oid: 'oid-1',
      preferred_username: tenant.users[0]?.username,
    })
    // At the tenant's endpoint, the user has the same subject and is already signed in.
    expect((await signIn(await configure(tenant))).claims.sub).toBe(claims.sub)
  }
})

test('organizations: the issuer check refuses an ID token of another tenant', async () => {
  const unexpected = {
    code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
    cause: { cause: { claim: 'iss' } },
  }
  await expect(signIn(configureOrganizations(contoso), fabrikam.users[0])).rejects.toMatchObject(
    unexpected,
  )
})

test('PKCE, redirect URI and client secret are checked', async () => {
  const config = await configure(contoso)
  const { url, checks } = await authorizationRequest(config)

  const withoutPkce = new URL(url)
  withoutPkce.searchParams.delete('code_challenge')
  withoutPkce.searchParams.delete('code_challenge_method')
  expect((await browser.open(withoutPkce)).location?.searchParams.get('error')).toBe(
    'invalid_request',
  )

  const elsewhere = new URL(url)
  elsewhere.searchParams.set('redirect_uri', `${REDIRECT_URI}/`)
  const page = await browser.open(elsewhere)
  expect(page).toMatchObject({ status: 400, location: undefined })
  expect(page.html).toContain('redirect_uri')

  const { location } = await browser.submit(await browser.open(url), ada)
  const impostor = await configure(contoso, client.ClientSecretPost('guessed'))
  await expect(redeem(impostor, location, checks)).rejects.toMatchObject({
    error: 'invalid_client',
  })
  const verifier = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }
  await expect(redeem(config, location, verifier)).rejects.toMatchObject({ error: 'invalid_grant' })
  await redeem(config, location, checks)
  await expect(redeem(config, location, checks)).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('rotateKeys signs with a new key and still publishes the previous one', async () => {
  const config = await configure(contoso)
  const kids = async () => {
    const { keys } = (await json(config.serverMetadata().jwks_uri ?? '')) as {
      keys: { kid: string }[]
    }
    // The keys have public members only and, as Entra's keys, no `alg`.
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['e', 'kid', 'kty', 'n', 'use'])
    return keys.map(({ kid }) => kid)
  }
  const before = (await signIn(config, ada)).header.kid
  const { url, checks } = await authorizationRequest(config, { prompt: 'login' })
  const form = await browser.open(url)

  await entra.rotateKeys()
  // A Configuration of openid-client caches the keys for a minute, even for an unknown kid. A new
  // Configuration fetches them again.
  const fresh = await configure(contoso)
  expect((await signIn(fresh)).header.kid).not.toBe(before)
  expect(await kids()).toHaveLength(2)
  expect(await kids()).toContain(before)

  const { location } = await browser.submit(form, ada)
  await redeem(fresh, location, checks)
  await entra.rotateKeys()
  expect(await kids()).not.toContain(before)
})

test('an expired or foreign sign-in page shows an error', async () => {
  const page = await browser.open(new URL(`${entra.authority}/organizations/sign-in/nothing`))
  expect(page.status).toBe(400)
  expect(page.html).toContain('expired')
})

test('close ends idle keep-alive connections too', async () => {
  const other = await startEntra({
    tenants: [contoso],
    client: { ...CLIENT, redirectUris: [REDIRECT_URI] },
  })
  await (await fetch(`${other.authority}/organizations/discovery/v2.0/keys`)).text()
  const startedAt = performance.now()
  await other.close()
  expect(performance.now() - startedAt).toBeLessThan(1000)
})

async function json(url: string): Promise<unknown> {
  return (await fetch(url)).json()
}

/** Runs a complete sign-in. Without a user, it expects that no form is shown. */
async function signIn(
  config: client.Configuration,
  user?: EntraUser,
  parameters: Record<string, string> = {},
) {
  const { url, checks } = await authorizationRequest(config, parameters)
  let page = await browser.open(url)
  if (user) {
    expect(page.location, 'a form is expected').toBeUndefined()
    page = await browser.submit(page, user)
  }
  const tokens = await redeem(config, page.location, checks)
  const [header = ''] = (tokens.id_token ?? '').split('.')
  return {
    claims: tokens.claims()!,
    header: JSON.parse(Buffer.from(header, 'base64url').toString()) as { alg: string; kid: string },
    callback: page.location!,
  }
}

function configure(
  tenant: EntraTenant,
  clientAuth?: client.ClientAuth,
): Promise<client.Configuration> {
  const issuer = new URL(`${entra.authority}/${tenant.microsoftTenantId}/v2.0`)
  return client
    .discovery(issuer, CLIENT.clientId, CLIENT.clientSecret, clientAuth, {
      execute: [client.allowInsecureRequests],
    })
    .then(checkSignatures)
}

/**
 * Configures openid-client as the service does: with the endpoints of `organizations`, and the
 * expected tenant's id in the issuer.
 */
function configureOrganizations(tenant: EntraTenant): client.Configuration {
  const metadata = {
    issuer: entra.issuer.replace('{tenantid}', tenant.microsoftTenantId),
    authorization_endpoint: `${entra.authority}/organizations/oauth2/v2.0/authorize`,
    token_endpoint: `${entra.authority}/organizations/oauth2/v2.0/token`,
    jwks_uri: `${entra.authority}/organizations/discovery/v2.0/keys`,
  }
  const config = new client.Configuration(metadata, CLIENT.clientId, CLIENT.clientSecret)
  client.allowInsecureRequests(config)
  return checkSignatures(config)
}

function checkSignatures(config: client.Configuration): client.Configuration {
  client.enableNonRepudiationChecks(config)
  return config
}

async function authorizationRequest(
  config: client.Configuration,
  parameters: Record<string, string> = {},
) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  }
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile email',
    response_mode: 'query',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  })
  return { url, checks }
}

function redeem(
  config: client.Configuration,
  callback: URL | undefined,
  checks: client.AuthorizationCodeGrantChecks,
) {
  if (!callback) throw new Error('The browser was not redirected to the client.')
  return client.authorizationCodeGrant(config, callback, checks)
}

interface Page {
  status: number
  html: string
  url: URL
  /** The first redirect target outside the simulated Entra ID. */
  location?: URL
}

/** Follows redirects within the simulated Entra ID, and sends each cookie only for its path. */
class Browser {
  readonly #jar = new Map<string, { pair: string; path: string }>()

  open(url: URL): Promise<Page> {
    return this.#request(url, {})
  }

  /** Sends the form to the URL of its page, because the form has no action. */
  submit(
    page: Page,
    { username, password }: { username: string; password: string },
  ): Promise<Page> {
    expect(page.html).toMatch(/<form method="post">[\s\S]*name="username"[\s\S]*name="password"/)
    return this.#request(page.url, {
      method: 'POST',
      body: new URLSearchParams({ username, password }),
    })
  }

  async #request(url: URL, init: RequestInit): Promise<Page> {
    let response = await this.#fetch(url, init)
    for (let redirects = 0; response.status >= 300 && response.status < 400; redirects++) {
      expect(redirects).toBeLessThan(10)
      url = new URL(response.headers.get('location') ?? '', url)
      if (url.origin !== entra.authority)
        return { status: response.status, html: '', url, location: url }
      response = await this.#fetch(url, {})
    }
    return { status: response.status, html: await response.text(), url, location: undefined }
  }

  async #fetch(url: URL, init: RequestInit): Promise<Response> {
    const cookie = [...this.#jar.values()]
      .filter(({ path }) => url.pathname.startsWith(path))
      .map(({ pair }) => pair)
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: cookie.join('; ') },
    })
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/; */)
      expect(attributes.map((attribute) => attribute.toLowerCase())).not.toContain('secure')
      const path =
        attributes.find((attribute) => /^path=/i.test(attribute))?.slice('path='.length) ?? '/'
      const key = `${pair.split('=', 1)} ${path}`
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.#jar.delete(key)
      else this.#jar.set(key, { pair, path })
    }
    return response
  }
}

/**
 * A subgraph over HTTP accepts requests only from its gateways. A gateway signs the viewer for one
 * subgraph, and the signature is valid for 10 seconds.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { importPKCS8, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { viewerTokenAudience, viewerTokenType } from '../../platform/graphql/subgraph-protocol.ts'
import { subgraphApp } from '../../platform/graphql/subgraph-server.ts'
import { identitySubgraph } from '../../subgraphs/identity/subgraph.ts'
import { tenantsSubgraph } from '../../subgraphs/tenants/subgraph.ts'
import { testLog } from '../support/database.ts'
import { activityRows } from '../support/log-rows.ts'
import { inDays, internals, nowSeconds } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Tenant, World } from '../support/world.ts'

const keyPair = () =>
  generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
const [gatewayKey, nextKey, strangerKey] = [keyPair(), keyPair(), keyPair()]

let world: World
const servers: Server[] = []
const urls = { identity: '', tenants: '' }
beforeAll(async () => {
  world = await sharedWorld()
  const services = { db: world.database.db, log: testLog }
  // These tests never sign in.
  const subgraphs = {
    identity: identitySubgraph(services, {} as never),
    tenants: tenantsSubgraph(services, { mailEnabled: false }),
  }
  for (const name of ['identity', 'tenants'] as const) {
    const gatewayPublicKeys = [gatewayKey.publicKey, nextKey.publicKey]
    const server = createServer(
      subgraphApp({ subgraph: subgraphs[name], gatewayPublicKeys, ...services }),
    )
    const { promise, resolve } = Promise.withResolvers<void>()
    server.listen(0, '127.0.0.1', resolve)
    await promise
    servers.push(server)
    urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
})
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

const facts = { requestId: randomUUID(), traceId: null, ipAddress: null, userAgent: null }
const adminOf = (tenant: Tenant) => ({
  kind: 'admin',
  tenantId: tenant.id,
  sessionId: randomUUID(),
  method: 'MICROSOFT',
  actor: {
    __typename: 'MicrosoftAdmin',
    key: 'microsoft:x',
    displayName: 'Mallory',
    objectId: randomUUID(),
    userPrincipalName: 'm',
    role: 'GLOBAL_ADMIN',
  },
  recentlySignedIn: true,
})

interface TokenOptions {
  key?: string
  audience?: string | string[]
  typ?: string | undefined
  iat?: number
  exp?: number
  claims?: Record<string, unknown>
}
async function token(viewer: object, options: TokenOptions = {}): Promise<string> {
  const {
    key = gatewayKey.privateKey,
    audience = viewerTokenAudience('identity'),
    iat = nowSeconds(),
    exp = iat + 10,
    claims,
  } = options
  const typ = 'typ' in options ? options.typ : viewerTokenType
  return new SignJWT({ viewer, request: facts, ...claims } as Record<string, unknown>)
    .setProtectedHeader({ alg: 'EdDSA', ...(typ && { typ }) })
    .setAudience(audience)
    .setIssuedAt(iat)
    .setExpirationTime(exp)
    .sign(await importPKCS8(key, 'EdDSA'))
}

async function post(
  name: 'identity' | 'tenants',
  authorization: string | null,
  body: unknown,
  type = 'application/json',
) {
  const answer = await fetch(`${urls[name]}/graphql`, {
    method: 'POST',
    headers: { 'content-type': type, ...(authorization !== null && { authorization }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await answer.text()
  expect(text).not.toMatch(internals)
  return {
    status: answer.status,
    text,
    json: JSON.parse(text) as {
      data?: Record<string, never>
      errors?: { extensions?: { code: string } }[]
    },
  }
}
const refusal = { status: 401, json: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } }
const sdl = { query: '{ _service { sdl } }' }
const entitiesOf = (...representations: object[]) => ({
  query:
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on Session { id actor { key } } ... on Tenant { id sessions { nodes { id } } } ... on ItCompleteLogin { disableImpact { federatedSessionCount } } } }',
  variables: { representations },
})

describe('a request is refused with', () => {
  test.for<[string, () => Promise<string | null> | string | null]>([
    ['no authorization', () => null],
    ['nothing after Bearer', () => 'Bearer '],
    ['Basic', () => 'Basic eDp4'],
    [
      'two tokens',
      async () =>
        `Bearer ${await token({ kind: 'anonymous' })} ${await token({ kind: 'anonymous' })}`,
    ],
    [
      'a token signed with another key',
      async () => `Bearer ${await token({ kind: 'anonymous' }, { key: strangerKey.privateKey })}`,
    ],
    [
      'a token for another subgraph',
      async () =>
        `Bearer ${await token({ kind: 'anonymous' }, { audience: viewerTokenAudience('tenants') })}`,
    ],
    ['for nobody', async () => `Bearer ${await token({ kind: 'anonymous' }, { audience: '' })}`],
    [
      'an expired token',
      async () => `Bearer ${await token({ kind: 'anonymous' }, { iat: nowSeconds() - 20 })}`,
    ],
    [
      'a token older than 10 seconds that claims one hour',
      async () =>
        `Bearer ${await token({ kind: 'anonymous' }, { iat: nowSeconds() - 20, exp: nowSeconds() + 3600 })}`,
    ],
    [
      'a token from the future',
      async () => `Bearer ${await token({ kind: 'anonymous' }, { iat: nowSeconds() + 60 })}`,
    ],
    ['of another type', async () => `Bearer ${await token({ kind: 'anonymous' }, { typ: 'JWT' })}`],
    ['of no type', async () => `Bearer ${await token({ kind: 'anonymous' }, { typ: undefined })}`],
    [
      'a token without a viewer',
      async () => `Bearer ${await token({ kind: 'anonymous' }, { claims: { viewer: undefined } })}`,
    ],
    [
      'a token without request metadata',
      async () =>
        `Bearer ${await token({ kind: 'anonymous' }, { claims: { request: undefined } })}`,
    ],
    ['cut short', async () => `Bearer ${(await token({ kind: 'anonymous' })).slice(0, -1)}`],
    [
      'a viewer that was changed after signing',
      async () => `Bearer ${promoted(await token({ kind: 'anonymous' }))}`,
    ],
    ['alg none', async () => `Bearer ${unsigned(await token({ kind: 'anonymous' }))}`],
    ['keyed with the public key', async () => `Bearer ${await keyedWithPublicKey()}`],
    [
      'a session token',
      async () => {
        const tenant = await world.createTenant()
        return `Bearer ${(await world.signIn(tenant, tenant.globalAdmin)).bearer}`
      },
    ],
    [
      'a partner client’s JWT',
      async () => `Bearer ${(await world.clientCredentials(world.vsa)).bearer}`,
    ],
  ])('%s', async ([, make]) => {
    expect(await post('identity', await make(), sdl)).toMatchObject(refusal)
  })

  test('authentication precedes parsing: an invalid body gets the same refusal', async () => {
    for (const body of ['{', '', 'x'.repeat(2_000_000)])
      expect(await post('identity', null, body)).toMatchObject(refusal)
  })

  test('the only other routes are health checks', async () => {
    for (const path of ['/', '/connect', '/login/microsoft', '/logout', '/metrics'])
      expect((await fetch(urls.identity + path)).status).toBe(404)
    for (const path of ['/healthz', '/readyz']) {
      const { status, headers } = await fetch(urls.identity + path)
      expect([path, status, headers.get('cache-control')]).toEqual([path, 200, 'no-store'])
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none';frame-ancestors 'none'",
      )
      expect(headers.get('x-frame-options')).toBe('DENY')
    }
    const get = await fetch(`${urls.identity}/graphql`)
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

describe('a gateway gets an answer', () => {
  test('signed with either key during a rotation', async () => {
    for (const { privateKey } of [gatewayKey, nextKey]) {
      const answer = await post(
        'identity',
        `Bearer ${await token({ kind: 'anonymous' }, { key: privateKey })}`,
        sdl,
      )
      expect(answer).toMatchObject({
        status: 200,
        json: { data: { _service: { sdl: expect.stringContaining('type Session') } } },
      })
    }
  })

  test('only from the subgraph that the token is for', async () => {
    const forTenants = await token(
      { kind: 'anonymous' },
      { audience: viewerTokenAudience('tenants') },
    )
    expect((await post('tenants', `Bearer ${forTenants}`, sdl)).status).toBe(200)
    expect(await post('identity', `Bearer ${forTenants}`, sdl)).toMatchObject(refusal)
  })

  test.for([
    ['no JSON', '{'],
    ['no query', {}],
    ['a query that is none', { query: '{' }],
    ['a query that is a number', { query: 1 }],
    ['a list', []],
    ['a field that is not there', { query: '{ passwords }' }],
  ] as [string, unknown][])('without internal details, for %s', async ([, body]) => {
    const answer = await post('identity', `Bearer ${await token({ kind: 'anonymous' })}`, body)
    expect(answer.json.errors).toHaveLength(1)
    expect(answer.json.data ?? null).toBeNull()
  })

  test('without internal details, for another media type', async () => {
    const answer = await post(
      'identity',
      `Bearer ${await token({ kind: 'anonymous' })}`,
      'query={__typename}',
      'application/x-www-form-urlencoded',
    )
    expect(answer.json.errors).toHaveLength(1)
  })
})

describe('_entities, requested directly', () => {
  test('an anonymous viewer gets no entity', async () => {
    const tenant = await world.createTenant()
    const { sessionId } = await world.signIn(tenant, tenant.globalAdmin)
    const all = entitiesOf(
      { __typename: 'Session', id: sessionId },
      { __typename: 'Tenant', id: tenant.id },
      { __typename: 'ItCompleteLogin', tenantId: tenant.id },
    )
    const { json } = await post('identity', `Bearer ${await token({ kind: 'anonymous' })}`, all)
    expect(json.data).toEqual({ _entities: [null, null, null] })
  })

  test('a viewer gets no entity of another tenant', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    const { sessionId } = await world.signIn(other, other.globalAdmin)
    const all = entitiesOf(
      { __typename: 'Session', id: sessionId },
      { __typename: 'Tenant', id: other.id },
      { __typename: 'ItCompleteLogin', tenantId: other.id },
      { __typename: 'Session', id: '\0' },
      { __typename: 'Session', id: "' or true --" },
      { __typename: 'Tenant', id: own.id, tenantId: other.id },
    )
    const { json } = await post('identity', `Bearer ${await token(adminOf(own))}`, all)
    expect(json).toEqual({
      data: {
        _entities: [
          null,
          null,
          null,
          null,
          null,
          { __typename: 'Tenant', id: own.id, sessions: { nodes: [] } },
        ],
      },
    })
  })

  test('a viewer gets no tenant of another subgraph either', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    const audience = viewerTokenAudience('tenants')
    const { json } = await post('tenants', `Bearer ${await token(adminOf(own), { audience })}`, {
      query: 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Tenant { id } } }',
      variables: { r: [own, other].map(({ id }) => ({ __typename: 'Tenant', id })) },
    })
    expect(json).toEqual({ data: { _entities: [{ id: own.id }, null] } })
  })

  test('values in a reference are ignored', async () => {
    const tenant = await world.createTenant()
    const { sessionId } = await world.signIn(tenant, tenant.globalAdmin)
    const forged = entitiesOf({
      __typename: 'Session',
      id: sessionId,
      actor: { __typename: 'MicrosoftAdmin', key: 'microsoft:forged' },
    })
    const { text } = await post('identity', `Bearer ${await token(adminOf(tenant))}`, forged)
    expect(text).toContain(`microsoft:${tenant.globalAdmin.objectId}`)
    expect(text).not.toContain('forged')
  })

  test('an unknown type or a reference without an ID gets no entity', async () => {
    const tenant = await world.createTenant()
    for (const reference of [
      { __typename: 'Settings', id: 'x' },
      { __typename: 'Session' },
      { __typename: 'Query' },
      {},
    ]) {
      const { json } = await post(
        'identity',
        `Bearer ${await token(adminOf(tenant))}`,
        entitiesOf(reference),
      )
      expect(json.data?._entities ?? [null]).toEqual([null])
      if (!('__typename' in reference))
        expect(json.errors).toMatchObject([
          { message: 'Each representation must have a `__typename`.' },
        ])
    }
  })

  test('a viewer without a session in the database changes nothing', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const before = await activityRows(world.database, { tenantId: tenant.id, reads: true })
    const viewer = adminOf(tenant)
    const query = `mutation { disableItCompleteLogin(input: { tenantId: "${tenant.id}" }) { userErrors { code } } }`
    const audience = viewerTokenAudience('tenants')
    const { json } = await post('tenants', `Bearer ${await token(viewer, { audience })}`, { query })
    expect(json.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    const [row] = await world.database
      .owner`select it_complete_login_enabled as on from tenants.settings where tenant_id = ${tenant.id}`
    expect(row).toEqual({ on: true })
    const after = await activityRows(world.database, { tenantId: tenant.id, reads: true })
    expect(after).toHaveLength(before.length + 1) // the refusal is recorded
  })

  test('a viewer with more rights than its session has only the session’s', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const { sessionId } = await world.connect(tenant, world.vsa)
    const viewer = { ...adminOf(tenant), sessionId } // a technician's session, claimed to be an admin's
    const query = `mutation { revokeFederatedSessions(input: { tenantId: "${tenant.id}" }) { endedSessionCount } }`
    const { json } = await post('identity', `Bearer ${await token(viewer)}`, { query })
    expect(json.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  })
})

/** The viewer token and the database differ, so that only one of two checks can refuse. */
describe('one check alone refuses', () => {
  const technicianOf = (tenant: Tenant, sessionId: string) => ({
    kind: 'technician',
    tenantId: tenant.id,
    sessionId,
    method: 'KASEYA_VSA',
    clientId: world.vsa.clientId,
    actor: { __typename: 'PartnerTechnician', key: 'partner:northwind-vsa:nw-1', displayName: 'x' },
    itCompleteLoginEnabled: true,
  })
  const refusedWith = (code: string) => [expect.objectContaining({ extensions: { code } })]

  test('the rule: a technician whose viewer says that the feature is off', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const { sessionId } = await world.connect(tenant, world.vsa)
    const viewer = { ...technicianOf(tenant, sessionId), itCompleteLoginEnabled: false }
    const audience = viewerTokenAudience('tenants')
    const change = `mutation { disableItCompleteLogin(input: { tenantId: "${tenant.id}" }) { userErrors { code } } }`
    const read = `{ tenant(id: "${tenant.id}") { settings { version } } }`
    for (const [query, code] of [
      [change, 'FORBIDDEN'],
      [read, 'MICROSOFT_SIGN_IN_REQUIRED'],
    ] as const) {
      const authorization = `Bearer ${await token(viewer, { audience })}`
      const { json } = await post('tenants', authorization, { query })
      expect([query, json.errors]).toEqual([query, refusedWith(code)])
    }
    const [row] = await world.database
      .owner`select it_complete_login_enabled as on from tenants.settings where tenant_id = ${tenant.id}`
    expect(row).toEqual({ on: true })
  })

  test('the kind of viewer under lock: an ended session whose viewer is a member', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const { bearer, sessionId } = await world.connect(tenant, world.vsa)
    // No rule refuses signOut to an ended session.
    const query = 'mutation { signOut { userErrors { code } } }'
    await world.ask({ bearer }, query)
    const action = 'session.signed_out'
    const before = await activityRows(world.database, { tenantId: tenant.id, action })
    expect(before).toHaveLength(1)
    const { json } = await post(
      'identity',
      `Bearer ${await token(technicianOf(tenant, sessionId))}`,
      { query },
    )
    expect(json.errors).toEqual(refusedWith('UNAUTHENTICATED'))
    expect(await activityRows(world.database, { tenantId: tenant.id, action })).toEqual(before)
  })

  test('the rule under lock: a step-up that is over in the database', async () => {
    const tenant = await world.createTenant()
    const { sessionId } = await world.signIn(tenant, tenant.globalAdmin)
    await world.database
      .owner`update identity.session set auth_time = now() - interval '11 minutes' where session_id = ${sessionId}`
    const input = `tenantId: "${tenant.id}", name: "SIEM", expiresAt: "${inDays(1)}"`
    const query = `mutation { createApiToken(input: { ${input} }) { secret } }`
    const viewer = { ...adminOf(tenant), sessionId }
    const { json } = await post('identity', `Bearer ${await token(viewer)}`, { query })
    expect(json.errors).toEqual(refusedWith('STEP_UP_REQUIRED'))
    expect(
      await world.database.owner`select from identity.api_token where tenant_id = ${tenant.id}`,
    ).toHaveLength(0)
  })
})

/** Replaces the viewer in a token, and keeps the signature. */
function promoted(signed: string): string {
  const [header, payload, signature] = signed.split('.')
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
  const changed = Buffer.from(
    JSON.stringify({ ...claims, viewer: { kind: 'admin', tenantId: randomUUID() } }),
  ).toString('base64url')
  return [header, changed, signature].join('.')
}

function unsigned(signed: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: viewerTokenType })).toString(
    'base64url',
  )
  return `${header}.${signed.split('.')[1]}.`
}

/**
 * Algorithm confusion: a verifier that trusts the token's `alg` would check an HMAC with the public
 * key.
 */
function keyedWithPublicKey(): Promise<string> {
  return new SignJWT({ viewer: { kind: 'anonymous' }, request: facts })
    .setProtectedHeader({ alg: 'HS256', typ: viewerTokenType })
    .setAudience(viewerTokenAudience('identity'))
    .setIssuedAt()
    .setExpirationTime('10 s')
    .sign(Buffer.from(gatewayKey.publicKey))
}

/**
 * Attacks that the tests of single operations do not cover. The name of each test states the
 * property that the attack must not break.
 */
import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { Browser } from '../../demo/browser.ts'
import {
  completeLogin,
  createHandoff,
  disable,
  redeemHandoff,
  startLogin,
  updateServices,
} from '../support/documents.ts'
import { activityRows, operatorRows } from '../support/log-rows.ts'
import {
  assertionClaims,
  assertionHeader,
  forge,
  internals,
  liveSessions,
  revokeSession,
  whoAmI,
} from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import { answerOfEntra } from '../support/sign-in.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

interface RawAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}
/** Sends a raw HTTP request that neither a browser nor fetch would send. */
function raw(
  path: string,
  headers: Record<string, string>,
  { method = 'POST', body = '' } = {},
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
  const asked = httpRequest(
    { host: '127.0.0.1', port: world.port, path, method, headers },
    (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }))
    },
  )
  asked.on('error', reject).end(body)
  return promise
}
const ownHost = () => ({ host: `localhost:${world.port}` })
const settingsOf = async (tenant: Tenant) => {
  const [row] = await world.database
    .owner`select version, mail from tenants.settings where tenant_id = ${tenant.id}`
  return row
}

describe('federation internals are not public', () => {
  test.for([
    '{ _service { sdl } }',
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }',
    '{ __schema { types { name } } }',
    '{ __type(name: "Tenant") { fields { name } } }',
    'query ($id: ID!) { tenant(id: $id) { settings { itCompleteLogin { tenantId } } } }',
  ])('%s', async (query) => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const variables = { id: tenant.id, representations: [{ __typename: 'Tenant', id: tenant.id }] }
    for (const who of [null, admin]) {
      const { status, data, codes } = await world.ask(who, query, variables)
      expect({ status, data, codes: [...new Set(codes)] }).toEqual({
        status: 400,
        data: undefined,
        codes: ['GRAPHQL_VALIDATION_FAILED'],
      })
    }
  })

  test('a sign-in’s answer contains the token in accessToken only', async () => {
    const tenant = await world.createTenant()
    const started = await world.ask(null, startLogin, { input: { tenant: { id: tenant.id } } })
    const { authorizationUrl, transactionSecret } = started.data.startMicrosoftLogin
    const callbackUrl = await answerOfEntra(world, authorizationUrl, tenant.globalAdmin)
    const query =
      'mutation ($input: CompleteMicrosoftLoginInput!) { completeMicrosoftLogin(input: $input) { session { tenant { name } } userErrors { code } } }'
    const answer = await fetch(world.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: { callbackUrl, transactionSecret } } }),
    })
    const text = await answer.text()
    expect(JSON.parse(text)).toEqual({
      data: {
        completeMicrosoftLogin: { session: { tenant: { name: tenant.name } }, userErrors: [] },
      },
      extensions: { cost: expect.anything() },
    })
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('several mutations in one request', () => {
  test('after signOut, later mutations of the request change nothing', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    const before = await settingsOf(tenant)
    const input = `{ tenantId: "${tenant.id}", expectedVersion: ${before!.version}, mail: false }`
    const { codes } = await world.ask(
      technician,
      `mutation { signOut { userErrors { code } } updateServiceSettings(input: ${input}) { userErrors { code } } }`,
    )
    expect(codes).toEqual(['UNAUTHENTICATED'])
    expect(await settingsOf(tenant)).toEqual(before)
  })

  test('after turning the feature off, a technician changes nothing more', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    const { version } = (await settingsOf(tenant))!
    const { data, codes } = await world.ask(
      technician,
      `mutation { disableItCompleteLogin(input: { tenantId: "${tenant.id}" }) { userErrors { code } }
        updateServiceSettings(input: { tenantId: "${tenant.id}", expectedVersion: ${version + 1}, mail: false }) { userErrors { code } } }`,
    )
    expect(data.disableItCompleteLogin).toEqual({ userErrors: [] })
    expect(codes).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])
    expect(await settingsOf(tenant)).toMatchObject({ mail: true })
  })

  test('two sign-ins in one request are refused without consuming codes', async () => {
    const tenants = [await world.createTenant(), await world.createTenant()] as const
    const codes: string[] = []
    for (const tenant of tenants) {
      await world.open(tenant, world.vsa)
      const { data } = await world.ask(null, createHandoff, {
        input: { assertion: await world.assertion(world.vsa, tenant.id) },
      })
      codes.push(data.createHandoff.code)
    }
    const redeem = (code: string) =>
      `redeemHandoff(input: { code: "${code}" }) { session { tenant { id name } } userErrors { code } }`
    const ask = async (fields: string) =>
      world.ask(await world.clientCredentials(world.vsa), `mutation { ${fields} }`)
    expect((await ask(`a: ${redeem(codes[0]!)} b: ${redeem(codes[1]!)}`)).codes).toEqual([
      'GRAPHQL_VALIDATION_FAILED',
    ])
    for (const tenant of tenants) expect(await liveSessions(world, tenant.id)).toBe(0)
    for (const [index, tenant] of tenants.entries())
      expect((await ask(`a: ${redeem(codes[index]!)}`)).data.a.session.tenant.name).toBe(
        tenant.name,
      )
  })

  test('signing in to one tenant gives no access to another', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    await world.open(other, world.vsa)
    const started = await world.ask(null, startLogin, { input: { tenant: { id: own.id } } })
    const { authorizationUrl, transactionSecret } = started.data.startMicrosoftLogin
    const callbackUrl = await answerOfEntra(world, authorizationUrl, own.globalAdmin)
    const { codes } = await world.ask(
      null,
      `mutation ($input: CompleteMicrosoftLoginInput!) { completeMicrosoftLogin(input: $input) { session { id } }
        disableItCompleteLogin(input: { tenantId: "${other.id}" }) { userErrors { code } } }`,
      { input: { callbackUrl, transactionSecret } },
    )
    expect(codes).toEqual(['FORBIDDEN'])
    const [row] = await world.database
      .owner`select it_complete_login_enabled as on from tenants.settings where tenant_id = ${other.id}`
    expect(row).toEqual({ on: true })
  })
})

describe('another tenant', () => {
  test('is answered like an unknown one, and recorded for the caller', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    const admin = await world.signIn(own, own.globalAdmin)
    await world.open(other, world.vsa)
    const everything = `query ($id: ID!) { node(id: $id) { id } tenant(id: $id) { id name primaryDomain settings { version } sessions { nodes { id } }
      effectiveAccess { partners { instance } } activityLog { totalCount nodes { id } } } activityEvent(id: $id) { id } }`
    const before = await activityRows(world.database, { tenantId: other.id, reads: true })
    const answers = []
    for (const id of [other.id, randomUUID()])
      answers.push(await world.ask(admin, everything, { id }))
    expect(answers[0]!.data).toEqual({ node: null, tenant: null, activityEvent: null })
    expect([answers[1]!.data, answers[1]!.errors]).toEqual([answers[0]!.data, answers[0]!.errors])
    expect(await activityRows(world.database, { tenantId: other.id, reads: true })).toEqual(before)
    const own2 = await activityRows(world.database, {
      tenantId: own.id,
      action: 'authorization.denied',
    })
    expect(own2).toHaveLength(2)
  })

  test('its objects cannot be read by ID', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    const admin = await world.signIn(own, own.globalAdmin)
    const { associationId } = await world.open(other, world.vsa)
    const { sessionId } = await world.connect(other, world.vsa)
    const { owner } = world.database
    const [event] = await activityRows(world.database, { tenantId: other.id })
    const [handoff] =
      await owner`select handoff_id as id from identity.handoff where tenant_id = ${other.id}`
    for (const id of [associationId, sessionId, event!.event_id, handoff!.id]) {
      const { data, errors } = await world.ask(
        admin,
        'query ($id: ID!) { node(id: $id) { id } activityEvent(id: $id) { id } }',
        { id },
      )
      expect({ data, errors }).toEqual({ data: { node: null, activityEvent: null }, errors: [] })
    }
  })

  test('its mutations are refused to users of other tenants', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    await world.open(own, world.vsa)
    await world.open(other, world.vsa)
    const before = await settingsOf(other)
    const callers = [await world.signIn(own, own.globalAdmin), await world.connect(own, world.vsa)]
    for (const who of callers) {
      for (const tenantId of [
        other.id,
        other.id.toUpperCase(),
        ` ${other.id}`,
        `${own.id}\0${other.id}`,
      ]) {
        const input = { tenantId, expectedVersion: before!.version, mail: false }
        expect((await world.ask(who, updateServices, { input })).codes).toEqual(['FORBIDDEN'])
        expect((await world.ask(who, disable, { input: { tenantId } })).codes).toEqual([
          'FORBIDDEN',
        ])
      }
    }
    expect(await settingsOf(other)).toEqual(before)
  })
})

describe('a technician does not learn of other instances’ technicians', () => {
  async function scene() {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const associated = await world.open(tenant, world.uniview, {
      allowedTechnicians: ['ts-1', 'ts-secret'],
    })
    return {
      tenant,
      admin,
      associationId: associated.associationId,
      technician: await world.connect(tenant, world.vsa),
    }
  }
  const readable = async (who: { bearer: string }, tenant: Tenant) => {
    const query = `query ($id: ID!) { tenant(id: $id) { activityLog(first: 100) { totalCount nodes {
      actor { key displayName } target { id displayName } changes { field before after } session { id } } } } }`
    const { data, errors } = await world.ask(who, query, { id: tenant.id })
    expect(errors).toEqual([])
    return JSON.stringify(data)
  }

  test('when an admin ends such a session', async () => {
    const { tenant, admin, technician } = await scene()
    const stranger = await world.connect(tenant, world.uniview)
    await world.ask(admin, revokeSession, {
      input: { tenantId: tenant.id, sessionId: stranger.sessionId },
    })
    expect(await readable(technician, tenant)).not.toMatch(
      new RegExp(`Tech ts-1|${stranger.sessionId}`),
    )
    expect(await readable(admin, tenant)).toContain('Tech ts-1')
  })

  test('when an admin adds them to an allow-list', async () => {
    const { tenant, admin, technician, associationId } = await scene()
    expect(await readable(technician, tenant)).not.toContain('ts-secret')
    const update =
      'mutation ($input: UpdatePartnerAssociationInput!) { updatePartnerAssociation(input: $input) { userErrors { code } } }'
    await world.ask(admin, update, {
      input: { tenantId: tenant.id, associationId, allowedTechnicians: ['ts-other'] },
    })
    expect(await readable(technician, tenant)).not.toContain('ts-other')
    expect(await readable(admin, tenant)).toContain('ts-other')
  })

  test('when a partner client presents another instance’s code', async () => {
    const { tenant, technician } = await scene()
    const { data } = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.uniview, tenant.id) },
    })
    const bearer = await world.clientCredentials(world.vsa)
    const stolen = await world.ask(bearer, redeemHandoff, {
      input: { code: data.createHandoff.code },
    })
    expect(stolen.data.redeemHandoff.userErrors).toMatchObject([{ code: 'BINDING_MISMATCH' }])
    const log = await readable(technician, tenant)
    expect(log).toContain('client:northwind-vsa')
    expect(log).not.toContain('Tech ts-1')
  })
})

describe('cross-site requests', () => {
  const mutation = 'mutation { signOut { userErrors { code } } }'
  async function signedIn() {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa)
    return { tenant, cookie: browser.cookiesFor(world.graphqlUrl) }
  }

  test.for([
    ['a form', 'application/x-www-form-urlencoded', `query=${encodeURIComponent(mutation)}`],
    [
      'a form with a file',
      'multipart/form-data; boundary=x',
      `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{"query":"${mutation}"}\r\n--x--`,
    ],
    ['text', 'text/plain', JSON.stringify({ query: mutation })],
  ] as [string, string, string][])(
    '%s that the victim’s browser posts does nothing',
    async ([, type, body]) => {
      const { tenant, cookie } = await signedIn()
      const headers = {
        ...ownHost(),
        cookie,
        'content-type': type,
        'content-length': String(Buffer.byteLength(body)),
        'x-tenant-id': tenant.id,
      }
      const answer = await raw('/graphql', headers, { body })
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
      expect(await liveSessions(world, tenant.id)).toBe(1)
    },
  )

  test('a GET executes no mutation, and a query anonymously', async () => {
    const { tenant, cookie } = await signedIn()
    const get = (query: string, headers: Record<string, string> = {}) =>
      raw(
        `/graphql?${new URLSearchParams({ query })}`,
        { ...ownHost(), cookie, ...headers },
        { method: 'GET' },
      )
    expect(
      (await get(mutation, { 'x-tenant-id': tenant.id, 'apollo-require-preflight': '1' })).status,
    ).toBe(405)
    expect(await liveSessions(world, tenant.id)).toBe(1)
    expect((await get(whoAmI)).status).toBe(400)
    const preflighted = await get(whoAmI, { 'apollo-require-preflight': '1' })
    expect(JSON.parse(preflighted.text)).toEqual({
      data: { viewer: null },
      extensions: { cost: expect.anything() },
    })
  })

  test('CORS permits no other origin', async () => {
    const headers = {
      ...ownHost(),
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-tenant-id',
    }
    for (const path of ['/graphql', '/logout', `/connect/${randomUUID()}`]) {
      const answer = await raw(path, headers, { method: 'OPTIONS' })
      expect(
        Object.keys(answer.headers).filter((name) => name.startsWith('access-control-')),
      ).toEqual([])
    }
  })

  test('a foreign host name is refused (DNS rebinding)', async () => {
    const { tenant, cookie } = await signedIn()
    const body = JSON.stringify({ query: whoAmI })
    for (const host of [
      'evil.example',
      `evil.example:${world.port}`,
      `localhost.evil.example:${world.port}`,
      'localhost',
    ]) {
      const headers = {
        host,
        cookie,
        'x-tenant-id': tenant.id,
        'content-type': 'application/json',
        'content-length': String(body.length),
      }
      const answer = await raw('/graphql', headers, { body })
      expect([400, 421]).toContain(answer.status)
      expect(answer.text).not.toContain('nw-1')
    }
  })

  test('a batch of operations is refused', async () => {
    const body = JSON.stringify([{ query: whoAmI }, { query: whoAmI }])
    const headers = {
      ...ownHost(),
      'content-type': 'application/json',
      'content-length': String(body.length),
    }
    expect((await raw('/graphql', headers, { body })).status).toBe(400)
  })
})

describe('request metadata in the Activity Log', () => {
  test('records the connection’s address, and bounded IDs and user agents', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const bearer = await world.clientCredentials(world.vsa)
    const { data } = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.vsa, tenant.id) },
    })
    const redeemed = await world.ask(
      bearer,
      redeemHandoff,
      { input: { code: data.createHandoff.code } },
      {
        'x-forwarded-for': '203.0.113.7',
        forwarded: 'for=203.0.113.7',
        'x-real-ip': '203.0.113.7',
        'x-request-id': 'chosen',
        traceparent: '00-chosen-chosen-00',
        'user-agent': `Agent\t${'x'.repeat(1_000)}`,
      },
    )
    const [row] = await world.database
      .owner`select * from identity.session where session_id = ${redeemed.data.redeemHandoff.session.id}`
    expect(row!.ip_address).toMatch(/^(::ffff:)?127\.0\.0\.1$|^::1$/)
    expect(row!.user_agent).toMatch(/^Agentx{200,251}$/)
    const [event] = await activityRows(world.database, { sessionId: row!.session_id })
    expect(event).toMatchObject({
      trace_id: null,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  test('an unauthenticated attempt writes no text to a tenant’s log', async () => {
    const tenant = await world.createTenant()
    const before = await activityRows(world.database, { tenantId: tenant.id, reads: true })
    const claims = assertionClaims(world, world.vsa, tenant.id, {
      sub: 'VICTIM',
      name: 'Buy now at https://evil.example',
    })
    for (const assertion of [
      'x',
      forge(assertionHeader(world.vsa), claims, world.uniview.privateJwk),
    ])
      await world.ask(null, createHandoff, { input: { assertion } })
    await world.ask(null, 'query ($id: ID!) { tenant(id: $id) { name } }', { id: tenant.id })
    await world.ask({ bearer: `${tenant.id}.${'A'.repeat(43)}` }, updateServices, {
      input: { tenantId: tenant.id, expectedVersion: 1, mail: false },
    })
    await fetch(`${world.url}/connect/${tenant.id}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ code: `${tenant.id}.${'A'.repeat(43)}` }),
    })
    expect(await activityRows(world.database, { tenantId: tenant.id, reads: true })).toEqual(before)
    expect((await operatorRows(world.database)).at(-1)).toMatchObject({
      action: 'handoff.redeemed',
      actor_key: 'anonymous',
    })
  })
})

describe('no answer contains a stack trace, SQL or an internal address', () => {
  const odd = [
    '\0',
    '\ud83d',
    "' or true --",
    '../..',
    'x'.repeat(100_000),
    '{{7*7}}',
    '%00',
    '-1',
    '__proto__',
    'constructor',
  ]

  test.for([
    ['tenant', 'query ($id: ID!) { tenant(id: $id) { name } }'],
    ['node', 'query ($id: ID!) { node(id: $id) { id } }'],
    ['activityEvent', 'query ($id: ID!) { activityEvent(id: $id) { id } }'],
    [
      'revokeSession',
      'mutation ($id: ID!) { revokeSession(input: { tenantId: $id, sessionId: $id }) { userErrors { code } } }',
    ],
    [
      'disableItCompleteLogin',
      'mutation ($id: ID!) { disableItCompleteLogin(input: { tenantId: $id }) { userErrors { code } } }',
    ],
    ['loginOptions', 'query ($id: ID!) { loginOptions(tenant: { id: $id }) { method } }'],
    [
      'startMicrosoftLogin',
      'mutation ($id: ID!) { startMicrosoftLogin(input: { tenant: { id: $id } }) { userErrors { code } } }',
    ],
  ])('%s with random input', async ([, query]) => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const callers = [
      null,
      await world.signIn(tenant, tenant.globalAdmin),
      await world.connect(tenant, world.vsa),
    ]
    for (const who of callers) {
      for (const id of odd) {
        const { data, errors, codes } = await world.ask(who, query!, { id })
        expect(JSON.stringify([data, errors])).not.toMatch(internals)
        expect([id, ...codes.filter((code) => code === 'INTERNAL_SERVER_ERROR')]).toEqual([id])
      }
    }
  })

  test.for(['createHandoff', 'validateHandoff'])('%s given anything', async (name) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
    const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code message } } }`
    for (const assertion of [...odd, '..', 'e30.e30.e30', `${'e30.'.repeat(1_000)}`]) {
      const { data, errors } = await world.ask(null, query, { input: { assertion } })
      expect(errors).toEqual([])
      expect(JSON.stringify(data)).not.toMatch(internals)
    }
  })

  test('completeMicrosoftLogin with random secrets', async () => {
    for (const transactionSecret of odd) {
      const input = {
        callbackUrl: `${world.url}/login/microsoft/native?state=${encodeURIComponent('\0')}`,
        transactionSecret,
      }
      const { data, errors } = await world.ask(null, completeLogin, { input })
      expect(errors).toEqual([])
      expect(data.completeMicrosoftLogin.userErrors).toMatchObject([{ code: 'LOGIN_INVALID' }])
    }
  })

  test.for([
    ['GET', '/nothing-here'],
    ['GET', '/connect/%E0%A4%A'],
    ['GET', '/connect/'],
    ['POST', '/login/microsoft/callback'],
    ['PUT', '/graphql'],
    ['GET', '/graphql'],
    ['GET', '/login.css/../../package.json'],
    ['GET', '/%2e%2e/package.json'],
    ['TRACE', '/graphql'],
  ] as [string, string][])('%s %s', async ([method, path]) => {
    const answer = await raw(path, ownHost(), { method })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
    expect(answer.text).not.toMatch(internals)
    expect(answer.headers['x-powered-by']).toBeUndefined()
  })

  test('an invalid or oversized body', async () => {
    const type = { 'content-type': 'application/json' }
    for (const body of [
      '{',
      'null',
      '"x"',
      '{"query":1}',
      '{"query":"{"}',
      '{"query":"{ __typename }","variables":"x"}',
      '{"query":"subscription { x }"}',
    ]) {
      const answer = await raw(
        '/graphql',
        { ...ownHost(), ...type, 'content-length': String(body.length) },
        { body },
      )
      expect([body, answer.status]).toEqual([body, 400])
      expect(answer.text).not.toMatch(internals)
    }
    const large = `{"query":"{ __typename }","x":"${'x'.repeat(300_000)}"}`
    const answer = await raw(
      '/graphql',
      { ...ownHost(), ...type, 'content-length': String(large.length) },
      { body: large },
    )
    expect(answer.status).toBe(413)
  })
})

describe('many anonymous reads in one request', () => {
  test('leave the service responsive', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const many = Array.from(
      { length: 700 },
      (_, index) => `a${index}: loginOptions(tenant: { id: "${randomUUID()}" }) { method }`,
    ).join(' ')
    const [flood, ...others] = await Promise.all([
      world.ask(null, `{ ${many} }`),
      ...Array.from({ length: 5 }, () => world.ask(admin, whoAmI)),
    ])
    expect(flood.status).toBeLessThan(500)
    for (const { data, codes } of others)
      expect([codes, data?.viewer?.tenant.id]).toEqual([[], tenant.id])
  })
})

test('an API client’s token works as a cookie and ends alike', async () => {
  // A token does not say how it was issued. The browser is protected because no other site can set
  // its cookie.
  const tenant = await world.createTenant()
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  const browser = new Browser()
  browser.setCookie(world.url, `session-${tenant.id}=${admin.bearer}`)
  expect((await world.ask({ browser, tenantId: tenant.id }, whoAmI)).data.viewer.session.id).toBe(
    admin.sessionId,
  )
  await world.ask(admin, 'mutation { signOut { userErrors { code } } }')
  expect((await world.ask({ browser, tenantId: tenant.id }, whoAmI)).data.viewer).toBeNull()
})

/** API tokens: creation, permissions, expiry and revocation. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  buildSchema,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { Browser } from '../../demo/browser.ts'
import { apiTokenViewer } from '../../platform/auth/viewer.ts'
import { auditSubgraph } from '../../subgraphs/audit/subgraph.ts'
import { identitySubgraph } from '../../subgraphs/identity/subgraph.ts'
import { tenantsSubgraph } from '../../subgraphs/tenants/subgraph.ts'
import { testLog } from '../support/database.ts'
import { disable } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import {
  apiTokenOf,
  base64url,
  createApiToken,
  inDays,
  internals,
  revokeApiToken,
  whoAmI,
} from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import {
  expectRefusal,
  guards,
  type Operation,
  openTenant,
  perform,
  type Scene,
  stateOf,
} from '../support/tenants.ts'
import type { Credentials, Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const creation: Operation = {
  field: 'createApiToken',
  action: 'api_token.created',
  selection:
    'secret apiToken { id name createdAt createdBy { key displayName } expiresAt lastUsedAt }',
  input: (_, { tenant }) => ({ tenantId: tenant.id, name: 'SIEM', expiresAt: inDays(30) }),
}
const revocation: Operation = {
  field: 'revokeApiToken',
  action: 'api_token.revoked',
  selection: 'apiTokenId',
  input: async (world, { tenant, admin }) => ({
    tenantId: tenant.id,
    apiTokenId: (await apiTokenOf(world, admin, tenant)).id,
  }),
}

const list = `query ($id: ID!, $first: Int, $after: String) { tenant(id: $id) { apiTokens(first: $first, after: $after) {
  nodes { id name createdAt expiresAt lastUsedAt createdBy { __typename key displayName } } edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }`
const listOf = async (who: Credentials, tenant: Tenant, args: Record<string, unknown> = {}) => {
  const { data, errors } = await world.ask(who, list, { id: tenant.id, ...args })
  expect(errors).toEqual([])
  return data.tenant.apiTokens as {
    nodes: { id: string; name: string; lastUsedAt: string | null }[]
    edges: { cursor: string }[]
    pageInfo: { hasNextPage: boolean; endCursor: string | null }
  }
}

const readLog = 'query ($id: ID!) { tenant(id: $id) { id activityLog(first: 1) { nodes { id } } } }'
/** Whether the token can read the Activity Log. */
const reads = async (who: Credentials, tenant: Tenant) => {
  const { data, codes } = await world.ask(who, readLog, { id: tenant.id })
  return codes.length === 0 && data.tenant.activityLog.nodes.length === 1
}
const revoke = (who: Credentials, tenant: Tenant, apiTokenId: string) =>
  world.ask(who, revokeApiToken, { input: { tenantId: tenant.id, apiTokenId } })

/** Inserts tokens into the database directly. */
const plant = (tenant: Tenant, count: number, expires = '1 day') => world.database.owner`
  insert into identity.api_token (tenant_id, token_hash, name, created_by, expires_at)
  select ${tenant.id}, gen_random_uuid()::text, 'planted', '{}', now() + ${expires}::interval from generate_series(1, ${count}::int)`

describe('creating an API token', () => {
  guards(() => world, { ...creation, technicians: 'kept out', stepUp: true })

  test('returns the secret once, and records the token without it', async () => {
    const scene = await openTenant(world)
    const { tenant, admin } = scene
    const input = await creation.input(world, scene)
    const { payload } = await perform(world, admin, creation, input)
    const createdBy = {
      key: `microsoft:${tenant.globalAdmin.objectId}`,
      displayName: 'Gloria Global',
    }
    const { secret, apiToken } = payload
    expect(apiToken).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'SIEM',
      createdAt: expect.stringMatching(/Z$/),
      createdBy,
      expiresAt: input.expiresAt,
      lastUsedAt: null,
    })
    // A tenant ID and 256 random bits.
    expect(secret).toMatch(new RegExp(`^${tenant.id}\\.[\\w-]{43}$`))
    const [row] = await world.log(tenant, { actions: ['api_token.*'] })
    expect(row).toMatchObject({
      action: 'api_token.created',
      target: { type: 'api_token', id: apiToken.id, displayName: 'SIEM' },
      changes: [
        { field: 'name', before: null, after: 'SIEM' },
        { field: 'expiresAt', before: null, after: input.expiresAt },
      ],
    })
    const listed = await world.ask(admin, list, { id: tenant.id })
    expect(listed.data.tenant.apiTokens.nodes).toMatchObject([{ id: apiToken.id, createdBy }])
    expect(JSON.stringify([row, listed.data])).not.toContain(secret.split('.')[1])
  })

  test('stores no secret, and creates distinct ones', async () => {
    const { tenant, admin } = await openTenant(world)
    const [one, other] = [
      await apiTokenOf(world, admin, tenant),
      await apiTokenOf(world, admin, tenant),
    ]
    expect(one.bearer).not.toBe(other.bearer)
    expect(await reads(one, tenant)).toBe(true)
    await revoke(admin, tenant, one.id)
    expect(await reads(one, tenant)).toBe(false)
    const { owner } = world.database
    const tables =
      await owner`select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`
    expect(tables.map(({ name }) => name)).toContain('identity.api_token')
    const holding = async (text: string) => {
      const found: string[] = []
      for (const { name } of tables) {
        const [row] = await owner.unsafe(
          `select count(*)::int as count from ${name} t where position($1 in t::text) > 0`,
          [text],
        )
        if (row!.count > 0) found.push(name)
      }
      return found
    }
    for (const { bearer } of [one, other]) expect(await holding(bearer.split('.')[1]!)).toEqual([])
    expect(await holding(one.id)).toContain('identity.api_token') // the search finds stored values
  })

  test.for<[string, unknown, string]>([
    ['no name', '', 'name'],
    ['a name of 101 characters', 'n'.repeat(101), 'name'],
    ['a name that is blank around', ' SIEM', 'name'],
    ['a name of two lines', 'SI\nEM', 'name'],
    ['a name with a zero byte', 'SI\0EM', 'name'],
    ['a name that turns text around', 'SI\u202eEM', 'name'],
    ['a name with an invisible joiner', 'SI\u200dEM', 'name'],
    ['a moment that has passed', inDays(-0.001), 'expiresAt'],
    ['a moment long ago', '0000-01-01T00:00:00Z', 'expiresAt'],
    ['more than a year', inDays(367), 'expiresAt'],
    ['the end of time', '9999-12-31T23:59:59Z', 'expiresAt'],
  ])('%s is INVALID_VALUE', async ([, value, field]) => {
    const scene = await openTenant(world)
    const input = { ...(await creation.input(world, scene)), [field]: value }
    await expectRefusal(world, scene, creation, input, { code: 'INVALID_VALUE', field: [field] })
  })

  test('a malformed expiresAt is BAD_USER_INPUT', async () => {
    const { tenant, admin } = await openTenant(world)
    const input = { tenantId: tenant.id, name: 'SIEM', expiresAt: 'tomorrow' }
    expect((await world.ask(admin, createApiToken, { input })).codes).toEqual(['BAD_USER_INPUT'])
  })

  test('accepts a used name of 100 characters and nearly one year', async () => {
    const { tenant, admin } = await openTenant(world)
    const input = { tenantId: tenant.id, name: 'n'.repeat(100), expiresAt: inDays(365 - 1 / 1440) }
    for (let count = 0; count < 2; count++)
      expect((await perform(world, admin, creation, input)).payload).toMatchObject({
        apiToken: { name: input.name },
        userErrors: [],
      })
  })

  test('limits working tokens to 100, also under concurrent requests', async () => {
    const scene = await openTenant(world)
    const { tenant, admin } = scene
    await plant(tenant, 40, '-1 second')
    await plant(tenant, 97)
    const input = await creation.input(world, scene)
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => perform(world, admin, creation, input)),
    )
    const made = answers.flatMap(({ payload }) => (payload.apiToken ? [payload.apiToken.id] : []))
    expect(made).toHaveLength(3)
    await expectRefusal(world, scene, creation, input, { code: 'LIMIT_EXCEEDED', field: null })
    expect((await revoke(admin, tenant, made[0])).data.revokeApiToken.userErrors).toEqual([])
    expect((await perform(world, admin, creation, input)).payload.userErrors).toEqual([])
  })
})

describe('what an API token can read', () => {
  const page = `query ($tenantId: ID!, $filter: ActivityFilter) { tenant(id: $tenantId) { id name
    activityLog(filter: $filter, first: 50) {
      nodes { id occurredAt action outcome reason method ipAddress userAgent requestId traceId tenant { id name }
        actor { __typename key displayName ... on PartnerTechnician { platform instance subject email } ... on MicrosoftAdmin { userPrincipalName role } }
        target { type id displayName } changes { field before after } session { id } coalesced { count firstAt lastAt } }
      pageInfo { hasNextPage endCursor } totalCount totalCountIsExact } } }`

  /** A tenant with events of both partners' technicians, and its token. */
  async function busyTenant() {
    const scene = await openTenant(world)
    await world.open(scene.tenant, world.uniview)
    const technician = await world.connect(scene.tenant, world.vsa)
    await world.connect(scene.tenant, world.uniview)
    return { ...scene, technician, token: await apiTokenOf(world, scene.admin, scene.tenant) }
  }

  test('viewer: its name, tenant and one permission, and no session', async () => {
    const { tenant, token } = await busyTenant()
    const { data, errors } = await world.ask(token, whoAmI.replace('actor {', 'actor { __typename'))
    expect(errors).toEqual([])
    expect(data.viewer).toEqual({
      actor: { __typename: 'ApiTokenActor', key: token.key, displayName: 'SIEM' },
      session: null,
      tenant: { id: tenant.id, name: tenant.name },
      permissions: ['READ_ACTIVITY'],
    })
    const log = await world.ask(
      token,
      '{ viewer { tenant { id name activityLog(first: 10) { nodes { occurredAt action outcome actor { displayName } } } } } }',
    )
    expect(log.errors).toEqual([])
    expect(log.data.viewer.tenant.activityLog.nodes[0]).toMatchObject({
      action: 'api_token.created',
      actor: { displayName: 'Gloria Global' },
    })
  })

  test('the whole Activity Log, exactly as an admin reads it', async () => {
    const { tenant, admin, token } = await busyTenant()
    for (const filter of [{}, { methods: ['UNITRENDS_UNIVIEW'] }, { actions: ['api_token.*'] }]) {
      const [own, theirs] = [
        await world.ask(token, page, { tenantId: tenant.id, filter }),
        await world.ask(admin, page, { tenantId: tenant.id, filter }),
      ]
      expect([own.errors, own.data]).toEqual([[], theirs.data])
      expect(own.data.tenant.activityLog.totalCount).toBeGreaterThan(0)
      const [{ id }] = own.data.tenant.activityLog.nodes
      const event =
        'query ($id: ID!) { activityEvent(id: $id) { id action actor { key } session { id } } }'
      expect(await world.ask(token, event, { id })).toMatchObject({
        errors: [],
        data: { activityEvent: { id } },
      })
    }
  })

  test('of a session only its ID, and of other types nothing', async () => {
    const { tenant, technician, token } = await busyTenant()
    const sessionsOf = (fields: string) =>
      world.ask(
        token,
        `query ($id: ID!, $session: ID) { tenant(id: $id) { activityLog(filter: { sessionId: $session }) { nodes { session { ${fields} } } } } }`,
        { id: tenant.id, session: technician.sessionId },
      )
    expect((await sessionsOf('id')).data.tenant.activityLog.nodes).toEqual([
      { session: { id: technician.sessionId } },
    ])
    for (const fields of ['id createdAt revokedReason', 'id actor { key }', 'tenant { id } method'])
      expect((await sessionsOf(fields)).data.tenant.activityLog.nodes).toEqual([{ session: null }])
    const { data } = await sessionsOf('id tenant { name } ipAddress userAgent')
    expect(data.tenant.activityLog.nodes).toEqual([
      { session: { id: technician.sessionId, tenant: null, ipAddress: null, userAgent: null } },
    ])
  })

  test.for<[string, string]>([
    ['sessions', 'tenant(id: $id) { sessions { nodes { id } } }'],
    ['who could get in', 'tenant(id: $id) { effectiveAccess { partners { instance } } }'],
    ['API tokens', 'tenant(id: $id) { apiTokens { nodes { id } } }'],
    ['settings', 'tenant(id: $id) { settings { version } }'],
    ['associations', 'tenant(id: $id) { partnerAssociations { id } }'],
    ['admins', 'tenant(id: $id) { spanningAdmins { nodes { objectId } } }'],
    ['the organisation', 'tenant(id: $id) { microsoftTenantId }'],
    ['the domain', 'tenant(id: $id) { primaryDomain }'],
    [
      'settings, by way of an event',
      'tenant(id: $id) { activityLog(first: 1) { nodes { tenant { settings { version } } } } }',
    ],
    ['sessions, by way of the viewer', 'viewer { tenant { id sessions { nodes { id } } } }'],
    ['any object by its id', 'node(id: $id) { id }'],
    ['doors', 'loginOptions(tenant: { id: $id }) { method }'],
  ])('not: %s. FORBIDDEN, and in the log as the token', async ([, field]) => {
    const { tenant, token } = await busyTenant()
    const { data, codes } = await world.ask(
      token,
      `query ($id: ID!) { whole: ${field} other: __typename ${field.includes('$id') ? '' : 'node(id: $id) { id }'} }`,
      {
        id: tenant.id,
      },
    )
    expect(new Set(codes)).toEqual(new Set(['FORBIDDEN']))
    expect(JSON.stringify(data)).not.toMatch(/version|instance|objectId|method|microsoft|\.example/)
    const rows = await activityRows(world.database, {
      tenantId: tenant.id,
      action: 'authorization.denied',
    })
    expect(rows.length).toBe(field.includes('$id') ? 1 : 2)
    for (const row of rows)
      expect(row).toMatchObject({
        actor_key: token.key,
        outcome: 'DENIED',
        reason: 'FORBIDDEN',
        session_id: null,
        target: { type: 'field' },
      })
  })

  test('no object by node, not even the token itself', async () => {
    const { tenant, admin, technician, associationId, token } = await busyTenant()
    const [event] = await world.log(tenant)
    for (const id of [
      tenant.id,
      admin.sessionId,
      technician.sessionId,
      associationId,
      event!.id,
      token.id,
      randomUUID(),
    ]) {
      const reply = await world.ask(token, 'query ($id: ID!) { node(id: $id) { __typename id } }', {
        id,
      })
      expect([reply.data, reply.codes]).toEqual([{ node: null }, ['FORBIDDEN']])
    }
  })

  test('every mutation is FORBIDDEN and recorded under the token', async () => {
    const { tenant, token } = await busyTenant()
    const schema = buildSchema(
      readFileSync(new URL('../../docs/schema.graphql', import.meta.url), 'utf8'),
    )
    const mutations = Object.values(schema.getMutationType()!.getFields())
    expect(mutations.length).toBeGreaterThan(20)
    const sample = (type: GraphQLInputType): unknown => {
      if (isNonNullType(type)) return sample(type.ofType)
      if (isListType(type)) return []
      if (isEnumType(type)) return type.getValues()[0]!.name
      if (isInputObjectType(type)) {
        const required = Object.values(type.getFields()).filter((field) =>
          isNonNullType(field.type),
        )
        return Object.fromEntries(
          required.map((field) => [
            field.name,
            field.name === 'tenantId' ? tenant.id : sample(field.type),
          ]),
        )
      }
      const samples: Record<string, unknown> = {
        Int: 2,
        SafeInt: 0,
        Boolean: true,
        DateTime: inDays(1),
        URL: world.url,
        UUID: randomUUID(),
      }
      return samples[type.name] ?? 'x'
    }
    expect(await reads(token, tenant)).toBe(true)
    const before = await stateOf(world, tenant.id)
    for (const { name, args } of mutations) {
      const [input] = args
      const asked = input
        ? `mutation ($input: ${input.type}) { ${name}(input: $input) { userErrors { code } } }`
        : `mutation { ${name} { userErrors { code } } }`
      const { data, codes } = await world.ask(token, asked, { input: input && sample(input.type) })
      expect([name, data, codes]).toEqual([name, { [name]: null }, ['FORBIDDEN']])
    }
    expect(await stateOf(world, tenant.id)).toEqual(before)
    const denied = await activityRows(world.database, {
      tenantId: tenant.id,
      action: 'authorization.denied',
    })
    expect(denied.map(({ target }) => target?.displayName)).toEqual(
      mutations.map(({ name }) => name),
    )
    for (const row of denied)
      expect(row).toMatchObject({
        actor_key: token.key,
        reason: 'FORBIDDEN',
        target: { type: 'mutation' },
      })
    expect((await world.log(tenant, { actors: [token.key] }))[0]!.actor).toEqual({
      __typename: 'ApiTokenActor',
      key: token.key,
      displayName: 'SIEM',
    })
  })

  test('another tenant is null, and the attempt is recorded', async () => {
    const [own, other] = [await busyTenant(), await busyTenant()]
    const [theirs] = await world.log(other.tenant)
    const rows = await activityRows(world.database, { tenantId: other.tenant.id })
    for (const id of [other.tenant.id, randomUUID()]) {
      const { data, errors } = await world.ask(
        own.token,
        page,
        { tenantId: id },
        { 'x-tenant-id': other.tenant.id },
      )
      expect([data, errors]).toEqual([{ tenant: null }, []])
      const denied = await activityRows(world.database, {
        tenantId: own.tenant.id,
        action: 'authorization.denied',
      })
      expect(denied.at(-1)).toMatchObject({
        actor_key: own.token.key,
        reason: 'FORBIDDEN',
        target: { id, displayName: 'Query.tenant' },
      })
    }
    const event = 'query ($id: ID!) { activityEvent(id: $id) { id } }'
    expect(await world.ask(own.token, event, { id: theirs!.id })).toMatchObject({
      data: { activityEvent: null },
      errors: [],
    })
    const relabelled = { bearer: `${other.tenant.id}.${own.token.bearer.split('.')[1]}` }
    expect((await world.ask(relabelled, readLog, { id: other.tenant.id })).codes).toEqual([
      'UNAUTHENTICATED',
    ])
    expect(await activityRows(world.database, { tenantId: other.tenant.id })).toEqual(rows)
  })

  test('nothing more from a subgraph by direct reference', async () => {
    const { tenant, admin, technician, associationId, token } = await busyTenant()
    const other = await busyTenant()
    const services = { db: world.database.db, log: testLog }
    const request = { requestId: randomUUID(), traceId: null, ipAddress: null, userAgent: null }
    const viewer = apiTokenViewer(tenant.id, { tokenId: token.id, name: 'SIEM' })
    const ask = async (
      name: 'tenants' | 'identity' | 'audit',
      reference: Record<string, string>,
      fields: string,
    ) => {
      const make = {
        tenants: (with_: typeof services) => tenantsSubgraph(with_, { mailEnabled: false }),
        identity: (with_: typeof services) => identitySubgraph(with_, {} as never),
        audit: (with_: typeof services) => auditSubgraph(with_, { publicUrl: world.url }),
      }
      const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${reference.__typename} { ${fields} } } }`
      const { data, errors = [] } = await make[name](services).execute(
        { query, variables: { of: [reference] } },
        { viewer, request },
      )
      return [
        JSON.parse(JSON.stringify((data?._entities as unknown[])?.[0] ?? null)),
        errors.map(({ extensions }) => extensions?.code),
      ]
    }
    const own = { __typename: 'Tenant', id: tenant.id }
    const nothing = [null, []]
    for (const sessionId of [technician.sessionId, admin.sessionId, other.technician.sessionId])
      expect(
        await ask('identity', { __typename: 'Session', id: sessionId }, 'id actor { key }'),
      ).toEqual(nothing)
    for (const id of [token.id, other.token.id])
      expect(await ask('identity', { __typename: 'ApiToken', id }, 'id name')).toEqual(nothing)
    expect(
      await ask(
        'identity',
        { __typename: 'ItCompleteLogin', tenantId: tenant.id },
        'disableImpact { federatedSessionCount }',
      ),
    ).toEqual(nothing)
    for (const field of [
      'sessions { nodes { id } }',
      'apiTokens { nodes { id } }',
      'effectiveAccess { partners { instance } }',
    ])
      expect(await ask('identity', own, field)).toEqual([
        { [field.split(' ')[0]!]: null },
        ['FORBIDDEN'],
      ])
    for (const field of [
      'settings { version }',
      'partnerAssociations { id }',
      'spanningAdmins { nodes { objectId } }',
    ])
      expect(await ask('tenants', own, field)).toEqual([
        { [field.split(' ')[0]!]: null },
        ['FORBIDDEN'],
      ])
    for (const field of ['microsoftTenantId', 'primaryDomain'])
      expect(await ask('tenants', own, field)).toEqual([null, ['FORBIDDEN']])
    for (const [__typename, id] of [
      ['Session', technician.sessionId],
      ['ApiToken', token.id],
      ['PartnerAssociation', associationId],
    ] as const)
      expect((await ask('tenants', { __typename, id }, 'id'))[0]).toBeNull()
    for (const name of ['tenants', 'identity', 'audit'] as const)
      expect(await ask(name, { __typename: 'Tenant', id: other.tenant.id }, 'id')).toEqual(nothing)
    const [theirs] = await world.log(other.tenant)
    expect(await ask('audit', { __typename: 'ActivityEvent', id: theirs!.id }, 'id')).toEqual(
      nothing,
    )
    const [event] = await world.log(tenant)
    expect(await ask('audit', { __typename: 'ActivityEvent', id: event!.id }, 'id action')).toEqual(
      [{ id: event!.id, action: event!.action }, []],
    )
  })
})

describe('sending an API token', () => {
  test('with a session cookie is a 400, and nothing is executed', async () => {
    const { tenant, admin } = await openTenant(world)
    const token = await apiTokenOf(world, admin, tenant)
    const browser = await world.connectBrowser(tenant, world.vsa)
    const cookie = browser.cookiesFor(world.graphqlUrl)
    const both = await world.ask(
      token,
      readLog,
      { id: tenant.id },
      { cookie, 'x-tenant-id': tenant.id },
    )
    expect([both.status, both.data, both.codes]).toEqual([400, undefined, ['BAD_USER_INPUT']])
    expect((await listOf(admin, tenant)).nodes).toMatchObject([{ lastUsedAt: null }])
  })

  test('as a session cookie is anonymous', async () => {
    const { tenant, admin } = await openTenant(world)
    const { bearer } = await apiTokenOf(world, admin, tenant)
    const browser = new Browser()
    browser.setCookie(world.url, `session-${tenant.id}=${bearer}`)
    expect(
      (await world.ask({ browser, tenantId: tenant.id }, readLog, { id: tenant.id })).codes,
    ).toEqual(['UNAUTHENTICATED'])
    const logout = await browser.request(`${world.url}/logout`, {
      method: 'POST',
      headers: { origin: world.url, 'x-tenant-id': tenant.id },
    })
    expect(logout.text).not.toMatch(internals)
    expect(await reads({ bearer }, tenant)).toBe(true)
  })

  test('a token ID does not authenticate', async () => {
    const { tenant, admin } = await openTenant(world)
    const { id } = await apiTokenOf(world, admin, tenant)
    for (const bearer of [id, `${tenant.id}.${id}`])
      expect(await reads({ bearer }, tenant)).toBe(false)
  })

  test('updates lastUsedAt once per minute without recording it', async () => {
    const { tenant, admin } = await openTenant(world)
    const token = await apiTokenOf(world, admin, tenant)
    const lastUsedAt = async () => (await listOf(admin, tenant)).nodes[0]!.lastUsedAt
    const rows = await activityRows(world.database, { tenantId: tenant.id })
    expect(await lastUsedAt()).toBeNull()
    expect(await reads(token, tenant)).toBe(true)
    const first = await lastUsedAt()
    expect(Math.abs(Date.parse(first!) - Date.now())).toBeLessThan(60_000)
    expect(await reads(token, tenant)).toBe(true)
    expect(await lastUsedAt()).toBe(first)
    await world.database
      .owner`update identity.api_token set last_used_at = last_used_at - interval '61 seconds' where token_id = ${token.id}`
    expect(await reads(token, tenant)).toBe(true)
    expect(Date.parse((await lastUsedAt())!)).toBeGreaterThanOrEqual(Date.parse(first!))
    expect(await activityRows(world.database, { tenantId: tenant.id })).toEqual(rows)
  })
})

describe('the end of an API token', () => {
  guards(() => world, { ...revocation, technicians: 'kept out', stepUp: false })
  afterEach(() => void vi.useRealTimers())

  test('a revoked token is unknown at the next request, and recorded', async () => {
    const { tenant, admin } = await openTenant(world)
    const token = await apiTokenOf(world, admin, tenant)
    expect(await reads(token, tenant)).toBe(true)
    expect((await revoke(admin, tenant, token.id)).data.revokeApiToken).toEqual({
      apiTokenId: token.id,
      userErrors: [],
    })
    const never = { bearer: `${tenant.id}.${'A'.repeat(43)}` }
    for (const [query, variables] of [
      [readLog, { id: tenant.id }],
      [whoAmI, {}],
      [
        'query ($id: ID!) { node(id: $id) { id } loginOptions(tenant: { id: $id }) { method } }',
        { id: tenant.id },
      ],
      [createApiToken, { input: { tenantId: tenant.id, name: 'x', expiresAt: inDays(1) } }],
    ] as [string, Record<string, unknown>][]) {
      const [dead, unknown] = [
        await world.ask(token, query, variables),
        await world.ask(never, query, variables),
      ]
      expect([dead.status, dead.data, dead.errors]).toEqual([
        unknown.status,
        unknown.data,
        unknown.errors,
      ])
    }
    expect((await world.ask(token, readLog, { id: tenant.id })).codes).toEqual(['UNAUTHENTICATED'])
    expect((await listOf(admin, tenant)).nodes).toEqual([])
    const [row] = await activityRows(world.database, {
      tenantId: tenant.id,
      action: 'api_token.revoked',
    })
    expect(row).toMatchObject({
      target: { type: 'api_token', id: token.id, displayName: 'SIEM' },
      changes: [
        { field: 'name', before: 'SIEM', after: null },
        { field: 'expiresAt', before: expect.stringMatching(/Z$/), after: null },
      ],
    })
  })

  test('ended, foreign and unknown tokens are all NOT_FOUND', async () => {
    const scene = await openTenant(world)
    const { tenant, admin } = scene
    const other = await openTenant(world)
    const [revoked, expired, theirs] = [
      await apiTokenOf(world, admin, tenant),
      await apiTokenOf(world, admin, tenant),
      await apiTokenOf(world, other.admin, other.tenant),
    ]
    await revoke(admin, tenant, revoked.id)
    await world.database
      .owner`update identity.api_token set expires_at = now() where token_id = ${expired.id}`
    for (const id of [
      revoked.id,
      expired.id,
      theirs.id,
      randomUUID(),
      theirs.id.toUpperCase(),
      '',
      'nonsense',
      '\0',
      "' or true --",
    ]) {
      const refusal = { code: 'NOT_FOUND', field: ['apiTokenId'] }
      await expectRefusal(
        world,
        scene,
        revocation,
        { tenantId: tenant.id, apiTokenId: id },
        refusal,
      )
    }
    expect(await reads(theirs, other.tenant)).toBe(true)
  })

  test('expires by the database’s clock, not the process’s', async () => {
    const { tenant, admin } = await openTenant(world)
    const token = await apiTokenOf(world, admin, tenant)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 40 * 86_400_000 })
    expect(await reads(token, tenant)).toBe(true)
    vi.useRealTimers()
    await world.database
      .owner`update identity.api_token set expires_at = now() + interval '1 minute' where token_id = ${token.id}`
    expect(await reads(token, tenant)).toBe(true)
    await world.database
      .owner`update identity.api_token set expires_at = now() where token_id = ${token.id}`
    expect((await world.ask(token, readLog, { id: tenant.id })).codes).toEqual(['UNAUTHENTICATED'])
    expect((await listOf(admin, tenant)).nodes).toEqual([])
  })

  test('use of a revoked token is recorded once per hour', async () => {
    const { tenant, admin } = await openTenant(world)
    const token = await apiTokenOf(world, admin, tenant)
    await revoke(admin, tenant, token.id)
    const refused = () =>
      activityRows(world.database, { tenantId: tenant.id, action: 'api_token.refused' })
    const many = () =>
      Promise.all(Array.from({ length: 12 }, () => world.ask(token, readLog, { id: tenant.id })))
    for (const { codes } of [...(await many()), ...(await many())])
      expect(codes).toEqual(['UNAUTHENTICATED'])
    expect(await refused()).toMatchObject([
      {
        actor_key: token.key,
        outcome: 'DENIED',
        reason: 'UNAUTHENTICATED',
        session_id: null,
        target: { type: 'api_token', id: token.id, displayName: 'SIEM' },
      },
    ])
    await world.database
      .owner`update identity.api_token set refused_at = now() - interval '61 minutes' where token_id = ${token.id}`
    await many()
    expect(await refused()).toHaveLength(2)
    expect(
      await activityRows(world.database, { tenantId: tenant.id, action: 'authorization.denied' }),
    ).toEqual([])
  })

  test('it outlives the feature and the admin who created it', async () => {
    const { tenant, admin } = await openTenant(world)
    const maker = await world.grant(tenant)
    const token = await apiTokenOf(world, maker, tenant)
    const input = { tenantId: tenant.id, objectId: tenant.spanningAdmin.objectId }
    expect(
      (await perform(world, admin, { field: 'revokeSpanningAdmin', selection: '' }, input)).payload
        .userErrors,
    ).toEqual([])
    await world.ask(admin, disable, { input: { tenantId: tenant.id } })
    expect(await reads(token, tenant)).toBe(true)
  })

  test('no read is answered after the revocation was answered', {
    timeout: 120_000,
  }, async () => {
    const { tenant, admin } = await openTenant(world)
    let [answered, refused] = [0, 0]
    for (let round = 0; round < 15; round++) {
      const token = await apiTokenOf(world, admin, tenant)
      let isRevoked = false
      let isOver = false
      const reader = async () => {
        while (!isOver) {
          const sentAfter = isRevoked
          const { data, codes } = await world.ask(token, readLog, { id: tenant.id })
          if (codes.length === 0) {
            answered++
            expect([sentAfter, data.tenant.activityLog.nodes.length]).toEqual([false, 1])
          } else {
            refused++
            expect([data, codes]).toEqual([{ tenant: null }, ['UNAUTHENTICATED']])
            if (sentAfter) return
          }
        }
      }
      const readers = [reader(), reader(), reader()]
      try {
        while (answered <= round * 3) await new Promise(setImmediate)
        await revoke(admin, tenant, token.id)
        isRevoked = true
        await Promise.all(readers)
      } finally {
        isOver = true
      }
    }
    expect([answered > 15, refused >= 45]).toEqual([true, true])
  })
})

describe('Tenant.apiTokens', () => {
  const many = async ({ tenant, admin }: Scene, count: number) => {
    const made: string[] = []
    for (let n = 0; n < count; n++)
      made.unshift((await apiTokenOf(world, admin, tenant, `token ${n}`)).id)
    return made
  }

  test('is sorted newest first, and pages contain each token once', async () => {
    const scene = await openTenant(world)
    const made = await many(scene, 5)
    await world.database
      .owner`update identity.api_token set created_at = (select min(created_at) from identity.api_token where tenant_id = ${scene.tenant.id})
      where token_id in ${world.database.owner(made.slice(-3))}`
    const whole = (await listOf(scene.admin, scene.tenant)).nodes.map(({ id }) => id)
    expect(whole).toEqual([...made.slice(0, 2), ...made.slice(-3).toSorted().toReversed()])
    const paged: string[] = []
    let after: string | null = null
    for (let pages = 0; pages < 5; pages++) {
      const page = await listOf(scene.admin, scene.tenant, { first: 2, after })
      paged.push(...page.nodes.map(({ id }) => id))
      after = page.pageInfo.endCursor
      if (!page.pageInfo.hasNextPage) break
    }
    expect(paged).toEqual(whole)
  })

  test.for<[string, Record<string, unknown>]>([
    ['no more than 100', { first: 101 }],
    ['no less than 1', { first: 0 }],
    ['after a cursor that is none', { after: 'nonsense' }],
    ['after a forged cursor of no time', { after: base64url(`["x","${randomUUID()}"]`) }],
    [
      'after a forged cursor of a time before time',
      { after: base64url(`["0000-01-01T00:00:00.000Z","${randomUUID()}"]`) },
    ],
    [
      'after a forged cursor with SQL in it',
      { after: base64url(`["2026-01-01T00:00:00.000Z","' or true --"]`) },
    ],
  ])('%s: the request’s mistake', async ([, args]) => {
    const { tenant, admin } = await openTenant(world)
    expect((await world.ask(admin, list, { id: tenant.id, ...args })).codes).toEqual([
      'BAD_USER_INPUT',
    ])
  })

  test('is refused to technicians, and the attempt is recorded', async () => {
    const { tenant, admin } = await openTenant(world)
    const { id } = await apiTokenOf(world, admin, tenant)
    const technician = await world.connect(tenant, world.vsa)
    const { data, codes } = await world.ask(technician, list, { id: tenant.id })
    expect([data, codes]).toEqual([{ tenant: { apiTokens: null } }, ['FORBIDDEN']])
    expect(
      await activityRows(world.database, { tenantId: tenant.id, action: 'authorization.denied' }),
    ).toMatchObject([
      { actor_key: 'partner:northwind-vsa:nw-1', target: { displayName: 'Tenant.apiTokens' } },
    ])
    const node = 'query ($id: ID!) { node(id: $id) { __typename id ... on ApiToken { name } } }'
    for (const query of [node, 'query ($id: ID!) { node(id: $id) { id } }'])
      expect(await world.ask(technician, query, { id })).toMatchObject({
        data: { node: null },
        errors: [],
      })
    expect((await world.ask(admin, node, { id })).data.node).toEqual({
      __typename: 'ApiToken',
      id,
      name: 'SIEM',
    })
    const stranger = await openTenant(world)
    expect((await world.ask(stranger.admin, node, { id })).data.node).toBeNull()
    expect((await listOf(stranger.admin, stranger.tenant)).nodes).toEqual([])
    await revoke(admin, tenant, id)
    expect((await world.ask(admin, node, { id })).data.node).toBeNull()
  })
})

/** Sessions: the list of sessions, their lifetime, and the recorded reason of their end. */
import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  addPartnerKey,
  registerPartnerInstance,
  revokePartnerKey,
  suspendPartnerInstance,
} from '../../admin/partner-instances.ts'
import { touchSession } from '../../subgraphs/identity/sessions/touch-session.ts'
import { disable, enable, updateServices } from '../support/documents.ts'
import {
  base64url,
  liveSessions,
  revokeFederatedSessions,
  revokeSession,
  sessionsOf,
  whoAmI,
} from '../support/login.ts'
import { newPrivateKey } from '../support/partners.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Credentials, Partner, Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

type Listed = {
  id: string
  revokedAt: string | null
  revokedReason: string | null
  createdAt: string
  expiresAt: string
  actor: { key: string }
}
async function list(
  who: Credentials,
  tenant: Tenant,
  args: { first?: number; after?: string | null; active?: boolean | null } = {},
) {
  const { data, errors } = await world.ask(who, sessionsOf, { id: tenant.id, ...args })
  expect(errors).toEqual([])
  return data.tenant.sessions as {
    nodes: Listed[]
    edges: { cursor: string }[]
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null }
  }
}
const ids = ({ nodes }: { nodes: Listed[] }) => nodes.map(({ id }) => id)

async function ownPartner(): Promise<Partner> {
  const clientId = `own-${randomUUID().slice(0, 8)}`
  const privateJwk = await newPrivateKey(`${clientId}-1`)
  const { platform } = world.vsa
  const issuer = `https://${clientId}.example`
  await registerPartnerInstance(world.operator, {
    platform,
    name: clientId,
    clientId,
    issuer,
    handoffUrl: `${issuer}/x`,
    keys: [privateJwk],
  })
  return { ...world.vsa, clientId, name: clientId, issuer, privateJwk }
}

describe('Tenant.sessions', () => {
  test('is sorted newest first, and pages contain each session once', async () => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const made: string[] = []
    for (let count = 0; count < 6; count++)
      made.unshift((await world.connect(tenant, world.vsa)).sessionId)
    // Two with the same time: sorted by ID.
    await world.database.owner`
      update identity.session set created_at = (select min(created_at) from identity.session where session_id in ${world.database.owner(made)})
      where session_id in ${world.database.owner(made.slice(-2))}`
    const whole = ids(await list(admin, tenant))
    expect(whole).toHaveLength(7)
    expect(new Set(whole.slice(0, 4))).toEqual(new Set(made.slice(0, 4)))
    const paged: string[] = []
    let after: string | null = null
    for (let pages = 0; pages < 10; pages++) {
      const page = await list(admin, tenant, { first: 2, after })
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null)
      paged.push(...ids(page))
      after = page.pageInfo.endCursor
      if (!page.pageInfo.hasNextPage) break
    }
    expect(paged).toEqual(whole)
  })

  test('contains active sessions, ended ones, or both', async () => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const [staying, leaving, idle] = [
      await world.connect(tenant, world.vsa),
      await world.connect(tenant, world.vsa),
      await world.connect(tenant, world.vsa),
    ]
    await world.ask(leaving, 'mutation { signOut { userErrors { code } } }')
    await world.database
      .owner`update identity.session set last_seen_at = now() - interval '1 hour' where session_id = ${idle.sessionId}`
    const technicians = ({ nodes }: { nodes: Listed[] }) =>
      nodes.filter(({ actor }) => /^partner/.test(actor.key)).map(({ id }) => id)
    expect(technicians(await list(admin, tenant))).toEqual([staying.sessionId])
    expect(technicians(await list(admin, tenant, { active: false })).sort()).toEqual(
      [leaving.sessionId, idle.sessionId].sort(),
    )
    expect(technicians(await list(admin, tenant, { active: null }))).toHaveLength(3)
  })

  test.for([
    ['no more than 100', { first: 101 }],
    ['no less than 1', { first: 0 }],
    ['not backwards', { first: -1 }],
    ['after a cursor that is none', { after: 'nonsense' }],
    ['after a cursor of another list', { after: base64url('["a"]') }],
    ['after a forged cursor', { after: base64url('["x","y"]') }],
    [
      'after a forged cursor of a time and no id',
      { after: base64url('["2026-01-01T00:00:00.000Z","y"]') },
    ],
    ['after a forged cursor of an id and no time', { after: base64url(`["x","${randomUUID()}"]`) }],
    [
      'after a forged cursor with SQL in it',
      { after: base64url(`["2026-01-01T00:00:00.000Z","' or true --"]`) },
    ],
    [
      'after a forged cursor of a time beyond time',
      { after: base64url(`["+275760-09-13T00:00:00.000Z","${randomUUID()}"]`) },
    ],
  ] as [string, Record<string, unknown>][])('%s: the request’s mistake', async ([, args]) => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    expect((await world.ask(admin, sessionsOf, { id: tenant.id, ...args })).codes).toEqual([
      'BAD_USER_INPUT',
    ])
  })

  test('another tenant’s cursor reveals nothing of that tenant', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    const admin = await world.signIn(own, own.globalAdmin)
    const stranger = await world.signIn(other, other.globalAdmin)
    const { edges } = await list(stranger, other)
    expect(ids(await list(admin, own, { after: edges[0]!.cursor, active: null }))).toEqual([
      admin.sessionId,
    ])
  })

  test('a technician sees own-instance and admin sessions only', async () => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    await world.open(tenant, world.uniview)
    const [one, colleague] = [
      await world.connect(tenant, world.vsa),
      await world.connect(tenant, world.vsa, world.vsa.technicians[1]),
    ]
    const stranger = await world.connect(tenant, world.uniview)
    for (const active of [true, null]) {
      const seen = ids(await list(one, tenant, { active }))
      expect(seen).toEqual(expect.arrayContaining([one.sessionId, colleague.sessionId]))
      expect(seen).not.toContain(stranger.sessionId)
    }
    const node = 'query ($id: ID!) { node(id: $id) { id ... on Session { actor { key } } } }'
    expect((await world.ask(one, node, { id: stranger.sessionId })).data.node).toBeNull()
    expect((await world.ask(one, node, { id: colleague.sessionId })).data.node.actor.key).toBe(
      'partner:northwind-vsa:nw-2',
    )
    expect((await world.ask(admin, node, { id: stranger.sessionId })).data.node.actor.key).toBe(
      'partner:tailspin-uniview:ts-1',
    )
  })

  test('contains no sessions of other tenants', async () => {
    const [own, other] = [await world.createTenant(), await world.createTenant()]
    const admin = await world.signIn(own, own.globalAdmin)
    const stranger = await world.signIn(other, other.globalAdmin)
    expect(ids(await list(admin, own, { active: null }))).toEqual([admin.sessionId])
    const node = 'query ($id: ID!) { node(id: $id) { id } }'
    expect((await world.ask(admin, node, { id: stranger.sessionId })).data.node).toBeNull()
    expect((await world.ask(admin, node, { id: other.id })).data.node).toBeNull()
    expect((await world.ask(admin, sessionsOf, { id: other.id })).data.tenant).toBeNull()
  })

  test('contains no token', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const { data } = await world.ask(admin, sessionsOf, { id: tenant.id })
    expect(JSON.stringify(data)).not.toContain(admin.bearer.split('.')[1])
    const asked = await world.ask(
      admin,
      'query ($id: ID!) { tenant(id: $id) { sessions { nodes { tokenHash } } } }',
      { id: tenant.id },
    )
    expect(asked.codes).toEqual(['GRAPHQL_VALIDATION_FAILED'])
  })
})

describe('the end of a session', () => {
  const mutation = (name: string) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`
    return `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { code } } }`
  }
  interface Scene {
    tenant: Tenant
    partner: Partner
    admin: { bearer: string }
    associationId: string
    session: { bearer: string; sessionId: string }
  }
  const ends: [string, string, (scene: Scene) => Promise<unknown>][] = [
    [
      'its owner signs out',
      'SIGNED_OUT',
      ({ session }) => world.ask(session, 'mutation { signOut { userErrors { code } } }'),
    ],
    [
      'an admin revokes it',
      'REVOKED',
      ({ admin, tenant, session }) =>
        world.ask(admin, revokeSession, {
          input: { tenantId: tenant.id, sessionId: session.sessionId },
        }),
    ],
    [
      'an admin revokes all',
      'REVOKED',
      ({ admin, tenant }) =>
        world.ask(admin, revokeFederatedSessions, { input: { tenantId: tenant.id } }),
    ],
    [
      'the feature is turned off',
      'FEATURE_DISABLED',
      ({ admin, tenant }) => world.ask(admin, disable, { input: { tenantId: tenant.id } }),
    ],
    [
      'the association ends',
      'ASSOCIATION_CHANGED',
      ({ admin, tenant, associationId }) =>
        world.ask(admin, mutation('dissociatePartner'), {
          input: { tenantId: tenant.id, associationId },
        }),
    ],
    [
      'the allow-list is narrowed',
      'ASSOCIATION_CHANGED',
      ({ admin, tenant, associationId }) =>
        world.ask(admin, mutation('updatePartnerAssociation'), {
          input: { tenantId: tenant.id, associationId, allowedTechnicians: ['somebody else'] },
        }),
    ],
    [
      'the instance is suspended',
      'PARTNER_SUSPENDED',
      ({ partner }) => suspendPartnerInstance(world.operator, partner.clientId),
    ],
    [
      'its key is revoked',
      'PARTNER_SUSPENDED',
      async ({ partner }) => {
        await addPartnerKey(
          world.operator,
          partner.clientId,
          await newPrivateKey(`${partner.clientId}-2`),
        )
        await revokePartnerKey(world.operator, partner.clientId, partner.privateJwk.kid!)
      },
    ],
  ]
  async function scene(): Promise<Scene> {
    const [tenant, partner] = [await world.createTenant(), await ownPartner()]
    const { admin, associationId } = await world.open(tenant, partner)
    return { tenant, partner, admin, associationId, session: await world.connect(tenant, partner) }
  }
  const found = async ({ admin, tenant, session }: Scene) =>
    (await list(admin, tenant, { active: null })).nodes.find(({ id }) => id === session.sessionId)!

  test.for(ends)('%s: %s', async ([, reason, end]) => {
    const it = await scene()
    expect(await found(it)).toMatchObject({ revokedAt: null, revokedReason: null })
    const before = Date.now()
    await end(it)
    const ended = await found(it)
    expect(ended.revokedReason).toBe(reason)
    expect(Math.abs(Date.parse(ended.revokedAt!) - before)).toBeLessThan(5_000)
    expect((await list(it.admin, it.tenant)).nodes.map(({ id }) => id)).not.toContain(
      it.session.sessionId,
    )
    const tried = await world.ask(it.session, updateServices, {
      input: { tenantId: it.tenant.id, expectedVersion: 1, mail: false },
    })
    expect(tried.codes).toEqual([
      reason === 'FEATURE_DISABLED' ? 'MICROSOFT_SIGN_IN_REQUIRED' : 'UNAUTHENTICATED',
    ])
    expect(tried.data.updateServiceSettings).toBeNull()
  })

  test('revoking the grant ends a Spanning Admin’s session', async () => {
    const tenant = await world.createTenant()
    const spanningAdmin = await world.grant(tenant)
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    await world.ask(admin, mutation('revokeSpanningAdmin'), {
      input: { tenantId: tenant.id, objectId: tenant.spanningAdmin.objectId },
    })
    const ended = (await list(admin, tenant, { active: false })).nodes.find(
      ({ id }) => id === spanningAdmin.sessionId,
    )
    expect(ended).toMatchObject({ revokedReason: 'ADMIN_REVOKED', revokedAt: expect.any(String) })
  })

  test('a new grant does not revive sessions', async () => {
    const tenant = await world.createTenant()
    const first = await world.grant(tenant)
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    await world.ask(admin, mutation('revokeSpanningAdmin'), {
      input: { tenantId: tenant.id, objectId: tenant.spanningAdmin.objectId },
    })
    const second = await world.grant(tenant)
    expect((await world.ask(first, whoAmI)).data.viewer).toBeNull()
    expect((await world.ask(second, whoAmI)).data.viewer).not.toBeNull()
  })

  test('later events change neither time nor reason of the end', async () => {
    const it = await scene()
    await world.ask(it.admin, disable, { input: { tenantId: it.tenant.id } })
    const first = await found(it)
    expect(first.revokedReason).toBe('FEATURE_DISABLED')
    await world.ask(it.admin, enable, { input: { tenantId: it.tenant.id } })
    await world.ask(it.admin, revokeFederatedSessions, { input: { tenantId: it.tenant.id } })
    await world.ask(it.admin, disable, { input: { tenantId: it.tenant.id } })
    await suspendPartnerInstance(world.operator, it.partner.clientId)
    expect(await found(it)).toEqual(first)
  })

  test('an expired session has no other end reason later', async () => {
    const it = await scene()
    await world.database
      .owner`update identity.session set last_seen_at = now() - interval '1 hour' where session_id = ${it.session.sessionId}`
    await world.ask(it.admin, disable, { input: { tenantId: it.tenant.id } })
    expect(await found(it)).toMatchObject({ revokedAt: null, revokedReason: null })
  })

  test('turning on or widening again revives no session', async () => {
    const it = await scene()
    for (const change of [disable, enable])
      await world.ask(it.admin, change, { input: { tenantId: it.tenant.id } })
    expect((await world.ask(it.session, whoAmI)).data.viewer).toBeNull()
    const next = await world.connect(it.tenant, it.partner)
    for (const allowedTechnicians of [['somebody else'], ['somebody else', 'nw-1'], null]) {
      const input = { tenantId: it.tenant.id, associationId: it.associationId, allowedTechnicians }
      const { data } = await world.ask(it.admin, mutation('updatePartnerAssociation'), { input })
      expect(data.updatePartnerAssociation.userErrors).toEqual([])
    }
    expect((await world.ask(next, whoAmI)).data.viewer).toBeNull()
    expect(await liveSessions(world, it.tenant.id)).toBe(0)
  })
})

test('a query that takes longer than 750 ms is not answered after the end', async () => {
  const tenant = await world.createTenant()
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  const read = 'query ($id: ID!) { tenant(id: $id) { activityCheckpoint { treeSize } } }'
  let reading: ReturnType<World['ask']> | undefined
  const { owner } = world.database
  await owner.begin(async (sql) => {
    await sql`lock table audit.checkpoint in access exclusive mode`
    reading = world.ask(admin, read, { id: tenant.id })
    await expect
      .poll(
        () =>
          owner`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%"checkpoint"%' and application_name = 'it-complete-login'`,
      )
      .not.toEqual([])
    await world.ask(admin, 'mutation { signOut { userErrors { code } } }')
    await new Promise((resolve) => setTimeout(resolve, 800))
  })
  expect(await reading).toMatchObject({ data: null, codes: ['UNAUTHENTICATED'] })
})

describe('how long one lasts', () => {
  const shift = (sessionId: string, column: 'last_seen_at' | 'max_expires_at', seconds: number) =>
    world.database
      .owner`update identity.session set ${world.database.owner(column)} = now() + make_interval(secs => ${seconds}) where session_id = ${sessionId}`
  const isIn = async (who: { bearer: string }) =>
    (await world.ask(who, whoAmI)).data.viewer !== null

  test.for([
    ['federated', 15 * 60, 8 * 3600],
    ['Microsoft', 30 * 60, 12 * 3600],
  ] as const)('%s: %i s unused, %i s at most', async ([kind, idleSeconds, maxSeconds]) => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const session =
      kind === 'federated'
        ? await world.connect(tenant, world.vsa)
        : await world.signIn(tenant, tenant.globalAdmin)
    const [row] = await world.database.owner`
      select idle_seconds, round(extract(epoch from max_expires_at - created_at))::int as max_seconds
      from identity.session where session_id = ${session.sessionId}`
    expect(row).toEqual({ idle_seconds: idleSeconds, max_seconds: maxSeconds })
    const listed = async () =>
      (await list(admin, tenant, { active: null })).nodes.find(
        ({ id }) => id === session.sessionId,
      )!
    const { createdAt, expiresAt } = await listed()
    expect(Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 1000)).toBe(idleSeconds)

    await shift(session.sessionId, 'last_seen_at', 5 - idleSeconds)
    expect(await isIn(session)).toBe(true)
    await shift(session.sessionId, 'last_seen_at', -idleSeconds)
    expect(await isIn(session)).toBe(false)
    expect(await isIn(session)).toBe(false) // asking does not bring it back
    expect(await listed()).toMatchObject({ revokedAt: null, revokedReason: null })
  })

  test('use extends it, and lastSeenAt is updated once per minute', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const session = await world.connect(tenant, world.vsa)
    const age = async () => {
      const [row] = await world.database.owner`
        select extract(epoch from clock_timestamp() - last_seen_at)::float8 as seconds from identity.session where session_id = ${session.sessionId}`
      return row!.seconds as number
    }
    await shift(session.sessionId, 'last_seen_at', -50)
    await isIn(session)
    expect(await age()).toBeGreaterThanOrEqual(50)
    await shift(session.sessionId, 'last_seen_at', -70)
    await isIn(session)
    expect(await age()).toBeLessThan(10)
  })

  test('a request that authenticated before the idle time ended revives no session', async () => {
    const tenant = await world.createTenant()
    const { sessionId } = await world.signIn(tenant, tenant.globalAdmin)
    await shift(sessionId, 'last_seen_at', -31 * 60)
    const seen = () =>
      world.database
        .owner`select last_seen_at::text from identity.session where session_id = ${sessionId}`
    const before = await seen()
    await touchSession(world.database.db, tenant.id, sessionId)
    expect(await seen()).toEqual(before)
  })

  test('ends at its maximum lifetime despite use', async () => {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const session = await world.connect(tenant, world.vsa)
    await shift(session.sessionId, 'max_expires_at', 5)
    expect(await isIn(session)).toBe(true)
    const listed = (await list(admin, tenant)).nodes.find(({ id }) => id === session.sessionId)!
    expect(Date.parse(listed.expiresAt) - Date.now()).toBeLessThan(6_000)
    await shift(session.sessionId, 'max_expires_at', 0)
    expect(await isIn(session)).toBe(false)
    const tried = await world.ask(session, updateServices, {
      input: { tenantId: tenant.id, expectedVersion: 1, mail: false },
    })
    expect(tried.codes).toEqual(['UNAUTHENTICATED'])
  })

  test('a browser’s session expires even if its cookie remains', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa)
    await world.database
      .owner`update identity.session set last_seen_at = now() - interval '16 minutes' where tenant_id = ${tenant.id}`
    expect(browser.cookie(`session-${tenant.id}`)).toBeDefined()
    expect((await world.ask({ browser, tenantId: tenant.id }, whoAmI)).data.viewer).toBeNull()
  })
})

/**
 * `Query.partnerActivityLog`: the events of the technicians of a partner instance, in every tenant
 * to which the partner has access.
 */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sealed, seed } from '../support/activity.ts'
import { disable, updateServices } from '../support/documents.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Partner, Tenant, World } from '../support/world.ts'

let world: World
let tenants: Tenant[]
beforeAll(async () => {
  world = await sharedWorld()
})
beforeEach(async () => {
  tenants = [await world.createTenant(), await world.createTenant(), await world.createTenant()]
})

const query = `query ($filter: ActivityFilter, $first: Int, $after: String, $last: Int, $before: String) {
  partnerActivityLog(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    nodes { id occurredAt action outcome method actor { key displayName } tenant { id name } session { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount totalCountIsExact } }`

interface Shown {
  id: string
  occurredAt: string
  action: string
  actor: { key: string }
  tenant: { id: string; name: string }
}

const ask = async (partner: Partner, variables: object = {}) =>
  world.ask(await world.clientCredentials(partner), query, { ...variables })

async function log(partner: Partner, filter: object = {}): Promise<Shown[]> {
  const nodes: Shown[] = []
  for (let after: string | null = null, more = true; more; ) {
    const { data, errors } = await ask(partner, { filter, first: 100, after })
    expect(errors).toEqual([])
    nodes.push(...data.partnerActivityLog.nodes)
    after = data.partnerActivityLog.pageInfo.endCursor
    more = data.partnerActivityLog.pageInfo.hasNextPage
  }
  const own = new Set(tenants.map(({ id }) => id))
  return nodes.filter(({ tenant }) => own.has(tenant.id))
}

test('has the technicians’ events of every tenant, newest first', async () => {
  for (const tenant of tenants.slice(0, 2)) {
    await world.open(tenant, world.vsa)
    const technician = await world.connect(tenant, world.vsa)
    await world.ask(technician, updateServices, {
      input: { tenantId: tenant.id, expectedVersion: 1, mail: false },
    })
  }
  const shown = await log(world.vsa)
  expect(new Set(shown.map(({ tenant }) => tenant.id))).toEqual(
    new Set(tenants.slice(0, 2).map(({ id }) => id)),
  )
  for (const { tenant, actor } of shown) {
    expect(tenant.name).toBe(tenants.find(({ id }) => id === tenant.id)!.name)
    expect(actor.key).toBe(`partner:${world.vsa.clientId}:${world.vsa.technicians[0].sub}`)
  }
  const times = shown.map(({ occurredAt }) => occurredAt)
  expect(times).toEqual(times.toSorted().toReversed())
  expect(shown.map(({ action }) => action)).toContain('service_settings.updated')
  expect(shown.map(({ action }) => action)).not.toContain('it_complete_login.enabled')
})

test('has no events of others, of admins or of the instance itself', async () => {
  const [tenant] = tenants as [Tenant]
  await world.open(tenant, world.vsa)
  await seed(world, tenant, [
    {
      at: new Date().toISOString(),
      actor: `partner:${world.vsa.clientId}:own`,
      clientId: world.vsa.clientId,
      method: 'KASEYA_VSA',
    },
    {
      at: new Date().toISOString(),
      actor: `client:${world.vsa.clientId}`,
      clientId: world.vsa.clientId,
      method: 'KASEYA_VSA',
    },
    {
      at: new Date().toISOString(),
      actor: 'foreign',
      clientId: world.uniview.clientId,
      method: 'UNITRENDS_UNIVIEW',
    },
    {
      at: new Date().toISOString(),
      actor: 'admin',
      clientId: world.vsa.clientId,
      method: 'MICROSOFT',
    },
    { at: new Date().toISOString(), actor: 'client', clientId: world.vsa.clientId },
    { at: new Date().toISOString(), actor: 'system' },
  ])
  expect((await log(world.vsa)).map(({ actor }) => actor.key)).toEqual([
    `partner:${world.vsa.clientId}:own`,
  ])
  expect(await log(world.uniview)).toEqual([])
})

test('excludes tenants that turned the feature or the association off', async () => {
  const [off, ended, stays] = tenants as [Tenant, Tenant, Tenant]
  const opened = new Map<Tenant, Awaited<ReturnType<World['open']>>>()
  for (const tenant of tenants) {
    opened.set(tenant, await world.open(tenant, world.vsa))
    await world.connect(tenant, world.vsa)
  }
  expect(new Set((await log(world.vsa)).map(({ tenant }) => tenant.id)).size).toBe(3)
  await world.ask(opened.get(off)!.admin, disable, { input: { tenantId: off.id } })
  const dissociate =
    'mutation ($input: DissociatePartnerInput!) { dissociatePartner(input: $input) { userErrors { code } } }'
  const { admin, associationId } = opened.get(ended)!
  expect(
    (await world.ask(admin, dissociate, { input: { tenantId: ended.id, associationId } })).errors,
  ).toEqual([])
  expect(new Set((await log(world.vsa)).map(({ tenant }) => tenant.id))).toEqual(
    new Set([stays.id]),
  )
})

test('pages cover all tenants in both directions, each event once', async () => {
  const base = Date.now() - 3_600_000
  let n = 0
  const expected: string[] = []
  for (const tenant of tenants) await world.open(tenant, world.vsa)
  for (let round = 0; round < 8; round++) {
    for (const tenant of tenants) {
      const [id] = await seed(
        world,
        tenant,
        [
          {
            at: new Date(base + n++ * 1_000).toISOString(),
            action: 'test.paged',
            actor: `partner:${world.vsa.clientId}:x`,
            clientId: world.vsa.clientId,
            method: 'KASEYA_VSA',
          },
        ],
        { wait: false },
      )
      expected.unshift(id!)
    }
  }
  for (const tenant of tenants) await sealed(world, tenant)
  const filter = {
    actions: ['test.paged'],
    occurredFrom: new Date(base).toISOString(),
    occurredTo: new Date(base + n * 1_000).toISOString(),
  }
  const forward: string[] = []
  for (let after: string | null = null, more = true; more; ) {
    const { data } = await ask(world.vsa, { filter, first: 5, after })
    forward.push(...data.partnerActivityLog.nodes.map(({ id }: Shown) => id))
    expect(data.partnerActivityLog).toMatchObject({ totalCount: 24, totalCountIsExact: true })
    after = data.partnerActivityLog.pageInfo.endCursor
    more = data.partnerActivityLog.pageInfo.hasNextPage
  }
  expect(forward).toEqual(expected)
  const backward: string[] = []
  for (let before: string | null = null, more = true; more; ) {
    const { data } = await ask(world.vsa, { filter, last: 7, before })
    backward.unshift(...data.partnerActivityLog.nodes.map(({ id }: Shown) => id))
    before = data.partnerActivityLog.pageInfo.startCursor
    more = data.partnerActivityLog.pageInfo.hasPreviousPage
  }
  expect(backward).toEqual(expected)
})

describe('a partner instance cannot read', () => {
  test('other fields, other tenants, single events or summaries', async () => {
    const [tenant, foreign] = tenants as [Tenant, Tenant]
    await world.open(tenant, world.vsa)
    await world.connect(tenant, world.vsa)
    const [event] = await log(world.vsa)
    const asPartner = async (text: string, variables = {}) =>
      world.ask(await world.clientCredentials(world.vsa), text, variables)
    for (const field of [
      'primaryDomain',
      'microsoftTenantId',
      'settings { version }',
      'sessions { nodes { id } }',
      'activityLog { nodes { id } }',
      'activitySummary(groupBy: [ACTION]) { truncated }',
    ]) {
      const { data } = await asPartner(
        `{ partnerActivityLog(first: 1) { nodes { tenant { ${field} } } } }`,
      )
      expect([
        field,
        data?.partnerActivityLog?.nodes?.[0]?.tenant?.[field.match(/^\w+/)![0]] ?? null,
      ]).toEqual([field, null])
    }
    expect(
      (await asPartner('query ($id: ID!) { tenant(id: $id) { id name } }', { id: tenant.id })).data,
    ).toEqual({ tenant: null })
    expect(
      (await asPartner('query ($id: ID!) { tenant(id: $id) { id name } }', { id: foreign.id }))
        .data,
    ).toEqual({ tenant: null })
    expect(
      (await asPartner('query ($id: ID!) { activityEvent(id: $id) { id } }', { id: event!.id }))
        .data,
    ).toEqual({ activityEvent: null })
    expect(
      (await asPartner('{ partnerActivityLog(first: 1) { nodes { integrity { sequence } } } }'))
        .codes,
    ).toEqual(['FORBIDDEN'])
    const { data: seen } = await asPartner(
      '{ partnerActivityLog(first: 1) { nodes { session { id ipAddress } } } }',
    )
    expect(seen?.partnerActivityLog?.nodes?.[0]?.session?.ipAddress ?? null).toBeNull()
  })

  test('the log as another kind of caller', async () => {
    const [tenant] = tenants as [Tenant]
    const { admin } = await world.open(tenant, world.vsa)
    for (const [who, code] of [
      [null, 'UNAUTHENTICATED'],
      [admin, 'FORBIDDEN'],
      [await world.connect(tenant, world.vsa), 'FORBIDDEN'],
    ] as const)
      expect(await world.ask(who, query)).toMatchObject({
        codes: [code],
        data: { partnerActivityLog: null },
      })
  })

  test.each([
    [{ first: 0 }],
    [{ first: 101 }],
    [{ first: 1, last: 1 }],
    [{ after: 'x' }],
    [{ filter: { actions: Array(51).fill('a') } }],
  ])('with invalid arguments: %j', async (variables) => {
    expect(await ask(world.vsa, variables)).toMatchObject({ codes: ['BAD_USER_INPUT'] })
  })
})

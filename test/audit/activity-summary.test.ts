/**
 * `Tenant.activitySummary`: counts of whole hours, of partial hours, and of events not sealed yet.
 */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { day, makeMonths, type Seed, seed } from '../support/activity.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Credentials, Tenant, World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string; sessionId: string }
beforeAll(async () => {
  world = await sharedWorld()
  await makeMonths(world)
})
beforeEach(async () => {
  tenant = await world.createTenant()
  admin = await world.signIn(tenant, tenant.globalAdmin)
})

const sown = { occurredTo: '2021-01-01T00:00:00Z' }
const query = `query ($id: ID!, $filter: ActivityFilter, $groupBy: [ActivityGrouping!]!) { tenant(id: $id) {
  activitySummary(filter: $filter, groupBy: $groupBy) { rows { periodStart actor { key displayName } action outcome method count } truncated } } }`
const ask = (groupBy: string[], filter: object = {}, who: Credentials = admin) =>
  world.ask(who, query, { id: tenant.id, filter: { ...sown, ...filter }, groupBy })

/** Rows without the columns by which they were not grouped. */
async function summary(groupBy: string[], filter: object = {}, who: Credentials = admin) {
  const { data, errors } = await ask(groupBy, filter, who)
  expect(errors).toEqual([])
  const { rows, truncated } = data.tenant.activitySummary
  expect(truncated).toBe(false)
  return rows.map((row: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)),
  )
}

const at = (time: string): Seed => ({ at: `2020-01-05T${time}Z` })

describe('groups', () => {
  test('by action, outcome and sign-in method, largest count first', async () => {
    await seed(world, tenant, [
      { action: 'a.a' },
      { action: 'b.b', outcome: 'DENIED' },
      { action: 'b.b', method: 'KASEYA_VSA' },
      { action: 'b.b' },
    ])
    expect(await summary(['ACTION'])).toEqual([
      { action: 'b.b', count: 3 },
      { action: 'a.a', count: 1 },
    ])
    expect(await summary(['OUTCOME'])).toEqual([
      { outcome: 'SUCCEEDED', count: 3 },
      { outcome: 'DENIED', count: 1 },
    ])
    expect(await summary(['METHOD', 'ACTION'])).toEqual([
      { action: 'b.b', count: 2 },
      { action: 'a.a', count: 1 },
      { action: 'b.b', method: 'KASEYA_VSA', count: 1 },
    ])
  })

  test('by hour, day and month in UTC, earliest first', async () => {
    await seed(world, tenant, [
      at('10:59:59.999'),
      at('11:00:00.000'),
      at('11:30:00'),
      { at: '2020-02-01T00:00:00Z' },
      { at: '2020-01-31T23:59:59Z' },
    ])
    expect(await summary(['HOUR'])).toEqual([
      { periodStart: '2020-01-05T10:00:00.000Z', count: 1 },
      { periodStart: '2020-01-05T11:00:00.000Z', count: 2 },
      { periodStart: '2020-01-31T23:00:00.000Z', count: 1 },
      { periodStart: '2020-02-01T00:00:00.000Z', count: 1 },
    ])
    expect(await summary(['DAY'])).toMatchObject([{ count: 3 }, { count: 1 }, { count: 1 }])
    expect(await summary(['MONTH'])).toEqual([
      { periodStart: '2020-01-01T00:00:00.000Z', count: 4 },
      { periodStart: '2020-02-01T00:00:00.000Z', count: 1 },
    ])
  })

  test('by actor, with the newest name', async () => {
    await seed(world, tenant, [
      { actor: 'a', name: 'Maiden', at: day(1) },
      { actor: 'a', name: 'Married', at: day(3), action: 'x.y' },
      { actor: 'a', name: 'Middle', at: day(2) },
      { actor: 'b' },
    ])
    expect(await summary(['ACTOR'])).toEqual([
      { actor: { key: 'a', displayName: 'Married' }, count: 3 },
      { actor: { key: 'b', displayName: 'b' }, count: 1 },
    ])
  })

  test.each([
    ['no grouping', []],
    ['four groupings', ['ACTOR', 'ACTION', 'OUTCOME', 'METHOD']],
    ['a repeated grouping', ['ACTION', 'ACTION']],
    ['two periods', ['DAY', 'HOUR']],
  ])('%s is refused with BAD_USER_INPUT', async (_name, groupBy) => {
    expect(await ask(groupBy)).toMatchObject({
      codes: ['BAD_USER_INPUT'],
      data: { tenant: { activitySummary: null } },
    })
  })
})

describe('counts the events that match the filter', () => {
  const seeds = [
    '09:00:00',
    '09:59:59.999',
    '10:00:00',
    '10:00:00.001',
    '10:30:00',
    '10:59:59.999',
    '11:00:00',
    '11:15:00',
    '12:00:00',
  ].map((time) => at(time))
  test.each([
    ['within one hour', '10:00:00.001', '10:59:59.999'],
    ['at full hours', '10:00:00', '12:00:00'],
    ['beginning within an hour', '10:30:00', '23:00:00'],
    ['ending within an hour', '00:00:00', '10:30:00'],
    ['beginning and ending within an hour', '09:30:00', '11:10:00'],
    ['in two adjacent partial hours', '09:30:00', '10:30:00'],
    ['nothing', '10:30:00', '10:30:00'],
    ['end before start', '11:00:00', '10:00:00'],
    ['everything', '00:00:00', '23:59:00'],
  ])('by time, %s', async (_name, from, to) => {
    await seed(world, tenant, seeds)
    const moment = (time: string) => Date.parse(`2020-01-05T${time}Z`)
    const expected = seeds.filter(
      (seed) => Date.parse(seed.at!) >= moment(from) && Date.parse(seed.at!) < moment(to),
    ).length
    const filter = { occurredFrom: `2020-01-05T${from}Z`, occurredTo: `2020-01-05T${to}Z` }
    expect(await summary(['OUTCOME'], filter)).toEqual(
      expected ? [{ outcome: 'SUCCEEDED', count: expected }] : [],
    )
  })

  test('by the other members, alone and combined, like activityLog', async () => {
    const session = '5f1c1f0e-0000-4000-8000-000000000001'
    await seed(world, tenant, [
      { actor: 'a', action: 'x.one', outcome: 'DENIED', method: 'MICROSOFT', sessionId: session },
      { actor: 'a', action: 'x.two', sessionId: session },
      { actor: 'b', action: 'x.one', method: 'KASEYA_VSA' },
      { actor: 'c', action: 'y.one', name: 'Wilma Words' },
    ])
    const filters = [
      { actors: ['a'] },
      { actions: ['x.*'] },
      { actions: ['x.one'], actors: ['b', 'c'] },
      { outcomes: ['DENIED'] },
      { methods: ['MICROSOFT', 'KASEYA_VSA'] },
      { sessionId: session },
      { sessionId: session, outcomes: ['SUCCEEDED'] },
      { text: 'wilma' },
      { text: 'x', actors: ['a'] },
      { actors: [] },
      { text: 'nothing of it' },
    ]
    for (const filter of filters) {
      const { data } = await world.ask(
        admin,
        'query ($id: ID!, $filter: ActivityFilter) { tenant(id: $id) { activityLog(filter: $filter) { totalCount } } }',
        {
          id: tenant.id,
          filter: { ...sown, ...filter },
        },
      )
      const rows: { count: number }[] = await summary(['ACTION'], filter)
      expect([filter, rows.reduce((sum, { count }) => sum + count, 0)]).toEqual([
        filter,
        data.tenant.activityLog.totalCount,
      ])
    }
  })

  test('an event is counted once before, during and after sealing', async () => {
    let done = false
    const writing = (async () => {
      for (let n = 0; n < 150; n++) await seed(world, tenant, [{}], { wait: false })
      done = true
    })()
    const counts: number[] = []
    while (!done) counts.push((await summary(['ACTION']))[0]?.count ?? 0)
    await writing
    expect(counts.length).toBeGreaterThan(5)
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    expect(await summary(['ACTION'])).toMatchObject([{ count: 150 }])
  })
})

test('a technician’s counts exclude other instances’ technicians', async () => {
  await world.open(tenant, world.vsa)
  const technician = await world.connect(tenant, world.vsa)
  await seed(world, tenant, [
    { actor: 'own', clientId: world.vsa.clientId, method: 'KASEYA_VSA' },
    { actor: 'foreign', clientId: world.uniview.clientId, method: 'UNITRENDS_UNIVIEW' },
    { actor: 'admin', method: 'MICROSOFT' },
  ])
  const keys = (rows: { actor: { key: string } }[]) => rows.map(({ actor }) => actor.key).toSorted()
  expect(keys(await summary(['ACTOR'], {}, technician))).toEqual(['admin', 'own'])
  expect(keys(await summary(['ACTOR']))).toEqual(['admin', 'foreign', 'own'])
  expect(await summary(['METHOD'], { actors: ['foreign'] }, technician)).toEqual([])
  expect(await summary(['METHOD'], { text: 'foreign' }, technician)).toEqual([])
})

test('admins of other tenants and anonymous callers get nothing', async () => {
  const other = await world.createTenant()
  const stranger = await world.signIn(other, other.globalAdmin)
  expect((await ask(['ACTION'], {}, stranger)).data).toEqual({ tenant: null })
  expect((await ask(['ACTION'], {}, null)).codes).toEqual(['UNAUTHENTICATED'])
})

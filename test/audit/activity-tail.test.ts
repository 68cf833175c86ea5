/**
 * `Tenant.activityTail`: collectors receive every event, even if writers commit in a different
 * order.
 */
import { randomUUID } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openClient } from '../../platform/postgres/servers.ts'
import { sealed, seed } from '../support/activity.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Credentials, Tenant, World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string; sessionId: string }
beforeAll(async () => {
  world = await sharedWorld()
})
beforeEach(async () => {
  tenant = await world.createTenant()
  admin = await world.signIn(tenant, tenant.globalAdmin)
})

const query = `query ($id: ID!, $after: SafeInt!, $first: Int) { tenant(id: $id) { activityTail(afterSequence: $after, first: $first) {
  events { id action integrity { sequence } } lastSequence hasMore } } }`
const ask = (after: number, first?: number, who: Credentials = admin) =>
  world.ask(who, query, { id: tenant.id, after, first })

async function tail(after: number, first?: number) {
  const { data, errors } = await ask(after, first)
  expect(errors).toEqual([])
  const { events, lastSequence, hasMore } = data.tenant.activityTail
  return {
    ids: events.map(({ id }: { id: string }) => id) as string[],
    sequences: events.map(
      ({ integrity }: { integrity: { sequence: number } }) => integrity.sequence,
    ) as number[],
    lastSequence: lastSequence as number,
    hasMore: hasMore as boolean,
  }
}

test('pages return events in sequence and state whether more follow', async () => {
  const ids = await seed(
    world,
    tenant,
    Array.from({ length: 25 }, (_, n) => ({ at: new Date(Date.now() + n).toISOString() })),
  )
  const first = await tail(0, 10)
  const all = [...first.ids]
  expect(first).toMatchObject({
    sequences: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    lastSequence: 10,
    hasMore: true,
  })
  for (let at = first; at.hasMore; ) {
    at = await tail(at.lastSequence, 10)
    all.push(...at.ids)
  }
  expect(all.slice(-25)).toEqual(ids)
  expect(await tail(all.length, 10)).toEqual({
    ids: [],
    sequences: [],
    lastSequence: all.length,
    hasMore: false,
  })
})

test('no gap and no event missing while writers commit out of order', async () => {
  const writers = 6
  const each = 40
  const acknowledged: string[] = []
  let writing = true
  const write = async (writer: number) => {
    const own = openClient({ at: world.database.at })
    try {
      for (let n = 0; n < each; n++) {
        const ids: string[] = []
        await own.begin(async (tx) => {
          for (let event = 0; event <= (n + writer) % 3; event++) {
            const id = randomUUID()
            ids.push(id)
            await tx`insert into audit.unsealed (tenant_id, event_id, actor_key, actor, action, outcome, request_id)
              values (${tenant.id}, ${id}, 'system', '{"__typename": "SystemActor", "key": "system", "displayName": "test"}', 'test.written', 'SUCCEEDED', 'test')`
            // Each transaction stays open for a different time, so that earlier ones commit later.
            await tx`select pg_sleep(${((n * 7 + writer * 13) % 10) / 500})`
          }
        })
        acknowledged.push(...ids)
      }
    } finally {
      await own.end()
    }
  }
  const found: string[] = []
  const sequences: number[] = []
  const collect = async () => {
    for (let after = 0, last = false; ; ) {
      const page = await tail(after, 50)
      found.push(...page.ids)
      sequences.push(...page.sequences)
      after = page.lastSequence
      if (page.ids.length === 0 && last) return
      if (!writing && !page.hasMore && !last) {
        await sealed(world, tenant)
        last = true
      } else if (page.ids.length > 0) last = false
    }
  }
  const collecting = collect()
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  writing = false
  await collecting
  expect(acknowledged.length).toBeGreaterThan(writers * each)
  expect(acknowledged.filter((id) => !found.includes(id))).toEqual([])
  expect(sequences).toEqual(sequences.map((_, index) => index + 1))
  expect(new Set(found).size).toBe(found.length)
})

describe('invalid arguments', () => {
  test.each([0, -1, 1_001])('first: %d is refused with BAD_USER_INPUT', async (first) => {
    expect(await ask(0, first)).toMatchObject({ codes: ['BAD_USER_INPUT'] })
  })

  test('afterSequence beyond the log is refused with BAD_USER_INPUT', async () => {
    await sealed(world, tenant)
    const { errors } = await ask(1_000_000)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    expect(errors[0]!.message).toMatch(/has only \d+ events/)
  })
})

test('technicians are refused and admins of other tenants get nothing', async () => {
  await world.open(tenant, world.vsa)
  expect(await ask(0, 10, await world.connect(tenant, world.vsa))).toMatchObject({
    codes: ['FORBIDDEN'],
    data: { tenant: { activityTail: null } },
  })
  const other = await world.createTenant()
  expect(await ask(0, 10, await world.signIn(other, other.globalAdmin))).toMatchObject({
    data: { tenant: null },
  })
})

/**
 * The uses of an API token are recorded with the id of the token, as one event per minute and
 * operation with a count.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { apiTokenOf } from '../support/login.ts'
import { startWorld, type World } from '../support/world.ts'

const minuteMs = 1_500

let world: World
beforeAll(async () => {
  world = await startWorld(
    {},
    { intervals: { floods: { minuteMs, flushEveryMs: 50, lookEveryMs: 50 } } },
  )
})
afterAll(() => world?.stop())

test('50 uses of two operations are counted per operation', async () => {
  const tenant = await world.createTenant()
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  const token = await apiTokenOf(world, admin, tenant)
  const collect = 'query Collect { viewer { tenant { activityLog(first: 1) { nodes { id } } } } }'
  const look = 'query Look { viewer { tenant { id } } }'
  for (let round = 0; round < 5; round++) {
    const replies = await Promise.all(
      Array.from({ length: 10 }, (_, index) => world.ask(token, index < 3 ? look : collect)),
    )
    expect(replies.flatMap(({ errors }) => errors)).toEqual([])
  }
  const uses = () => activityRows(world.database, { tenantId: tenant.id, action: 'api_token.used' })
  const counted = async (name: string) =>
    (await uses())
      .filter(({ target }) => target!.displayName === name)
      .reduce((sum, { coalesced }) => sum + coalesced!.count, 0)
  await expect
    .poll(async () => [await counted('Look'), await counted('Collect')], { timeout: 10_000 })
    .toEqual([15, 35])
  const rows = await uses()
  expect(rows.length).toBeLessThan(50)
  for (const row of rows)
    expect(row).toMatchObject({
      outcome: 'SUCCEEDED',
      actor_key: token.key,
      target: { type: 'operation' },
    })
})

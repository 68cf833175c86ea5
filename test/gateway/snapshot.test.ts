/** The reads of a query share one snapshot of the database. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { sharedWorld } from '../support/shared-world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const query = `query ($id: ID!) { tenant(id: $id) {
  sessions(first: 10) { nodes { id } }
  apiTokens(first: 10) { nodes { name } }
} }`

test('a query does not see a change that commits while it reads', async () => {
  const tenant = await world.createTenant()
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  const { owner } = world.database
  const isWaiting = async () => {
    const waiting = await owner`select from pg_locks where not granted
      and relation = 'identity.api_token'::regclass
      and database = (select oid from pg_database where datname = current_database())`
    return waiting.length > 0
  }
  let asked: ReturnType<World['ask']> | undefined
  await owner.begin(async (sql) => {
    await sql`lock table identity.api_token in access exclusive mode`
    asked = world.ask(admin, query, { id: tenant.id })
    await expect.poll(isWaiting).toBe(true)
    await sql`insert into identity.api_token (tenant_id, token_hash, name, created_by, expires_at)
      values (${tenant.id}, ${randomUUID()}, 'new', '{}', now() + interval '1 day')`
  })
  const { data, errors } = await asked!
  expect(errors).toEqual([])
  expect(data.tenant.sessions.nodes).toHaveLength(1)
  expect(data.tenant.apiTokens.nodes).toEqual([])
  const { data: later } = await world.ask(admin, query, { id: tenant.id })
  expect(later.tenant.apiTokens.nodes).toEqual([{ name: 'new' }])
})

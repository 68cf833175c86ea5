/** What a federated session reads is in the log: one row per session and operation, before anything is read. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string }
beforeAll(async () => {
  world = await startWorld()
  tenant = await world.createTenant()
  admin = (await world.open(tenant, world.vsa)).admin
})
afterAll(() => world?.stop())

const page = 'query Page($id: ID!) { tenant(id: $id) { ...names } } fragment names on Tenant { id aka: name settings { version } }'
const other = 'query Page($id: ID!) { tenant(id: $id) { name } viewer { permissions } }'

interface Read {
  actor_key: string
  session_id: string
  method: string
  target: { type: string; id: string; displayName: string | null }
  changes: { field: string; before: null; after: string[] }[]
  trace_id: string | null
}
const readsOf = async (sessionId: string): Promise<Read[]> =>
  (await world.database.owner`
    select actor_key, session_id, method, target, changes, trace_id from audit.activity
    where action = 'operation.read' and session_id = ${sessionId} order by occurred_at, event_id`) as unknown as Read[]

test('one row per session and operation, however often and however many at a time it is read', async () => {
  const technician = await world.connect(tenant, world.vsa)
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const replies = await Promise.all(Array.from({ length: 12 }, () => world.ask(technician, page, { id: tenant.id }, { traceparent })))
  expect(replies.map(({ errors, data }) => [errors, data.tenant.id])).toEqual(Array(12).fill([[], tenant.id]))
  expect(await readsOf(technician.sessionId)).toEqual([
    {
      actor_key: 'partner:northwind-vsa:nw-1',
      session_id: technician.sessionId,
      method: 'KASEYA_VSA',
      target: { type: 'operation', id: expect.stringMatching(/^[\w-]{43}$/), displayName: 'Page' },
      changes: [{ field: 'fields', before: null, after: ['tenant.id', 'tenant.name', 'tenant.settings'] }],
      trace_id: '0af7651916cd43dd8448eb211c80319c',
    },
  ])

  await world.ask(technician, other, { id: tenant.id }) // the same name, another operation
  expect((await readsOf(technician.sessionId)).map(({ changes }) => changes[0]!.after)).toEqual([
    ['tenant.id', 'tenant.name', 'tenant.settings'],
    ['tenant.name', 'viewer.permissions'],
  ])
  const again = await world.connect(tenant, world.vsa)
  await world.ask(again, page, { id: tenant.id })
  expect(await readsOf(again.sessionId)).toHaveLength(1)
})

test('once it is known to be in the log, reading writes nothing more', async () => {
  const technician = await world.connect(tenant, world.vsa)
  await world.ask(technician, page, { id: tenant.id })
  const { owner } = world.database
  await owner.unsafe('revoke insert on audit.unsealed, audit.recorded_once from it_complete_app')
  try {
    expect((await world.ask(technician, page, { id: tenant.id })).errors).toEqual([])
  } finally {
    await owner.unsafe('grant insert on audit.unsealed, audit.recorded_once to it_complete_app')
  }
})

test('where the row cannot be written, nothing is read', async () => {
  const technician = await world.connect(tenant, world.vsa)
  const { owner } = world.database
  await owner.unsafe('revoke insert on audit.unsealed from it_complete_app')
  try {
    const { data, codes } = await world.ask(technician, page, { id: tenant.id })
    expect([data ?? null, codes]).toEqual([null, ['INTERNAL_SERVER_ERROR']])
  } finally {
    await owner.unsafe('grant insert on audit.unsealed to it_complete_app')
  }
  expect((await world.ask(technician, page, { id: tenant.id })).errors).toEqual([])
  expect(await readsOf(technician.sessionId)).toHaveLength(1)
})

test('what an admin reads, and what a technician only asks of the schema, leaves none', async () => {
  const technician = await world.connect(tenant, world.vsa)
  await world.ask(technician, '{ __typename }')
  await world.ask(admin, page, { id: tenant.id })
  expect(await readsOf(technician.sessionId)).toEqual([])
  const [row] = await world.database.owner`
    select count(*)::int as count from audit.activity where action = 'operation.read' and actor_key like 'microsoft:%'`
  expect(row!.count).toBe(0)
})

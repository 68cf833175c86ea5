/** What a federated session reads is in the log: one row per session and operation, before anything is read. */
import { beforeAll, describe, expect, test } from 'vitest'
import { createHandoff } from '../support/documents.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string }
beforeAll(async () => {
  world = await sharedWorld()
  tenant = await world.createTenant()
  admin = (await world.open(tenant, world.vsa)).admin
})

const page =
  'query Page($id: ID!) { tenant(id: $id) { ...names } } fragment names on Tenant { id aka: name settings { version } }'
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
  const replies = await Promise.all(
    Array.from({ length: 12 }, () =>
      world.ask(technician, page, { id: tenant.id }, { traceparent }),
    ),
  )
  expect(replies.map(({ errors, data }) => [errors, data.tenant.id])).toEqual(
    Array(12).fill([[], tenant.id]),
  )
  expect(await readsOf(technician.sessionId)).toEqual([
    {
      actor_key: 'partner:northwind-vsa:nw-1',
      session_id: technician.sessionId,
      method: 'KASEYA_VSA',
      target: { type: 'operation', id: expect.stringMatching(/^[\w-]{43}$/), displayName: 'Page' },
      changes: [
        { field: 'fields', before: null, after: ['tenant.id', 'tenant.name', 'tenant.settings'] },
      ],
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

describe('behind the answer of a mutation', () => {
  const fieldsOf = async (sessionId: string) =>
    (await readsOf(sessionId)).map(({ changes }) => changes[0]!.after)

  test('what a technician reads of the tenant is told like any other reading, once', async () => {
    const technician = await world.connect(tenant, world.vsa)
    const change = `mutation Change($input: UpdateServiceSettingsInput!) { updateServiceSettings(input: $input) { tenant { ...behind } userErrors { code } } }
      fragment behind on Tenant { id name ... on Tenant { log: activityLog(first: 3) { nodes { action ipAddress } } } settings { version } }`
    for (const mail of [true, false]) {
      const { data } = await world.ask(technician, change, {
        input: { tenantId: tenant.id, expectedVersion: 2, mail },
      })
      expect(data.updateServiceSettings.tenant.log.nodes).toHaveLength(3)
    }
    expect(await fieldsOf(technician.sessionId)).toEqual([
      ['updateServiceSettings.tenant.activityLog', 'updateServiceSettings.tenant.settings'],
    ])
  })

  test('what a code is redeemed with is read under the new session, and stands in the log before it is read', async () => {
    const { data } = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.vsa, tenant.id) },
    })
    const redeemed = await world.ask(
      await world.clientCredentials(world.vsa),
      `mutation ($input: RedeemHandoffInput!) { redeemHandoff(input: $input) { session { id tenant { activityLog(first: 50) { nodes { action session { id } } } } } } }`,
      { input: { code: data.createHandoff.code } },
    )
    const { session } = redeemed.data.redeemHandoff
    expect(await fieldsOf(session.id)).toEqual([['redeemHandoff.session.tenant.activityLog']])
    expect(session.tenant.activityLog.nodes[0]).toEqual({
      action: 'operation.read',
      session: { id: session.id },
    })
  })

  test('what it changed, and which tenant it was, is its answer and no reading', async () => {
    const technician = await world.connect(tenant, world.vsa)
    const change = `mutation ($input: UpdateServiceSettingsInput!) { updateServiceSettings(input: $input) { tenant { id name } userErrors { code } } }`
    expect(
      (
        await world.ask(technician, change, {
          input: { tenantId: tenant.id, expectedVersion: 3, mail: true },
        })
      ).errors,
    ).toEqual([])
    expect(await readsOf(technician.sessionId)).toEqual([])
  })
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

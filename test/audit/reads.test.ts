/**
 * Each read operation of a federated session is recorded once, before the service reads any data.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { createHandoff } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
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

const readsOf = (sessionId: string) =>
  activityRows(world.database, { action: 'operation.read', sessionId })

test('repeated and concurrent reads are recorded once per operation', async () => {
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
  expect(
    (await readsOf(technician.sessionId)).map(
      ({ actor_key, session_id, method, target, changes, trace_id }) => ({
        actor_key,
        session_id,
        method,
        target,
        changes,
        trace_id,
      }),
    ),
  ).toEqual([
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

  await world.ask(technician, other, { id: tenant.id }) // Another operation of the same name.
  expect((await readsOf(technician.sessionId)).map(({ changes }) => changes[0]!.after)).toEqual([
    ['tenant.id', 'tenant.name', 'tenant.settings'],
    ['tenant.name', 'viewer.permissions'],
  ])
  const again = await world.connect(tenant, world.vsa)
  await world.ask(again, page, { id: tenant.id })
  expect(await readsOf(again.sessionId)).toHaveLength(1)
})

test('only fields that `@skip` and `@include` select are recorded', async () => {
  const technician = await world.connect(tenant, world.vsa)
  const query = `query Choose($id: ID!, $more: Boolean = false, $less: Boolean!) { tenant(id: $id) {
      name @skip(if: $less)
      settings @include(if: $more) { version }
      ... @include(if: $more) { primaryDomain ...more }
    } }
    fragment more on Tenant { microsoftTenantId @skip(if: true) sessions(first: 1) { nodes { id } } }`
  for (const variables of [
    { less: false },
    { less: false, more: false },
    { less: true, more: true },
  ])
    expect((await world.ask(technician, query, { id: tenant.id, ...variables })).errors).toEqual([])
  const rows = await readsOf(technician.sessionId)
  expect(rows.map(({ changes }) => changes[0]!.after)).toEqual([
    ['tenant.name'],
    ['tenant.settings', 'tenant.primaryDomain', 'tenant.sessions'],
  ])
  expect(new Set(rows.map(({ target }) => target!.id)).size).toBe(1)
})

test('a recorded operation writes nothing when it is repeated', async () => {
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

test('nothing is read when the event cannot be recorded', async () => {
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

describe('reads in the payload of a mutation', () => {
  const fieldsOf = async (sessionId: string) =>
    (await readsOf(sessionId)).map(({ changes }) => changes[0]!.after)

  test('are recorded once when a technician reads tenant fields', async () => {
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

  test('are recorded under the session that redeemHandoff began', async () => {
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

  test('are not recorded for the changed object and the tenant ID', async () => {
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

test('reads of admins and of __typename are not recorded', async () => {
  const technician = await world.connect(tenant, world.vsa)
  await world.ask(technician, '{ __typename }')
  await world.ask(admin, page, { id: tenant.id })
  expect(await readsOf(technician.sessionId)).toEqual([])
  const [row] = await world.database.owner`
    select count(*)::int as count from audit.activity where action = 'operation.read' and actor_key like 'microsoft:%'`
  expect(row!.count).toBe(0)
})

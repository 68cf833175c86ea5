/** `Query.activityEvent` and `Query.node` return one event to users with permission. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { sharedWorld } from '../support/shared-world.ts'
import type { Credentials, Tenant, World } from '../support/world.ts'

let world: World
let tenant: Tenant
let admin: { bearer: string; sessionId: string }
let technician: { bearer: string; sessionId: string }
beforeAll(async () => {
  world = await sharedWorld()
  tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  admin = await world.signIn(tenant, tenant.globalAdmin)
  technician = await world.connect(tenant, world.vsa)
})

const query = `query ($id: ID!) {
  activityEvent(id: $id) { id occurredAt tenant { id name } actor { __typename key displayName ... on PartnerTechnician { platform instance subject email } }
    method action outcome reason target { type id displayName } changes { field before after } session { id } ipAddress userAgent requestId traceId coalesced { count firstAt lastAt } }
  node(id: $id) { __typename id } }`
const ask = (id: string, who: Credentials = admin) =>
  world.ask(who, query, { id }, { 'user-agent': 'reader' })

/** The newest event of an action. */
async function eventOf(action: string, of = tenant): Promise<string> {
  const [row] = await world.log(of, { actions: [action] })
  return row!.id
}

test('an event has actor, action, target, client, outcome and changes', async () => {
  const change =
    'mutation ($input: UpdateServiceSettingsInput!) { updateServiceSettings(input: $input) { userErrors { code } } }'
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  const input = { tenantId: tenant.id, expectedVersion: 2, teams: false }
  const since = Date.now()
  expect(
    (await world.ask(technician, change, { input }, { traceparent, 'user-agent': 'VSA/10' }))
      .errors,
  ).toEqual([])
  const { data, errors } = await ask(await eventOf('service_settings.updated'))
  expect(errors).toEqual([])
  const event = data.activityEvent
  expect(event).toMatchObject({
    tenant: { id: tenant.id, name: tenant.name },
    actor: {
      __typename: 'PartnerTechnician',
      key: 'partner:northwind-vsa:nw-1',
      displayName: 'Tech nw-1',
      platform: 'KASEYA_VSA',
      instance: 'Northwind VSA',
      subject: 'nw-1',
    },
    method: 'KASEYA_VSA',
    action: 'service_settings.updated',
    outcome: 'SUCCEEDED',
    reason: null,
    changes: [{ field: 'teams', before: true, after: false }],
    session: { id: technician.sessionId },
    userAgent: 'VSA/10',
    traceId: '0af7651916cd43dd8448eb211c80319c',
    coalesced: null,
  })
  expect(event.ipAddress).toMatch(/127\.0\.0\.1|::1/)
  expect(event.requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect(Date.parse(event.occurredAt)).toBeGreaterThanOrEqual(since - 1_000)
  expect(data.node).toEqual({ __typename: 'ActivityEvent', id: event.id })
})

test('another tenant’s event, an unknown and a malformed ID are null', async () => {
  const other = await world.createTenant()
  await world.signIn(other, other.globalAdmin)
  const theirs = await eventOf('microsoft_login.completed', other)
  for (const id of [
    theirs,
    randomUUID(),
    'nonsense',
    '',
    "' or true --",
    '\0',
    theirs.toUpperCase(),
  ]) {
    const { data, errors } = await ask(id)
    expect([id, data, errors]).toEqual([id, { activityEvent: null, node: null }, []])
  }
})

test('a technician reads events of the own instance and of admins only', async () => {
  await world.open(tenant, world.uniview)
  await world.connect(tenant, world.uniview)
  const rows = await world.log(tenant, { actors: ['partner:tailspin-uniview:ts-1'] })
  expect(rows.length).toBeGreaterThan(0)
  for (const { id } of rows) {
    expect((await ask(id, technician)).data).toEqual({ activityEvent: null, node: null })
    expect((await ask(id)).data.activityEvent.id).toBe(id)
  }
  const enabled = await eventOf('it_complete_login.enabled')
  expect((await ask(enabled, technician)).data).toMatchObject({
    activityEvent: { id: enabled },
    node: { id: enabled },
  })
  // The newest association belongs to the other instance, whose technicians its access settings
  // name.
  const associated = await eventOf('partner_association.created')
  expect((await ask(associated, technician)).data).toEqual({ activityEvent: null, node: null })
})

test('anonymous callers and partner clients read no event', async () => {
  const id = await eventOf('it_complete_login.enabled')
  const anonymous = await ask(id, null)
  expect(anonymous.data).toEqual({ activityEvent: null, node: null })
  expect(anonymous.codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED'])
  const client = await ask(id, await world.clientCredentials(world.vsa))
  expect(client.data).toEqual({ activityEvent: null, node: null })
  expect(client.codes).toEqual(['FORBIDDEN', 'FORBIDDEN'])
})

test('many events in one request are loaded in one query', async () => {
  const ids = (await world.log(tenant)).slice(0, 10).map(({ id }) => id)
  const document = `{ ${ids.map((id, index) => `e${index}: activityEvent(id: "${id}") { id }`).join(' ')} none: activityEvent(id: "${randomUUID()}") { id } }`
  const { data, errors } = await world.ask(admin, document)
  expect(errors).toEqual([])
  expect(Object.values(data)).toEqual([...ids.map((id) => ({ id })), null])
})

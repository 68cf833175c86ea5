import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { apiTokenOf } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import {
  openTenant,
  perform,
  requestAssociation,
  type Scene,
  type Session,
} from '../support/tenants.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const node = `query ($id: ID!) { node(id: $id) { __typename id
  ... on Tenant { name }
  ... on PartnerAssociation { status partner { clientId } }
  ... on Session { method actor { key } }
  ... on ActivityEvent { action actor { key } }
} }`

/** Creates a tenant with both partners, and returns one object of each type that has an id. */
async function everythingIn(): Promise<
  Scene & { technician: Session; other: Session; ids: Record<string, string> }
> {
  const scene = await openTenant(world)
  const { tenant, admin } = scene
  const requested = await requestAssociation(world, tenant, world.uniview)
  await perform(
    world,
    admin,
    { field: 'approvePartnerAssociation', selection: '' },
    { tenantId: tenant.id, associationId: requested },
  )
  const technician = await world.connect(tenant, world.vsa)
  const other = await world.connect(tenant, world.uniview)
  const [event] = await world.log(tenant, { actions: ['it_complete_login.enabled'] })
  const [ofOther] = await world.log(tenant, { actors: ['partner:tailspin-uniview:ts-1'] })
  const ids = {
    tenant: tenant.id,
    association: scene.associationId,
    otherAssociation: requested,
    adminSession: admin.sessionId,
    session: technician.sessionId,
    otherSession: other.sessionId,
    event: event!.id,
    otherEvent: ofOther!.id,
  }
  return { ...scene, technician, other, ids }
}

const ask = async (who: { bearer: string } | null, id: string) => {
  const { data, codes } = await world.ask(who, node, { id })
  return codes.length ? codes : data.node
}

test('finds the object of any id, in each subgraph', async () => {
  const { tenant, admin, associationId, technician, ids } = await everythingIn()
  expect(await ask(admin, tenant.id)).toEqual({
    __typename: 'Tenant',
    id: tenant.id,
    name: tenant.name,
  })
  expect(await ask(admin, associationId)).toEqual({
    __typename: 'PartnerAssociation',
    id: associationId,
    status: 'ACTIVE',
    partner: { clientId: 'northwind-vsa' },
  })
  expect(await ask(admin, technician.sessionId)).toEqual({
    __typename: 'Session',
    id: technician.sessionId,
    method: 'KASEYA_VSA',
    actor: { key: 'partner:northwind-vsa:nw-1' },
  })
  expect(await ask(admin, ids.event!)).toEqual({
    __typename: 'ActivityEvent',
    id: ids.event,
    action: 'it_complete_login.enabled',
    actor: { key: `microsoft:${tenant.globalAdmin.objectId}` },
  })
})

test('resolves several ids in one request', async () => {
  const { admin, ids } = await everythingIn()
  const list = Object.values(ids)
  const document = `query (${list.map((_, n) => `$n${n}: ID!`)}) { ${list.map((_, n) => `n${n}: node(id: $n${n}) { id }`).join(' ')} }`
  const { data, codes } = await world.ask(
    admin,
    document,
    Object.fromEntries(list.map((id, n) => [`n${n}`, id])),
  )
  expect([Object.values(data), codes]).toEqual([list.map((id) => ({ id })), []])
})

describe('an object that the caller may not read is null', () => {
  test('a technician finds neither API tokens nor objects of another partner instance', async () => {
    const { tenant, admin, technician, other, ids } = await everythingIn()
    ids.apiToken = (await apiTokenOf(world, admin, tenant)).id
    expect(await ask(admin, ids.apiToken)).toMatchObject({ id: ids.apiToken })
    const found = async (who: Session) => {
      const names = []
      for (const [name, id] of Object.entries(ids))
        if ((await ask(who, id))?.id === id) names.push(name)
      return names
    }
    expect(await found(technician)).toEqual([
      'tenant',
      'association',
      'otherAssociation',
      'adminSession',
      'session',
      'event',
    ])
    expect(await found(other)).toEqual([
      'tenant',
      'association',
      'otherAssociation',
      'adminSession',
      'otherSession',
      'event',
      'otherEvent',
    ])
  })

  test('an admin of another tenant finds nothing, and nothing is recorded', async () => {
    const { tenant, ids } = await everythingIn()
    const stranger = await openTenant(world)
    const technician = await world.connect(stranger.tenant, world.vsa)
    const rows = async () => [
      await activityRows(world.database, { tenantId: tenant.id }),
      await activityRows(world.database, {
        tenantId: stranger.tenant.id,
        action: 'authorization.denied',
      }),
    ]
    const before = await rows()
    for (const who of [stranger.admin, technician])
      for (const [name, id] of Object.entries(ids))
        expect([name, await ask(who, id)]).toEqual([name, null])
    expect(await rows()).toEqual(before)
  })

  test('internal, ended, unknown and malformed ids', async () => {
    const { tenant, admin, associationId } = await openTenant(world)
    const sam = await world.grant(tenant)
    await perform(
      world,
      admin,
      { field: 'dissociatePartner', selection: '' },
      { tenantId: tenant.id, associationId },
    )
    const [grant] = await world.database
      .owner`select grant_id from tenants.spanning_admin where tenant_id = ${tenant.id}`
    const strange = [
      grant!.grant_id,
      tenant.spanningAdmin.objectId,
      tenant.microsoftTenantId,
      world.vsa.clientId,
      associationId,
    ]
    for (const id of [
      ...strange,
      randomUUID(),
      '',
      'no id',
      '\u0000',
      "' or true --",
      'x'.repeat(10_000),
    ])
      expect([id.slice(0, 40), await ask(admin, id)]).toEqual([id.slice(0, 40), null])
    expect(await ask(sam, sam.sessionId)).toMatchObject({ id: sam.sessionId })
  })
})

test('anonymous callers, partner clients and ended sessions get an error', async () => {
  const { tenant, admin } = await openTenant(world)
  const technician = await world.connect(tenant, world.vsa)
  await perform(
    world,
    admin,
    { field: 'disableItCompleteLogin', selection: '' },
    { tenantId: tenant.id },
  )
  for (const id of [tenant.id, randomUUID()]) {
    expect(await ask(null, id)).toEqual(['UNAUTHENTICATED'])
    expect(await ask(await world.clientCredentials(world.vsa), id)).toEqual(['FORBIDDEN'])
    expect(await ask(technician, id)).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])
  }
})

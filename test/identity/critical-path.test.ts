/** The critical path end to end, through the public endpoint. */
import { beforeAll, expect, test } from 'vitest'
import { disable, enable, updateServices } from '../support/documents.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

test('a technician signs in, works, and is out when it is off', async () => {
  const tenant = await world.createTenant()
  const admin = await world.signInWithMicrosoft(tenant, tenant.globalAdmin)
  const refused = await world.ask(admin, enable, { input: { tenantId: tenant.id } })
  expect(refused.data.enableItCompleteLogin.userErrors).toMatchObject([
    { code: 'TENANT_NOT_ASSOCIATED' },
  ])

  await world.open(tenant, world.vsa)
  const technician = await world.connect(tenant, world.vsa)
  const changed = await world.ask(technician, updateServices, {
    input: { tenantId: tenant.id, expectedVersion: 2, mail: false },
  })
  expect(changed.data.updateServiceSettings).toMatchObject({
    tenant: { settings: { version: 3, services: { mail: false } } },
    userErrors: [],
  })
  const browser = await world.connectBrowser(tenant, world.vsa)
  const seen = await world.ask(
    { browser, tenantId: tenant.id },
    '{ viewer { actor { key } tenant { id name } permissions } }',
  )
  expect(seen.data.viewer).toMatchObject({
    actor: { key: 'partner:northwind-vsa:nw-1' },
    tenant: { name: tenant.name },
  })

  const off = await world.ask(admin, disable, { input: { tenantId: tenant.id } })
  expect(off.data.disableItCompleteLogin).toMatchObject({ endedSessionCount: 2, userErrors: [] })
  const dead = await world.ask(technician, 'query ($id: ID!) { tenant(id: $id) { name } }', {
    id: tenant.id,
  })
  expect(dead.codes).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])

  const rows = await world.log(tenant)
  expect(
    rows
      .filter(({ actor }) => actor.key === 'partner:northwind-vsa:nw-1')
      .map(({ action }) => action),
  ).toEqual([
    'authorization.denied',
    'operation.read',
    'handoff.redeemed',
    'handoff.created',
    'service_settings.updated',
    'operation.read', // the settings of that tenant
    'handoff.redeemed',
    'handoff.created',
  ])
})

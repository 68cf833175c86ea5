import { beforeAll, describe, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import {
  expectRefusal,
  guards,
  openTenant,
  perform,
  type Scene,
  settingsGuarantees,
  stateOf,
  versionOf,
} from '../support/tenants.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const operation = {
  field: 'updateNotificationSettings',
  action: 'notification_settings.updated',
  selection: 'tenant { id settings { version notifications { recipients frequency } } }',
  input: async (world: World, { tenant }: Scene) => ({
    tenantId: tenant.id,
    expectedVersion: await versionOf(world, tenant.id),
    recipients: ['ops@contoso.example'],
  }),
}

guards(() => world, { ...operation, technicians: 'kept out', stepUp: false })

settingsGuarantees(() => world, {
  ...operation,
  inputs: ({ tenant }, version) => ({
    input: { tenantId: tenant.id, expectedVersion: version, recipients: ['ops@contoso.example'] },
    other: {
      tenantId: tenant.id,
      expectedVersion: version,
      recipients: ['somebody.else@contoso.example'],
    },
  }),
})

describe('effects', () => {
  test('replaces the given settings only, and records the changes', async () => {
    const { tenant, admin } = await openTenant(world)
    const change = async (input: Record<string, unknown>) => {
      const expectedVersion = await versionOf(world, tenant.id)
      return (
        await perform(world, admin, operation, { tenantId: tenant.id, expectedVersion, ...input })
      ).payload
    }
    await change({ recipients: ['a@contoso.example', 'b@contoso.example'] })
    const weekly = await change({ frequency: 'WEEKLY' })
    expect(weekly.tenant.settings.notifications).toEqual({
      recipients: ['a@contoso.example', 'b@contoso.example'],
      frequency: 'WEEKLY',
    })
    const none = await change({ recipients: [] })
    expect(none.tenant.settings.notifications).toEqual({ recipients: [], frequency: 'WEEKLY' })
    const rows = await world.log(tenant, { actions: [operation.action] })
    expect(rows.map(({ target, changes }) => [target?.type, target?.id, changes])).toEqual([
      [
        'notification_settings',
        tenant.id,
        [{ field: 'recipients', before: ['a@contoso.example', 'b@contoso.example'], after: [] }],
      ],
      [
        'notification_settings',
        tenant.id,
        [{ field: 'frequency', before: 'IMMEDIATELY', after: 'WEEKLY' }],
      ],
      [
        'notification_settings',
        tenant.id,
        [{ field: 'recipients', before: [], after: ['a@contoso.example', 'b@contoso.example'] }],
      ],
    ])
  })

  test('unchanged values keep the version', async () => {
    const { tenant, admin } = await openTenant(world)
    const before = await stateOf(world, tenant.id)
    const expectedVersion = await versionOf(world, tenant.id)
    const input = { tenantId: tenant.id, expectedVersion, recipients: [], frequency: 'IMMEDIATELY' }
    expect((await perform(world, admin, operation, input)).payload).toMatchObject({
      tenant: { settings: { version: expectedVersion } },
    })
    expect(await stateOf(world, tenant.id)).toEqual(before)
  })
})

describe('refusals', () => {
  const address = (number: number) => `person${number}@contoso.example`

  test('more than 20 recipients', async () => {
    const scene = await openTenant(world)
    const input = {
      tenantId: scene.tenant.id,
      expectedVersion: await versionOf(world, scene.tenant.id),
    }
    const many = Array.from({ length: 21 }, (_, number) => address(number))
    const refusal = { code: 'LIMIT_EXCEEDED', field: ['recipients'] }
    await expectRefusal(world, scene, operation, { ...input, recipients: many }, refusal)
    const { payload } = await perform(world, scene.admin, operation, {
      ...input,
      recipients: many.slice(1),
    })
    expect(payload.tenant.settings.notifications.recipients).toHaveLength(20)
  })

  test('a duplicate recipient, regardless of case', async () => {
    const scene = await openTenant(world)
    const input = {
      tenantId: scene.tenant.id,
      expectedVersion: await versionOf(world, scene.tenant.id),
      frequency: 'WEEKLY',
    }
    const refusal = { code: 'INVALID_VALUE', field: ['recipients'] }
    await expectRefusal(
      world,
      scene,
      operation,
      { ...input, recipients: [address(1), address(1).toUpperCase()] },
      refusal,
    )
  })

  test('an address longer than 254 characters', async () => {
    const scene = await openTenant(world)
    const domain = `${Array(4).fill('d'.repeat(60)).join('.')}.example`
    const input = {
      tenantId: scene.tenant.id,
      expectedVersion: await versionOf(world, scene.tenant.id),
    }
    const refusal = { code: 'INVALID_VALUE', field: ['recipients'] }
    await expectRefusal(
      world,
      scene,
      operation,
      { ...input, recipients: [`someone@${domain}`] },
      refusal,
    )
  })

  test('an invalid address is BAD_USER_INPUT and changes nothing', async () => {
    const { tenant, admin } = await openTenant(world)
    const before = await stateOf(world, tenant.id)
    const rows = await activityRows(world.database, {
      tenantId: tenant.id,
      action: operation.action,
    })
    const expectedVersion = await versionOf(world, tenant.id)
    for (const recipient of [
      'not an address',
      'a@b\r\nBcc: c@d.example',
      'a@contoso.example, b@contoso.example',
      '',
      null,
    ]) {
      const { codes, reply } = await perform(world, admin, operation, {
        tenantId: tenant.id,
        expectedVersion,
        recipients: [recipient],
      })
      expect([recipient, codes]).toEqual([recipient, ['BAD_USER_INPUT']])
      expect(reply.data?.[operation.field] ?? null).toBeNull()
    }
    expect(await stateOf(world, tenant.id)).toEqual(before)
    expect(
      await activityRows(world.database, { tenantId: tenant.id, action: operation.action }),
    ).toEqual(rows)
  })
})

test('a technician cannot change the notification recipients', async () => {
  const { tenant, admin } = await openTenant(world)
  const version = await versionOf(world, tenant.id)
  await perform(world, admin, operation, {
    tenantId: tenant.id,
    expectedVersion: version,
    recipients: ['ops@contoso.example'],
  })
  const technician = await world.connect(tenant, world.vsa)
  const { data, codes } = await world.ask(
    technician,
    `mutation ($services: UpdateServiceSettingsInput!, $notifications: UpdateNotificationSettingsInput!) {
      updateServiceSettings(input: $services) { userErrors { code } }
      updateNotificationSettings(input: $notifications) { userErrors { code } }
    }`,
    {
      services: { tenantId: tenant.id, expectedVersion: version + 1, mail: false },
      notifications: { tenantId: tenant.id, expectedVersion: version + 2, recipients: [] },
    },
  )
  expect(data).toEqual({
    updateServiceSettings: { userErrors: [] },
    updateNotificationSettings: null,
  })
  expect(codes).toEqual(['FORBIDDEN'])
  const read = await world.ask(
    technician,
    'query ($id: ID!) { tenant(id: $id) { settings { notifications { recipients } } } }',
    {
      id: tenant.id,
    },
  )
  expect(read.data.tenant.settings.notifications.recipients).toEqual(['ops@contoso.example'])
})

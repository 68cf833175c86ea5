import { beforeAll, describe, expect, test } from 'vitest'
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

  test('a mistyped address is a user error that names it', async () => {
    const scene = await openTenant(world)
    const expectedVersion = await versionOf(world, scene.tenant.id)
    const input = { tenantId: scene.tenant.id, expectedVersion }
    const refusal = { code: 'INVALID_VALUE', field: ['recipients'] }
    for (const recipient of [
      'not an address',
      'a@b\r\nBcc: c@d.example',
      'a@contoso.example, b@contoso.example',
      'half\ud800@contoso.example',
      'x'.repeat(100_000),
      '',
    ])
      await expectRefusal(
        world,
        scene,
        operation,
        { ...input, recipients: [address(1), recipient] },
        refusal,
      )
    const { tenant, admin } = scene
    const typed = { ...input, recipients: [address(1), 'ops at contoso'] }
    const { payload } = await perform(world, admin, operation, typed)
    expect(payload.userErrors[0].message).toMatch(/^“ops at contoso” is not an e-mail address\./)
    const literal = `mutation { updateNotificationSettings(input: { tenantId: "${tenant.id}", expectedVersion: ${expectedVersion}, recipients: ["here"] }) { userErrors { code field } } }`
    const { data } = await world.ask(admin, literal)
    expect(data.updateNotificationSettings.userErrors).toEqual([refusal])
  })

  test('variables of type EmailAddress go on working; null is BAD_USER_INPUT', async () => {
    const { tenant, admin } = await openTenant(world)
    const document = `mutation ($id: ID!, $version: Int!, $recipients: [EmailAddress!]!) {
      updateNotificationSettings(input: { tenantId: $id, expectedVersion: $version, recipients: $recipients }) { userErrors { code } }
    }`
    const send = async (recipients: unknown[]) =>
      world.ask(admin, document, {
        id: tenant.id,
        version: await versionOf(world, tenant.id),
        recipients,
      })
    expect((await send([address(1)])).data.updateNotificationSettings.userErrors).toEqual([])
    for (const recipient of [null, 1, {}])
      expect((await send([recipient])).codes).toEqual(['BAD_USER_INPUT'])
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

import { beforeAll, describe, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import {
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
  field: 'updateServiceSettings',
  action: 'service_settings.updated',
  selection:
    'tenant { id settings { version services { mail calendar contacts oneDrive sharePoint teams } } }',
  input: async (world: World, { tenant }: Scene) => ({
    tenantId: tenant.id,
    expectedVersion: await versionOf(world, tenant.id),
    mail: false,
  }),
}

guards(() => world, { ...operation, technicians: 'admitted', stepUp: false })

settingsGuarantees(() => world, {
  ...operation,
  inputs: ({ tenant }, version) => ({
    input: { tenantId: tenant.id, expectedVersion: version, mail: false },
    other: { tenantId: tenant.id, expectedVersion: version, mail: false, teams: false },
  }),
})

describe('effects', () => {
  test('changes the given settings only, and records the changes', async () => {
    const { tenant, admin } = await openTenant(world)
    const expectedVersion = await versionOf(world, tenant.id)
    const input = {
      tenantId: tenant.id,
      expectedVersion,
      oneDrive: false,
      teams: false,
      mail: true,
    }
    const { payload } = await perform(world, admin, operation, input)
    expect(payload).toEqual({
      tenant: {
        id: tenant.id,
        settings: {
          version: expectedVersion + 1,
          services: {
            mail: true,
            calendar: true,
            contacts: true,
            oneDrive: false,
            sharePoint: true,
            teams: false,
          },
        },
      },
      userErrors: [],
    })
    const [row] = await world.log(tenant, { actions: [operation.action] })
    expect(row).toMatchObject({
      outcome: 'SUCCEEDED',
      target: { type: 'service_settings', id: tenant.id },
    })
    expect(row!.changes).toEqual([
      { field: 'oneDrive', before: true, after: false },
      { field: 'teams', before: true, after: false },
    ])
  })

  test('every service can be disabled and enabled again', async () => {
    const { tenant, admin } = await openTenant(world)
    const services = ['mail', 'calendar', 'contacts', 'oneDrive', 'sharePoint', 'teams']
    for (const chosen of [false, true]) {
      const all = Object.fromEntries(services.map((service) => [service, chosen]))
      const input = {
        tenantId: tenant.id,
        expectedVersion: await versionOf(world, tenant.id),
        ...all,
      }
      expect(
        (await perform(world, admin, operation, input)).payload.tenant.settings.services,
      ).toEqual(all)
    }
  })

  test('an update without changes keeps the version and is recorded', async () => {
    const { tenant, admin } = await openTenant(world)
    const before = await stateOf(world, tenant.id)
    const expectedVersion = await versionOf(world, tenant.id)
    for (const nothing of [{}, { mail: null }, { mail: true, teams: true }]) {
      const { payload } = await perform(world, admin, operation, {
        tenantId: tenant.id,
        expectedVersion,
        ...nothing,
      })
      expect(payload).toMatchObject({
        tenant: { settings: { version: expectedVersion } },
        userErrors: [],
      })
    }
    expect(await stateOf(world, tenant.id)).toEqual(before)
    const rows = await activityRows(world.database, {
      tenantId: tenant.id,
      action: operation.action,
    })
    expect(rows.map(({ outcome, changes }) => [outcome, changes])).toEqual(
      Array(3).fill(['SUCCEEDED', []]),
    )
  })

  test('an update without an expected version is BAD_USER_INPUT', async () => {
    const { tenant, admin } = await openTenant(world)
    const before = await stateOf(world, tenant.id)
    const { codes } = await perform(world, admin, operation, { tenantId: tenant.id, mail: false })
    expect(codes).toEqual(['BAD_USER_INPUT'])
    expect(await stateOf(world, tenant.id)).toEqual(before)
  })
})

test('several changes in one request run in order', async () => {
  const { tenant } = await openTenant(world)
  const technician = await world.connect(tenant, world.vsa)
  const version = await versionOf(world, tenant.id)
  const { data } = await world.ask(
    technician,
    `mutation ($one: UpdateServiceSettingsInput!, $two: UpdateServiceSettingsInput!, $late: UpdateServiceSettingsInput!) {
      one: updateServiceSettings(input: $one) { userErrors { code } }
      two: updateServiceSettings(input: $two) { userErrors { code } }
      late: updateServiceSettings(input: $late) { userErrors { code } }
    }`,
    {
      one: { tenantId: tenant.id, expectedVersion: version, mail: false },
      two: { tenantId: tenant.id, expectedVersion: version + 1, mail: true },
      late: { tenantId: tenant.id, expectedVersion: version, teams: false },
    },
  )
  expect(data).toEqual({
    one: { userErrors: [] },
    two: { userErrors: [] },
    late: { userErrors: [{ code: 'VERSION_CONFLICT' }] },
  })
  expect(await versionOf(world, tenant.id)).toBe(version + 2)
})

test('a change is rolled back when its event cannot be recorded', async () => {
  const { tenant, admin } = await openTenant(world)
  await world.database.owner.unsafe(`create function public.no_room() returns trigger language plpgsql as
    $$ begin raise exception 'no room'; end $$;
    create trigger no_room before insert on audit.unsealed for each row when (new.tenant_id = '${tenant.id}') execute function public.no_room()`)
  const before = await stateOf(world, tenant.id)
  const input = {
    tenantId: tenant.id,
    expectedVersion: await versionOf(world, tenant.id),
    mail: false,
    idempotencyKey: 'a key',
  }
  const refused = await perform(world, admin, operation, input)
  expect(refused.codes).toEqual(['INTERNAL_SERVER_ERROR'])
  expect(JSON.stringify(refused.reply)).not.toMatch(/no room|audit|insert/i)
  expect(await stateOf(world, tenant.id)).toEqual(before)
  await world.database.owner.unsafe('drop trigger no_room on audit.unsealed')
  expect((await perform(world, admin, operation, input)).payload.userErrors).toEqual([])
})

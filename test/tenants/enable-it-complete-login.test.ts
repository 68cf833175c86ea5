import { beforeAll, describe, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import {
  ageSignIn,
  codesOnReading,
  expectRefusal,
  guards,
  mutation,
  openTenant,
  perform,
  requestAssociation,
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
  field: 'enableItCompleteLogin',
  action: 'it_complete_login.enabled',
  selection:
    'tenant { id settings { version itCompleteLogin { enabled changedAt changedBy { key displayName } canEnable blockers } } }',
  input: (_world: World, { tenant }: { tenant: { id: string } }) => ({ tenantId: tenant.id }),
}
const turnOff = { field: 'disableItCompleteLogin', selection: 'endedSessionCount' }

guards(() => world, { ...operation, technicians: 'kept out', stepUp: true })

settingsGuarantees(() => world, {
  ...operation,
  prepare: (world, { tenant, admin }) => perform(world, admin, turnOff, { tenantId: tenant.id }),
  inputs: ({ tenant }, version) => ({
    input: { tenantId: tenant.id, expectedVersion: version },
    other: { tenantId: tenant.id },
  }),
})

describe('effects', () => {
  test('enables the feature, and records time, actor and changes', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const associated = {
      tenantId: tenant.id,
      clientId: world.vsa.clientId,
      externalTenantId: 'external',
    }
    await perform(world, admin, { field: 'associatePartner', selection: '' }, associated)
    const { payload } = await perform(world, admin, operation, {
      tenantId: tenant.id,
      expectedVersion: 1,
    })
    expect(payload).toEqual({
      tenant: {
        id: tenant.id,
        settings: {
          version: 2,
          itCompleteLogin: {
            enabled: true,
            changedAt: expect.stringMatching(/^\d{4}-.*Z$/),
            changedBy: {
              key: `microsoft:${tenant.globalAdmin.objectId}`,
              displayName: 'Gloria Global',
            },
            canEnable: true,
            blockers: [],
          },
        },
      },
      userErrors: [],
    })
    expect((await world.log(tenant, { actions: [operation.action] }))[0]).toMatchObject({
      outcome: 'SUCCEEDED',
      target: { type: 'it_complete_login', id: tenant.id },
      changes: [{ field: 'enabled', before: false, after: true }],
    })
    expect((await world.connect(tenant, world.vsa)).bearer).toBeTruthy()
  })

  test('enabling twice changes nothing, not even the actor', async () => {
    const { tenant } = await openTenant(world)
    const otherAdmin = await world.grant(tenant)
    const before = await stateOf(world, tenant.id)
    const { payload } = await perform(world, otherAdmin, operation, { tenantId: tenant.id })
    expect(payload.tenant.settings.itCompleteLogin).toMatchObject({
      enabled: true,
      changedBy: { displayName: 'Gloria Global' },
    })
    expect(await stateOf(world, tenant.id)).toEqual(before)
    const rows = await activityRows(world.database, {
      tenantId: tenant.id,
      action: operation.action,
    })
    expect(rows.at(-1)).toMatchObject({ outcome: 'SUCCEEDED', changes: [] })
  })

  test('requires an active association', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const refusal = { code: 'TENANT_NOT_ASSOCIATED', field: null }
    await expectRefusal(world, { tenant, admin }, operation, { tenantId: tenant.id }, refusal)
    const associationId = await requestAssociation(world, tenant, world.vsa)
    await expectRefusal(
      world,
      { tenant, admin },
      operation,
      { tenantId: tenant.id, idempotencyKey: 'a key' },
      refusal,
    )
    const which = { tenantId: tenant.id, associationId }
    await perform(world, admin, { field: 'approvePartnerAssociation', selection: '' }, which)
    await perform(world, admin, { field: 'dissociatePartner', selection: '' }, which)
    await expectRefusal(world, { tenant, admin }, operation, { tenantId: tenant.id }, refusal)
  })

  test('a key of a refused request can be used again', async () => {
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    const input = { tenantId: tenant.id, idempotencyKey: 'a key' }
    const refused = await perform(world, admin, operation, input)
    expect(refused.payload.userErrors).toMatchObject([{ code: 'TENANT_NOT_ASSOCIATED' }])
    await perform(
      world,
      admin,
      { field: 'associatePartner', selection: '' },
      { tenantId: tenant.id, clientId: world.vsa.clientId, externalTenantId: 'external' },
    )
    const done = await perform(world, admin, operation, input)
    expect(done.payload).toMatchObject({
      tenant: { settings: { itCompleteLogin: { enabled: true } } },
      userErrors: [],
    })
  })

  test('enabling again restores no session or handoff', async () => {
    const { tenant, admin } = await openTenant(world)
    const technician = await world.connect(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa)
    await perform(world, admin, turnOff, { tenantId: tenant.id })
    await perform(world, admin, operation, { tenantId: tenant.id })
    expect(await codesOnReading(world, technician, tenant)).toEqual(['UNAUTHENTICATED'])
    const seen = await world.ask({ browser, tenantId: tenant.id }, '{ viewer { actor { key } } }')
    expect(seen.data.viewer).toBeNull()
    const tried = await perform(
      world,
      technician,
      { field: 'updateServiceSettings', selection: '' },
      { tenantId: tenant.id, expectedVersion: await versionOf(world, tenant.id), mail: false },
    )
    expect(tried.codes).toEqual(['UNAUTHENTICATED'])
    expect(await codesOnReading(world, await world.connect(tenant, world.vsa), tenant)).toEqual([])
  })
})

test('`blockers` lists the reasons for which enabling is refused', async () => {
  const { tenant, admin, associationId } = await openTenant(world)
  const blockersFor = async (who: { bearer: string }) => {
    const { data } = await world.ask(
      who,
      'query ($id: ID!) { tenant(id: $id) { settings { itCompleteLogin { canEnable blockers } } } }',
      {
        id: tenant.id,
      },
    )
    return data.tenant.settings.itCompleteLogin
  }
  const technician = await world.connect(tenant, world.vsa)
  expect(await blockersFor(admin)).toEqual({ canEnable: true, blockers: [] })
  expect(await blockersFor(technician)).toEqual({ canEnable: false, blockers: ['NOT_AN_ADMIN'] })
  await ageSignIn(world, admin)
  expect(await blockersFor(admin)).toEqual({ canEnable: false, blockers: ['STEP_UP_REQUIRED'] })
  expect((await perform(world, admin, operation, { tenantId: tenant.id })).codes).toEqual([
    'STEP_UP_REQUIRED',
  ])
  await perform(
    world,
    admin,
    { field: 'dissociatePartner', selection: '' },
    { tenantId: tenant.id, associationId },
  )
  expect(await blockersFor(admin)).toEqual({
    canEnable: false,
    blockers: ['TENANT_NOT_ASSOCIATED', 'STEP_UP_REQUIRED'],
  })
})

test('aliased mutations on two tenants are authorized and recorded separately', async () => {
  const own = await openTenant(world)
  const other = await openTenant(world)
  const strangeBefore = [
    await stateOf(world, other.tenant.id),
    await activityRows(world.database, { tenantId: other.tenant.id }),
  ]
  const { data, errors, codes } = await world.ask(
    own.admin,
    `mutation ($own: EnableItCompleteLoginInput!, $other: EnableItCompleteLoginInput!) {
      first: enableItCompleteLogin(input: $other) { userErrors { code } }
      second: enableItCompleteLogin(input: $own) { tenant { id } userErrors { code } }
      third: enableItCompleteLogin(input: $other) { tenant { id } userErrors { code } }
    }`,
    { own: { tenantId: own.tenant.id }, other: { tenantId: other.tenant.id } },
  )
  expect(data).toEqual({
    first: null,
    second: { tenant: { id: own.tenant.id }, userErrors: [] },
    third: null,
  })
  expect(codes).toEqual(['FORBIDDEN', 'FORBIDDEN'])
  expect(errors.map(({ path }) => path)).toEqual([['first'], ['third']])
  expect([
    await stateOf(world, other.tenant.id),
    await activityRows(world.database, { tenantId: other.tenant.id }),
  ]).toEqual(strangeBefore)
  // Sorted, because rows of the same millisecond have no defined order.
  const rows = (await activityRows(world.database, { tenantId: own.tenant.id }))
    .slice(-3)
    .map(({ action, outcome, target }) => `${action} ${outcome} ${target?.id}`)
  expect(rows.toSorted()).toEqual([
    `authorization.denied DENIED ${other.tenant.id}`,
    `authorization.denied DENIED ${other.tenant.id}`,
    `${operation.action} SUCCEEDED ${own.tenant.id}`,
  ])
})

test('an identical document is authorized separately for each caller', async () => {
  const { tenant, admin } = await openTenant(world)
  const technician = await world.connect(tenant, world.vsa)
  const document = mutation(operation.field, 'tenant { id }')
  const input = { tenantId: tenant.id }
  const answers = await Promise.all(
    [admin, technician, admin, technician].map((who) => world.ask(who, document, { input })),
  )
  expect(answers.map(({ codes }) => codes)).toEqual([[], ['FORBIDDEN'], [], ['FORBIDDEN']])
})

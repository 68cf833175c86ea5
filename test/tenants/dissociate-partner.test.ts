import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createHandoff, redeemHandoff } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import {
  codesOnReading,
  expectRefusal,
  guards,
  openTenant,
  perform,
  requestAssociation,
  type Scene,
  stateOf,
} from '../support/tenants.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const operation = {
  field: 'dissociatePartner',
  action: 'partner_association.ended',
  selection:
    'endedSessionCount endedHandoffCount tenant { id partnerAssociations { id } settings { version itCompleteLogin { enabled blockers } } }',
  input: (_world: World, { tenant, associationId }: Scene) => ({
    tenantId: tenant.id,
    associationId,
  }),
}
const associate = { field: 'associatePartner', selection: 'association { id }' }
const joining = (tenantId: string, clientId: string) => ({
  tenantId,
  clientId,
  externalTenantId: 'external',
})

guards(() => world, { ...operation, technicians: 'kept out', stepUp: false })

describe('effects', () => {
  test('ends and counts only this partner’s sessions and pending handoffs', async () => {
    const scene = await openTenant(world)
    const { tenant, admin, associationId } = scene
    const { payload: joined } = await perform(
      world,
      admin,
      associate,
      joining(tenant.id, world.uniview.clientId),
    )
    const sessions = [
      await world.connect(tenant, world.vsa),
      await world.connect(tenant, world.vsa, world.vsa.technicians[1]),
    ]
    const other = await world.connect(tenant, world.uniview)
    const pending = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.vsa, tenant.id) },
    })
    const { payload } = await perform(world, admin, operation, {
      tenantId: tenant.id,
      associationId,
    })
    expect(payload).toMatchObject({
      endedSessionCount: 2,
      endedHandoffCount: 1,
      tenant: { id: tenant.id, partnerAssociations: [{ id: joined.association.id }] },
      userErrors: [],
    })
    for (const session of sessions)
      expect(await codesOnReading(world, session, tenant)).toEqual(['UNAUTHENTICATED'])
    expect(await codesOnReading(world, other, tenant)).toEqual([])
    const { code } = pending.data.createHandoff
    const redeemed = await world.ask(await world.clientCredentials(world.vsa), redeemHandoff, {
      input: { code },
    })
    expect(redeemed.data?.redeemHandoff?.accessToken ?? null).toBeNull()
    expect((await world.log(tenant, { actions: [operation.action] }))[0]).toMatchObject({
      outcome: 'SUCCEEDED',
      target: { type: 'partner_association', id: associationId },
      changes: [
        { field: 'status', before: 'ACTIVE', after: null },
        { field: 'clientId', before: 'northwind-vsa', after: null },
        { field: 'externalTenantId', before: expect.any(String), after: null },
      ],
    })
  })

  test('associating again restores no session or handoff', async () => {
    const { tenant, admin, associationId } = await openTenant(world)
    const technician = await world.connect(tenant, world.vsa)
    const browser = await world.connectBrowser(tenant, world.vsa)
    await perform(world, admin, operation, { tenantId: tenant.id, associationId })
    const { payload } = await perform(
      world,
      admin,
      associate,
      joining(tenant.id, world.vsa.clientId),
    )
    expect(payload.association.id).not.toBe(associationId)
    expect(await codesOnReading(world, technician, tenant)).toEqual(['UNAUTHENTICATED'])
    expect(
      (await world.ask({ browser, tenantId: tenant.id }, '{ viewer { actor { key } } }')).data
        .viewer,
    ).toBeNull()
    const tried = await perform(
      world,
      technician,
      { field: 'disableItCompleteLogin', selection: '' },
      { tenantId: tenant.id },
    )
    expect(tried.codes).toEqual(['UNAUTHENTICATED'])
    expect(await codesOnReading(world, await world.connect(tenant, world.vsa), tenant)).toEqual([])
  })

  test('ending the last association keeps the feature enabled but blocked', async () => {
    const { tenant, admin, associationId } = await openTenant(world)
    const { payload } = await perform(world, admin, operation, {
      tenantId: tenant.id,
      associationId,
    })
    expect(payload.tenant.settings.itCompleteLogin).toEqual({
      enabled: true,
      blockers: ['TENANT_NOT_ASSOCIATED'],
    })
    const { data } = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.vsa, tenant.id) },
    })
    expect(data.createHandoff.code).toBeNull()
  })

  test('rejects a request, which ends no session', async () => {
    const { tenant, admin } = await openTenant(world)
    const technician = await world.connect(tenant, world.vsa)
    const requested = await requestAssociation(world, tenant, world.uniview)
    const { payload } = await perform(world, admin, operation, {
      tenantId: tenant.id,
      associationId: requested,
    })
    expect(payload).toMatchObject({ endedSessionCount: 0, endedHandoffCount: 0, userErrors: [] })
    expect(await codesOnReading(world, technician, tenant)).toEqual([])
    const rows = await activityRows(world.database, {
      tenantId: tenant.id,
      action: operation.action,
    })
    expect(rows.at(-1)!.changes).toEqual([
      { field: 'status', before: 'REQUESTED', after: null },
      { field: 'clientId', before: 'tailspin-uniview', after: null },
      { field: 'externalTenantId', before: 'as they call it', after: null },
    ])
  })

  test('of concurrent dissociations, exactly one succeeds', async () => {
    const { tenant, admin, associationId } = await openTenant(world)
    const input = { tenantId: tenant.id, associationId }
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => perform(world, admin, operation, input)),
    )
    const verdicts = answers
      .map(({ codes, payload }) => codes[0] ?? payload.userErrors[0]?.code ?? 'ENDED')
      .sort()
    expect(verdicts).toEqual(['ENDED', ...Array(5).fill('NOT_FOUND')])
    expect((await stateOf(world, tenant.id)).rises).toHaveLength(1)
  })
})

test('ended, foreign and unknown associations are NOT_FOUND', async () => {
  const scene = await openTenant(world)
  const elsewhere = await openTenant(world)
  const technician = await world.connect(elsewhere.tenant, world.vsa)
  await perform(world, scene.admin, operation, operation.input(world, scene))
  for (const associationId of [
    scene.associationId,
    elsewhere.associationId,
    randomUUID(),
    'no id',
    '',
    '\u0000',
  ]) {
    const input = { tenantId: scene.tenant.id, associationId }
    await expectRefusal(world, scene, operation, input, {
      code: 'NOT_FOUND',
      field: ['associationId'],
    })
  }
  expect(await codesOnReading(world, technician, elsewhere.tenant)).toEqual([])
})

import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createHandoff } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { sharedWorld } from '../support/shared-world.ts'
import {
  expectRefusal,
  guards,
  openTenant,
  perform,
  requestAssociation,
  type Scene,
} from '../support/tenants.ts'
import type { World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const operation = {
  field: 'approvePartnerAssociation',
  action: 'partner_association.approved',
  selection:
    'association { id status externalTenantId allowedTechnicians mfaMaxAgeMinutes partner { clientId } } tenant { id partnerAssociations { id status } }',
  input: async (world: World, { tenant }: Pick<Scene, 'tenant'>) => ({
    tenantId: tenant.id,
    associationId: await requestAssociation(world, tenant, world.uniview),
  }),
}

guards(() => world, { ...operation, technicians: 'kept out', stepUp: true })

describe('effects', () => {
  test('activates the association with the given terms, and records the changes', async () => {
    const { tenant, admin, associationId: first } = await openTenant(world)
    const input = await operation.input(world, { tenant })
    const { payload } = await perform(world, admin, operation, {
      ...input,
      allowedTechnicians: ['ts-1'],
      mfaMaxAgeMinutes: 30,
    })
    expect(payload).toEqual({
      association: {
        id: input.associationId,
        status: 'ACTIVE',
        externalTenantId: 'as they call it',
        allowedTechnicians: ['ts-1'],
        mfaMaxAgeMinutes: 30,
        partner: { clientId: 'tailspin-uniview' },
      },
      tenant: {
        id: tenant.id,
        partnerAssociations: [
          { id: first, status: 'ACTIVE' },
          { id: input.associationId, status: 'ACTIVE' },
        ],
      },
      userErrors: [],
    })
    const [row] = await world.log(tenant, { actions: [operation.action] })
    expect(row).toMatchObject({
      outcome: 'SUCCEEDED',
      target: { type: 'partner_association', id: input.associationId },
    })
    expect(row!.changes).toEqual([
      { field: 'status', before: 'REQUESTED', after: 'ACTIVE' },
      { field: 'allowedTechnicians', before: null, after: ['ts-1'] },
      { field: 'mfaMaxAgeMinutes', before: null, after: 30 },
    ])
  })

  test('without terms, all technicians of the partner can sign in', async () => {
    const { tenant, admin } = await openTenant(world)
    const input = await operation.input(world, { tenant })
    const tried = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.uniview, tenant.id) },
    })
    expect(tried.data.createHandoff.code).toBeNull()
    const { payload } = await perform(world, admin, operation, input)
    expect(payload.association).toMatchObject({ allowedTechnicians: null, mfaMaxAgeMinutes: null })
    expect((await world.connect(tenant, world.uniview)).bearer).toBeTruthy()
  })

  test('of concurrent approvals, exactly one succeeds', async () => {
    const { tenant, admin } = await openTenant(world)
    const input = await operation.input(world, { tenant })
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => perform(world, admin, operation, input)),
    )
    const verdicts = answers
      .map(({ codes, payload }) => codes[0] ?? payload.userErrors[0]?.code ?? 'APPROVED')
      .sort()
    expect(verdicts).toEqual(['APPROVED', ...Array(5).fill('NOT_FOUND')])
    const rows = await activityRows(world.database, {
      tenantId: tenant.id,
      action: operation.action,
    })
    expect(rows.filter(({ outcome }) => outcome === 'SUCCEEDED')).toHaveLength(1)
  })
})

describe('refusals', () => {
  test('active, rejected, foreign and unknown associations are NOT_FOUND', async () => {
    const scene = await openTenant(world)
    const { tenant, admin } = scene
    const turnedDown = await operation.input(world, scene)
    await perform(world, admin, { field: 'dissociatePartner', selection: '' }, turnedDown)
    const elsewhere = await operation.input(world, await openTenant(world))
    const none = [randomUUID(), 'no id', '', 'with\u0000nothing', 'half\ud800', 'x'.repeat(100_000)]
    for (const associationId of [
      scene.associationId,
      turnedDown.associationId,
      elsewhere.associationId,
      ...none,
    ]) {
      const refusal = { code: 'NOT_FOUND', field: ['associationId'] }
      await expectRefusal(world, scene, operation, { tenantId: tenant.id, associationId }, refusal)
      const { target } = (await activityRows(world.database, { tenantId: tenant.id })).at(-1)!
      expect(target!.id!.length).toBeLessThanOrEqual(128)
    }
  })

  test('invalid terms leave the request unchanged', async () => {
    const scene = await openTenant(world)
    const input = await operation.input(world, scene)
    const many = Array.from({ length: 1_001 }, (_, number) => `ts-${number}`)
    for (const terms of [
      { allowedTechnicians: [''] },
      { allowedTechnicians: ['two\nlines'] },
      { allowedTechnicians: many },
    ])
      await expectRefusal(
        world,
        scene,
        operation,
        { ...input, ...terms },
        { code: 'INVALID_VALUE', field: ['allowedTechnicians'] },
      )
    for (const mfaMaxAgeMinutes of [0, 43_201])
      await expectRefusal(
        world,
        scene,
        operation,
        { ...input, mfaMaxAgeMinutes },
        { code: 'INVALID_VALUE', field: ['mfaMaxAgeMinutes'] },
      )
  })
})

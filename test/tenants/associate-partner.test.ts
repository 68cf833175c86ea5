import { beforeAll, describe, expect, test } from 'vitest'
import { registerPartnerInstance, removePartnerInstance } from '../../admin/partner-instances.ts'
import { createHandoff } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { newPrivateKey } from '../support/partners.ts'
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
  field: 'associatePartner',
  action: 'partner_association.created',
  selection:
    'association { id status externalTenantId allowedTechnicians mfaMaxAgeMinutes createdAt partner { clientId platform name issuer } } tenant { id partnerAssociations { id } }',
  input: (world: World, { tenant }: Pick<Scene, 'tenant'>) => ({
    tenantId: tenant.id,
    clientId: world.uniview.clientId,
    externalTenantId: 'contoso',
  }),
}

guards(() => world, { ...operation, technicians: 'kept out', stepUp: true })

describe('effects', () => {
  test('associates the tenant with the given terms, and records the changes', async () => {
    const { tenant, admin, associationId } = await openTenant(world)
    const input = {
      ...operation.input(world, { tenant }),
      allowedTechnicians: ['ts-1', 'ts-1', 'ts-2'],
      mfaMaxAgeMinutes: 60,
    }
    const { payload } = await perform(world, admin, operation, input)
    const { id } = payload.association
    expect(payload).toEqual({
      association: {
        id,
        status: 'ACTIVE',
        externalTenantId: 'contoso',
        allowedTechnicians: ['ts-1', 'ts-2'],
        mfaMaxAgeMinutes: 60,
        createdAt: expect.stringMatching(/Z$/),
        partner: {
          clientId: 'tailspin-uniview',
          platform: 'UNITRENDS_UNIVIEW',
          name: 'Tailspin UniView',
          issuer: 'https://tailspin-uniview.example',
        },
      },
      tenant: { id: tenant.id, partnerAssociations: [{ id: associationId }, { id }] },
      userErrors: [],
    })
    const [row] = await world.log(tenant, { actions: [operation.action] })
    expect(row).toMatchObject({
      outcome: 'SUCCEEDED',
      target: { type: 'partner_association', id, displayName: 'Tailspin UniView' },
    })
    expect(row!.changes).toEqual([
      { field: 'status', before: null, after: 'ACTIVE' },
      { field: 'clientId', before: null, after: 'tailspin-uniview' },
      { field: 'externalTenantId', before: null, after: 'contoso' },
      { field: 'allowedTechnicians', before: null, after: ['ts-1', 'ts-2'] },
      { field: 'mfaMaxAgeMinutes', before: null, after: 60 },
    ])
  })

  test('only an allow-list restricts the technicians of the instance', async () => {
    const open = await openTenant(world)
    expect(
      (await world.connect(open.tenant, world.vsa, world.vsa.technicians[1])).bearer,
    ).toBeTruthy()
    const { tenant } = await openTenant(world, world.vsa, { allowedTechnicians: ['nw-1'] })
    expect((await world.connect(tenant, world.vsa)).bearer).toBeTruthy()
    const assertion = await world.assertion(world.vsa, tenant.id, world.vsa.technicians[1])
    const { data } = await world.ask(null, createHandoff, { input: { assertion } })
    expect(data.createHandoff.code).toBeNull()
    expect(data.createHandoff.userErrors).toHaveLength(1)
  })

  test('two tenants may have the same external tenant id', async () => {
    const names = await Promise.all([openTenant(world), openTenant(world)])
    const called = await Promise.all(
      names.map(({ tenant, admin }) =>
        perform(world, admin, operation, operation.input(world, { tenant })),
      ),
    )
    expect(called.map(({ payload }) => payload.association.externalTenantId)).toEqual([
      'contoso',
      'contoso',
    ])
  })

  test('approves a pending request of the partner, with the admin’s terms', async () => {
    const { tenant, admin } = await openTenant(world)
    const requested = await requestAssociation(world, tenant, world.uniview)
    const input = { ...operation.input(world, { tenant }), allowedTechnicians: ['ts-1'] }
    const { payload } = await perform(world, admin, operation, input)
    expect(payload.association).toMatchObject({
      id: requested,
      status: 'ACTIVE',
      externalTenantId: 'contoso',
      allowedTechnicians: ['ts-1'],
    })
    const rows = await activityRows(world.database, {
      tenantId: tenant.id,
      action: operation.action,
    })
    expect(rows.at(-1)!.changes).toEqual([
      { field: 'status', before: 'REQUESTED', after: 'ACTIVE' },
      { field: 'externalTenantId', before: 'as they call it', after: 'contoso' },
      { field: 'allowedTechnicians', before: null, after: ['ts-1'] },
    ])
  })

  test('concurrent requests create exactly one association', async () => {
    const { tenant, admin } = await openTenant(world)
    const input = operation.input(world, { tenant })
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => perform(world, admin, operation, input)),
    )
    const verdicts = answers
      .map(({ codes, payload }) => codes[0] ?? payload.userErrors[0]?.code ?? 'MADE')
      .sort()
    expect(verdicts).toEqual([...Array(7).fill('ALREADY_ASSOCIATED'), 'MADE'])
  })
})

describe('refusals', () => {
  const refused = (
    scene: Scene,
    more: Record<string, unknown>,
    code: string,
    field: string | null,
  ) =>
    expectRefusal(
      world,
      scene,
      operation,
      { ...operation.input(world, scene), ...more },
      { code, field: field === null ? null : [field] },
    )

  test('a partner that is already associated', async () => {
    await refused(
      await openTenant(world),
      { clientId: world.vsa.clientId },
      'ALREADY_ASSOCIATED',
      'clientId',
    )
  })

  test('unknown and removed client ids, which the log names', async () => {
    const scene = await openTenant(world)
    const at = 'https://gone-vsa.example'
    const gone = {
      platform: 'KASEYA_VSA' as const,
      name: 'Gone VSA',
      clientId: 'gone-vsa',
      issuer: at,
      handoffUrl: at,
    }
    await registerPartnerInstance(world.operator, {
      ...gone,
      keys: [await newPrivateKey('gone-vsa-1')],
    })
    await removePartnerInstance(world.operator, 'gone-vsa')
    for (const clientId of ['gone-vsa', 'nobody', 'Tailspin-UniView']) {
      await refused(scene, { clientId }, 'PARTNER_NOT_FOUND', 'clientId')
      expect(
        (await activityRows(world.database, { tenantId: scene.tenant.id })).at(-1)!.target,
      ).toMatchObject({
        type: 'partner_association',
        displayName: clientId,
      })
    }
    for (const clientId of ['', 'with\u0000nothing', 'half\ud800', 'x'.repeat(5_000)])
      await refused(scene, { clientId }, 'PARTNER_NOT_FOUND', 'clientId')
  })

  test('an empty or overlong label, or one with control characters', async () => {
    const scene = await openTenant(world)
    for (const externalTenantId of [
      '',
      'x'.repeat(201),
      'two\nlines',
      'right\u202eleft',
      'with\u0000nothing',
    ])
      await refused(scene, { externalTenantId }, 'INVALID_VALUE', 'externalTenantId')
  })

  test('invalid technician names, and more than 1,000 technicians', async () => {
    const scene = await openTenant(world)
    for (const subject of ['', 'x'.repeat(256), 'two\nlines', 'with\u0000nothing'])
      await refused(
        scene,
        { allowedTechnicians: ['ts-1', subject] },
        'INVALID_VALUE',
        'allowedTechnicians',
      )
    const many = Array.from({ length: 1_001 }, (_, number) => `ts-${number}`)
    await refused(scene, { allowedTechnicians: many }, 'LIMIT_EXCEEDED', 'allowedTechnicians')
    const input = { ...operation.input(world, scene), allowedTechnicians: many.slice(1) }
    expect(
      (await perform(world, scene.admin, operation, input)).payload.association.allowedTechnicians,
    ).toHaveLength(1_000)
  })

  test('a maximum MFA age of zero, and of more than 30 days', async () => {
    const scene = await openTenant(world)
    for (const mfaMaxAgeMinutes of [0, -1, 43_201, 2_147_483_647])
      await refused(scene, { mfaMaxAgeMinutes }, 'INVALID_VALUE', 'mfaMaxAgeMinutes')
  })

  test('the 101st association, including requests', async () => {
    const scene = await openTenant(world)
    await world.database
      .owner`insert into tenants.partner_association (tenant_id, client_id, status, external_tenant_id)
      select ${scene.tenant.id}, 'partner-' || n, (case when n % 2 = 0 then 'ACTIVE' else 'REQUESTED' end)::tenants.association_status, 'x'
      from generate_series(2, 100) n`
    await refused(scene, {}, 'LIMIT_EXCEEDED', null)
  })
})

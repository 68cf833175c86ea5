import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { createHandoff, redeemHandoff } from '../support/documents.ts'
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
  field: 'updatePartnerAssociation',
  action: 'partner_association.updated',
  selection:
    'endedSessionCount endedHandoffCount association { id status allowedTechnicians mfaMaxAgeMinutes }',
  input: (_world: World, { tenant, associationId }: Scene) => ({
    tenantId: tenant.id,
    associationId,
    allowedTechnicians: ['nw-1', 'nw-2'],
  }),
}
/** Changes the terms, and returns the payload. */
async function change({ tenant, admin, associationId }: Scene, terms: Record<string, unknown>) {
  const { codes, payload } = await perform(world, admin, operation, {
    tenantId: tenant.id,
    associationId,
    ...terms,
  })
  expect([codes, payload.userErrors]).toEqual([[], []])
  return payload
}

guards(() => world, { ...operation, technicians: 'kept out', stepUp: true })

describe('effects', () => {
  test('changes the given terms only, and records the changes', async () => {
    const scene = await openTenant(world)
    expect(
      (await change(scene, { allowedTechnicians: ['nw-1'], mfaMaxAgeMinutes: 60 })).association,
    ).toEqual({
      id: scene.associationId,
      status: 'ACTIVE',
      allowedTechnicians: ['nw-1'],
      mfaMaxAgeMinutes: 60,
    })
    expect((await change(scene, { mfaMaxAgeMinutes: null })).association).toMatchObject({
      allowedTechnicians: ['nw-1'],
      mfaMaxAgeMinutes: null,
    })
    expect((await change(scene, { allowedTechnicians: null })).association).toMatchObject({
      allowedTechnicians: null,
    })
    const rows = await world.log(scene.tenant, { actions: [operation.action] })
    expect(rows.map(({ target, changes }) => [target?.type, target?.id, changes])).toEqual([
      [
        'partner_association',
        scene.associationId,
        [{ field: 'allowedTechnicians', before: ['nw-1'], after: null }],
      ],
      [
        'partner_association',
        scene.associationId,
        [{ field: 'mfaMaxAgeMinutes', before: 60, after: null }],
      ],
      [
        'partner_association',
        scene.associationId,
        [
          { field: 'allowedTechnicians', before: null, after: ['nw-1'] },
          { field: 'mfaMaxAgeMinutes', before: null, after: 60 },
        ],
      ],
    ])
  })

  test('extending the allow-list again restores no session', async () => {
    const scene = await openTenant(world)
    const technician = await world.connect(scene.tenant, world.vsa, world.vsa.technicians[1])
    await change(scene, { allowedTechnicians: ['nw-1'] })
    await change(scene, { allowedTechnicians: null })
    expect(await codesOnReading(world, technician, scene.tenant)).toEqual(['UNAUTHENTICATED'])
    const tried = await perform(
      world,
      technician,
      { field: 'disableItCompleteLogin', selection: '' },
      { tenantId: scene.tenant.id },
    )
    expect(tried.codes).toEqual(['UNAUTHENTICATED'])
  })

  test('a narrower allow-list ends access only of technicians who are not on it', async () => {
    const scene = await openTenant(world)
    const { tenant } = scene
    const [stays, leaves] = world.vsa.technicians
    const access = async (technician: typeof stays) => {
      const assertion = await world.assertion(world.vsa, tenant.id, technician)
      const { data } = await world.ask(null, createHandoff, { input: { assertion } })
      const session = await world.connect(tenant, world.vsa, technician)
      return { session, code: data.createHandoff.code as string }
    }
    const [kept, ended] = [await access(stays), await access(leaves)]
    const isLive = async ({ session }: typeof kept) =>
      (await codesOnReading(world, session, tenant)).length === 0
    const redeem = async ({ code }: typeof kept) => {
      const partner = await world.clientCredentials(world.vsa)
      const { data } = await world.ask(partner, redeemHandoff, { input: { code } })
      return data.redeemHandoff.userErrors.map((error: { code: string }) => error.code)
    }
    const endOf = async ({ session }: typeof kept) => {
      const [row] = await world.database.owner`
        select end_reason, (select max(epoch) from tenants.epoch_rise r
          where r.tenant_id = s.tenant_id and r.raised_at = s.ended_at) as epoch
        from identity.session_status s where session_id = ${session.sessionId}`
      return row
    }

    const one = await change(scene, { allowedTechnicians: ['nw-1', 'nw-3'] })
    expect(one).toMatchObject({ endedSessionCount: 1, endedHandoffCount: 1 })
    expect([await isLive(kept), await isLive(ended)]).toEqual([true, false])
    expect([await redeem(kept), await redeem(ended)]).toEqual([[], ['HANDOFF_EXPIRED']])

    await change(scene, { allowedTechnicians: null })
    const two = await change(scene, { allowedTechnicians: ['nw-1', 'nw-2'] })
    expect(two).toMatchObject({ endedSessionCount: 0, endedHandoffCount: 0 })
    expect([await isLive(kept), await isLive(ended)]).toEqual([true, false])

    const three = await change(scene, { allowedTechnicians: ['nw-2'] })
    expect(three).toMatchObject({ endedSessionCount: 2, endedHandoffCount: 0 })
    expect(await isLive(kept)).toBe(false)
    expect([await endOf(ended), await endOf(kept)]).toEqual([
      { end_reason: 'ASSOCIATION_CHANGED', epoch: 1 },
      { end_reason: 'ASSOCIATION_CHANGED', epoch: 3 },
    ])
  })

  test('a session continues over 32 rises that keep its technician, and no others', async () => {
    const scene = await openTenant(world)
    const technician = await world.connect(scene.tenant, world.vsa)
    const { associationId, tenant } = scene
    const { owner } = world.database
    const codesAfter = async (epoch: number, kept: number) => {
      await owner`delete from tenants.epoch_rise where subject_id = ${associationId}`
      await owner`insert into tenants.epoch_rise (tenant_id, subject_id, epoch, reason, kept_technicians)
        select ${tenant.id}, ${associationId}, n, 'ASSOCIATION_CHANGED', '{nw-3,nw-1}'
        from generate_series(1, ${kept}::int) n`
      await owner`update tenants.partner_association set epoch = ${epoch} where association_id = ${associationId}`
      return codesOnReading(world, technician, tenant)
    }
    expect(await codesAfter(32, 32)).toEqual([])
    expect(await codesAfter(33, 33)).toEqual(['UNAUTHENTICATED'])
    expect(await codesAfter(2, 1)).toEqual(['UNAUTHENTICATED'])
    expect(await codesAfter(1, 1)).toEqual([])
  })

  test.each([
    ['the first allow-list', {}, { allowedTechnicians: ['nw-2', 'nw-3'] }],
    ['an empty allow-list', {}, { allowedTechnicians: [] }],
    [
      'an allow-list of the same length with another technician',
      { allowedTechnicians: ['nw-1', 'nw-2'] },
      { allowedTechnicians: ['nw-2', 'nw-3'] },
    ],
    ['the first maximum MFA age', {}, { mfaMaxAgeMinutes: 43_200 }],
    ['a lower maximum MFA age', { mfaMaxAgeMinutes: 60 }, { mfaMaxAgeMinutes: 59 }],
    [
      'a lower maximum MFA age with an extended allow-list',
      { allowedTechnicians: ['nw-1'], mfaMaxAgeMinutes: 60 },
      { allowedTechnicians: null, mfaMaxAgeMinutes: 30 },
    ],
    [
      'a lower maximum MFA age with a narrower allow-list',
      { allowedTechnicians: ['nw-1', 'nw-2'], mfaMaxAgeMinutes: 60 },
      { allowedTechnicians: ['nw-1'], mfaMaxAgeMinutes: 30 },
    ],
  ])('%s ends sessions', async (_, before, after) => {
    const scene = await openTenant(world, world.vsa, before)
    const technician = await world.connect(scene.tenant, world.vsa)
    expect(await change(scene, after)).toMatchObject({ endedSessionCount: 1 })
    expect(await codesOnReading(world, technician, scene.tenant)).toEqual(['UNAUTHENTICATED'])
  })

  test.each([
    [
      'one more technician',
      { allowedTechnicians: ['nw-1'] },
      { allowedTechnicians: ['nw-2', 'nw-1'] },
    ],
    ['removing the allow-list', { allowedTechnicians: ['nw-1'] }, { allowedTechnicians: null }],
    [
      'the same list in another order',
      { allowedTechnicians: ['nw-1', 'nw-2'] },
      { allowedTechnicians: ['nw-2', 'nw-1', 'nw-2'] },
    ],
    ['a higher maximum MFA age', { mfaMaxAgeMinutes: 30 }, { mfaMaxAgeMinutes: 60 }],
    ['an update without terms', { allowedTechnicians: ['nw-1'], mfaMaxAgeMinutes: 60 }, {}],
  ])('%s ends no session', async (_, before, after) => {
    const scene = await openTenant(world, world.vsa, before)
    const technician = await world.connect(scene.tenant, world.vsa)
    expect(await change(scene, after)).toMatchObject({ endedSessionCount: 0, endedHandoffCount: 0 })
    expect(await codesOnReading(world, technician, scene.tenant)).toEqual([])
    expect((await stateOf(world, scene.tenant.id)).rises).toBeNull()
  })
})

describe('refusals', () => {
  test('requested, ended, foreign and unknown associations are NOT_FOUND', async () => {
    const scene = await openTenant(world)
    const requested = await requestAssociation(world, scene.tenant, world.uniview)
    const elsewhere = await openTenant(world)
    await perform(
      world,
      scene.admin,
      { field: 'dissociatePartner', selection: '' },
      { tenantId: scene.tenant.id, associationId: scene.associationId },
    )
    for (const associationId of [
      requested,
      scene.associationId,
      elsewhere.associationId,
      randomUUID(),
      'no id',
      '\u0000',
    ]) {
      const input = { tenantId: scene.tenant.id, associationId, allowedTechnicians: null }
      await expectRefusal(world, scene, operation, input, {
        code: 'NOT_FOUND',
        field: ['associationId'],
      })
    }
  })

  test('invalid terms change nothing and end no session', async () => {
    const scene = await openTenant(world)
    const { tenant, associationId } = scene
    const technician = await world.connect(tenant, world.vsa)
    const many = Array.from({ length: 1_001 }, (_, number) => `nw-${number}`)
    for (const allowedTechnicians of [[''], ['x'.repeat(256)], ['two\nlines'], many]) {
      const input = { tenantId: tenant.id, associationId, allowedTechnicians, mfaMaxAgeMinutes: 30 }
      await expectRefusal(world, scene, operation, input, {
        code: 'INVALID_VALUE',
        field: ['allowedTechnicians'],
      })
    }
    for (const mfaMaxAgeMinutes of [0, -5, 43_201]) {
      const input = {
        tenantId: tenant.id,
        associationId,
        allowedTechnicians: ['nw-2'],
        mfaMaxAgeMinutes,
      }
      await expectRefusal(world, scene, operation, input, {
        code: 'INVALID_VALUE',
        field: ['mfaMaxAgeMinutes'],
      })
    }
    expect(await codesOnReading(world, technician, tenant)).toEqual([])
  })
})

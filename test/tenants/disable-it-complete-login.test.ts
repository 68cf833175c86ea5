import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHandoff, redeemHandoff, updateServices } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { raceRounds } from '../support/races.ts'
import {
  codesOnReading,
  guards,
  openTenant,
  perform,
  type Scene,
  settingsGuarantees,
  stateOf,
  versionOf,
} from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
  // Rows of one tenant are written while its lock is held, so the order of these numbers is the
  // commit order.
  await world.database.owner.unsafe(`
    create table public.written (event_id uuid primary key, place bigint generated always as identity);
    create function public.note_written() returns trigger language plpgsql security definer as
      $$ begin insert into public.written (event_id) values (new.event_id); return null; end $$;
    create trigger note_written after insert on audit.unsealed for each row execute function public.note_written()`)
})
afterAll(() => world?.stop())

const operation = {
  field: 'disableItCompleteLogin',
  action: 'it_complete_login.disabled',
  selection:
    'endedSessionCount endedHandoffCount tenant { id name settings { version itCompleteLogin { enabled changedBy { key } } } }',
  input: (_world: World, { tenant }: Scene) => ({ tenantId: tenant.id }),
}
const turnOn = { field: 'enableItCompleteLogin', selection: '' }

guards(() => world, { ...operation, technicians: 'admitted', stepUp: false })

settingsGuarantees(() => world, {
  ...operation,
  inputs: ({ tenant }, version) => ({
    input: { tenantId: tenant.id, expectedVersion: version },
    other: { tenantId: tenant.id },
  }),
})

describe('effects', () => {
  test('ends and counts all federated sessions and handoffs, but no Microsoft session', async () => {
    const { tenant, admin } = await openTenant(world)
    const uniview = {
      tenantId: tenant.id,
      clientId: world.uniview.clientId,
      externalTenantId: 'external',
    }
    await perform(world, admin, { field: 'associatePartner', selection: '' }, uniview)
    const technicians = [
      await world.connect(tenant, world.vsa),
      await world.connect(tenant, world.vsa, world.vsa.technicians[1]),
      await world.connect(tenant, world.uniview),
    ]
    const browser = await world.connectBrowser(tenant, world.vsa)
    const pending = await world.ask(null, createHandoff, {
      input: { assertion: await world.assertion(world.vsa, tenant.id) },
    })
    const version = await versionOf(world, tenant.id)

    const { payload } = await perform(world, admin, operation, { tenantId: tenant.id })
    expect(payload).toEqual({
      endedSessionCount: 4,
      endedHandoffCount: 1,
      tenant: {
        id: tenant.id,
        name: tenant.name,
        settings: {
          version: version + 1,
          itCompleteLogin: {
            enabled: false,
            changedBy: { key: `microsoft:${tenant.globalAdmin.objectId}` },
          },
        },
      },
      userErrors: [],
    })
    for (const technician of technicians)
      expect(await codesOnReading(world, technician, tenant)).toEqual([
        'MICROSOFT_SIGN_IN_REQUIRED',
      ])
    const seen = await world.ask({ browser, tenantId: tenant.id }, '{ viewer { actor { key } } }')
    expect(seen.codes).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])
    const { code } = pending.data.createHandoff
    const redeemed = await world.ask(await world.clientCredentials(world.vsa), redeemHandoff, {
      input: { code },
    })
    expect(redeemed.data?.redeemHandoff?.accessToken ?? null).toBeNull()
    expect(await codesOnReading(world, admin, tenant)).toEqual([])
    expect((await world.log(tenant, { actions: [operation.action] }))[0]).toMatchObject({
      outcome: 'SUCCEEDED',
      target: { type: 'it_complete_login', id: tenant.id },
      changes: [{ field: 'enabled', before: true, after: false }],
    })
  })

  test('a technician gets the complete response, and is signed out afterwards', async () => {
    const { tenant, admin } = await openTenant(world)
    const uniview = {
      tenantId: tenant.id,
      clientId: world.uniview.clientId,
      externalTenantId: 'external',
    }
    await perform(world, admin, { field: 'associatePartner', selection: '' }, uniview)
    const technician = await world.connect(tenant, world.vsa)
    const others = [
      await world.connect(tenant, world.uniview),
      await world.connect(tenant, world.uniview),
    ]
    const { codes, payload } = await perform(world, technician, operation, { tenantId: tenant.id })
    expect(codes).toEqual([])
    expect(payload).toMatchObject({
      endedSessionCount: 1,
      endedHandoffCount: 0,
      tenant: {
        name: tenant.name,
        settings: {
          itCompleteLogin: { enabled: false, changedBy: { key: 'partner:northwind-vsa:nw-1' } },
        },
      },
    })
    for (const who of [technician, ...others])
      expect(await codesOnReading(world, who, tenant)).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])
  })

  test('a technician’s later mutation in the same request changes nothing', async () => {
    const { tenant } = await openTenant(world)
    const technician = await world.connect(tenant, world.vsa)
    const version = await versionOf(world, tenant.id)
    const { data, codes } = await world.ask(
      technician,
      `mutation ($off: DisableItCompleteLoginInput!, $change: UpdateServiceSettingsInput!) {
        off: disableItCompleteLogin(input: $off) { userErrors { code } }
        change: updateServiceSettings(input: $change) { userErrors { code } }
      }`,
      {
        off: { tenantId: tenant.id },
        change: { tenantId: tenant.id, expectedVersion: version + 1, mail: false },
      },
    )
    expect(data).toEqual({ off: { userErrors: [] }, change: null })
    expect(codes).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])
    expect(await versionOf(world, tenant.id)).toBe(version + 1)
    expect((await activityRows(world.database, { tenantId: tenant.id })).slice(-2)).toMatchObject([
      { action: operation.action, outcome: 'SUCCEEDED' },
      {
        action: 'authorization.denied',
        reason: 'MICROSOFT_SIGN_IN_REQUIRED',
        actor_key: 'partner:northwind-vsa:nw-1',
      },
    ])
  })

  test('disabling twice changes nothing and ends nothing', async () => {
    const { tenant, admin } = await openTenant(world)
    await perform(world, admin, operation, { tenantId: tenant.id })
    const before = await stateOf(world, tenant.id)
    const { payload } = await perform(world, admin, operation, { tenantId: tenant.id })
    expect(payload).toMatchObject({ endedSessionCount: 0, endedHandoffCount: 0, userErrors: [] })
    expect(await stateOf(world, tenant.id)).toEqual(before)
  })

  test('a repeated key returns the first counts, and ends nothing again', async () => {
    const { tenant, admin } = await openTenant(world)
    await world.connect(tenant, world.vsa)
    const input = { tenantId: tenant.id, idempotencyKey: 'a key' }
    await perform(world, admin, operation, input)
    await perform(world, admin, turnOn, { tenantId: tenant.id })
    const technician = await world.connect(tenant, world.vsa)
    const { payload } = await perform(world, admin, operation, input)
    expect(payload).toMatchObject({
      endedSessionCount: 1,
      tenant: { settings: { itCompleteLogin: { enabled: true } } },
    })
    expect(await codesOnReading(world, technician, tenant)).toEqual([])
  })
})

test('no mutation of an ended session commits after turning off', {
  timeout: 60_000,
}, async () => {
  const rounds = raceRounds(200)
  const lanes = 4
  const updates = { committed: 0, refused: 0, conflicting: 0 }

  /**
   * Reactivates the ended session, as if the technician had just signed in, and returns the
   * settings version. A new handoff in each of 200 rounds would take longer and test the same.
   */
  async function reactivate(tenantId: string, sessionId: string): Promise<number> {
    const { owner } = world.database
    const [row] =
      await owner`update tenants.settings set it_complete_login_enabled = true, version = version + 1
      where tenant_id = ${tenantId} returning version, epoch`
    await owner`update identity.session set feature_epoch = ${row!.epoch} where session_id = ${sessionId}`
    return row!.version
  }

  async function race(
    { tenant, admin }: Scene,
    technician: { bearer: string; sessionId: string },
    number: number,
  ): Promise<void> {
    const version = await reactivate(tenant.id, technician.sessionId)
    const [last] = await world.database.owner`select max(place) as place from public.written`
    const update = (expectedVersion: number) =>
      world.ask(technician, updateServices, {
        input: {
          tenantId: tenant.id,
          expectedVersion,
          mail: number % 2 === 0,
          calendar: expectedVersion % 2 === 0,
        },
      })
    const turnOff = () => perform(world, admin, operation, { tenantId: tenant.id })
    // The first update has the current version. The second has the next version, so it succeeds
    // only after another change, which may be the turning off.
    const fitsFirst = number % 2 === 0 ? update(version) : null
    const turningOff = turnOff()
    const answers = await Promise.all([fitsFirst ?? update(version), update(version + 1)])
    const off = await turningOff
    expect([off.codes, off.payload.userErrors]).toEqual([[], []])
    const late = await update(off.payload.tenant.settings.version)
    expect(late.codes).toEqual(['MICROSOFT_SIGN_IN_REQUIRED'])

    for (const { data, codes } of answers) {
      const verdict = [
        ...codes,
        ...(data.updateServiceSettings?.userErrors ?? []).map(({ code }: { code: string }) => code),
      ].join()
      if (verdict === '') updates.committed++
      else if (verdict === 'VERSION_CONFLICT') updates.conflicting++
      else {
        expect(verdict).toBe('MICROSOFT_SIGN_IN_REQUIRED')
        updates.refused++
      }
    }
    const rows = await world.database
      .owner`select action, outcome from audit.activity join public.written using (event_id)
      where tenant_id = ${tenant.id} and place > ${last!.place} and action <> 'operation.read' order by place`
    const end = rows.findIndex(({ action }) => action === operation.action)
    const committed = answers.filter(
      ({ data }) => data.updateServiceSettings?.userErrors.length === 0,
    ).length
    expect(rows.slice(0, end).filter(({ outcome }) => outcome === 'SUCCEEDED')).toHaveLength(
      committed,
    )
    // A refusal is recorded in a separate transaction, so its row may follow the turning off. A
    // successful change must not follow it.
    expect(rows.slice(end + 1).filter(({ outcome }) => outcome === 'SUCCEEDED')).toEqual([])
    expect(rows.filter(({ action }) => action === 'authorization.denied').length).toBeGreaterThan(0)
    expect(await versionOf(world, tenant.id)).toBe(version + committed + 1)
  }

  const scenes = await Promise.all(Array.from({ length: lanes }, () => openTenant(world)))
  await Promise.all(
    scenes.map(async (scene) => {
      const technician = await world.connect(scene.tenant, world.vsa)
      for (let number = 0; number < rounds / lanes; number++) await race(scene, technician, number)
    }),
  )
  expect(updates.committed + updates.refused + updates.conflicting).toBe(rounds * 2)
  // Both orders must have occurred often enough.
  expect(updates.committed).toBeGreaterThan(rounds / 20)
  expect(updates.refused).toBeGreaterThan(rounds / 20)
})

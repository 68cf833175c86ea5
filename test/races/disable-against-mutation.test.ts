import { expect, test } from 'vitest'
import { updateServices } from '../support/documents.ts'
import {
  leftOf,
  type Round,
  raceTurningOff,
  runControl,
  runRaces,
  startRaces,
  turnOn,
} from '../support/races.ts'
import type { Scene } from '../support/tenants.ts'
import type { World } from '../support/world.ts'

const off = 'it_complete_login.disabled SUCCEEDED'

/** A technician changes a setting while an admin turns the feature off. */
async function round(world: World, scene: Scene, headStartMs: number): Promise<Round> {
  const { tenant } = scene
  await turnOn(world, scene)
  const technician = await world.connect(tenant, world.vsa)
  const before = await leftOf(world, scene)

  const input = { tenantId: tenant.id, expectedVersion: before.version, mail: !before.mail }
  const update = () => world.ask(technician, updateServices, { input })
  const { reply, ended, versionWhenOff } = await raceTurningOff(world, scene, update, headStartMs)
  const { userErrors = [] } = reply.data?.updateServiceSettings ?? {}
  const verdict = [...reply.codes, ...userErrors.map(({ code }: { code: string }) => code)].join()
  const acknowledged = verdict === ''

  const { version, mail, enabled, live, rows } = await leftOf(world, scene)
  return {
    acknowledged,
    // Turning off creates the last version, which is one higher if the technician's change was
    // committed first.
    promised: {
      verdict: acknowledged ? '' : 'MICROSOFT_SIGN_IN_REQUIRED',
      rows: acknowledged
        ? ['service_settings.updated SUCCEEDED', off]
        : [off, 'authorization.denied DENIED'],
      version: before.version + (acknowledged ? 2 : 1),
      versionWhenOff: before.version + (acknowledged ? 2 : 1),
      mail: acknowledged ? !before.mail : before.mail,
      ended: [1, 0],
      enabled: false,
      live: 0,
    },
    found: { verdict, rows, version, versionWhenOff, mail, ended, enabled, live },
  }
}

/** The required number of rounds, which the negative control computes. */
let rounds = 1_000

test('negative control: without locks, changes commit after turning off', {
  timeout: 120_000,
}, async () => {
  rounds = await runControl(
    round,
    ({ acknowledged, found }) => acknowledged && found.rows[0] === off,
  )
})

test('no change of a federated session commits after turning off', {
  timeout: 300_000,
}, async () => {
  const world = await startRaces({ locks: true })
  try {
    const { asked, acknowledged, refused, violations } = await runRaces(
      world,
      { rounds, violations: 3 },
      (...how) => round(world, ...how),
    )
    expect(violations).toEqual([])
    const [found] = await world.database.owner`select
      count(*) filter (where action = 'service_settings.updated' and outcome = 'SUCCEEDED' and changes -> 0 ->> 'field' = 'mail')::int as changes,
      count(*) filter (where action = 'authorization.denied')::int as denials
      from audit.activity where client_id = ${world.vsa.clientId}`
    expect({ asked, found }).toEqual({
      asked: rounds,
      found: { changes: acknowledged, denials: refused },
    })
    expect(acknowledged + refused).toBe(asked)
    // Both orders must have occurred often enough.
    expect(Math.min(acknowledged, refused)).toBeGreaterThan(asked / 20)
  } finally {
    await world.stop()
  }
})

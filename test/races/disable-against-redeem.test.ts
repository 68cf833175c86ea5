import { expect, test } from 'vitest'
import { createHandoff, redeemHandoff } from '../support/documents.ts'
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

/** A pending code is redeemed while an admin turns the feature off. */
async function round(world: World, scene: Scene, headStartMs: number): Promise<Round> {
  const { tenant } = scene
  await turnOn(world, scene)
  const created = await world.ask(null, createHandoff, {
    input: { assertion: await world.assertion(world.vsa, tenant.id) },
  })
  const { code } = created.data.createHandoff
  const client = await world.clientCredentials(world.vsa)
  const before = await leftOf(world, scene)

  const { reply, ended } = await raceTurningOff(
    world,
    scene,
    () => world.ask(client, redeemHandoff, { input: { code } }),
    headStartMs,
  )
  const { session, userErrors = [] } = reply.data?.redeemHandoff ?? {}
  const verdict = [...reply.codes, ...userErrors.map(({ code }: { code: string }) => code)].join()
  const acknowledged = verdict === ''

  const { enabled, live, rows, sessions } = await leftOf(world, scene)
  const [made] = await world.database
    .owner`select feature_epoch from identity.session where session_id = ${session?.id ?? null}`
  return {
    acknowledged,
    // Turning off ends either the code or, after its redemption, the session. Exactly one of the
    // two is counted.
    promised: {
      verdict: acknowledged ? '' : 'MICROSOFT_SIGN_IN_REQUIRED',
      rows: acknowledged ? ['handoff.redeemed SUCCEEDED', off] : [off, 'handoff.redeemed DENIED'],
      ended: acknowledged ? [1, 0] : [0, 1],
      sessionsMade: acknowledged ? 1 : 0,
      epoch: acknowledged ? before.epoch : null,
      enabled: false,
      live: 0,
    },
    found: {
      verdict,
      rows,
      ended,
      sessionsMade: sessions - before.sessions,
      epoch: made?.feature_epoch ?? null,
      enabled,
      live,
    },
  }
}

/** The required number of rounds, which the negative control computes. */
let rounds = 1_000

test('negative control: without locks, codes redeem after turning off', {
  timeout: 120_000,
}, async () => {
  rounds = await runControl(
    round,
    ({ acknowledged, found }) => acknowledged && found.rows[0] === off,
  )
})

test('no code redeems after turning off', {
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
      (select count(*)::int from identity.session where method <> 'MICROSOFT') as sessions,
      (select count(*)::int from identity.handoff where burned_at is null) as codes`
    expect({ asked, found }).toEqual({ asked: rounds, found: { sessions: acknowledged, codes: 0 } })
    expect(acknowledged + refused).toBe(asked)
    // Both orders must have occurred often enough.
    expect(Math.min(acknowledged, refused)).toBeGreaterThan(asked / 20)
  } finally {
    await world.stop()
  }
})

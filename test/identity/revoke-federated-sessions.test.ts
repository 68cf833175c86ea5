/**
 * revokeFederatedSessions: ends all federated sessions and pending codes, and leaves the feature
 * on.
 */
import { beforeAll, expect, test } from 'vitest'
import { createHandoff, redeemHandoff } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { liveSessions, revokeFederatedSessions, whoAmI } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Tenant, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const revokeAll = (who: Parameters<World['ask']>[0], tenantId: string) =>
  world.ask(who, revokeFederatedSessions, { input: { tenantId } })
async function codeFor(tenant: Tenant): Promise<string> {
  const { data } = await world.ask(null, createHandoff, {
    input: { assertion: await world.assertion(world.vsa, tenant.id) },
  })
  return data.createHandoff.code
}

test('ends and counts all federated sessions and codes only', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  await world.open(tenant, world.uniview)
  const sessions = [
    await world.connect(tenant, world.vsa),
    await world.connect(tenant, world.uniview),
  ]
  const code = await codeFor(tenant)
  expect((await revokeAll(admin, tenant.id)).data.revokeFederatedSessions).toEqual({
    endedSessionCount: 2,
    endedHandoffCount: 1,
    userErrors: [],
  })
  for (const session of sessions) expect((await world.ask(session, whoAmI)).data.viewer).toBeNull()
  expect((await world.ask(admin, whoAmI)).data.viewer).not.toBeNull()
  const redeemed = await world.ask(await world.clientCredentials(world.vsa), redeemHandoff, {
    input: { code },
  })
  expect(redeemed.data.redeemHandoff).toMatchObject({
    accessToken: null,
    userErrors: [{ code: 'HANDOFF_EXPIRED' }],
  })
  const again = await world.connect(tenant, world.vsa)
  expect((await world.ask(again, whoAmI)).data.viewer).not.toBeNull()
  expect((await world.log(tenant, { actions: ['federated_sessions.revoked'] }))[0]).toMatchObject({
    outcome: 'SUCCEEDED',
  })
})

test('does not count or change what had ended before', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const technician = await world.connect(tenant, world.vsa)
  await world.ask(technician, 'mutation { signOut { userErrors { code } } }')
  await codeFor(tenant)
  await world.database
    .owner`update identity.handoff set expires_at = now() where tenant_id = ${tenant.id} and burned_at is null`
  const { data } = await revokeAll(admin, tenant.id)
  expect(data.revokeFederatedSessions).toEqual({
    endedSessionCount: 0,
    endedHandoffCount: 0,
    userErrors: [],
  })
  const [row] = await world.database
    .owner`select revoked_reason from identity.session where session_id = ${technician.sessionId}`
  expect(row).toEqual({ revoked_reason: 'SIGNED_OUT' })
})

test('does not affect other tenants', async () => {
  const [own, other] = [await world.createTenant(), await world.createTenant()]
  const { admin } = await world.open(own, world.vsa)
  await world.open(other, world.vsa)
  await world.connect(other, world.vsa)
  await revokeAll(admin, own.id)
  expect((await revokeAll(admin, other.id)).codes).toEqual(['FORBIDDEN'])
  expect(await liveSessions(world, other.id)).toBe(1)
})

test('is refused to technicians and anonymous viewers', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const technician = await world.connect(tenant, world.vsa)
  expect((await revokeAll(technician, tenant.id)).codes).toEqual(['FORBIDDEN'])
  expect((await revokeAll(null, tenant.id)).codes).toEqual(['UNAUTHENTICATED'])
  expect((await revokeAll(await world.clientCredentials(world.vsa), tenant.id)).codes).toEqual([
    'FORBIDDEN',
  ])
  expect(await liveSessions(world, tenant.id)).toBe(1)
  const denials = await activityRows(world.database, {
    tenantId: tenant.id,
    action: 'authorization.denied',
  })
  expect(denials).toMatchObject([{ reason: 'FORBIDDEN', session_id: technician.sessionId }])
})

test('concurrent redemptions are ended, or start afterwards', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const won = { redemption: 0, revocation: 0 }
  for (let round = 0; round < 30; round++) {
    const code = await codeFor(tenant)
    const bearer = await world.clientCredentials(world.vsa)
    const redemption = world.ask(bearer, redeemHandoff, { input: { code } })
    for (let ahead = 0; ahead < round % 6; ahead++) await fetch(`${world.url}/readyz`)
    const { data } = await revokeAll(admin, tenant.id)
    const { accessToken, userErrors } = (await redemption).data.redeemHandoff
    const { endedSessionCount, endedHandoffCount } = data.revokeFederatedSessions
    expect(await liveSessions(world, tenant.id)).toBe(0) // created before it, whichever was first
    expect(endedSessionCount + endedHandoffCount).toBe(1)
    if (accessToken) won.redemption++
    else {
      won.revocation++
      expect(userErrors).toMatchObject([{ code: 'HANDOFF_EXPIRED' }])
    }
  }
  // Each side came first at least once; otherwise this was no race.
  expect(Math.min(won.redemption, won.revocation)).toBeGreaterThan(0)
})

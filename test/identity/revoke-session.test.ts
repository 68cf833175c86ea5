/** revokeSession: an admin ends any session of the tenant, a technician only their own. */
import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { activityRows } from '../support/log-rows.ts'
import { liveSessions, revokeSession, whoAmI } from '../support/login.ts'
import { sharedWorld } from '../support/shared-world.ts'
import type { Credentials, World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await sharedWorld()
})

const revoke = (who: Credentials, tenantId: string, sessionId: string) =>
  world.ask(who, revokeSession, { input: { tenantId, sessionId } })
const isIn = async (who: Credentials) => (await world.ask(who, whoAmI)).data.viewer !== null

test('an admin ends a technician’s session, and both are recorded', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const technician = await world.connect(tenant, world.vsa)
  const { data } = await revoke(admin, tenant.id, technician.sessionId)
  expect(data.revokeSession).toMatchObject({
    session: {
      id: technician.sessionId,
      revokedReason: 'REVOKED',
      revokedAt: expect.stringMatching(/Z$/),
    },
    userErrors: [],
  })
  expect(await isIn(technician)).toBe(false)
  const [row] = await world.log(tenant, { actions: ['session.revoked'] })
  expect(row).toMatchObject({
    outcome: 'SUCCEEDED',
    actor: { displayName: 'Gloria Global' },
    target: { type: 'session', id: technician.sessionId, displayName: 'Tech nw-1' },
    changes: [{ field: 'user', before: `partner:${world.vsa.clientId}:nw-1`, after: null }],
  })
})

test('needs no step-up, even to end a Global Admin’s session', async () => {
  const tenant = await world.createTenant()
  const globalAdmin = await world.signIn(tenant, tenant.globalAdmin)
  const spanningAdmin = await world.grant(tenant)
  await world.database
    .owner`update identity.session set auth_time = null where tenant_id = ${tenant.id}`
  expect(
    (await revoke(spanningAdmin, tenant.id, globalAdmin.sessionId)).data.revokeSession.userErrors,
  ).toEqual([])
  expect(await isIn(globalAdmin)).toBe(false)
})

test('a technician can end only their own session', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const [one, other] = [
    await world.connect(tenant, world.vsa),
    await world.connect(tenant, world.vsa),
  ]
  const adminsSession = (await world.ask(admin, whoAmI)).data.viewer.session.id
  for (const sessionId of [other.sessionId, adminsSession, randomUUID(), ''])
    expect((await revoke(one, tenant.id, sessionId)).codes).toEqual(['FORBIDDEN'])
  expect(await isIn(other)).toBe(true)
  expect(await isIn(admin)).toBe(true)
  const denials = await activityRows(world.database, {
    tenantId: tenant.id,
    action: 'authorization.denied',
  })
  expect(denials).toMatchObject(Array(4).fill({ reason: 'FORBIDDEN', session_id: one.sessionId }))
  expect((await revoke(one, tenant.id, one.sessionId)).data.revokeSession).toMatchObject({
    session: { revokedReason: 'REVOKED' },
  })
  expect(await isIn(one)).toBe(false)
})

test('another tenant’s session is NOT_FOUND, like an unknown one', async () => {
  const [own, other] = [await world.createTenant(), await world.createTenant()]
  const admin = await world.signIn(own, own.globalAdmin)
  const theirs = await world.signIn(other, other.globalAdmin)
  const answers = []
  for (const sessionId of [
    theirs.sessionId,
    randomUUID(),
    'nonsense',
    '',
    '\0',
    "' or true --",
    theirs.sessionId.toUpperCase(),
  ])
    answers.push(await revoke(admin, own.id, sessionId))
  for (const { data, codes } of answers) {
    expect(codes).toEqual([])
    expect(data.revokeSession).toEqual({
      session: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['sessionId'] }],
    })
  }
  expect(await isIn(theirs)).toBe(true)
  const failures = await activityRows(world.database, {
    tenantId: own.id,
    action: 'session.revoked',
  })
  expect(failures).toMatchObject(Array(7).fill({ outcome: 'FAILED', reason: 'NOT_FOUND' }))
  expect(
    await activityRows(world.database, { tenantId: other.id, action: 'session.revoked' }),
  ).toEqual([])
})

test('another tenant in the input is FORBIDDEN and recorded', async () => {
  const [own, other] = [await world.createTenant(), await world.createTenant()]
  const admin = await world.signIn(own, own.globalAdmin)
  const theirs = await world.signIn(other, other.globalAdmin)
  for (const tenantId of [other.id, randomUUID(), '', '\0', other.id.toUpperCase(), '\ud83d'])
    expect((await revoke(admin, tenantId, theirs.sessionId)).codes).toEqual(['FORBIDDEN'])
  expect(await isIn(theirs)).toBe(true)
  expect(
    await activityRows(world.database, { tenantId: own.id, action: 'authorization.denied' }),
  ).toHaveLength(6)
  expect(
    await activityRows(world.database, { tenantId: other.id, action: 'authorization.denied' }),
  ).toEqual([])
})

test('is refused to anonymous viewers', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const { sessionId } = await world.connect(tenant, world.vsa)
  expect((await revoke(null, tenant.id, sessionId)).codes).toEqual(['UNAUTHENTICATED'])
  expect(
    (await revoke(await world.clientCredentials(world.vsa), tenant.id, sessionId)).codes,
  ).toEqual(['FORBIDDEN'])
  await revoke(admin, tenant.id, sessionId)
  const ended = await revoke(admin, tenant.id, sessionId)
  expect(ended.data.revokeSession.userErrors).toMatchObject([{ code: 'NOT_FOUND' }])
  expect(await liveSessions(world, tenant.id)).toBe(0)
})

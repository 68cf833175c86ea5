/** The end of each session is recorded once, with the reason and the identity of the user. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  resumePartnerInstance,
  revokePartnerKey,
  suspendPartnerInstance,
} from '../../admin/partner-instances.ts'
import { startSessionEndWorker } from '../../subgraphs/identity/sessions/session-end-worker.ts'
import { testLog } from '../support/database.ts'
import { disable } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { revokeFederatedSessions, revokeSession } from '../support/login.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld(
    {},
    { intervals: { floods: { perSource: 1e9, perTenant: 1e9 }, sessionEndsEveryMs: 50 } },
  )
})
afterAll(() => world?.stop())

const endsOf = ({ id }: Tenant) =>
  activityRows(world.database, { tenantId: id, action: 'session.ended' })
const isOpen = async (sessionId: string) =>
  (await world.database.owner`select from identity.open_session where session_id = ${sessionId}`)
    .length === 1
/** Resolves when the worker has recorded the end of the session. */
const seen = (sessionId: string) =>
  expect.poll(() => isOpen(sessionId), { timeout: 10_000 }).toBe(false)

async function opened() {
  const tenant = await world.createTenant()
  const { admin, associationId } = await world.open(tenant, world.vsa)
  return { tenant, admin, associationId, technician: await world.connect(tenant, world.vsa) }
}
type Scene = Awaited<ReturnType<typeof opened>>

const mutate = async (who: { bearer: string }, field: string, input: Record<string, unknown>) => {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`
  const reply = await world.ask(
    who,
    `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`,
    { input },
  )
  expect([reply.errors, reply.data?.[field]?.userErrors]).toEqual([[], []])
}
const { owner } = { owner: () => world.database.owner }

const ways: Record<string, (scene: Scene) => Promise<unknown>> = {
  FEATURE_DISABLED: ({ tenant, admin }) =>
    world.ask(admin, disable, { input: { tenantId: tenant.id } }),
  ASSOCIATION_CHANGED: ({ tenant, admin, associationId }) =>
    mutate(admin, 'dissociatePartner', { tenantId: tenant.id, associationId }),
  'ASSOCIATION_CHANGED, by allowed technicians': ({ tenant, admin, associationId }) =>
    mutate(admin, 'updatePartnerAssociation', {
      tenantId: tenant.id,
      associationId,
      allowedTechnicians: ['nobody'],
    }),
  REVOKED: ({ tenant, admin }) =>
    world.ask(admin, revokeFederatedSessions, { input: { tenantId: tenant.id } }),
  IDLE: ({ technician }) =>
    owner()`update identity.session set last_seen_at = now() - interval '2 hours' where session_id = ${technician.sessionId}`,
  EXPIRED: ({ technician }) =>
    owner()`update identity.session set max_expires_at = now() where session_id = ${technician.sessionId}`,
  PARTNER_SUSPENDED: async () => {
    await suspendPartnerInstance(world.operator, world.vsa.clientId)
    await resumePartnerInstance(world.operator, world.vsa.clientId)
  },
}

test.each(Object.keys(ways))('%s', async (way) => {
  const scene = await opened()
  const { tenant, technician } = scene
  await ways[way]!(scene)
  await seen(technician.sessionId)
  expect(
    (await endsOf(tenant)).filter(({ session_id }) => session_id === technician.sessionId),
  ).toMatchObject([
    {
      reason: way.split(',')[0],
      outcome: 'SUCCEEDED',
      actor_key: 'partner:northwind-vsa:nw-1',
      method: 'KASEYA_VSA',
      client_id: world.vsa.clientId,
      session_id: technician.sessionId,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    },
  ])
})

test('ADMIN_REVOKED: the Spanning Admin grant was revoked', async () => {
  const tenant = await world.createTenant()
  const spanning = await world.grant(tenant)
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  await mutate(admin, 'revokeSpanningAdmin', {
    tenantId: tenant.id,
    objectId: tenant.spanningAdmin.objectId,
  })
  await seen(spanning.sessionId)
  expect(await endsOf(tenant)).toMatchObject([
    {
      reason: 'ADMIN_REVOKED',
      actor_key: `microsoft:${tenant.spanningAdmin.objectId}`,
      method: 'MICROSOFT',
    },
  ])
})

test('a sign-out is recorded only as such', async () => {
  const { tenant, admin, technician } = await opened()
  const second = await world.connect(tenant, world.vsa, world.vsa.technicians[1])
  await world.ask(technician, 'mutation { signOut { userErrors { code } } }')
  await world.ask(admin, revokeSession, {
    input: { tenantId: tenant.id, sessionId: second.sessionId },
  })
  expect([await isOpen(technician.sessionId), await isOpen(second.sessionId)]).toEqual([
    false,
    false,
  ])
  const actions = (await world.log(tenant)).map(({ action }) => action)
  expect(actions).toEqual(expect.arrayContaining(['session.signed_out', 'session.revoked']))
  expect(await endsOf(tenant)).toEqual([])
})

test('a live session has no session.ended event', async () => {
  const { tenant, technician } = await opened()
  const ending = await world.connect(tenant, world.vsa, world.vsa.technicians[1])
  await owner()`update identity.session set max_expires_at = now() where session_id = ${ending.sessionId}`
  await seen(ending.sessionId)
  expect((await endsOf(tenant)).map(({ session_id }) => session_id)).toEqual([ending.sessionId])
  expect(await isOpen(technician.sessionId)).toBe(true)
})

test('six workers record 40 ended sessions once each', async () => {
  const tenant = await world.createTenant()
  const sessions = await owner()`
    insert into identity.session (tenant_id, token_hash, method, actor, idle_seconds, max_expires_at)
    select ${tenant.id}, gen_random_uuid()::text, 'MICROSOFT', ${owner().json({ __typename: 'MicrosoftAdmin', key: 'microsoft:x', displayName: 'X', objectId: randomUUID(), userPrincipalName: 'x', role: 'GLOBAL_ADMIN' })}, 1, now() + interval '1 second'
    from generate_series(1, 40) returning session_id`
  const others = Array.from({ length: 5 }, () =>
    startSessionEndWorker({ db: world.database.db, log: testLog, everyMs: 5 }),
  )
  await expect
    .poll(
      async () =>
        (await owner()`select from identity.open_session where tenant_id = ${tenant.id}`).length,
      { timeout: 15_000 },
    )
    .toBe(0)
  await Promise.all(others.map((other) => other.stop()))
  const ends = (await endsOf(tenant)).map(({ session_id }) => session_id)
  expect(ends.toSorted()).toEqual(sessions.map(({ session_id }) => session_id).toSorted())
})

// The last test, because a revoked key cannot be restored.
test('PARTNER_SUSPENDED: the key was revoked', async () => {
  const { tenant, technician } = await opened()
  await revokePartnerKey(world.operator, world.vsa.clientId, world.vsa.privateJwk.kid!)
  await seen(technician.sessionId)
  expect(await endsOf(tenant)).toMatchObject([
    { reason: 'PARTNER_SUSPENDED', session_id: technician.sessionId },
  ])
})

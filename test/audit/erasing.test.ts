/**
 * After an erasure, the API and the text search do not show the person. Only the tables that the
 * documents list still contain data about the person.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { erasePerson } from '../../admin/tenants.ts'
import { signSessionRevoked } from '../../demo/partner.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { startRetentionWorker } from '../../subgraphs/audit/log/retention-worker.ts'
import { sealed, seed } from '../support/activity.ts'
import { testLog } from '../support/database.ts'
import { createHandoff, redeemHandoff, updateServices } from '../support/documents.ts'
import { type Credentials, startWorld, type Tenant, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld(
    {},
    {
      intervals: {
        floods: { flushEveryMs: 50, perSource: 3, minuteMs: 3_600_000 },
        sessionEndsEveryMs: 100,
      },
    },
  )
})
afterAll(() => world?.stop())

/** The columns of all tables, of any tenant, that contain one of the texts. */
async function whereStill(...texts: string[]): Promise<string[]> {
  const { owner } = world.database
  const tables =
    await owner`select n.nspname || '.' || quote_ident(c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('tenants', 'identity', 'audit', 'notifications', 'gateway')`
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await owner.unsafe(
      `select distinct column_name from ${name} x cross join lateral jsonb_each_text(to_jsonb(x)) as c (column_name, content) where content ~* $1`,
      [texts.map((text) => text.replaceAll('.', '\\.')).join('|')],
    )
    found.push(...rows.map(({ column_name }) => `${name}.${column_name}`))
  }
  return found
}

const mutate = async (who: Credentials, field: string, input: Record<string, unknown>) => {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`
  const { data, errors } = await world.ask(
    who,
    `mutation ($input: ${type}!) { ${field}(input: $input) { userErrors { code } } }`,
    {
      input,
    },
  )
  expect([errors, data?.[field].userErrors]).toEqual([[], []])
}
const found = async (tenant: Tenant, text: string) =>
  (await world.log(tenant, { text })).map(({ action }) => action)
/** The ends of their sessions are recorded some seconds later, under their names. */
const ended = (...sessionIds: string[]) =>
  vi.waitFor(
    async () =>
      expect(
        await world.database
          .owner`select from identity.open_session where session_id in ${world.database.owner(sessionIds)}`,
      ).toHaveLength(0),
    { timeout: 20_000, interval: 100 },
  )

test('a technician is erased from events, sessions and handoffs', async () => {
  const tenant = await world.createTenant()
  const { admin } = await world.open(tenant, world.vsa)
  const technician = {
    sub: 'opaque-7',
    name: 'Zebulon Quux 田中太郎',
    email: 'zebulon.quux@nw.example',
  }
  const [one, two, three] = [
    await world.connect(tenant, world.vsa, technician),
    await world.connect(tenant, world.vsa, technician),
    await world.connect(tenant, world.vsa, technician),
  ]
  await world.ask(three, updateServices, {
    input: { tenantId: tenant.id, expectedVersion: 2, mail: false },
  })
  await world.ask(three, 'mutation { signOut { userErrors { code } } }')
  await mutate(admin, 'revokeSession', { tenantId: tenant.id, sessionId: one.sessionId })
  await world.ask(null, createHandoff, {
    input: { assertion: await world.assertion(world.vsa, tenant.id, technician) },
  }) // This handoff is never redeemed.
  const body = await signSessionRevoked(world.vsa, { audience: world.url, subject: technician.sub })
  await fetch(`${world.url}/events/caep`, {
    method: 'POST',
    headers: { 'content-type': 'application/secevent+jwt' },
    body,
  })
  await ended(one.sessionId, two.sessionId, three.sessionId)
  await sealed(world, tenant)
  for (const part of ['Zebulon', '中太'])
    expect(await found(tenant, part)).toContain('session.revoked')

  const count = await erasePerson(
    world.operator,
    tenant.id,
    `partner:${world.vsa.clientId}:${technician.sub}`,
  )
  await sealed(world, tenant)
  expect(await whereStill('zebulon', 'quux', '田中', '中太', '太郎')).toEqual([])
  for (const part of ['Zebulon', '中太']) expect(await found(tenant, part)).toEqual([])
  const [row] = await world.log(tenant, { actions: ['personal_data.erased'] })
  const changes = Object.fromEntries(
    row!.changes.map(({ field, before, after }) => [field, before ?? after]),
  ) as unknown as {
    events: number
    sequences: [number, number][]
  }
  const erased = await world.database.owner<
    { n: number }[]
  >`select sequence::int as n from audit.sealed
    where tenant_id = ${tenant.id} and (json_typeof(disclosures -> 'actor') = 'null' or json_typeof(disclosures -> 'target') = 'null') order by 1`
  const stated = changes.sequences.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, n) => from + n),
  )
  expect([count, changes.events, stated]).toEqual([
    erased.length,
    erased.length,
    erased.map(({ n }) => n),
  ])

  // Erasing a person again leaves the event that records the first erasure.
  expect(
    await erasePerson(world.operator, tenant.id, `partner:${world.vsa.clientId}:${technician.sub}`),
  ).toBe(0)
  expect((await world.log(tenant, { actions: ['personal_data.erased'] })).at(-1)!.changes).toEqual(
    row!.changes,
  )
})

test('an admin is erased, including e-mail address, settings and mail', async () => {
  const tenant = await world.createTenant()
  Object.assign(tenant.spanningAdmin, {
    displayName: 'Wilhelmina Xyzzy',
    username: `wilhelmina@${tenant.domain}`,
  })
  const spanning = await world.grant(tenant)
  await world.open(tenant, world.vsa)
  const first = await world.signIn(tenant, tenant.globalAdmin)
  const technician = await world.connect(tenant, world.vsa)
  await mutate(spanning, 'disableItCompleteLogin', { tenantId: tenant.id })
  await mutate(spanning, 'createApiToken', {
    tenantId: tenant.id,
    name: 'SIEM',
    expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
  })
  await mutate(spanning, 'revokeSession', { tenantId: tenant.id, sessionId: first.sessionId })
  const other = await world.signIn(tenant, tenant.globalAdmin)
  const { username, objectId } = tenant.spanningAdmin
  const update = (expectedVersion: number, recipients: string[]) =>
    mutate(other, 'updateNotificationSettings', {
      tenantId: tenant.id,
      expectedVersion,
      recipients,
    })
  await update(3, [username.toUpperCase(), 'other@example.com', `x${username}`])
  await update(4, ['other@example.com'])
  await sealed(world, tenant)
  await mutate(other, 'createActivityExport', {
    tenantId: tenant.id,
    format: 'NDJSON',
    filter: { text: 'Wilhelmina' },
  })
  await mutate(other, 'revokeSession', { tenantId: tenant.id, sessionId: spanning.sessionId })
  await mutate(other, 'revokeSpanningAdmin', { tenantId: tenant.id, objectId })
  await ended(spanning.sessionId, first.sessionId, technician.sessionId)
  await sealed(world, tenant)
  const sessionOfOther = await world.database
    .owner`select actor from identity.session where session_id = ${first.sessionId}`
  expect((await whereStill('wilhelmina')).length).toBeGreaterThan(5)

  await erasePerson(world.operator, tenant.id, `microsoft:${objectId}`, [username])
  await sealed(world, tenant)
  // A longer address with the same end belongs to another person and stays.
  await world.database.owner`delete from notifications.message where recipient = ${`x${username}`}`
  expect(await whereStill('xyzzy', username, 'wilhelmina')).toEqual([])
  expect(await found(tenant, 'Wilhelmina')).toEqual([])
  expect(
    await world.database
      .owner`select actor from identity.session where session_id = ${first.sessionId}`,
  ).toEqual(sessionOfOther)
  expect(await found(tenant, tenant.globalAdmin.displayName)).toContain('session.revoked')
})

test('a refused user is erased from unsealed and coalesced events', async () => {
  const tenant = await world.createTenant()
  tenant.user.displayName = 'Ulysses Frob'
  tenant.user.username = `ulysses@${tenant.domain}`
  const key = `microsoft:${tenant.user.objectId}`
  expect((await world.tryToSignIn({ id: tenant.id }, tenant.user)).codes).toEqual(['FORBIDDEN'])
  await sealed(world, tenant)
  const { owner } = world.database
  await owner.unsafe('revoke insert on audit.sealed from it_complete_sealer')
  try {
    for (let n = 0; n < 6; n++)
      expect((await world.tryToSignIn({ id: tenant.id }, tenant.user)).codes).toEqual(['FORBIDDEN'])
    await vi.waitFor(
      async () =>
        expect(
          await owner`select from audit.flood where tenant_id = ${tenant.id}`,
        ).not.toHaveLength(0),
      20_000,
    )
    expect(await owner`select from audit.unsealed where tenant_id = ${tenant.id}`).not.toHaveLength(
      0,
    )
    expect(await erasePerson(world.operator, tenant.id, key)).toBeGreaterThan(1)
    expect(await whereStill('ulysses', 'frob')).toEqual([])
    expect(
      (await world.log(tenant, { actors: [key] })).map(({ actor }) => actor.displayName),
    ).toContain('(erased)')
  } finally {
    await owner.unsafe('grant insert on audit.sealed to it_complete_sealer')
  }
  await sealed(world, tenant)
  expect(await whereStill('ulysses', 'frob')).toEqual([])
})

describe('handoffs', () => {
  test('are deleted two days after they expired; their events stay', async () => {
    const tenant = await world.createTenant()
    await world.open(tenant, world.vsa)
    const assertion = await world.assertion(world.vsa, tenant.id)
    const session = await world.connect(tenant, world.vsa)
    const { data } = await world.ask(null, createHandoff, { input: { assertion } })
    const codes = async () => {
      const input = { code: data.createHandoff.code }
      const reply = await world.ask(await world.clientCredentials(world.vsa), redeemHandoff, {
        input,
      })
      return reply.data.redeemHandoff.userErrors.map(({ code }: { code: string }) => code)
    }
    const maintain = async () => {
      const db = openDatabase({ at: world.database.at, role: 'it_complete_maintenance' }, testLog)
      await startRetentionWorker({ db, log: testLog }).stop()
      await db.close()
    }
    const age = (days: number) =>
      world.database
        .owner`update identity.handoff set expires_at = now() - make_interval(hours => ${days * 24 + 1}) where tenant_id = ${tenant.id}`
    await age(1)
    await maintain()
    expect(await codes()).toEqual(['HANDOFF_EXPIRED'])
    await age(2)
    await maintain()
    expect(
      await world.database.owner`select from identity.handoff where tenant_id = ${tenant.id}`,
    ).toHaveLength(0)
    expect(await codes()).toEqual(['HANDOFF_INVALID'])
    const again = await world.ask(null, createHandoff, { input: { assertion } })
    expect(again.data.createHandoff.userErrors).toMatchObject([{ code: 'ASSERTION_REPLAYED' }])
    expect((await world.ask(session, '{ viewer { tenant { id } } }')).data.viewer.tenant.id).toBe(
      tenant.id,
    )
  })
})

test('an e-mail address is enough; other texts are refused', async () => {
  const tenant = await world.createTenant()
  await seed(world, tenant, [{ at: new Date().toISOString() }])
  expect(await erasePerson(world.operator, tenant.id, null, [`${randomUUID()}@example.com`])).toBe(
    0,
  )
  await expect(erasePerson(world.operator, tenant.id, null)).rejects.toThrow('Specify an actor key')
  await expect(erasePerson(world.operator, tenant.id, null, ['no address'])).rejects.toThrow(
    'e-mail',
  )
})

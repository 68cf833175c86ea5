/**
 * Coalescing of refused attempts. The first attempts in a minute are recorded individually, and the
 * other attempts as one event with a count.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHandoff, disable, redeemHandoff } from '../support/documents.ts'
import { activityRows, operatorRows, type StoredRow } from '../support/log-rows.ts'
import { forgedAssertion, validateHandoff } from '../support/login.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

const minuteMs = 2_000
const bounds = { perSource: 20, perTenant: 30, overall: 1_000 }

let world: World
beforeAll(async () => {
  world = await startWorld(
    {},
    {
      intervals: {
        floods: { ...bounds, minuteMs, flushEveryMs: 50, lookEveryMs: 50, deadAfterMs: 3_000 },
      },
    },
  )
})
afterAll(() => world?.stop())

const denials = ({ id }: Tenant) =>
  activityRows(world.database, { tenantId: id, action: 'authorization.denied' })
const unverified = ({ id }: Tenant) =>
  activityRows(world.database, { tenantId: id, action: 'sign_in.unverified' })
const forgeries = async () =>
  (await operatorRows(world.database, { action: 'handoff.validated' })).filter(({ reason }) =>
    reason?.endsWith('/SIGNATURE'),
  )

/** The number of attempts that the events stand for. */
const sum = (rows: StoredRow[]) =>
  rows.reduce((total, { coalesced }) => total + (coalesced?.count ?? 1), 0)
const single = (rows: StoredRow[]) => rows.filter(({ coalesced }) => !coalesced)

/** Sends `count` attempts, several at a time. Returns the number of expected answers. */
async function flood(count: number, attempt: () => Promise<boolean>): Promise<number> {
  let left = count
  let answered = 0
  const next = async () => {
    while (left-- > 0) if (await attempt()) answered++
  }
  await Promise.all(Array.from({ length: 10 }, next))
  return answered
}

/** Resolves when all counts have been written as events. */
const written = () =>
  expect
    .poll(
      async () => {
        const [row] = await world.database.owner`
          select (select count(*)::int from audit.flood) + (select count(*)::int from audit.operator_flood) as left,
                 (select max(minute) from audit.flooded_tenant) as minute`
        return row!.left
      },
      { timeout: 15_000 },
    )
    .toBe(0)

async function opened(): Promise<{
  tenant: Tenant
  technician: { bearer: string; sessionId: string }
}> {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  return { tenant, technician: await world.connect(tenant, world.vsa) }
}

test('500 refused attempts are all counted, in few events', async () => {
  const { tenant, technician } = await opened()
  const other = randomUUID()
  const answered = await flood(500, async () => {
    const { codes } = await world.ask(technician, disable, { input: { tenantId: other } })
    return codes[0] === 'FORBIDDEN'
  })
  expect(answered).toBe(500)
  await expect.poll(async () => sum(await denials(tenant)), { timeout: 15_000 }).toBe(500)
  await written()
  const rows = await denials(tenant)
  expect(sum(rows)).toBe(500)
  const minutes = new Set(
    rows.flatMap(({ coalesced }) =>
      coalesced ? Math.floor(Date.parse(coalesced.firstAt) / minuteMs) : [],
    ),
  )
  expect(single(rows).length).toBeGreaterThanOrEqual(bounds.perSource)
  // Per process and minute.
  expect(single(rows).length).toBeLessThanOrEqual((minutes.size + 1) * bounds.perSource)
  const coalesced = rows.filter((row) => row.coalesced)
  // On a loaded machine, a count that is stored later than three flush intervals after its minute
  // gets a row of its own.
  expect(coalesced.length).toBeGreaterThanOrEqual(minutes.size)
  expect(coalesced.length).toBeLessThanOrEqual(2 * minutes.size)
  for (const row of coalesced) {
    const { firstAt, lastAt } = row.coalesced!
    expect(row).toMatchObject({
      outcome: 'DENIED',
      reason: 'FORBIDDEN',
      actor_key: 'partner:northwind-vsa:nw-1',
    })
    expect(row.session_id).toBe(technician.sessionId)
    expect(firstAt <= lastAt && Date.parse(lastAt) - Date.parse(firstAt) < minuteMs).toBe(true)
  }
  expect(new Set(rows.map(({ request_id }) => request_id)).size).toBe(rows.length)
}, 60_000)

test('the API shows the count and times of a coalesced event', async () => {
  const { tenant, technician } = await opened()
  await flood(
    60,
    async () =>
      (await world.ask(technician, disable, { input: { tenantId: randomUUID() } })).status === 200,
  )
  await expect.poll(async () => sum(await denials(tenant)), { timeout: 15_000 }).toBe(60)
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  const query = `query ($id: ID!) { tenant(id: $id) { activityLog(filter: { actions: ["authorization.denied"] }, first: 100) {
    nodes { coalesced { count firstAt lastAt } actor { key } } } } }`
  const { data, errors } = await world.ask(admin, query, { id: tenant.id })
  expect(errors).toEqual([])
  const counts = data.tenant.activityLog.nodes.flatMap(
    ({ coalesced }: { coalesced: { count: number } | null }) => coalesced?.count ?? [],
  )
  expect(counts.length).toBeGreaterThan(0)
  expect(counts.every((count: number) => count > 0)).toBe(true)
})

test('repeated use of a consumed code is counted in the same transaction', async () => {
  const { tenant } = await opened()
  const created = await world.ask(null, createHandoff, {
    input: { assertion: await world.assertion(world.vsa, tenant.id) },
  })
  const { code } = created.data.createHandoff
  const answered = await flood(60, async () => {
    const { data } = await world.ask(await world.clientCredentials(world.vsa), redeemHandoff, {
      input: { code },
    })
    return data.redeemHandoff.userErrors[0]?.code === 'HANDOFF_ALREADY_REDEEMED'
  })
  expect(answered).toBe(59)
  const refused = async () => {
    const action = 'handoff.redeemed'
    const rows = await activityRows(world.database, { tenantId: tenant.id, action })
    return rows.filter(({ outcome }) => outcome === 'DENIED')
  }
  await expect.poll(async () => sum(await refused()), { timeout: 15_000 }).toBe(59)
  expect(single(await refused()).length).toBeLessThan(59)
})

test('unverified attempts are counted for operators and existing tenants, with equal answers', async () => {
  const tenant = await world.createTenant()
  const nowhere = randomUUID()
  const forged = (tenantId: string) => {
    const [header, payload] = forgedAssertion(world, world.vsa, tenantId).split('.')
    return `${header}.${payload}.${'A'.repeat(86)}`
  }
  const answers = new Set<string>()
  const attempt = (tenantId: string) => async () => {
    const { status, data, errors } = await world.ask(null, validateHandoff, {
      input: { assertion: forged(tenantId) },
    })
    answers.add(JSON.stringify([status, data, errors]))
    return data.validateHandoff.valid === false
  }
  const before = sum(await forgeries())
  expect(await Promise.all([flood(60, attempt(tenant.id)), flood(60, attempt(nowhere))])).toEqual([
    60, 60,
  ])
  expect(answers.size).toBe(1)
  await expect.poll(async () => sum(await unverified(tenant)), { timeout: 15_000 }).toBe(60)
  await expect.poll(async () => sum(await forgeries()), { timeout: 15_000 }).toBe(before + 120)
  const rows = await unverified(tenant)
  expect(
    rows.every(
      ({ actor_key, outcome, coalesced }) =>
        actor_key === 'anonymous' && outcome === 'DENIED' && coalesced,
    ),
  ).toBe(true)
  await written()
  const [elsewhere] = await world.database
    .owner`select count(*)::int as count from audit.flood where tenant_id = ${nowhere}`
  expect(elsewhere!.count).toBe(0)
})

test('an invented token is recorded without its value', async () => {
  const tenant = await world.createTenant()
  const bearer = `${tenant.id}.${'x'.repeat(43)}`
  for (let index = 0; index < 3; index++)
    expect((await world.ask({ bearer }, '{ viewer { actor { key } } }')).data.viewer).toBeNull()
  await expect.poll(async () => sum(await unverified(tenant)), { timeout: 15_000 }).toBe(3)
  const rows = (await operatorRows(world.database, { action: 'token.presented' })).filter(
    ({ unverified_claims }) => JSON.stringify(unverified_claims).includes(tenant.id),
  )
  expect(sum(rows)).toBe(3)
  expect(JSON.stringify(rows)).not.toContain('x'.repeat(43))
})

test('a killed process leaves one activity_log.gap event', async () => {
  const tenant = await world.createTenant()
  const counterId = randomUUID()
  const { owner } = world.database
  await owner`insert into audit.flooded_tenant (tenant_id, minute) values (${tenant.id}, clock_timestamp() + interval '3 seconds')`
  await owner`insert into audit.counter (counter_id, flushed_at) values (${counterId}, clock_timestamp() - interval '4 seconds')`
  const action = 'activity_log.gap'
  const told = async () => [
    ...(await activityRows(world.database, { tenantId: tenant.id, action })),
    ...(await operatorRows(world.database, { action })),
  ]
  await expect.poll(async () => (await told()).length, { timeout: 10_000 }).toBe(2)
  await expect
    .poll(
      async () => (await owner`select from audit.counter where counter_id = ${counterId}`).length,
    )
    .toBe(0)
  const gaps = await told()
  expect(gaps).toMatchObject([
    { outcome: 'FAILED', reason: 'COUNTS_LOST', actor_key: 'system' },
    { outcome: 'FAILED', reason: 'COUNTS_LOST', actor_key: 'system' },
  ])
  const [from, to] = gaps[0]!.changes.map(({ after }) => Date.parse(after as string))
  expect(to! - from!).toBeGreaterThan(3_000)
})

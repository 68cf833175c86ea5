/**
 * Several processes coalesce refused attempts on one database. The log contains every acknowledged
 * attempt, as a row or in a count.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../drizzle/tables/shared.ts'
import {
  type CoalescingWorker,
  startCoalescingWorker,
} from '../../platform/audit/coalescing-worker.ts'
import { recordRefusedSignIn, recordUnverified } from '../../platform/audit/refusals.ts'
import { cloneDatabase, type TestDatabase, testLog } from '../support/database.ts'
import { activityRows, operatorRows, type StoredRow } from '../support/log-rows.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase()
})
afterAll(() => database?.drop())

const bounds = { perSource: 20, perTenant: 100, overall: 1_000 }
/** `hasty` flushes and looks for dead processes at once, `atEnd` only when it is stopped. */
const hasty = { flushEveryMs: 20, lookEveryMs: 20, minuteMs: 300, deadAfterMs: 600 }
const atEnd = { flushEveryMs: 3_600_000, lookEveryMs: 3_600_000 }
const start = (pace: Partial<Parameters<typeof startCoalescingWorker>[0]>) =>
  startCoalescingWorker({ db: database.db, log: testLog, ...bounds, ...pace })

async function makeTenant(): Promise<{ id: string; domain: string }> {
  const [id, domain] = [randomUUID(), `t${randomUUID().slice(0, 8)}.example`]
  const { owner } = database
  await owner`insert into tenants.tenant (tenant_id, name, microsoft_tenant_id, primary_domain) values (${id}, 'T', ${randomUUID()}, ${domain})`
  await owner`insert into tenants.settings (tenant_id) values (${id})`
  await owner`insert into tenants.organization (microsoft_tenant_id, tenant_id) select microsoft_tenant_id, tenant_id from tenants.tenant where tenant_id = ${id}`
  await owner`insert into tenants.domain (domain, tenant_id) values (${domain}, ${id})`
  return { id, domain }
}

const requestFrom = (ipAddress: string) => ({
  requestId: randomUUID(),
  traceId: null,
  ipAddress,
  userAgent: 'tester',
})
const somebody = (name: string): Actor => ({
  __typename: 'MicrosoftUser',
  key: `microsoft:${name}`,
  displayName: name,
  objectId: randomUUID(),
  userPrincipalName: name,
})

const refuse = ({ db }: CoalescingWorker, tenantId: string, who = 'uma', ipAddress = '192.0.2.1') =>
  recordRefusedSignIn(
    { db, request: requestFrom(ipAddress) },
    { tenantId, actor: somebody(who), method: 'MICROSOFT', clientId: null },
    { action: 'microsoft_login.completed', reason: 'FORBIDDEN' },
  )

const refusals = (tenantId: string) =>
  activityRows(database, { tenantId, action: 'microsoft_login.completed' })
const sum = (rows: StoredRow[]) =>
  rows.reduce((total, { coalesced }) => total + (coalesced?.count ?? 1), 0)

test('500 attempts in five concurrent processes are exactly 500 in the log', async () => {
  const tenants = [await makeTenant(), await makeTenant()]
  const keepers = Array.from({ length: 5 }, () => start(hasty))
  let acknowledged = 0
  await Promise.all(
    keepers.map(async (keeper) => {
      for (let round = 0; round < 10; round++) {
        await Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            refuse(keeper, tenants[index % 2]!.id).then(() => acknowledged++),
          ),
        )
      }
    }),
  )
  await Promise.all(keepers.map((keeper) => keeper.stop()))
  expect(acknowledged).toBe(500)
  const found = [await refusals(tenants[0]!.id), await refusals(tenants[1]!.id)]
  expect(found.map(sum)).toEqual([250, 250])
  expect(found.flat().length).toBeLessThan(500)
  const [left] = await database.owner`
    select (select count(*)::int from audit.flood) as flood, (select count(*)::int from audit.flooded_tenant) as tenants, (select count(*)::int from audit.counter) as counters`
  expect(left).toEqual({ flood: 0, tenants: 0, counters: 0 })
})

test('the bounds per address, per tenant and overall each take effect', async () => {
  const [one, two] = [await makeTenant(), await makeTenant()]
  const keeper = start({ ...atEnd, perSource: 5, perTenant: 8, overall: 10 })
  const single = async () => [
    (await refusals(one.id)).filter(({ coalesced }) => !coalesced).length,
    (await refusals(two.id)).filter(({ coalesced }) => !coalesced).length,
  ]
  for (let index = 0; index < 20; index++) await refuse(keeper, one.id, 'uma', '192.0.2.1')
  expect(await single()).toEqual([5, 0])
  for (let index = 0; index < 20; index++)
    await refuse(keeper, one.id, 'uma', `198.51.100.${index}`)
  expect(await single()).toEqual([8, 0])
  for (let index = 0; index < 20; index++) await refuse(keeper, two.id, 'uma', `203.0.113.${index}`)
  expect(await single()).toEqual([8, 2])
  const before = (await operatorRows(database)).length
  for (let index = 0; index < 20; index++)
    await recordUnverified(
      { db: keeper.db, request: requestFrom(`203.0.113.${index}`) },
      { action: 'token.presented', reason: 'NO' },
    )
  expect((await operatorRows(database)).length - before).toBe(10)
  await keeper.stop()
  expect([sum(await refusals(one.id)), sum(await refusals(two.id))]).toEqual([40, 20])
})

test('attempts from many actors make 42 rows at most, all counted', async () => {
  const { id } = await makeTenant()
  const keeper = start({ ...atEnd, perSource: 1, perTenant: 1, overall: 1 })
  for (let index = 0; index < 300; index++)
    await refuse(keeper, id, `user-${index}`, `198.51.${index >> 8}.${index & 255}`)
  await keeper.stop()
  const rows = await refusals(id)
  expect(sum(rows)).toBe(300)
  expect(rows.length).toBeLessThanOrEqual(2 * (1 + 2 * 20 + 1)) // a new minute may begin during the test
  expect(rows.filter(({ actor_key }) => actor_key === 'system').length).toBeGreaterThan(0)
  expect(rows.filter(({ ip_address }) => ip_address !== null).length).toBeGreaterThan(10)
})

test('an actor with ever new targets stays named', async () => {
  const { id } = await makeTenant()
  const keeper = start({ ...atEnd, perSource: 1 })
  const { db } = keeper
  const who = { tenantId: id, actor: somebody('uma'), method: 'MICROSOFT' as const, clientId: null }
  for (let index = 0; index < 100; index++) {
    const target = { type: 'tenant', id: randomUUID(), displayName: null }
    await recordRefusedSignIn({ db, request: requestFrom('192.0.2.7') }, who, {
      action: 'handoff.created',
      reason: 'FORBIDDEN',
      target,
    })
  }
  await keeper.stop()
  const rows = await activityRows(database, { tenantId: id, action: 'handoff.created' })
  expect(sum(rows)).toBe(100)
  expect(rows.length).toBeLessThanOrEqual(2 * 22)
  expect(new Set(rows.map(({ actor_key }) => actor_key))).toEqual(new Set(['microsoft:uma']))
})

test('a tenant named by unverified attempts gets one count per minute', async () => {
  const { id, domain } = await makeTenant()
  const keeper = start(atEnd)
  const names = [
    id,
    domain,
    domain.toUpperCase(),
    randomUUID(),
    'nowhere.example',
    'not\0a name',
    '../..',
    7,
  ]
  for (const named of names)
    await recordUnverified(
      { db: keeper.db, request: requestFrom('192.0.2.9') },
      { action: 'handoff.validated', reason: 'NO', claims: { named }, named },
    )
  await keeper.stop()
  const rows = await activityRows(database, { tenantId: id, action: 'sign_in.unverified' })
  expect(sum(rows)).toBe(3)
  expect(
    rows.every(({ actor_key, ip_address }) => actor_key === 'anonymous' && ip_address === null),
  ).toBe(true)
  expect(await operatorRows(database, { action: 'handoff.validated' })).toHaveLength(names.length)
})

test('a crashed process is recorded as one gap, however many processes look', async () => {
  const { id } = await makeTenant()
  const dying = start({ ...atEnd, perSource: 1, minuteMs: 300 })
  for (let index = 0; index < 5; index++) await refuse(dying, id)
  // It never flushes, so its counts are lost, as after kill -9.
  expect(await database.owner`select from audit.counter`).toHaveLength(1)
  const others = [start(hasty), start(hasty), start(hasty)]
  await expect
    .poll(async () => (await database.owner`select from audit.counter`).length, { timeout: 10_000 })
    .toBe(0)
  await Promise.all(others.map((other) => other.stop()))
  const gaps = await operatorRows(database, { action: 'activity_log.gap' })
  expect(gaps).toMatchObject([{ outcome: 'FAILED', reason: 'COUNTS_LOST' }])
  expect(gaps[0]!.changes.map(({ field }) => field)).toEqual(['from', 'to'])
  expect((await refusals(id)).length).toBe(1)
})

test('an attempt fails if its count cannot be registered', async () => {
  const { id } = await makeTenant()
  const keeper = start({ ...atEnd, perSource: 1 })
  await refuse(keeper, id)
  await database.owner.unsafe('revoke insert on audit.counter from it_complete_app')
  await expect(refuse(keeper, id)).rejects.toThrow()
  await database.owner.unsafe('grant insert on audit.counter to it_complete_app')
  await refuse(keeper, id)
  await keeper.stop()
  expect(sum(await refusals(id))).toBe(2)
})

test('counts that cannot be written are kept and later written once', async () => {
  const { id } = await makeTenant()
  const keeper = start({ ...hasty, perSource: 1 })
  await database.owner.unsafe('revoke insert on audit.flood from it_complete_app')
  for (let index = 0; index < 30; index++) await refuse(keeper, id)
  const [before] = await database.owner`select flushed_at::text from audit.counter`
  await expect
    .poll(
      async () => (await database.owner`select flushed_at::text from audit.counter`)[0]?.flushed_at,
    )
    .not.toBe(before!.flushed_at)
  await database.owner.unsafe('grant insert on audit.flood to it_complete_app')
  await expect.poll(async () => sum(await refusals(id)), { timeout: 10_000 }).toBe(30)
  await keeper.stop()
  expect(sum(await refusals(id))).toBe(30)
})

/**
 * Several sequencers seal one log. Each event is sealed once and in order, even if processes crash
 * or hang.
 */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest'
import { createTenant } from '../../admin/tenants.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import { openClient } from '../../platform/postgres/servers.ts'
import { CompactRange, leafHash } from '../../proof/merkle-tree.ts'
import { cloneDatabase, type TestDatabase, testLog } from '../support/database.ts'
import { type Running, removeFolders, run } from '../support/process.ts'

let database: TestDatabase
let operatorDb: ReturnType<typeof openDatabase>
let start: () => Promise<Running>
const started: Running[] = []

beforeAll(async () => {
  database = await cloneDatabase()
  operatorDb = openDatabase({ at: database.at, role: 'it_complete_operator' }, testLog)
  const keys = generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const env = {
    DATABASE_URL: `postgres://postgres@localhost/${database.name}?host=${encodeURIComponent(inject('socketDir'))}`,
    PUBLIC_URL: 'http://localhost:4999',
    GATEWAY_PUBLIC_KEYS: keys.publicKey,
    ACTIVITY_LOG_SIGNING_KEY: keys.privateKey,
  }
  start = async () => {
    const sealer = await run('gateway/main.ts', ['--only=audit'], env)
    started.push(sealer)
    await sealer.says(/on port/)
    return sealer
  }
})

afterAll(async () => {
  for (const sealer of started) await end(sealer, 'SIGTERM')
  await operatorDb?.close()
  await database?.drop()
  await removeFolders()
})

async function end({ child, exit }: Running, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  child.kill(signal)
  child.kill('SIGCONT')
  await exit
}

const newTenant = () =>
  createTenant(
    { db: operatorDb, operator: 'tester' },
    {
      name: 'T',
      microsoftTenantId: randomUUID(),
      domains: [`t${randomUUID().slice(0, 8)}.example`],
    },
  )

type Sql = Pick<TestDatabase['owner'], 'unsafe'>

const write = (sql: Sql, tenantId: string, count: number) =>
  sql.unsafe(`
    insert into audit.unsealed (tenant_id, actor_key, actor, action, outcome, request_id)
    select '${tenantId}', 'system', '{"__typename":"SystemActor","key":"system","displayName":"s"}', 'test.sown', 'SUCCEEDED', 'r' from generate_series(1, ${count})
    returning event_id`)

const allSealed = (tenantId: string, timeout: number) =>
  vi.waitFor(
    async () => {
      const [row] = await database.owner`
        select (select count(*)::int from audit.unsealed where tenant_id = ${tenantId}) as waiting,
          (select count(*)::int from audit.sealed where tenant_id = ${tenantId}) as sealed`
      expect(row).toMatchObject({ waiting: 0 })
      expect(row!.sealed).toBeGreaterThan(0)
    },
    { timeout, interval: 20 },
  )

/**
 * Checks that sequence numbers have no gap, each event occurs once, and checkpoints match. Returns
 * the log's length.
 */
async function checkLog(tenantId: string): Promise<number> {
  const rows = await database.owner<{ sequence: number; event_id: string; event: string }[]>`
    select sequence::int, event_id, event from audit.sealed where tenant_id = ${tenantId} order by sequence`
  expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, index) => index + 1))
  expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(rows.length)
  const checkpoints = await database.owner<{ tree_size: number; root_hash: Buffer }[]>`
    select tree_size::int, root_hash from audit.checkpoint where tenant_id = ${tenantId} order by tree_size`
  expect(checkpoints.at(-1)!.tree_size).toBe(rows.length)
  const stated = new Map(
    checkpoints.map(({ tree_size, root_hash }) => [tree_size, root_hash.toString('hex')]),
  )
  const range = new CompactRange()
  for (const { event } of rows) {
    range.append(leafHash(Buffer.from(event)))
    const root = stated.get(range.treeSize)
    if (root)
      expect([range.treeSize, Buffer.from(range.root()).toString('hex')]).toEqual([
        range.treeSize,
        root,
      ])
  }
  return rows.length
}

/** Holds the sequencer of this tenant in the middle of its transaction. */
async function holdSealing(work: () => Promise<void>): Promise<void> {
  const blocker = openClient({ at: database.at }, { max: 1 })
  try {
    await blocker.begin(async (tx) => {
      await tx`lock table audit.checkpoint in access exclusive mode`
      await work()
    })
  } finally {
    await blocker.end()
  }
}

const waitUntilSealing = () =>
  vi.waitFor(
    async () => {
      const held = await database.owner`
        select from pg_locks l join pg_stat_activity a on a.pid = l.pid
        where l.locktype = 'advisory' and l.granted and a.datname = ${database.name} and a.wait_event_type = 'Lock'`
      expect(held.length).toBe(1)
    },
    { timeout: 4_000, interval: 10 },
  )

/**
 * Waits until no process holds the tenant's lock. A process that is suspended during its
 * transaction keeps the lock until PostgreSQL ends the transaction.
 */
const waitUntilNobodySeals = (tenantId: string) =>
  vi.waitFor(
    async () =>
      expect(
        await database.owner`
          select from pg_locks l join pg_stat_activity a on a.pid = l.pid
          where l.locktype = 'advisory' and l.granted and a.datname = ${database.name}
            and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended('seal ' || ${tenantId}, 0)`,
      ).toEqual([]),
    { timeout: 10_000, interval: 10 },
  )

test('three sequencers seal each event once, whatever the order of commits', async () => {
  const tenantId = await newTenant()
  const sealers = [await start(), await start(), await start()]
  const acknowledged: string[] = []
  await holdSealing(async () => {
    for (const { event_id } of await write(database.owner, tenantId, 10))
      acknowledged.push(event_id)
    await waitUntilSealing()
    // In five checks, at most one process seals. There may be none at the time of a check, because
    // a waiting process gives up after its lock timeout of 2 s.
    for (const until = performance.now() + 1_000; performance.now() < until; ) {
      const [inside] = await database.owner`
        select count(*)::int as count from pg_locks where not granted and relation = 'audit.checkpoint'::regclass`
      expect(inside!.count).toBeLessThanOrEqual(1)
    }
  })
  const writers = 6
  const transactions = 30
  const clients = openClient({ at: database.at }, { max: writers })
  try {
    // Each writer commits after the next one has written, so that commit order differs from time
    // order.
    let turn = Promise.withResolvers<void>()
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let n = 0; n < transactions; n++) {
          const ids = await clients.begin(async (tx) => {
            const rows = await write(tx, tenantId, 1 + ((writer + n) % 5))
            const mine = turn
            turn = Promise.withResolvers<void>()
            mine.resolve()
            if (writer % 2 === 0) await Promise.race([turn.promise, tx`select pg_sleep(0.02)`])
            return rows.map(({ event_id }) => event_id as string)
          })
          acknowledged.push(...ids)
        }
      }),
    )
  } finally {
    await clients.end()
  }
  await allSealed(tenantId, 10_000)
  const found =
    await database.owner`select event_id from audit.sealed where tenant_id = ${tenantId} and (event::json ->> 'action') = 'test.sown'`
  expect(found.map(({ event_id }) => event_id).toSorted()).toEqual(acknowledged.toSorted())
  await checkLog(tenantId)
  for (const sealer of sealers) await end(sealer, 'SIGTERM')
}, 120_000)

describe('another process takes over within 5 seconds', () => {
  /**
   * Sends the signal to a process during its transaction. Returns the milliseconds until another
   * process has sealed.
   */
  async function takeover(signal: 'SIGKILL' | 'SIGSTOP') {
    const tenantId = await newTenant()
    const [dying, other] = [await start(), await start()]
    await allSealed(tenantId, 10_000)
    other.child.kill('SIGSTOP')
    await waitUntilNobodySeals(tenantId)
    await holdSealing(async () => {
      await write(database.owner, tenantId, 10)
      await waitUntilSealing()
      dying.child.kill(signal)
    })
    const begun = performance.now()
    other.child.kill('SIGCONT')
    await allSealed(tenantId, 10_000)
    const tookMs = performance.now() - begun
    console.log(`${signal}: another process sealed after ${tookMs.toFixed(0)} ms`)
    await checkLog(tenantId)
    return { tenantId, dying, other, tookMs }
  }

  test('from a process that is killed during its transaction', async () => {
    const { other, tookMs } = await takeover('SIGKILL')
    expect(tookMs).toBeLessThan(5_000)
    await end(other, 'SIGTERM')
  }, 120_000)

  test('from a suspended process, which seals nothing twice when it resumes', async () => {
    const { tenantId, dying, other, tookMs } = await takeover('SIGSTOP')
    expect(tookMs).toBeLessThan(5_000)
    await end(other, 'SIGTERM')
    const before = await checkLog(tenantId)
    dying.child.kill('SIGCONT')
    await write(database.owner, tenantId, 10)
    await allSealed(tenantId, 15_000)
    expect(await checkLog(tenantId)).toBe(before + 10)
    await end(dying, 'SIGTERM')
  }, 120_000)
})

test('at 1,000 events per second, 99% are sealed within a second', async () => {
  const tenantId = await newTenant()
  const sealer = await start()
  await allSealed(tenantId, 10_000)
  const seconds = 5
  const begun = performance.now()
  for (let n = 0; n < seconds * 10; n++) {
    await write(database.owner, tenantId, 100)
    // Keeps the rate of events constant, regardless of the duration of a write.
    const next = begun + (n + 1) * 100 - performance.now()
    if (next > 0) await new Promise((resolve) => setTimeout(resolve, next))
  }
  await allSealed(tenantId, 10_000)
  const [lag] = await database.owner<{ count: number; p50: number; p99: number; most: number }[]>`
    with sealed as (
      select extract(epoch from (select min(c.created_at) from audit.checkpoint c where c.tenant_id = s.tenant_id and c.tree_size >= s.sequence) - s.occurred_at) * 1000 as ms
      from audit.sealed s where s.tenant_id = ${tenantId} and (s.event::json ->> 'action') = 'test.sown')
    select count(*)::int, percentile_cont(0.5) within group (order by ms)::float8 as p50, percentile_cont(0.99) within group (order by ms)::float8 as p99,
      max(ms)::float8 as most from sealed`
  console.log(
    `delay of sealing at 1,000 events per second: p50 ${lag!.p50.toFixed(0)} ms, p99 ${lag!.p99.toFixed(0)} ms, maximum ${lag!.most.toFixed(0)} ms`,
  )
  expect(lag!.count).toBe(seconds * 1_000)
  expect(lag!.p99).toBeLessThan(1_000)
  await end(sealer, 'SIGTERM')
}, 120_000)

/** The transaction that all reads of a request share (platform/postgres/snapshots.ts). */
import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ReadTx } from '../../platform/postgres/database.ts'
import { databaseErrorCode } from '../../platform/postgres/errors.ts'
import { RequestSnapshots, withSnapshots } from '../../platform/postgres/snapshots.ts'
import { cloneDatabase, type TestDatabase } from '../support/database.ts'

const [ours, theirs] = [randomUUID(), randomUUID()]
const poolSize = 2

let database: TestDatabase
beforeAll(async () => {
  database = await cloneDatabase({ poolSize, acquireTimeoutMs: 1_000, transactionTimeoutMs: 4_000 })
  const { owner } = database
  await owner`create table public.scratch (id bigint not null)`
  await owner`grant select, insert on public.scratch to it_complete_app`
  for (const tenantId of [ours, theirs]) {
    await owner`insert into tenants.tenant (tenant_id, name, microsoft_tenant_id, primary_domain) values (${tenantId}, 'T', gen_random_uuid(), ${`${tenantId}.example`})`
    await owner`insert into tenants.settings (tenant_id) values (${tenantId})`
  }
})
afterAll(() => database?.drop())

/** Runs `work` as one request, and ends its snapshots. */
async function inRequest<T>(work: (snapshots: RequestSnapshots) => Promise<T>): Promise<T> {
  const snapshots = new RequestSnapshots()
  return withSnapshots(snapshots, () => work(snapshots)).finally(() => snapshots.end())
}
const count = async (tx: ReadTx) => {
  const [row] = await tx.execute<{ n: number }>(sql`select count(*)::int as n from public.scratch`)
  return row!.n
}
const visibleTenants = async (tx: ReadTx) =>
  (await tx.execute<{ id: string }>(sql`select tenant_id as id from tenants.settings`)).map(
    ({ id }) => id,
  )
const backend = async (tx: ReadTx) => {
  const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
  return row!.pid
}
const insert = (id: number) => database.owner`insert into public.scratch values (${id})`
const read = <T>(work: (tx: ReadTx) => Promise<T>, tenantId = ours) =>
  database.db.read(tenantId, work)

/** Waits until no transaction of the service is open in this database. */
const nothingIsOpen = () =>
  expect
    .poll(
      () =>
        database.owner`select pid from pg_stat_activity where datname = current_database()
          and application_name = 'it-complete-login' and state <> 'idle'`,
    )
    .toHaveLength(0)

test('the reads of a request see one state of the database', async () => {
  const twice = async () => {
    const before = await read(count)
    await insert(before)
    return [before, await read(count)]
  }
  const [first, second] = await inRequest(twice)
  expect(second).toBe(first)
  const [one, two] = await twice() // the control: reads outside of a request
  expect(two).toBe(one! + 1)
})

test('parallel reads of a request share one transaction, and leave none open', async () => {
  const pids = await inRequest(() => Promise.all(Array.from({ length: 20 }, () => read(backend))))
  expect(new Set(pids).size).toBe(1)
  await nothingIsOpen()
})

test('a read sees only its own tenant, whatever the request read before', async () => {
  await inRequest(async () => {
    for (const tenantId of [ours, theirs, ours])
      expect(await read(visibleTenants, tenantId)).toEqual([tenantId])
    const both = await Promise.all([read(visibleTenants, ours), read(visibleTenants, theirs)])
    expect(both).toEqual([[ours], [theirs]])
  })
  await nothingIsOpen()
})

test('a read after a write of the same request sees the change', async () => {
  await inRequest(async () => {
    const before = await read(count)
    await database.db.write(ours, async (tx) => {
      await tx.execute(sql`insert into public.scratch values (1)`)
    })
    expect(await read(count)).toBe(before + 1)
  })
})

test('a failing read does not fail the other reads of its request', async () => {
  await inRequest(async () => {
    const divide = (tx: ReadTx) => tx.execute(sql`select 1 / 0`)
    const results = await Promise.allSettled([
      read(count),
      read(divide),
      read(count),
      read(async (tx) => {
        await nextTurn()
        await count(tx)
        return visibleTenants(tx)
      }),
    ])
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(databaseErrorCode((results[1] as PromiseRejectedResult).reason)).toBe('22012')
    expect((results[3] as PromiseFulfilledResult<unknown>).value).toEqual([ours])
    expect(await read(visibleTenants)).toEqual([ours])
  })
  await nothingIsOpen()
})

test('a lost connection does not fail the reads of a request', async () => {
  await inRequest(async () => {
    const pid = await read(backend)
    await database.owner`select pg_terminate_backend(${pid}, 1000)`
    expect(await read(visibleTenants)).toEqual([ours])
  })
  let isFirst = true
  const withLoss = async (tx: ReadTx) => {
    const pid = await backend(tx)
    if (isFirst) await database.owner`select pg_terminate_backend(${pid}, 1000)`
    isFirst = false
    return visibleTenants(tx)
  }
  expect(await inRequest(() => read(withLoss))).toEqual([ours])
  await nothingIsOpen()
})

test('the reads of a request cannot write', async () => {
  await inRequest(async () => {
    const writing = read((tx) => tx.execute(sql`insert into public.scratch values (2)`))
    expect(databaseErrorCode(await writing.catch((error: unknown) => error))).toBe('25006')
  })
})

test('requests that read and write do not wait for each other’s connections', async () => {
  const requests = 10 * poolSize
  const answers = await Promise.all(
    Array.from({ length: requests }, () =>
      inRequest(async () => {
        await read(count)
        await database.db.write(ours, async (tx) => {
          await tx.execute(sql`insert into public.scratch values (3)`)
        })
        const [mine, other] = await Promise.all([
          read(visibleTenants, ours),
          read(visibleTenants, theirs),
        ])
        await database.db.read(null, count)
        return [...mine, ...other]
      }),
    ),
  )
  expect(answers).toEqual(Array(requests).fill([ours, theirs]))
  await nothingIsOpen()
})

test('a read after the end of its request uses a transaction of its own', async () => {
  const snapshots = new RequestSnapshots()
  await withSnapshots(snapshots, async () => {
    const before = await read(count)
    snapshots.end()
    await insert(4)
    expect(await read(count)).toBe(before + 1)
  })
  await nothingIsOpen()
})

test('a snapshot ends when its last running read ends, not before', async () => {
  const goOn = Promise.withResolvers<void>()
  const snapshots = new RequestSnapshots()
  const running = withSnapshots(snapshots, () =>
    read(async (tx) => {
      await goOn.promise
      return visibleTenants(tx)
    }),
  )
  snapshots.end()
  goOn.resolve()
  expect(await running).toEqual([ours])
  await nothingIsOpen()
})

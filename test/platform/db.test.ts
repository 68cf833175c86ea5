/**
 * Transactions over the connection pool (platform/postgres/database.ts), and the row-level security
 * and grants of the database.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { remainingMs, withDeadline, withoutDeadline } from '../../platform/lib/deadline.ts'
import { PublicError } from '../../platform/lib/errors.ts'
import {
  type Database,
  defaultLimits,
  openDatabase,
  type ReadTx,
  type WriteTx,
} from '../../platform/postgres/database.ts'
import { startEmbedded } from '../../platform/postgres/embedded/embedded-postgres.ts'
import { DatabaseUnavailable, databaseErrorCode, Rollback } from '../../platform/postgres/errors.ts'
import { openClient } from '../../platform/postgres/servers.ts'
import { startBlackholeServer } from '../support/blackhole-server.ts'
import { cloneDatabase, type TestDatabase, testLog } from '../support/database.ts'

/** Set KILL_TEST_SECONDS=60 for a longer run. */
const killSeconds = Number(process.env.KILL_TEST_SECONDS ?? 10)

/** A table that the service may read and write, without row-level security. */
async function makeScratch(owner: postgres.Sql): Promise<void> {
  await owner.unsafe('create table public.scratch (id bigint not null, part int not null)')
  await owner.unsafe('grant select, insert on public.scratch to it_complete_app')
}

const put = (tx: WriteTx, id: number, part = 0) =>
  tx.execute(sql`insert into public.scratch values (${id}, ${part})`)

async function stored(owner: postgres.Sql, id: number): Promise<number> {
  const [row] = await owner`select count(*)::int as count from public.scratch where id = ${id}`
  return row?.count
}

async function backendOf(db: Database, tenantId: string | null = null): Promise<number> {
  const [row] = await db.read(tenantId, (tx) =>
    tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`),
  )
  return row!.pid
}

/** The SQLSTATE of a failure; undefined where there is none, or where it is not the database's. */
const sqlstate = (asked: Promise<unknown>) => asked.then(() => undefined, databaseErrorCode)

const failure = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('connections that die', () => {
  let database: TestDatabase
  const limits = { poolSize: 8, acquireTimeoutMs: 2_000, transactionTimeoutMs: 2_000 }
  beforeAll(async () => {
    database = await cloneDatabase(limits)
    await makeScratch(database.owner)
  })
  afterAll(() => database?.drop())

  test(
    'every call is answered correctly and in time while backends are killed',
    async () => {
      const { db, owner } = database
      const escaped: unknown[] = []
      const note = (error: unknown) => void escaped.push(error)
      process.on('uncaughtException', note).on('unhandledRejection', note)
      const alive = setInterval(() => {}, 50) // a promise that never settles must not end the event loop

      const acknowledged: number[] = []
      const deniedToHaveHappened: number[] = []
      const mayHaveHappened: number[] = []
      const unexpected: unknown[] = []
      const count = { asked: 0, answered: 0, failed: 0, kills: 0, maxMs: 0 }
      const until = performance.now() + killSeconds * 1_000

      const write = async (id: number) =>
        db.write(null, async (tx) => {
          await put(tx, id, 1)
          if (id % 3 === 0) await sleep(Math.random() * 4) // a kill between two statements
          if (id % 5 === 0)
            await Promise.all([put(tx, id, 2), tx.execute(sql`select pg_sleep(0.001)`)])
          else await put(tx, id, 2)
        })
      const read = async () =>
        db.read(null, (tx) =>
          tx.execute(sql`select count(*) from public.scratch where id = ${count.asked}`),
        )

      const caller = async () => {
        while (performance.now() < until) {
          const id = ++count.asked
          const isWrite = id % 2 === 0
          const since = performance.now()
          try {
            await (isWrite ? write(id) : read())
            count.answered++
            if (isWrite) acknowledged.push(id)
          } catch (error) {
            count.failed++
            if (!(error instanceof DatabaseUnavailable)) unexpected.push(error)
            else if (isWrite)
              (/may have happened/.test(error.message)
                ? mayHaveHappened
                : deniedToHaveHappened
              ).push(id)
          }
          count.maxMs = Math.max(count.maxMs, performance.now() - since)
        }
      }
      const killer = async () => {
        while (performance.now() < until) {
          const [killed] = await owner`
            select pg_terminate_backend(pid) as done from pg_stat_activity
            where datname = current_database() and application_name = 'it-complete-login' order by random() limit 1`
          if (killed?.done) count.kills++
          await sleep(15)
        }
      }
      const settled = Promise.all([killer(), ...Array.from({ length: 24 }, caller)]).then(
        () => true,
      )
      const stuck = sleep((killSeconds + 10) * 1_000, false)
      const allSettled = await Promise.race([settled, stuck])
      clearInterval(alive)

      const rows = await owner<
        { id: string; parts: string }[]
      >`select id, string_agg(part::text, ',' order by part) as parts from public.scratch group by id`
      const found = new Map(rows.map(({ id, parts }) => [Number(id), parts]))
      const lost = acknowledged.filter((id) => found.get(id) !== '1,2')
      const lies = deniedToHaveHappened.filter((id) => found.has(id))
      const happened = mayHaveHappened.filter((id) => found.has(id))
      const wrong = [...found].filter(([, parts]) => parts !== '1,2')
      console.log('kill test', {
        ...count,
        maxMs: Math.round(count.maxMs),
        acknowledgedWrites: acknowledged.length,
        mayHaveHappened: mayHaveHappened.length,
        happened: happened.length,
        lost: lost.length,
        doubledOrHalf: wrong.length,
        lies: lies.length,
        escaped: escaped.length,
      })
      expect(allSettled).toBe(true)
      expect(unexpected).toEqual([])
      expect(lost).toEqual([])
      expect(wrong).toEqual([])
      expect(lies).toEqual([])
      expect(count.maxMs).toBeLessThan(limits.acquireTimeoutMs + limits.transactionTimeoutMs)
      expect(count.kills).toBeGreaterThan(killSeconds * 10) // enough to mean something
      expect(count.failed).toBeGreaterThan(count.kills / 10)
      expect(acknowledged.length).toBeGreaterThan(count.kills)

      const after = await Promise.all(
        Array.from({ length: 100 }, () => db.read(null, (tx) => tx.execute(sql`select 1`))),
      )
      expect(after).toHaveLength(100)
      process.off('uncaughtException', note).off('unhandledRejection', note)
      expect(escaped).toEqual([])
    },
    (killSeconds + 20) * 1_000,
  )
})

describe('one connection', () => {
  let database: TestDatabase
  let ours: string
  let theirs: string
  const limits = { poolSize: 1, acquireTimeoutMs: 2_000, transactionTimeoutMs: 600 }
  beforeAll(async () => {
    database = await cloneDatabase(limits)
    await makeScratch(database.owner)
    ours = await makeTenant(database.owner)
    theirs = await makeTenant(database.owner)
  })
  afterAll(() => database?.drop())

  const visible = (tx: ReadTx) =>
    tx.execute<{ tenant_id: string }>(sql`select tenant_id from tenants.settings`)
  const visibleIds = async (tenantId: string) =>
    [...(await database.db.read(tenantId, visible))].map((row) => row.tenant_id)

  test('a transaction sees its own tenant only, also after errors and rollbacks', async () => {
    const { db } = database
    const backend = await backendOf(db)
    for (let round = 0; round < 20; round++) {
      expect(await visibleIds(ours)).toEqual([ours])
      expect(await sqlstate(db.write(theirs, (tx) => tx.execute(sql`select 1 / 0`)))).toBe('22012')
      expect(await visibleIds(theirs)).toEqual([theirs])
      expect(await failure(db.write(ours, () => Promise.reject(new Rollback())))).toBeInstanceOf(
        Rollback,
      )
    }
    expect(await backendOf(db)).toBe(backend)
  })

  test('without a tenant, reading tenant rows fails instead of returning none', async () => {
    const fresh = await cloneDatabase({ poolSize: 1 })
    try {
      expect(await sqlstate(fresh.db.read(null, visible))).toBe('42704') // never set
      await fresh.db.read(ours, visible)
      expect(await sqlstate(fresh.db.read(null, visible))).toBe('22P02') // was set in another transaction
      expect(
        await sqlstate(
          fresh.db.read(null, (tx) => tx.execute(sql`select * from identity.session_status`)),
        ),
      ).toBe('22P02')
    } finally {
      await fresh.drop()
    }
  })

  test('the tenant scope must be a UUID', async () => {
    for (const tenantId of ["' ; drop table public.scratch; --", ours.toUpperCase(), ''])
      expect(String(await failure(database.db.read(tenantId, visible)))).toContain(
        'The tenant ID must be a UUID in lower case.',
      )
  })

  test('a reading transaction cannot write', async () => {
    const { db, owner } = database
    expect(await sqlstate(db.read(null, (tx) => put(tx as WriteTx, -1)))).toBe('25006')
    expect(await stored(owner, -1)).toBe(0)
  })

  test('a rollback undoes everything and keeps the connection', async () => {
    const { db, owner } = database
    const backend = await backendOf(db)
    const undone = (error: Error) => async (tx: WriteTx) => {
      await put(tx, -2)
      throw error
    }
    const refusal = new PublicError('FORBIDDEN', 'no')
    expect(await failure(db.write(null, undone(refusal)))).toBe(refusal)
    expect(await failure(db.write(null, undone(new Rollback())))).toBeInstanceOf(Rollback)
    const violated = db.write(null, async (tx) => {
      await put(tx, -2)
      await tx.execute(sql`insert into public.scratch values (null, 0)`)
    })
    expect(await sqlstate(violated)).toBe('23502')
    expect(await stored(owner, -2)).toBe(0)
    expect(await backendOf(db)).toBe(backend)
  })

  test('an unknown error undoes everything and discards the connection', async () => {
    const { db, owner } = database
    const backend = await backendOf(db)
    const broken = db.write(null, async (tx) => {
      await put(tx, -3)
      throw new TypeError('a bug')
    })
    expect(await failure(broken)).toBeInstanceOf(TypeError)
    expect(await stored(owner, -3)).toBe(0)
    expect(await backendOf(db)).not.toBe(backend)
  })

  test('a transaction with an ignored statement error fails', async () => {
    const { db, owner } = database
    const swallowed = db.write(null, async (tx) => {
      await put(tx, -4)
      await tx.execute(sql`select 1 / 0`).catch(() => {})
    })
    expect(String(await failure(swallowed))).toContain('Nothing was committed')
    expect(await stored(owner, -4)).toBe(0)
  })

  test('a transaction cannot be used after its end', async () => {
    const { db } = database
    let kept: ReadTx | undefined
    await db.read(ours, async (tx) => {
      kept = tx
    })
    const rows = await db.read(theirs, async (tx) => {
      const late = await failure(
        Promise.resolve(kept!.execute(sql`select tenant_id from tenants.settings`)),
      )
      expect(String((late as Error).cause)).toContain('This transaction has ended')
      return visible(tx)
    })
    expect([...rows].map((row) => row.tenant_id)).toEqual([theirs])
  })

  test('a transaction over its time fails, changes nothing, and loses its connection', async () => {
    const { db, owner } = database
    const backend = await backendOf(db)
    const goOn = Promise.withResolvers<void>()
    const over = Promise.withResolvers<void>()
    const since = performance.now()
    const late = db.write(null, async (tx) => {
      await put(tx, -5)
      await goOn.promise
      over.resolve()
    })
    const error = await failure(late)
    expect(performance.now() - since).toBeLessThan(limits.transactionTimeoutMs + 400)
    expect(error).toBeInstanceOf(DatabaseUnavailable)
    expect((error as DatabaseUnavailable).message).toContain('Nothing was changed')
    goOn.resolve() // the work ends now, and must not commit
    await over.promise
    expect(await backendOf(db)).not.toBe(backend)
    expect(await stored(owner, -5)).toBe(0)
  })

  test('the server cancels a statement that takes too long', async () => {
    const since = performance.now()
    expect(
      await sqlstate(database.db.read(null, (tx) => tx.execute(sql`select pg_sleep(5)`))),
    ).toBe('57014')
    expect(performance.now() - since).toBeLessThan(limits.transactionTimeoutMs)
  })

  test('ping reports a server that does not answer within 1 second', async () => {
    const { db } = database
    const backend = await backendOf(db)
    process.kill(backend, 'SIGSTOP')
    try {
      const since = performance.now()
      const error = await failure(db.write(null, (tx) => put(tx, -6)))
      expect(error).toBeInstanceOf(DatabaseUnavailable)
      expect(performance.now() - since).toBeLessThan(limits.transactionTimeoutMs + 400)
      expect(await backendOf(db)).not.toBe(backend)
    } finally {
      process.kill(backend, 'SIGCONT')
    }
  })

  test('a connection that dies while idle causes no error', async () => {
    const { db, owner } = database
    const backend = await backendOf(db)
    await owner`select pg_terminate_backend(${backend}::int)`
    const isThere = () => {
      try {
        return process.kill(backend, 0)
      } catch {
        return false
      }
    }
    while (isThere()) await nextTurn() // the backend has ended and closed its socket
    for (let turn = 0; turn < 10; turn++) await nextTurn() // until this process has read the end of the socket
    expect(await backendOf(db)).not.toBe(backend)
  })

  test('an unanswered commit is reported as possibly saved', async () => {
    const { db, owner } = database
    await owner.unsafe(
      `create function public.linger() returns trigger language plpgsql as 'begin perform pg_sleep(0.2); return null; end'`,
    )
    await owner.unsafe(
      'create constraint trigger linger after insert on public.scratch deferrable initially deferred for each row when (new.id = -7) execute function public.linger()',
    )
    const answer = failure(db.write(null, (tx) => put(tx, -7)))
    let killed: unknown
    while (!killed) {
      const [row] = await owner`
        select pg_terminate_backend(pid) as done from pg_stat_activity
        where datname = current_database() and query = 'commit' and wait_event = 'PgSleep'`
      killed = row?.done
    }
    expect(await answer).toBeInstanceOf(DatabaseUnavailable)
    expect(((await answer) as Error).message).toContain('it may have happened')
    expect(await stored(owner, -7)).toBe(0)
  })

  test('a long wait for a connection, or a full queue, is OVERLOADED', async () => {
    const { db } = database
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { promise: lent, resolve: has } = Promise.withResolvers<void>()
    const holding = db.read(null, () => {
      has()
      return held
    })
    await lent
    const queued = Array.from({ length: 64 }, () =>
      failure(db.read(null, (tx) => tx.execute(sql`select 1`))),
    )
    const turnedAway = await Promise.race(queued)
    expect(turnedAway).toMatchObject({ code: 'OVERLOADED' })
    release()
    await holding
    const answers = await Promise.all(queued)
    expect(answers.filter((error) => error === undefined)).toHaveLength(32)
  })
})

describe('a request with a deadline', () => {
  let database: TestDatabase
  const limits = { poolSize: 2, acquireTimeoutMs: 2_000, transactionTimeoutMs: 5_000 }
  beforeAll(async () => {
    database = await cloneDatabase(limits)
    await makeScratch(database.owner)
  })
  afterAll(() => database?.drop())

  test('after the deadline, nothing starts, continues or commits', async () => {
    const { db, owner } = database
    await withDeadline(50, async () => {
      expect(remainingMs()).toBeGreaterThan(0)
      await sleep(60)
      expect(await failure(db.write(null, (tx) => put(tx, -10)))).toMatchObject({ code: 'TIMEOUT' })
    })
    await db.read(null, (tx) => tx.execute(sql`select 1`)) // there is a connection
    // The statements end in time; the commit would come after the deadline.
    const late = withDeadline(300, () =>
      failure(
        db.write(null, async (tx) => {
          await put(tx, -11)
          for (const end = performance.now() + 350; performance.now() < end; ); // blocks the event loop, so no timer fires
        }),
      ),
    )
    expect(await late).toMatchObject({ message: expect.stringContaining('Nothing was changed') })
    const since = performance.now()
    expect(
      await withDeadline(200, () =>
        failure(db.write(null, (tx) => tx.execute(sql`select pg_sleep(3)`))),
      ),
    ).toMatchObject({ code: 'TIMEOUT' })
    expect(performance.now() - since).toBeLessThan(1_000)
    expect([await stored(owner, -10), await stored(owner, -11)]).toEqual([0, 0])
  })

  test('work shared by requests has no deadline', async () => {
    await withDeadline(1, async () => {
      await sleep(10)
      await withoutDeadline(() => database.db.write(null, (tx) => put(tx, -12)))
    })
    expect(await stored(database.owner, -12)).toBe(1)
  })
})

test('prepared statements per connection are bounded', async () => {
  const database = await cloneDatabase({ poolSize: 1 })
  try {
    const { db } = database
    const first = await backendOf(db)
    let most = 0
    for (let n = 0; n < 60; n++) {
      const held = await db.read(null, async (tx) => {
        await tx.execute(
          sql`select ${sql.join(
            Array.from({ length: 1_600 + n }, (_, value) => sql`${value}::int`),
            sql`, `,
          )}`,
        )
        const [row] = await tx.execute<{ length: number }>(
          sql`select coalesce(sum(length(statement)), 0)::int as length from pg_prepared_statements`,
        )
        return row!.length
      })
      most = Math.max(most, held)
    }
    expect(most).toBeLessThan(600_000)
    expect(await backendOf(db)).not.toBe(first)
  } finally {
    await database.drop()
  }
})

describe('server-side timeouts', () => {
  const limits = { poolSize: 2, acquireTimeoutMs: 2_000, transactionTimeoutMs: 1_000 }
  let database: TestDatabase
  beforeAll(async () => {
    database = await cloneDatabase(limits)
    await makeScratch(database.owner)
  })
  afterAll(() => database?.drop())

  test('exist for statements, locks, transactions and idle transactions', async () => {
    const [bounds] = await database.db.read(null, (tx) =>
      tx.execute(sql`
        select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
          current_setting('idle_in_transaction_session_timeout') as idle, current_setting('transaction_timeout') as transaction`),
    )
    expect(bounds).toEqual({ statement: '500ms', lock: '500ms', idle: '1s', transaction: '1500ms' })
  })

  test('waiting for a lock ends after half of the transaction’s time', async () => {
    const holder = openClient({ at: database.at }, { max: 1 })
    try {
      await holder.begin(async (tx) => {
        await tx`lock table public.scratch in access exclusive mode`
        const since = performance.now()
        expect(await sqlstate(database.db.write(null, (other) => put(other, -20)))).toMatch(
          /^(55P03|57014)$/,
        )
        expect(performance.now() - since).toBeLessThan(limits.transactionTimeoutMs)
      })
    } finally {
      await holder.end()
    }
  })

  test('a server that accepts the connection but never answers times out', async () => {
    const silent = await startBlackholeServer()
    const db = openDatabase(
      { at: { url: `postgres://nobody@127.0.0.1:${silent.port}/nothing` } },
      testLog,
      limits,
    )
    const since = performance.now()
    expect(await failure(db.read(null, (tx) => tx.execute(sql`select 1`)))).toBeInstanceOf(
      DatabaseUnavailable,
    )
    expect(performance.now() - since).toBeLessThan(limits.acquireTimeoutMs + 1_000)
    await silent.close()
    await db.close()
  })
})

describe('a server that has stopped', () => {
  test('is reported in time without details, and used again after its restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'itcl-gone-'))
    let server = await startEmbedded(dataDir, { durable: false })
    const socketDir = join(dataDir, 'socket') // each start has a folder of its own
    await symlink(server.socketDir, socketDir)
    const target = { at: { socketDir, user: server.superuser, database: 'postgres' } }
    const limits = { poolSize: 2, acquireTimeoutMs: 1_000, transactionTimeoutMs: 1_000 }
    const db = openDatabase(target, testLog, limits)
    const nowhere = openDatabase(
      { at: { url: 'postgres://nobody:secret@127.0.0.1:1/nothing' } },
      testLog,
      limits,
    )
    try {
      expect(await db.ping()).toMatchObject({ answers: true })
      await server.stop()
      for (const gone of [db, nowhere]) {
        const since = performance.now()
        const error = (await failure(
          gone.write(null, (tx) => tx.execute(sql`select 1`)),
        )) as DatabaseUnavailable
        expect(performance.now() - since).toBeLessThan(
          limits.acquireTimeoutMs + limits.transactionTimeoutMs,
        )
        expect(error).toBeInstanceOf(DatabaseUnavailable)
        expect(JSON.parse(JSON.stringify(error))).toEqual({
          message: 'The database cannot be reached. Nothing was changed. Retry in a few seconds.',
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        })
        expect(await gone.ping()).toEqual({ answers: false })
      }
      server = await startEmbedded(dataDir, { durable: false })
      await rm(socketDir)
      await symlink(server.socketDir, socketDir)
      expect(await db.ping()).toMatchObject({ answers: true })
    } finally {
      await db.close()
      await nowhere.close()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})

/**
 * Creates, as the owner, a tenant with one row in each table that belongs to tenants.
 */
async function makeTenant(owner: postgres.Sql): Promise<string> {
  const tenantId = randomUUID()
  for (const table of await tenantTables(owner))
    await owner.unsafe(await insertion(owner, table, tenantId))
  return tenantId
}

/** Tables with a tenant and a policy, `tenants.tenant` first, because the others refer to it. */
async function tenantTables(owner: postgres.Sql): Promise<string[]> {
  const rows = await owner`
    select c.oid::regclass::text as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and exists (select from pg_policy p where p.polrelid = c.oid)
    order by c.oid <> 'tenants.tenant'::regclass, 1`
  return rows.map((row) => row.name)
}

/** The columns of a sealed event must agree with its hashed content. */
const asHashed: Record<string, string> = {
  event_id: `'00000000-0000-4000-8000-000000000001'`,
  occurred_at: `date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'`,
  event: `format('{"sequence":1,"id":"00000000-0000-4000-8000-000000000001","occurredAt":"%sT00:00:00.000Z"}', (now() at time zone 'UTC')::date)`,
}

/** A row with a valid value in each column. */
async function insertion(owner: postgres.Sql, table: string, tenantId: string): Promise<string> {
  const columns = await owner`
    select attname as name, format_type(atttypid, atttypmod) as type, typtype = 'e' as is_enum
    from pg_attribute join pg_type t on t.oid = atttypid
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attnotnull and attidentity = '' and (not atthasdef or attname = 'tenant_id')`
  const value = ({ name, type, is_enum: isEnum }: postgres.Row) => {
    if (name === 'tenant_id') return `'${tenantId}'`
    if (table === 'audit.sealed' && name in asHashed) return asHashed[name]
    if (isEnum) return `(enum_range(null::${type}))[1]`
    if (type === 'uuid') return 'gen_random_uuid()'
    if (type === 'jsonb') return `'{}'`
    if (type === 'text') return `gen_random_uuid()::text`
    if (type === 'integer' || type === 'bigint') return '1'
    if (type === 'json') return `'{}'`
    if (type === 'bytea') return `'\\x00'`
    if (type.startsWith('timestamp')) return 'now()'
    throw new Error(`no value for a column of type ${type}: teach this test one`)
  }
  return `insert into ${table} (${columns.map(({ name }) => name).join(', ')}) values (${columns.map(value).join(', ')})`
}

describe.each(['it_complete_app', 'it_complete_operator'] as const)(
  'row-level security under %s, with every grant',
  (role) => {
    let database: TestDatabase
    let db: Database
    let tables: string[]
    let ours: string
    let theirs: string
    beforeAll(async () => {
      database = await cloneDatabase()
      const { owner, at } = database
      for (const schema of ['tenants', 'identity', 'audit', 'notifications'])
        await owner.unsafe(
          `grant usage on schema ${schema} to ${role}; grant select, insert, update, delete on all tables in schema ${schema} to ${role}`,
        )
      db = openDatabase({ at, role }, testLog, { ...defaultLimits, poolSize: 2 })
      tables = await tenantTables(owner)
      ours = await makeTenant(owner)
      theirs = await makeTenant(owner)
    })
    afterAll(async () => {
      await db?.close()
      await database?.drop()
    })

    const countOf = async (asked: Promise<Iterable<unknown>>) =>
      Number(([...(await asked)][0] as { count: unknown }).count)
    const raw = (text: string) => sql.raw(text)

    test('the list of tables is complete', () => {
      expect(tables).toEqual(
        expect.arrayContaining([
          'tenants.tenant',
          'tenants.settings',
          'identity.session',
          'audit.unsealed',
        ]),
      )
      expect(tables.length).toBeGreaterThanOrEqual(10)
    })

    test("another tenant's rows cannot be read, inserted, updated or deleted", async () => {
      const { owner } = database
      for (const table of tables) {
        const total = () =>
          countOf(owner.unsafe(`select count(*) from ${table} where tenant_id = '${theirs}'`))
        const before = await total()
        expect([table, before]).toEqual([table, 1])

        const [read, own] = await db.read(ours, async (tx) => [
          await countOf(
            tx.execute(raw(`select count(*) from ${table} where tenant_id <> '${ours}'`)),
          ),
          await countOf(tx.execute(raw(`select count(*) from ${table}`))),
        ])
        expect([table, read, own]).toEqual([table, 0, 1])

        const insert = await insertion(owner, table, theirs)
        expect([table, await sqlstate(db.write(ours, (tx) => tx.execute(raw(insert))))]).toEqual([
          table,
          '42501',
        ])

        const [updated, deleted] = await db.write(ours, async (tx) => [
          (
            await tx.execute(
              raw(`update ${table} set tenant_id = tenant_id where tenant_id = '${theirs}'`),
            )
          ).count,
          (await tx.execute(raw(`delete from ${table} where tenant_id = '${theirs}'`))).count,
        ])
        expect([table, updated, deleted]).toEqual([table, 0, 0])

        const given = db.write(ours, (tx) =>
          tx.execute(raw(`update ${table} set tenant_id = '${theirs}'`)),
        )
        expect([table, await sqlstate(given)]).toEqual([table, '42501'])
        expect([table, await total()]).toEqual([table, before])
      }
    })
  },
)

describe('the roles', () => {
  let database: TestDatabase
  let tenantId: string
  beforeAll(async () => {
    database = await cloneDatabase()
    tenantId = await makeTenant(database.owner)
  })
  afterAll(() => database?.drop())

  test.each(['it_complete_app', 'it_complete_operator'])(
    '%s owns nothing, and is nothing but itself',
    async (role) => {
      const { owner } = database
      const [known] = await owner`
      select rolsuper, rolcreaterole, rolcreatedb, rolcanlogin, rolreplication, rolbypassrls from pg_roles where rolname = ${role}`
      expect(new Set(Object.values(known!))).toEqual(new Set([false]))
      expect(
        await owner`select classid::regclass, objid from pg_shdepend where refobjid = ${role}::regrole and deptype = 'o'`,
      ).toHaveLength(0)
      expect(
        await owner`select roleid from pg_auth_members where member = ${role}::regrole`,
      ).toHaveLength(0)
      const [creates] = await owner`
      select bool_or(has_schema_privilege(${role}, oid, 'create')) or has_database_privilege(${role}, current_database(), 'create') as anywhere
      from pg_namespace`
      expect(creates!.anywhere).toBe(false)
    },
  )

  test('the service can insert and select in the log, and nothing else', async () => {
    const { db, owner } = database
    const change = (text: string) => sqlstate(db.write(tenantId, (tx) => tx.execute(sql.raw(text))))
    for (const table of ['audit.unsealed', 'audit.sealed', 'audit.operator_activity']) {
      expect(await change(`update ${table} set event_id = null`)).toBe('42501')
      expect(await change(`delete from ${table}`)).toBe('42501')
      expect(await change(`truncate ${table}`)).toBe('42501')
      expect(await change(`alter table ${table} disable row level security`)).toBe('42501')
      expect(await change(`drop table ${table}`)).toBe('42501')
    }
    expect(await change(await insertion(owner, 'audit.unsealed', tenantId))).toBeUndefined()
    expect(await change('drop policy tenant_only on audit.unsealed')).toBe('42501')
    expect(
      await sqlstate(db.read(null, (tx) => tx.execute(sql`select * from audit.operator_activity`))),
    ).toBe('42501')
  })

  test('the operators cannot change the log either, nor read a session', async () => {
    const db = openDatabase({ at: database.at, role: 'it_complete_operator' }, testLog)
    try {
      for (const table of ['audit.unsealed', 'audit.sealed', 'audit.operator_activity']) {
        expect(
          await sqlstate(
            db.write(tenantId, (tx) => tx.execute(sql.raw(`update ${table} set event_id = null`))),
          ),
        ).toBe('42501')
        expect(
          await sqlstate(db.write(tenantId, (tx) => tx.execute(sql.raw(`delete from ${table}`)))),
        ).toBe('42501')
      }
      expect(
        await sqlstate(db.read(tenantId, (tx) => tx.execute(sql`select * from identity.session`))),
      ).toBe('42501')
    } finally {
      await db.close()
    }
  })

  /**
   * `set role` is not a security boundary: injected SQL could reset the role to the login. So the
   * login must have no privileges beyond membership in it_complete_app, as here. (The embedded
   * database's login is its superuser, for development only.)
   */
  test('resetting the role gives a plain login no further privileges', async () => {
    const { owner, at } = database
    const login = `login_${randomUUID().slice(0, 8)}`
    await owner.unsafe(`create role ${login} login in role it_complete_app`)
    const db = openDatabase(
      { at: { ...at, user: login } as typeof at, role: 'it_complete_app' },
      testLog,
      {
        ...defaultLimits,
        poolSize: 1,
      },
    )
    try {
      const as = (text: string, then: string) =>
        sqlstate(
          db.write(tenantId, async (tx) => {
            await tx.execute(sql.raw(text))
            await tx.execute(sql.raw(then))
          }),
        )
      for (const role of [
        'postgres',
        'it_complete_operator',
        'pg_read_all_data',
        'pg_write_all_data',
      ])
        expect([role, await as(`set role ${role}`, 'select 1')]).toEqual([role, '42501'])
      expect(await as('set session authorization postgres', 'select 1')).toBe('42501')
      for (const away of ['set role none', 'reset role', 'set local role none']) {
        expect([away, await as(away, `update audit.unsealed set event_id = null`)]).toEqual([
          away,
          '42501',
        ])
        expect([away, await as(away, 'delete from audit.unsealed')]).toEqual([away, '42501'])
        expect([away, await as(away, 'set row_security = off; select 1')]).toEqual([away, '42601']) // one statement at a time
        const others = db.read(tenantId, async (tx) => {
          await tx.execute(sql.raw(away))
          await tx.execute(sql`set local row_security = off`)
          return tx.execute(sql`select * from tenants.settings`)
        })
        expect([away, await sqlstate(others)]).toEqual([away, '42501'])
      }
    } finally {
      await db.close()
      await owner.unsafe(`drop role ${login}`)
    }
  })
})

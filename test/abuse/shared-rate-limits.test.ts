/**
 * Nodes on one database share each rate limit. Several nodes together allow as many requests as one
 * node.
 */
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createRateLimitStore,
  type RateLimitStore,
  type RateLimitStoreOptions,
  rateLimitDatabaseLimits,
} from '../../gateway/http/rate-limit-store.ts'
import { listen } from '../../gateway/http-listener.ts'
import { type Service, startService } from '../../gateway/service.ts'
import { type Database, openDatabase } from '../../platform/postgres/database.ts'
import { testLog } from '../support/database.ts'
import { startWorld, type Tenant, type World } from '../support/world.ts'

const limits = {
  RATE_LIMIT_PER_ADDRESS: '100000',
  RATE_LIMIT_PER_SESSION: '40',
  RATE_LIMIT_PER_PARTNER: '60',
}

let world: World
let tenant: Tenant
let other: Service
const databases: Database[] = []
/** The database connections of one node. */
const openCounts = () => {
  const db = openDatabase(
    { at: world.database.at, role: 'it_complete_app' },
    testLog,
    rateLimitDatabaseLimits,
  )
  databases.push(db)
  return db
}
const key = new Uint8Array(32).fill(7)

beforeAll(async () => {
  world = await startWorld({ ...limits, RATE_LIMIT_STORE: 'postgresql' })
  tenant = await world.createTenant()
  const { config, database, entra } = world
  other = await startService({
    config,
    listener: { ...(await listen(config)), publicUrl: world.url },
    db: database.db,
    countsDb: openCounts(),
    log: testLog,
    transactionKey: key,
    microsoft: {
      authority: entra.authority,
      clientId: config.MICROSOFT_CLIENT_ID!,
      clientSecret: config.MICROSOFT_CLIENT_SECRET!,
    },
    sealing: null,
  })
})
afterAll(async () => {
  await other?.stop()
  for (const db of databases) await db.close()
  await world?.stop()
})

async function ask(node: number, bearer: string) {
  // As behind a load balancer: both nodes have the same public URL.
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${bearer}`,
    host: new URL(world.url).host,
  }
  const { port } = [world, other][node % 2]!
  const answer = await request(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers,
    body: '{"query":"{ __typename }"}',
  })
  const { data, errors } = (await answer.body.json()) as {
    data?: object
    errors?: { extensions: { code: string } }[]
  }
  const left = Number(/"caller"; r=(\d+)/.exec(String(answer.headers.ratelimit))?.[1])
  return {
    status: answer.statusCode,
    data,
    code: errors?.[0]?.extensions.code,
    left,
    retryAfter: answer.headers['retry-after'],
  }
}

describe('two gateways on one database', () => {
  test('sequential requests on both use up one limit', async () => {
    const { bearer } = await world.signIn(tenant, tenant.globalAdmin)
    const answers = []
    for (let asked = 0; asked < 80; asked++) answers.push(await ask(asked, bearer))
    const [allowed, refused] = [
      answers.filter(({ status }) => status === 200),
      answers.filter(({ status }) => status === 429),
    ]
    expect([answers.length, allowed.length, refused.length]).toEqual([80, 40, 40])
    expect(allowed.at(-1)!.left).toBe(0)
    // After the first eighth of the limit, each request gets its position in the shared count.
    expect(allowed.slice(-29).map(({ left }) => left)).toEqual(
      Array.from({ length: 29 }, (_, index) => 28 - index),
    )
    expect(
      refused.every(
        ({ code, data, retryAfter }) => code === 'RATE_LIMITED' && !data && Number(retryAfter) > 0,
      ),
    ).toBe(true)
  })

  test('concurrent requests exceed the limit by at most one eighth per node', async () => {
    const partner = world.vsa
    const bearers = await Promise.all(
      Array.from({ length: 300 }, () => world.clientCredentials(partner)),
    )
    const answers = await Promise.all(bearers.map(({ bearer }, asked) => ask(asked, bearer)))
    const allowed = answers.filter(({ status }) => status === 200).length
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(300 - allowed)
    expect(allowed).toBeGreaterThanOrEqual(60)
    expect(allowed).toBeLessThanOrEqual(60 + 2 * 7) // one eighth per node
    const later = await Promise.all(
      [0, 1].map(async (node) => ask(node, (await world.clientCredentials(partner)).bearer)),
    )
    expect(later.map(({ status }) => status)).toEqual([429, 429])
  })

  test('the table contains no tenant, client, session or address', async () => {
    const rows = await world.database.owner`select caller_hash from gateway.request_count`
    expect(rows.length).toBeGreaterThan(2)
    expect(rows.every(({ caller_hash: hash }) => /^[\w-]{22}$/.test(hash))).toBe(true)
    const [table] = await world.database
      .owner`select relpersistence as kind from pg_class where oid = 'gateway.request_count'::regclass`
    expect(table).toEqual({ kind: 'u' })
  })
})

describe('the shared store', () => {
  const counters: RateLimitStore[] = []
  const counter = (options: Partial<RateLimitStoreOptions> = {}, db = openCounts()) => {
    const one = createRateLimitStore({
      limitOf: () => 100,
      shared: { db, key, log: testLog },
      ...options,
    })
    counters.push(one)
    return one
  }
  afterAll(async () => {
    for (const one of counters) await one.stop()
  })
  const name = () => `session ${crypto.randomUUID()}`

  test('concurrent requests on three nodes get distinct positions', async () => {
    const nodes = [0, 0, 0].map(() => counter({ limitOf: () => 400 }))
    const who = name()
    for (const node of nodes) for (let n = 0; n < 51; n++) await node.increment(who)
    const places = await Promise.all(
      Array.from({ length: 90 }, (_, n) => nodes[n % 3]!.increment(who)),
    )
    const counted = places.map(({ totalHits }) => totalHits).toSorted((a, b) => a - b)
    expect(counted).toEqual(Array.from({ length: 90 }, (_, n) => 154 + n))
  })

  test('counts restart after a minute, and expired rows are deleted', async () => {
    const one = counter({ windowMs: 300, cleanEveryMs: 50 })
    const who = name()
    for (let n = 0; n < 60; n++) await one.increment(who)
    const rows = () =>
      world.database.owner`select 1 from gateway.request_count where resets_at < now()`
    await expect.poll(async () => (await rows()).length, { timeout: 20_000 }).toBe(0)
    await expect
      .poll(async () => (await one.increment(who)).totalHits, { timeout: 20_000 })
      .toBeLessThan(5)
  })

  test('when the table is full, each node counts new callers alone', async () => {
    const one = counter({ maxRows: 1, cleanEveryMs: 50 })
    const known = name()
    for (let n = 0; n < 51; n++) await one.increment(known)
    const count = async () =>
      Number((await world.database.owner`select count(*) from gateway.request_count`)[0]!.count)
    await expect
      .poll(async () => {
        const before = await count()
        for (let n = 0; n < 60; n++) await one.increment(name())
        return (await count()) - before
      })
      .toBeLessThanOrEqual(0)
    const other = counter()
    for (let n = 0; n < 51; n++) await other.increment(known)
    expect((await one.increment(known)).totalHits).toBeGreaterThan(100)
  })

  test('a node remembers a bounded number of callers', async () => {
    const one = createRateLimitStore({ limitOf: () => 10, maxCallers: 100 })
    for (let n = 0; n < 5; n++) await one.increment('session first')
    for (let n = 0; n < 100; n++) await one.increment(name())
    expect((await one.increment('session first')).totalHits).toBe(1)
  })

  test('requests above the limit cause no database statement', async () => {
    const db = openCounts()
    let statements = 0
    const one = counter(
      { limitOf: () => 10 },
      {
        ...db,
        write: (...work) => {
          statements++
          return db.write(...work)
        },
      },
    )
    const who = name()
    for (let n = 0; n < 12; n++) await one.increment(who)
    const before = statements
    for (let n = 0; n < 1_000; n++) expect((await one.increment(who)).totalHits).toBe(11)
    expect([before > 0, statements - before]).toEqual([true, 0])
  })

  test('during a database outage each node counts alone, then shares counts again', async () => {
    const [one, other] = [counter(), counter()]
    const who = name()
    for (let n = 0; n < 60; n++) await one.increment(who)
    const { promise: over, resolve: end } = Promise.withResolvers<void>()
    const { promise: locked, resolve: isLocked } = Promise.withResolvers<void>()
    const standstill = world.database.owner.begin(async (sql) => {
      await sql`lock table gateway.request_count in access exclusive mode`
      isLocked()
      await over
    })
    await locked
    const waits: number[] = []
    const places: number[] = []
    for (let n = 0; n < 20; n++) {
      const before = performance.now()
      places.push((await one.increment(who)).totalHits)
      waits.push(performance.now() - before)
    }
    expect(places).toEqual(Array.from({ length: 20 }, (_, n) => 61 + n))
    expect(Math.max(...waits)).toBeLessThan(1_000) // only the first request waits for the database
    expect(waits.filter((ms) => ms > 100).length).toBeLessThanOrEqual(2)
    for (let n = 0; n < 30; n++) await one.increment(who)
    expect((await one.increment(who)).totalHits).toBe(101) // the limit still holds
    end()
    await standstill
    const onTheOther = async () => {
      await one.increment(name()) // sends the counts of the outage
      return (await other.increment(who)).totalHits
    }
    await expect.poll(onTheOther, { timeout: 20_000 }).toBe(101)
  })
})

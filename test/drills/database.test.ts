/**
 * PostgreSQL fails in the middle of a burst of audited mutations. Each asks for a code under a ticket of its own, so that what was asked,
 * acknowledged and found can be told apart. `npm run drill` takes longer over it than `npm test`.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { forgedAssertion } from '../support/login.ts'
import { type OwnServer, startOwnServer } from '../support/own-server.ts'
import { createHandoff, type Reply, startWorld, type Tenant, type World } from '../support/world.ts'

const isLong = process.env.DRILL === 'long'

let server: OwnServer
let world: World

beforeAll(async () => {
  server = await startOwnServer()
  world = await startWorld({}, { socketDir: server.socketDir })
})
afterAll(async () => {
  await world?.stop()
  await server?.stop()
})

interface Burst {
  acknowledged: Set<string>
  asked: Set<string>
  /** Codes of what was not acknowledged. */
  codes: Set<string>
  slowestMs: number
  /** Resolves with the moment at which one is acknowledged that was asked from now on. */
  next(): Promise<number>
  stop(): Promise<void>
}

function burst(tenant: Tenant, clients = 8): Burst {
  let isOver = false
  let told = Promise.withResolvers<number>()
  const result: Burst = {
    acknowledged: new Set(),
    asked: new Set(),
    codes: new Set(),
    slowestMs: 0,
    next() {
      told = Promise.withResolvers()
      return told.promise
    },
    async stop() {
      isOver = true
      await running
    },
  }
  const run = async (client: number) => {
    for (let n = 0; !isOver; n++) {
      const ticket = `${client}-${n}`
      const waiting = told
      result.asked.add(ticket)
      const begun = performance.now()
      const assertion = forgedAssertion(world, world.vsa, tenant.id, { ticket })
      const { data, codes }: Reply = await world.ask(null, createHandoff, { input: { assertion } })
      result.slowestMs = Math.max(result.slowestMs, performance.now() - begun)
      if (data?.createHandoff?.code) {
        result.acknowledged.add(ticket)
        waiting.resolve(performance.now())
      } else for (const code of codes.length ? codes : [JSON.stringify(data)]) result.codes.add(code)
    }
  }
  const running = Promise.all(Array.from({ length: clients }, (_, client) => run(client)))
  return result
}

/** Counts, once all of it is sealed: each acknowledged ticket once, none twice, none half-written, none that nobody asked for. */
async function settle(tenant: Tenant, { asked, acknowledged, codes }: Burst, what: string): Promise<void> {
  const { owner } = world.database
  await vi.waitFor(async () => expect(await owner`select from audit.unsealed where tenant_id = ${tenant.id}`).toHaveLength(0), {
    timeout: 20_000,
    interval: 100,
  })
  const rows = await owner<{ ticket: string }[]>`
    select change ->> 'after' as ticket from audit.activity, jsonb_array_elements(changes::jsonb) change
    where tenant_id = ${tenant.id} and action = 'handoff.created' and outcome = 'SUCCEEDED' and change ->> 'field' = 'ticket'`
  const found = new Set(rows.map(({ ticket }) => ticket))
  const lost = [...acknowledged].filter((ticket) => !found.has(ticket))
  const doubled = rows.length - found.size
  console.log(
    `${what}: asked ${asked.size}, acknowledged ${acknowledged.size}, found ${found.size}, lost ${lost.length}, doubled ${doubled}`,
  )
  expect({ lost, doubled, unasked: [...found].filter((ticket) => !asked.has(ticket)) }).toEqual({ lost: [], doubled: 0, unasked: [] })
  const [kept] = await owner`select count(*)::int as codes from identity.handoff where tenant_id = ${tenant.id}`
  expect(kept!.codes).toBe(found.size)
  const [log] = await owner`
    select count(*)::int as events, max(sequence)::int as last, count(distinct sequence)::int as places from audit.sealed where tenant_id = ${tenant.id}`
  expect([log!.last, log!.places]).toEqual([log!.events, log!.events])
  expect([...codes].filter((code) => code !== 'INTERNAL_SERVER_ERROR')).toEqual([])
}

async function openTenant(): Promise<Tenant> {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  return tenant
}

test('kill -9 of PostgreSQL, 20 times: nothing acknowledged is lost or doubled, and the service answers within 5 s of the database', async () => {
  const tenant = await openTenant()
  const going = burst(tenant)
  const tookMs: number[] = []
  for (let time = 0; time < 20; time++) {
    await going.next()
    await wait(Math.random() * 100) // anywhere in a transaction
    await server.kill()
    await server.start()
    const isBack = performance.now()
    tookMs.push((await going.next()) - isBack)
  }
  await going.stop()
  console.log(`answers again after ${tookMs.map((ms) => ms.toFixed(0)).join(' ')} ms`)
  expect(Math.max(...tookMs)).toBeLessThan(5_000)
  await settle(tenant, going, 'kill -9 of PostgreSQL')
}, 240_000)

test('PostgreSQL stands still: whoever waits is told within the deadline, readyz says so, and it heals', async () => {
  const tenant = await openTenant()
  const going = burst(tenant)
  await going.next()
  server.signalAll('SIGSTOP')
  const asked = performance.now()
  const ready = await fetch(`${world.url}/readyz`)
  expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ status: 'not ready' })])
  expect(performance.now() - asked).toBeLessThan(5_000)
  await wait(12_000) // longer than any deadline of ours
  server.signalAll('SIGCONT')
  const isBack = performance.now()
  const healedMs = (await going.next()) - isBack
  await going.stop()
  expect(healedMs).toBeLessThan(5_000)
  console.log(`slowest answer ${going.slowestMs.toFixed(0)} ms, healed after ${healedMs.toFixed(0)} ms`)
  // Ten seconds for a transaction, three for a connection, and what the machine takes.
  expect(going.slowestMs).toBeLessThan(15_000)
  await settle(tenant, going, 'SIGSTOP of PostgreSQL')
}, 90_000)

test('connections are ended at random, 50 a second: no request is stuck, and nothing acknowledged is lost', async () => {
  const tenant = await openTenant()
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  const going = burst(tenant)
  const forMs = isLong ? 60_000 : 8_000
  const until = performance.now() + forMs
  let ended = 0
  const reading = (async () => {
    const seen = { answered: 0, failed: 0 }
    while (performance.now() < until) {
      const { data } = await world.ask(admin, 'query ($id: ID!) { tenant(id: $id) { activityLog(first: 10) { nodes { id } } } }', {
        id: tenant.id,
      })
      if (data?.tenant) seen.answered++
      else seen.failed++
    }
    return seen
  })()
  for (let at = performance.now(); at < until; at += 20) {
    const [victim] = await world.database.owner`
      select pg_terminate_backend(pid) as ended from pg_stat_activity
      where datname = ${world.database.name} and application_name = 'it-complete-login' order by random() limit 1`
    if (victim?.ended) ended++
    await wait(Math.max(0, at + 20 - performance.now()))
  }
  const seen = await reading
  await going.stop()
  console.log(
    `${ended} connections ended in ${forMs / 1_000} s; reads: ${JSON.stringify(seen)}; slowest answer ${going.slowestMs.toFixed(0)} ms`,
  )
  expect(ended).toBeGreaterThan(forMs / 100)
  expect(seen.answered).toBeGreaterThan(0)
  expect(going.slowestMs).toBeLessThan(14_000)
  await settle(tenant, going, 'pg_terminate_backend')
}, 150_000)

/**
 * The primary database fails permanently, and an operator promotes the synchronous standby. The
 * standby has its own address, which DATABASE_URL also contains, or takes over the address of the
 * former primary.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openClient } from '../../platform/postgres/servers.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { type OwnServer, startOwnServer } from '../support/own-server.ts'
import { type Standby, startStandby } from '../support/standby.ts'
import { settle, startTraffic } from '../support/traffic.ts'
import { startWorld, type World } from '../support/world.ts'

let primary: OwnServer
let standby: Standby
let link: FaultProxy
let world: World
let moved: Awaited<ReturnType<World['startNode']>>

beforeAll(async () => {
  primary = await startOwnServer()
  standby = await startStandby(primary)
  link = await startFaultProxy(primary.socketDir)
  world = await startWorld({}, { socketDir: [primary.socketDir, standby.socketDir].join(',') })
  moved = await world.startNode(link.socketDir)
}, 120_000)
afterAll(async () => {
  await moved?.stop()
  await world?.stop().catch(() => {}) // its database cannot be dropped, because its server is gone
  await link?.stop()
  await standby?.stop()
  await primary?.stop()
})

test('a failover loses no acknowledged write and takes at most 5 s', async () => {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  const askMoved = async () => {
    const answer = await fetch(moved.graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.bearer}` },
      body: JSON.stringify({ query: '{ viewer { actor { key } } }' }),
      signal: AbortSignal.timeout(15_000),
    })
    return ((await answer.json()) as { data?: { viewer: unknown } }).data?.viewer ?? null
  }
  const traffic = startTraffic(world, tenant, admin)
  for (let n = 0; n < 20; n++) await traffic.next()
  expect(await askMoved()).not.toBeNull()

  await primary.kill()
  await wait(1_000)
  // The standby answers reads, but is not promoted yet. The service must not use it.
  link.moveTo(standby.socketDir)
  const ready = await fetch(`${world.url}/readyz`)
  expect([ready.status, ((await ready.json()) as { waitingFor?: string[] }).waitingFor]).toEqual([
    503,
    expect.arrayContaining(['database']),
  ])
  const acknowledged = Object.values(traffic.acknowledged).reduce((sum, { size }) => sum + size, 0)

  await standby.promote()
  const isBack = performance.now()
  const [tookMs, movedMs] = await Promise.all([
    traffic.next().then((at) => at - isBack),
    (async () => {
      while (!(await askMoved().catch(() => null))) await wait(20)
      return performance.now() - isBack
    })(),
  ])
  for (let n = 0; n < 20; n++) await traffic.next()
  await traffic.stop()
  console.log(
    `${acknowledged} writes acknowledged by the primary; after the promotion, the standby's address was available after ${tookMs.toFixed(0)} ms, ` +
      `the former primary's address after ${movedMs.toFixed(0)} ms`,
  )
  expect(tookMs).toBeLessThan(5_000)
  expect(movedMs).toBeLessThan(5_000)
  const owner = openClient({
    at: { socketDir: standby.socketDir, user: 'postgres', database: world.database.name },
  })
  await settle({ ...world, database: { ...world.database, owner } }, tenant, traffic, 'failover')
  await owner.end({ timeout: 1 })
}, 120_000)

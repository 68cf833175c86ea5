/**
 * PostgreSQL fails during mixed traffic. Each write has a unique name, so that requested,
 * acknowledged and stored writes can be compared. `npm run drill` runs longer than `npm test`.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OwnServer, startOwnServer } from '../support/own-server.ts'
import { settle, startTraffic } from '../support/traffic.ts'
import { startWorld, type World } from '../support/world.ts'

const kills = 20

let server: OwnServer
let world: World
let escaped = 0
const escapes = () => void escaped++

beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', escapes)
  process.on('unhandledRejection', escapes)
  server = await startOwnServer()
  world = await startWorld({}, { socketDir: server.socketDir })
})
afterAll(async () => {
  await world?.stop()
  await server?.stop()
  process.off('uncaughtExceptionMonitor', escapes)
  process.off('unhandledRejection', escapes)
})

async function openTenant() {
  const tenant = await world.createTenant()
  await world.open(tenant, world.vsa)
  return { tenant, admin: await world.signIn(tenant, tenant.globalAdmin) }
}

test(`${kills} kills of PostgreSQL lose or duplicate no acknowledged write`, async () => {
  const { tenant, admin } = await openTenant()
  const traffic = startTraffic(world, tenant, admin)
  const tookMs: number[] = []
  for (let time = 0; time < kills; time++) {
    await traffic.next()
    await wait(Math.random() * 100) // at a random point of a transaction
    await server.kill()
    await server.start()
    const isBack = performance.now()
    tookMs.push((await traffic.next()) - isBack)
  }
  await traffic.stop()
  console.log(`available again after ${tookMs.map((ms) => ms.toFixed(0)).join(' ')} ms`)
  expect(Math.max(...tookMs)).toBeLessThan(5_000)
  await settle(world, tenant, traffic, 'kill -9 of PostgreSQL')
  expect(escaped).toBe(0)
}, 400_000)

test('with PostgreSQL suspended, requests fail within their deadline', async () => {
  const { tenant, admin } = await openTenant()
  const traffic = startTraffic(world, tenant, admin)
  await traffic.next()
  server.signalAll('SIGSTOP')
  const asked = performance.now()
  const ready = await fetch(`${world.url}/readyz`)
  expect([ready.status, await ready.json()]).toEqual([
    503,
    expect.objectContaining({ status: 'not ready' }),
  ])
  expect(performance.now() - asked).toBeLessThan(5_000)
  await wait(12_000) // longer than every deadline
  server.signalAll('SIGCONT')
  const isBack = performance.now()
  const healedMs = (await traffic.next()) - isBack
  await traffic.stop()
  expect(healedMs).toBeLessThan(5_000)
  console.log(`available again after ${healedMs.toFixed(0)} ms`)
  // The deadlines are 10 s for a transaction and 3 s for a connection. The rest is an allowance
  // for a busy machine.
  expect(traffic.slowestMs).toBeLessThan(15_000)
  await settle(
    world,
    tenant,
    traffic,
    'SIGSTOP of PostgreSQL',
    [],
    ['redemptions', 'settings', 'exports'],
  )
  expect(escaped).toBe(0)
}, 90_000)

test('a connection lost before or during commit leaves no partial change', async () => {
  const { tenant, admin } = await openTenant()
  const { owner } = world.database
  const change = (version: number, recipient: string) =>
    world.ask(
      admin,
      'mutation ($input: UpdateNotificationSettingsInput!) { updateNotificationSettings(input: $input) { userErrors { code } } }',
      { input: { tenantId: tenant.id, expectedVersion: version, recipients: [recipient] } },
    )
  const state = async () => {
    const [row] = await owner<{ version: number; rows: number }[]>`
      select version, (select count(*)::int from audit.activity where tenant_id = ${tenant.id} and action = 'notification_settings.updated') as rows
      from tenants.settings where tenant_id = ${tenant.id}`
    return row!
  }
  const before = await state()
  await owner.unsafe(`create function public.die() returns trigger language plpgsql security definer as
    'begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); return null; end'`)
  const when = `on audit.unsealed for each row when (new.tenant_id = '${tenant.id}' and new.action = 'notification_settings.updated') execute function public.die()`
  const told: string[] = []
  for (const trigger of [
    `create trigger die after insert ${when}`,
    `create constraint trigger die after insert ${when.replace(' for', ' deferrable initially deferred for')}`,
  ]) {
    await owner.unsafe(trigger)
    const { codes, errors } = await change(before.version, 'lost@drill.example')
    expect(codes).toEqual(['INTERNAL_SERVER_ERROR'])
    told.push(errors[0]!.message)
    await owner.unsafe('drop trigger die on audit.unsealed')
    expect(await state()).toEqual(before)
  }
  expect(told).toEqual([
    expect.stringContaining('Nothing was changed'),
    expect.stringContaining('it may have happened'),
  ])
  expect((await change(before.version, 'kept@drill.example')).codes).toEqual([])
  expect(await state()).toEqual({ version: before.version + 1, rows: before.rows + 1 })
}, 60_000)

test('50 connection losses per second lose no acknowledged write', async () => {
  const { tenant, admin } = await openTenant()
  const traffic = startTraffic(world, tenant, admin)
  const forMs = 60_000
  const until = performance.now() + forMs
  let ended = 0
  for (let at = performance.now(); at < until; at += 20) {
    const [victim] = await world.database.owner`
      select pg_terminate_backend(pid) as ended from pg_stat_activity
      where datname = ${world.database.name} and application_name = 'it-complete-login' order by random() limit 1`
    if (victim?.ended) ended++
    await wait(Math.max(0, at + 20 - performance.now()))
  }
  await traffic.stop()
  console.log(`${ended} connections terminated in ${forMs / 1_000} s`)
  expect(ended).toBeGreaterThan(forMs / 100)
  expect(traffic.read.reads.answered).toBeGreaterThan(0)
  expect(traffic.slowestMs).toBeLessThan(14_000)
  await settle(
    world,
    tenant,
    traffic,
    'pg_terminate_backend',
    [],
    ['redemptions', 'settings', 'exports'],
  )
  expect(escaped).toBe(0)
}, 150_000)

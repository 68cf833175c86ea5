/**
 * The test shifts the clocks of all processes, or of one process, by minutes. The clock of the
 * database decides the expiry of sessions and assertions, and the replay protection. If the clocks
 * of two processes differ too much, requests between the processes fail with an error that explains
 * the difference.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Part } from '../../gateway/config.ts'
import { createHandoff, redeemHandoff, updateServices } from '../support/documents.ts'
import { activityRows } from '../support/log-rows.ts'
import { forgedAssertion, nowSeconds, revokeSession } from '../support/login.ts'
import { type Reply, startWorld, type Tenant, type World } from '../support/world.ts'

const parts = ['gateway', 'tenants', 'identity', 'audit'] as const
const minutes = 5
const everything = `query ($id: ID!) { viewer { actor { key } } tenants: tenant(id: $id) { settings { version } }
  identity: tenant(id: $id) { sessions(first: 1) { nodes { id } } } audit: tenant(id: $id) { activityLog(first: 1) { nodes { id } } } }`

let folder: string
let world: World
let tenant: Tenant
let admin: { bearer: string }
const fileOf = (part: Part) => join(folder, part)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'itcl-clocks-'))
  const preload = `--import=${fileURLToPath(new URL('../support/clock.ts', import.meta.url))}`
  for (const part of parts) setClock(part, 0)
  world = await startWorld(
    {},
    {
      processes: Object.fromEntries(
        parts.map((part) => [part, { NODE_OPTIONS: preload, CLOCK_FILE: fileOf(part) }]),
      ),
    },
  )
  tenant = await world.createTenant()
  ;({ admin } = await world.open(tenant, world.vsa))
}, 180_000)
afterAll(async () => {
  await world?.stop()
  await rm(folder, { recursive: true, force: true })
})

const readiness = async () => {
  const answer = await fetch(`${world.url}/readyz`)
  const body = (await answer.json()) as {
    waitingFor?: string[]
    clockDiffersBySeconds?: Record<string, number>
  }
  return { ...body, status: answer.status }
}

/** Shifts the clocks of these processes, and checks that `/readyz` reports the differences. */
async function set(which: readonly Part[], seconds: number): Promise<void> {
  for (const part of which) setClock(part, seconds)
  const aheadOf = (name: string) => (which.includes(name as Part) ? seconds : 0)
  const expected = Object.fromEntries(
    ['database', 'tenants', 'identity', 'audit']
      .map((name) => [name, aheadOf(name) - aheadOf('gateway')] as const)
      .filter(([, by]) => by !== 0),
  )
  // Retries because a ping may exceed its deadline on a busy machine.
  await vi.waitFor(
    async () => {
      const { clockDiffersBySeconds: differences = {} } = await readiness()
      const toTenSeconds = Object.entries(differences).map(([name, by]) => [
        name,
        Math.round(by / 10) * 10,
      ])
      expect(Object.fromEntries(toTenSeconds)).toEqual(expected)
    },
    { timeout: 10_000, interval: 50 },
  )
}

/** Replaces the file in one step, because the processes read it at any time. */
function setClock(part: Part, seconds: number): void {
  writeFileSync(`${fileOf(part)}.new`, String(seconds))
  renameSync(`${fileOf(part)}.new`, fileOf(part))
}

const createWith = async (
  claims: Record<string, unknown>,
): Promise<{ assertion: string; reply: Reply }> => {
  const assertion = forgedAssertion(world, world.vsa, tenant.id, claims)
  return { assertion, reply: await world.ask(null, createHandoff, { input: { assertion } }) }
}
const codeOf = ({ data }: Reply) =>
  data?.createHandoff?.userErrors[0]?.code ?? (data?.createHandoff?.code ? 'MADE' : null)

for (const [where, seconds] of [
  ['ahead', minutes * 60],
  ['back', -minutes * 60],
] as const)
  test(`with all clocks ${minutes} minutes ${where}, requests work and nothing ended revives`, async () => {
    let answered = 0
    const refused: { request: string; reply: Reply }[] = []
    const count = (request: string, reply: Reply, isAnswered: unknown) => {
      if (isAnswered) answered++
      else refused.push({ request, reply })
    }
    const before = await createWith({})
    expect(codeOf(before.reply)).toBe('MADE')
    const ended = await world.connect(tenant, world.vsa)
    const kept = await world.connect(tenant, world.vsa)
    const revoked = await world.ask(admin, revokeSession, {
      input: { tenantId: tenant.id, sessionId: ended.sessionId },
    })
    expect(revoked.data.revokeSession.userErrors).toEqual([])

    await set(parts, seconds)
    // The active session still reads and writes. The ended session stays ended.
    for (let n = 0; n < 5; n++) {
      const reply = await world.ask(kept, everything, { id: tenant.id })
      const { data } = reply
      count(
        `read ${n}`,
        reply,
        data?.viewer &&
          data.tenants?.settings &&
          data.identity?.sessions &&
          data.audit?.activityLog,
      )
    }
    expect((await world.ask(ended, '{ viewer { actor { key } } }')).data).toEqual({ viewer: null })
    const { version } = (
      await world.ask(admin, 'query ($id: ID!) { tenant(id: $id) { settings { version } } }', {
        id: tenant.id,
      })
    ).data.tenant.settings
    const changed = await world.ask(admin, updateServices, {
      input: { tenantId: tenant.id, expectedVersion: version, calendar: seconds < 0 },
    })
    count('change', changed, changed.data?.updateServiceSettings?.userErrors.length === 0)
    // Partners with a correct clock can sign in. Used and expired assertions stay refused.
    const fresh = await createWith({})
    count('createHandoff', fresh.reply, codeOf(fresh.reply) === 'MADE')
    const redeemed = await world.ask(await world.clientCredentials(world.vsa), redeemHandoff, {
      input: { code: fresh.reply.data?.createHandoff?.code ?? '' },
    })
    count('redeemHandoff', redeemed, redeemed.data?.redeemHandoff?.accessToken)
    expect(refused).toEqual([])
    for (const { assertion } of [before, fresh])
      expect(codeOf(await world.ask(null, createHandoff, { input: { assertion } }))).toBe(
        'ASSERTION_REPLAYED',
      )
    const now = nowSeconds()
    expect(codeOf((await createWith({ iat: now - 180, exp: now - 120 })).reply)).toBe(
      'ASSERTION_EXPIRED',
    )
    expect(codeOf((await createWith({ iat: now + 240, exp: now + 300 })).reply)).toBe(
      'ASSERTION_EXPIRED',
    )
    // The sequencer still seals events.
    await vi.waitFor(
      async () =>
        expect(
          await world.database.owner`select from audit.unsealed where tenant_id = ${tenant.id}`,
        ).toHaveLength(0),
      { timeout: 10_000, interval: 50 },
    )
    const { status, clockDiffersBySeconds } = await readiness()
    expect(status).toBe(200)
    expect(Math.abs(clockDiffersBySeconds!.database! + seconds)).toBeLessThan(3)
    await set(parts, 0)
    expect(await readiness()).toEqual({ status: 200 })
    console.log(`all clocks ${where}: ${answered} requests succeeded, 0 were refused`)
  }, 60_000)

for (const [odd, seconds] of [
  ['gateway', -minutes * 60],
  ['identity', minutes * 60],
] as const)
  test(`with only ${odd}’s clock ${seconds > 0 ? 'ahead' : 'back'}, affected fields fail and /readyz reports them`, async () => {
    await set([odd], seconds)
    const refused = odd === 'gateway' ? ['tenants', 'identity', 'audit'] : [odd]
    const { data, errors } = await world.ask(admin, everything, { id: tenant.id })
    for (const name of ['tenants', 'identity', 'audit'])
      expect(Boolean(data?.[name] && Object.values(data[name]).every(Boolean))).toBe(
        !refused.includes(name),
      )
    expect(new Set(errors.map(({ message }) => message))).toEqual(
      new Set([
        "The clocks of the service's processes differ too much. Nothing was changed. Retry later.",
      ]),
    )
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['INTERNAL_SERVER_ERROR']),
    )
    const { status, waitingFor, clockDiffersBySeconds } = await readiness()
    expect([status, waitingFor]).toEqual([503, refused])
    for (const name of refused)
      expect(Math.abs(clockDiffersBySeconds![name]! - Math.abs(seconds))).toBeLessThan(3)
    await set([odd], 0)
    expect(await readiness()).toEqual({ status: 200 })
    expect((await world.ask(admin, everything, { id: tenant.id })).errors).toEqual([])
  }, 60_000)

test('an expired session stays ended when the database’s clock is set back', async () => {
  const { bearer, sessionId } = await world.connect(tenant, world.vsa)
  const { owner } = world.database
  // Setting the session's times back has the same effect as setting the clock ahead.
  await owner`update identity.session set last_seen_at = last_seen_at - interval '1 hour' where session_id = ${sessionId}`
  const ends = () => activityRows(world.database, { action: 'session.ended', sessionId })
  await vi.waitFor(async () => expect(await ends()).toMatchObject([{ reason: 'IDLE' }]), {
    timeout: 20_000,
    interval: 100,
  })
  await owner`update identity.session set last_seen_at = last_seen_at + interval '1 hour' where session_id = ${sessionId}`
  expect((await world.ask({ bearer }, '{ viewer { actor { key } } }')).data).toEqual({
    viewer: null,
  })
  expect(await ends()).toHaveLength(1)
}, 60_000)

/**
 * Mixed traffic over a long time leaks no memory, connections or rows. Runs for
 * SOAK_MINUTES: 5 in `npm run test:full`, 30 in `npm run drill`.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sealed, seed } from '../support/activity.ts'
import { createHandoff, updateServices } from '../support/documents.ts'
import { type Held, inspect, inspectable, slope } from '../support/inspect.ts'
import { forgedAssertion } from '../support/login.ts'
import { removeFolders } from '../support/process.ts'
import { inProcesses, type Processes } from '../support/serve.ts'
import { type Reply, startWorld, type Tenant, type World } from '../support/world.ts'

const forMs = Number(process.env.SOAK_MINUTES ?? 5) * 60_000
const everyMs = forMs / 30
/**
 * Concurrent clients, each with a pause between requests: a load that a busy machine can sustain
 * for 30 minutes.
 */
const clients = 4
const pauseMs = 100

const processes: Processes = new Map()
let world: World
let tenant: Tenant
let quiet: Tenant
beforeAll(async () => {
  const serve = inProcesses('one', processes)
  world = await startWorld(
    {},
    { serve: (env, ...rest) => serve({ ...env, ...inspectable }, ...rest) },
  )
  tenant = await world.createTenant()
  quiet = await world.createTenant()
  await world.open(tenant, world.vsa)
  await seed(
    world,
    quiet,
    Array.from({ length: 300 }, (_, n) => ({ at: new Date().toISOString(), name: `Event ${n}` })),
  )
  await sealed(world, quiet)
})
afterAll(async () => {
  await world?.stop()
  await removeFolders()
})

const page = `query ($id: ID!) { tenant(id: $id) { name settings { version itCompleteLogin { enabled canEnable blockers } services { mail } }
  partnerAssociations { id status } activityLog(first: 20) { totalCount nodes { id occurredAt action actor { displayName } changes { field before after } } } } }`
const tail =
  'query ($id: ID!) { tenant(id: $id) { activityTail(afterSequence: 0, first: 50) { events { id integrity { leafHash inclusionPath } } } } }'

/**
 * The steps of each client. Each step returns its outcome, so that an unexpected one can be
 * reported.
 */
function actions(): Record<string, () => Promise<string>> {
  const get = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(world.url + path, { redirect: 'manual', ...init })
    await answer.arrayBuffer()
    return String(answer.status)
  }
  const post = (path: string, type: string, body: string, init: RequestInit = {}) =>
    get(path, { method: 'POST', body, ...init, headers: { 'content-type': type } })
  const told = ({ status, errors }: Reply) =>
    errors.length ? JSON.stringify(errors) : String(status)
  const { vsa } = world
  return {
    'page 200': async () =>
      told(await world.ask(await admins.get(tenant), page, { id: tenant.id })),
    'tail 200': async () => told(await world.ask(await admins.get(quiet), tail, { id: quiet.id })),
    'settings done': async () => {
      // Another client may change the settings between the two requests.
      for (let tries = 0; ; tries++) {
        const who = await technicians.get()
        const { settings } = (await world.ask(who, page, { id: tenant.id })).data.tenant
        const { data } = await world.ask(who, updateServices, {
          input: {
            tenantId: tenant.id,
            expectedVersion: settings.version,
            mail: !settings.services.mail,
          },
        })
        const userErrors = data?.updateServiceSettings.userErrors
        if (userErrors?.length === 0) return 'done'
        if (tries === 5 || userErrors?.[0].code !== 'VERSION_CONFLICT') return JSON.stringify(data)
      }
    },
    'handoff done': async () => ((await world.connect(tenant, vsa)).bearer ? 'done' : ''),
    'sign-in done': async () =>
      (await world.signIn(quiet, quiet.globalAdmin)).bearer ? 'done' : '',
    'forged refused': async () => {
      const assertion = forgedAssertion(world, vsa, tenant.id, { exp: 1 })
      const { data } = await world.ask(null, createHandoff, { input: { assertion } })
      return data?.createHandoff.userErrors.length === 1 ? 'refused' : JSON.stringify(data)
    },
    'stranger FORBIDDEN': async () =>
      (
        await world.ask(await technicians.get(), updateServices, {
          input: { tenantId: quiet.id, expectedVersion: 1, mail: true },
        })
      ).codes[0]!,
    'unknown UNAUTHENTICATED': async () =>
      (
        await world.ask(
          { bearer: `${tenant.id}.${'x'.repeat(43)}` },
          '{ viewer { actor { key } } tenant(id: "x") { name } }',
        )
      ).codes[0] ?? 'answered',
    'export 200': async () =>
      get(`/activity/export/${quiet.id}`, {
        headers: { authorization: `Bearer ${(await admins.get(quiet)).bearer}` },
      }),
    'connect 302': () => get(`/connect?client=${vsa.clientId}&tenant=${tenant.id}`),
    'code 403': () =>
      post(
        `/connect/${tenant.id}`,
        'application/json',
        JSON.stringify({ code: `${tenant.id}.${'y'.repeat(43)}` }),
      ),
    'microsoft 302': () => get(`/login/microsoft?tenant=${tenant.id}`),
    'event 400': () => post('/events/caep', 'application/secevent+jwt', 'a.b.c'),
    'broken 400': () => post('/graphql', 'application/json', '{'),
    'hung-up gone': async () => {
      const body = JSON.stringify({ query: page, variables: { id: tenant.id } })
      const { bearer } = await admins.get(tenant)
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
      const signal = AbortSignal.timeout(Math.ceil(Math.random() * 10))
      try {
        const answer = await fetch(world.graphqlUrl, { method: 'POST', body, headers, signal })
        await answer.arrayBuffer()
        return answer.status === 200 ? 'gone' : String(answer.status)
      } catch (error) {
        if (signal.aborted) hungUp++
        return signal.aborted ? 'gone' : String(error)
      }
    },
  }
}

/** Requests that the client ended before they were answered. */
let hungUp = 0

/** Sessions that are used for some time and then replaced. */
function renewed<Key, Value>(make: (key: Key) => Promise<Value>, uses: number) {
  const known = new Map<Key, { value: Promise<Value>; left: number }>()
  return {
    get(key: Key): Promise<Value> {
      let entry = known.get(key)
      if (!entry || entry.left-- <= 0) {
        entry = { value: make(key), left: uses }
        known.set(key, entry)
      }
      return entry.value
    },
  }
}
const admins = renewed((of: Tenant) => world.signIn(of, of.globalAdmin), 200)
const technicians = (() => {
  const { get } = renewed((_: null) => world.connect(tenant, world.vsa), 50)
  return { get: () => get(null) }
})()

test(
  `${forMs / 60_000} minutes of traffic leak no memory, connections or descriptors`,
  async () => {
    const service = processes.get('one')!
    const inspector = await inspect(service)
    const all = Object.entries(actions())
    const counts = new Map<string, number>()
    const wrong: string[] = []
    let n = 0
    const traffic = async (until: number) => {
      const client = async () => {
        while (performance.now() < until) {
          const [name, act] = all[n++ % all.length]!
          const [, expected] = name.split(' ')
          const outcome = await act().catch((error: unknown) => String(error))
          counts.set(name, (counts.get(name) ?? 0) + 1)
          if (outcome !== expected) wrong.push(`${name}: ${outcome}`)
          await wait(pauseMs)
        }
      }
      await Promise.all(Array.from({ length: clients }, client))
    }
    const samples: (Held & { atMs: number; backends: number })[] = []
    const begun = performance.now()
    // No requests are sent during the measurement.
    while (performance.now() - begun < forMs) {
      await traffic(performance.now() + everyMs)
      const [row] = await world.database.owner<{ backends: number }[]>`
      select count(*)::int as backends from pg_stat_activity where datname = ${world.database.name} and application_name = 'it-complete-login'`
      samples.push({
        ...(await inspector.look()),
        atMs: performance.now() - begun,
        backends: row!.backends,
      })
      const { atMs, heapMb, rssMb, descriptors, sockets, backends } = samples.at(-1)!
      console.log(
        `${(atMs / 60_000).toFixed(1)} min: heap ${heapMb.toFixed(2)} MB, rss ${rssMb.toFixed(0)} MB, descriptors ${descriptors}, sockets ${sockets}, backends ${backends}`,
      )
    }
    inspector.close()
    // Warm-up: code is compiled, and caches fill.
    const settled = samples.slice(Math.floor(samples.length / 3))
    const perHourMb = slope(settled.map(({ atMs, heapMb }) => [atMs / 3_600_000, heapMb]))
    const range = (of: 'descriptors' | 'sockets' | 'backends' | 'heapMb' | 'rssMb') => {
      const values = settled.map((sample) => sample[of])
      return { least: Math.min(...values), most: Math.max(...values) }
    }
    const asked = [...counts.values()].reduce((sum, count) => sum + count, 0)
    console.log(
      [
        `${asked} requests of ${counts.size} kinds in ${((performance.now() - begun) / 60_000).toFixed(1)} min, ${wrong.length} with an unexpected result`,
        `heap slope ${perHourMb.toFixed(2)} MB an hour over ${settled.length} samples`,
        ...(['heapMb', 'rssMb', 'descriptors', 'sockets', 'backends'] as const).map((of) => {
          const { least, most } = range(of)
          return `${of} ${least.toFixed(1)} to ${most.toFixed(1)}`
        }),
      ].join('; '),
    )
    expect(wrong.slice(0, 20)).toEqual([])
    expect(hungUp).toBeGreaterThan(0)
    const grownMb = (perHourMb * settled.at(-1)!.atMs) / 3_600_000
    expect(grownMb).toBeLessThan(3)
    // The clients' own connections open and close.
    expect(range('descriptors').most - range('descriptors').least).toBeLessThanOrEqual(3 * clients)
    const pools = 16 + 6 + 1 + 2 // service, sequencer, retention, rate limits
    const ownConnections = 3 // of the test
    expect(range('backends').most).toBeLessThanOrEqual(pools + ownConnections)
  },
  forMs + 120_000,
)

/**
 * SIGTERM under load: the process responds to all requests, keep-alive clients reconnect to another
 * process, and the process exits within 5 seconds.
 */
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { sealed, seed } from '../support/activity.ts'
import { enable } from '../support/documents.ts'
import { removeFolders } from '../support/process.ts'
import { inProcesses, type Processes } from '../support/serve.ts'
import { lockSettings } from '../support/tenants.ts'
import { startWorld, type World } from '../support/world.ts'

const drainMs = 1_000
const drain = { DRAIN_MS: String(drainMs) }
afterAll(removeFolders)

interface Load {
  asked: number
  answered: number
  dropped: string[]
  wrong: string[]
  /** Responses with `Connection: close`. */
  told: number
  stop(): Promise<void>
}

/**
 * Clients with one keep-alive connection each, which send requests until a response has
 * `Connection: close`.
 */
function load(url: string, clients: number, body: string): Load {
  const result: Load = {
    asked: 0,
    answered: 0,
    dropped: [],
    wrong: [],
    told: 0,
    stop: async () => {},
  }
  let isOver = false
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!isOver) {
      result.asked++
      const { promise, resolve } = Promise.withResolvers<'go on' | 'end'>()
      const headers = { 'content-type': 'application/json' }
      const asking = request(url, { method: 'POST', agent, headers }, (answer) => {
        let text = ''
        answer
          .on('data', (part) => {
            text += part
          })
          .on('end', () => {
            result.answered++
            const isLast = answer.headers.connection === 'close'
            if (isLast) result.told++
            if (answer.statusCode !== 200 || text.includes('"errors"'))
              result.wrong.push(`${answer.statusCode} ${text}`)
            resolve(isLast ? 'end' : 'go on')
          })
          .on('error', (error) => {
            result.dropped.push(String(error))
            resolve('go on')
          })
      })
      asking.on('error', (error: NodeJS.ErrnoException) => {
        result.dropped.push(`${error.code} ${error.message}, reused ${asking.reusedSocket}`)
        resolve('end')
      })
      asking.end(body)
      if ((await promise) === 'end') break
    }
    agent.destroy()
  }
  const running = Promise.all(Array.from({ length: clients }, client))
  result.stop = async () => {
    isOver = true
    await running
  }
  return result
}

/** An idle keep-alive connection. */
async function idle(url: string): Promise<() => void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const asking = request(url, { agent })
  asking.on('error', () => {}).end()
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  answer.resume()
  await once(answer, 'end')
  return () => agent.destroy()
}

const shown = ({ asked, answered, dropped, told }: Load) =>
  `asked ${asked}, answered ${answered}, ${told} of these with Connection: close, dropped ${dropped.length}`

/**
 * SIGTERM while clients send requests, a client downloads a file, and a change waits for a lock.
 * @param terminate sends SIGTERM to the gateway, and resolves with its exit status
 * @param restart starts the gateway again
 */
async function expectGracefulStop(
  world: World,
  terminate: () => Promise<number | null>,
  restart: () => Promise<void>,
): Promise<void> {
  const tenant = await world.createTenant()
  const admin = await world.signIn(tenant, tenant.globalAdmin)
  // Writes in small batches, which the sequencer seals quickly on any machine.
  for (let lot = 0; lot < 6; lot++) {
    const events = Array.from({ length: 100 }, (_, n) => ({
      at: new Date().toISOString(),
      name: `Event ${n} ${'x'.repeat(12_000)}`,
    }))
    await seed(world, tenant, events, { wait: false })
    await vi.waitFor(() => sealed(world, tenant), { timeout: 30_000 })
  }
  const idles = await Promise.all(Array.from({ length: 20 }, () => idle(`${world.url}/healthz`)))
  const going = load(
    world.graphqlUrl,
    16,
    JSON.stringify({ query: '{ loginOptions(tenant: { domain: "x.example" }) { method } }' }),
  )
  await vi.waitFor(() => expect(going.answered).toBeGreaterThanOrEqual(16), { timeout: 10_000 })
  // A download that its client does not read, and a change that waits for a lock.
  const download = request(`${world.url}/activity/export/${tenant.id}`, {
    headers: { authorization: `Bearer ${admin.bearer}` },
  })
  download.on('error', () => {}).end()
  const [file] = (await once(download, 'response')) as [IncomingMessage]
  let text = ''
  const goOn = Promise.withResolvers<void>()
  const reading = (async () => {
    try {
      for await (const part of file) {
        text += part
        await goOn.promise // more data than the socket buffers hold is left to send
      }
    } catch {
      // the service ends the connection, so that the client notices the truncation
    }
  })()
  const release = await lockSettings(world, tenant)
  const change = world.ask(admin, enable, { input: { tenantId: tenant.id } })
  await vi.waitFor(
    async () => {
      const waiting = await world.database.owner`
          select from pg_locks l join pg_stat_activity a using (pid)
          where not l.granted and a.datname = ${world.database.name}`
      expect(waiting).toHaveLength(1)
    },
    { timeout: 4_000, interval: 10 },
  )

  const signalled = performance.now()
  const exit = terminate()
  // Waits until the process handles the signal. From then on it accepts connections for
  // `drainMs`.
  const ready = await vi.waitFor(
    async () => {
      const answer = await fetch(`${world.url}/readyz`)
      expect(answer.status).toBe(503)
      return answer
    },
    { timeout: 5_000, interval: 10 },
  )
  const newcomers = load(world.graphqlUrl, 16, JSON.stringify({ query: '{ __typename }' }))
  expect([ready.status, await ready.json(), ready.headers.get('connection')]).toEqual([
    503,
    { status: 'draining' },
    'close',
  ])
  await release()
  const { data, headers } = await change
  expect(data.enableItCompleteLogin.userErrors).toMatchObject([{ code: 'TENANT_NOT_ASSOCIATED' }])
  expect(headers.get('connection')).toBe('close')
  expect(await exit).toBe(0)
  const tookMs = performance.now() - signalled
  goOn.resolve()
  await going.stop()
  await newcomers.stop()
  await reading
  for (const end of idles) end()
  console.log(
    `SIGTERM to the gateway: ${shown(going)}; exited after ${tookMs.toFixed(0)} ms, with 20 idle connections`,
  )
  console.log(`clients that connected after the signal: ${shown(newcomers)}`)
  for (const { asked, answered, dropped, wrong, told } of [going, newcomers]) {
    expect({ dropped, wrong }).toEqual({ dropped: [], wrong: [] })
    expect([answered, told]).toEqual([asked, 16])
  }
  expect(tookMs).toBeLessThan(5_000)

  // The truncated download has no manifest, and can be resumed.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  expect(whole).not.toContain('"manifest"')
  const lines = (all: string) =>
    all
      .trimEnd()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as { sequence?: number }).sequence ?? [])
  const came = lines(whole)
  expect(came.length).toBeGreaterThan(0)
  await restart()
  const again = await fetch(
    `${world.url}/activity/export/${tenant.id}?afterSequence=${came.at(-1)}`,
    {
      headers: { authorization: `Bearer ${admin.bearer}` },
    },
  )
  const rest = await again.text()
  expect(rest).toContain('"manifest"')
  const sequences = [...came, ...lines(rest)]
  expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, n) => n + 1))
  expect(sequences.length).toBeGreaterThanOrEqual(600)
}

test('a single process drops no accepted request and exits within 5 seconds', async () => {
  const processes: Processes = new Map()
  const serve = inProcesses('one', processes)
  const world = await startWorld(
    {},
    { serve: (env, ...rest) => serve({ ...env, ...drain }, ...rest) },
  )
  try {
    const terminate = () => {
      const { child, exit } = processes.get('one')!
      child.kill('SIGTERM')
      return exit
    }
    await expectGracefulStop(world, terminate, () => world.restart())
  } finally {
    await world.stop()
  }
}, 120_000)

/** The tests of this block run in this order. */
describe('parts', () => {
  let world: World
  beforeAll(async () => {
    const parts = ['gateway', 'tenants', 'identity', 'audit'].map((name) => [name, drain])
    world = await startWorld({}, { processes: Object.fromEntries(parts) })
  })
  afterAll(() => world?.stop())

  test('the gateway drops no accepted request and exits within 5 seconds', async () => {
    const { gateway } = world.parts!
    await expectGracefulStop(world, gateway.stop, gateway.start)
  }, 120_000)

  test('each subgraph answers until it stops listening, and exits within 5 seconds', async () => {
    const ofOne = {
      tenants: 'settings { version }',
      identity: 'sessions(first: 1) { nodes { id } }',
      audit: 'activityLog(first: 1) { nodes { id } }',
    }
    const tenant = await world.createTenant()
    const admin = await world.signIn(tenant, tenant.globalAdmin)
    for (const name of ['tenants', 'identity', 'audit'] as const) {
      const fields = ofOne[name]
      const seen: { begunAt: number; endedAt: number; ok: boolean; what: string }[] = []
      let isOver = false
      const clients = Array.from({ length: 4 }, async () => {
        while (!isOver) {
          const begunAt = performance.now()
          const { data, errors } = await world.ask(
            admin,
            `query ($id: ID!) { tenant(id: $id) { ${fields} } }`,
            { id: tenant.id },
          )
          seen.push({
            begunAt,
            endedAt: performance.now(),
            ok: errors.length === 0 && data.tenant !== null,
            what: JSON.stringify(errors),
          })
        }
      })
      await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(4), { timeout: 10_000 })
      const signalled = performance.now()
      expect(await world.parts![name].stop()).toBe(0)
      const tookMs = performance.now() - signalled
      isOver = true
      await Promise.all(clients)
      // The subgraph accepts requests for `drainMs`. A request that a client sends in the first
      // half has the other half to reach the subgraph through the gateway.
      const before = seen.filter(({ begunAt }) => begunAt < signalled + drainMs / 2)
      const dropped = before.filter(({ ok }) => !ok)
      const during = before.filter(({ endedAt }) => endedAt > signalled)
      console.log(
        `SIGTERM, ${name}: asked ${before.length}, ${during.length} of them answered after the signal, dropped ${dropped.length}; exited after ${tookMs.toFixed(0)} ms`,
      )
      expect(dropped.map(({ what }) => what)).toEqual([])
      expect(during.length).toBeGreaterThan(0)
      expect(tookMs).toBeLessThan(5_000)
    }
  }, 120_000)
})

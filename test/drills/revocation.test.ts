/**
 * Sessions end on one node while the database connections of the other nodes are cut, half-open or
 * slow. All nodes receive requests continuously. No node returns data more than 1 second after the
 * end of the session was acknowledged.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { disable } from '../support/documents.ts'
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts'
import { startWorld, type World } from '../support/world.ts'

const isLong = process.env.DRILL === 'long'
const promisedMs = 1_000

let world: World
const nodes: { name: string; url: string; link: FaultProxy; stop(): Promise<void> }[] = []

/** The fault of each node's database connections. It begins shortly before the session ends. */
const failures: Record<string, (link: FaultProxy) => Promise<void>> = {
  'well connected': async () => {},
  cut: async (link) => link.cut(),
  // Delayed data arrives long after the session ended.
  'half-open, then mended': async (link) => {
    link.hold()
    await wait(2_500)
    link.mend()
  },
  'half-open for good': async (link) => link.hold(),
  'deaf to answers, then mended': async (link) => {
    link.hold('answers')
    await wait(1_800)
    link.mend()
  },
  'slow by 400 ms each way': async (link) => link.delay(400),
  'slow by 900 ms each way': async (link) => link.delay(900),
}

beforeAll(async () => {
  world = await startWorld()
  if (!('socketDir' in world.database.at)) throw new Error('The fault proxies need Unix sockets.')
  for (const name of Object.keys(failures)) {
    const link = await startFaultProxy(world.database.at.socketDir)
    const node = await world.startNode(link.socketDir)
    nodes.push({ name, url: node.graphqlUrl, link, stop: node.stop })
  }
})
afterAll(async () => {
  for (const { link } of nodes) link.mend()
  for (const { stop, link } of nodes) {
    await stop()
    await link.stop()
  }
  await world?.stop()
})

interface Seen {
  name: string
  askedAt: number
  answeredAt: number
  yes: boolean
}

test('no node answers an ended session after 1 second, despite connection faults', async () => {
  const rounds = isLong ? 20 : 1
  const counts = Object.fromEntries(
    nodes.map(({ name }) => [
      name,
      { asked: 0, yes: 0, stale: 0, lastYesMs: Number.NEGATIVE_INFINITY },
    ]),
  )
  for (let round = 0; round < rounds; round++) {
    const tenant = await world.createTenant()
    const { admin } = await world.open(tenant, world.vsa)
    const { bearer } = await world.connect(tenant, world.vsa)
    const seen: Seen[] = []
    let isOver = false
    const ask = async ({ name, url }: (typeof nodes)[number]) => {
      const askedAt = performance.now()
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body: JSON.stringify({
          query:
            'query ($id: ID!) { tenant(id: $id) { name activityLog(first: 3) { nodes { id } } } }',
          variables: { id: tenant.id },
        }),
      })
      const { data } = (await answer.json()) as { data?: { tenant?: { name: string } | null } }
      seen.push({
        name,
        askedAt,
        answeredAt: performance.now(),
        yes: data?.tenant?.name === tenant.name,
      })
    }
    const asking = nodes.flatMap((node) =>
      Array.from({ length: 3 }, async () => {
        while (!isOver) {
          await ask(node)
          await wait(10)
        }
      }),
    )
    while (!nodes.every(({ name }) => seen.some((one) => one.name === name && one.yes)))
      await wait(20)
    const failing = nodes.map(({ name, link }) => failures[name]!(link))
    await wait(Math.random() * 300)
    const ended = await world.ask(admin, disable, { input: { tenantId: tenant.id } })
    const endedAt = performance.now()
    expect(ended.data.disableItCompleteLogin.userErrors).toEqual([])
    await Promise.all(failing)
    await wait(Math.max(0, endedAt + 5_000 - performance.now()))
    for (const { link } of nodes) link.mend()
    isOver = true
    await Promise.all(asking)
    // Each node is available again, and refuses the session.
    const late = performance.now()
    for (const node of nodes) {
      const known = async () => {
        const answer = await fetch(node.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
          body: JSON.stringify({ query: '{ viewer { actor { key } } }' }),
        })
        return ((await answer.json()) as { data: unknown }).data
      }
      await expect.poll(known, { timeout: 15_000 }).toEqual({ viewer: null })
    }
    expect(performance.now() - late).toBeLessThan(15_000)
    for (const { name, answeredAt, yes } of seen) {
      const count = counts[name]!
      count.asked++
      if (!yes) continue
      count.yes++
      count.lastYesMs = Math.max(count.lastYesMs, Math.round(answeredAt - endedAt))
      if (answeredAt > endedAt + promisedMs) count.stale++
    }
  }
  console.table(counts)
  for (const { asked, yes, stale } of Object.values(counts)) {
    expect(asked).toBeGreaterThan(yes)
    expect(yes).toBeGreaterThan(0)
    expect(stale).toBe(0)
  }
}, 300_000)

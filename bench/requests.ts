/**
 * `npm run bench -- requests` measures requests per second and CPU time per request of the
 * console's pages, in one process.
 *
 * The settings page is also compared with the limit (requests/limit-server.ts), whose answer must
 * be equal.
 *
 * `--other DIR` compares with the service of another checkout. Rounds alternate between the two, so
 * that other load on the machine affects both equally.
 */
import { deepStrictEqual as deepEqual } from 'node:assert'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './median.ts'
import { startLimit } from './requests/limit.ts'
import { answerOf, type Measured, measure, type Target } from './requests/load.ts'
import {
  activityPage,
  settingsPage,
  tenantName,
  updateServices,
  viewerName,
} from './requests/operations.ts'
import { type Product, startProduct } from './requests/product.ts'

const { values: options } = parseArgs({
  options: {
    other: { type: 'string' },
    events: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '10' },
  },
})
const [events, rounds, seconds, connections] = [
  options.events,
  options.rounds,
  options.seconds,
  options.connections,
].map(Number) as [number, number, number, number]

const pages = {
  'settings page': settingsPage,
  'activity page': activityPage,
  '{ viewer }': viewerName,
  'tenant name': tenantName,
}

const products: Product[] = []
const stops: (() => Promise<void>)[] = []
try {
  await start(fileURLToPath(new URL('..', import.meta.url)), 'this checkout')
  if (options.other) await start(options.other, 'the other')
  for (const product of products) await makeEvents(product)
  console.log(
    `${rounds} rounds of ${seconds} s, ${connections} connections, ${events} events, medians\n`,
  )
  const limit = await startLimit(products[0]!)
  stops.unshift(limit.stop)
  for (const [page, query] of Object.entries(pages)) {
    const targets = products.map(({ name, target, tenantId }) => ({
      name,
      request: target(query, { tenantId }),
    }))
    if (query === settingsPage)
      targets.push({ name: 'the limit', request: limit.target(targets[0]!.request) })
    await compare(page, targets)
  }
} finally {
  for (const stop of stops) await stop()
}

/**
 * Changes the settings until the tenant's Activity Log has enough events, and waits until they are
 * sealed.
 */
async function makeEvents({ tenantId, ask }: Product): Promise<void> {
  const { tenant } = await ask(
    'query ($tenantId: ID!) { tenant(id: $tenantId) { settings { version } activityLog(first: 1) { totalCount } } }',
    { tenantId },
  )
  let expectedVersion: number = tenant.settings.version
  for (let n = tenant.activityLog.totalCount; n < events; n++) {
    const input = { tenantId, expectedVersion, mail: n % 2 === 0 }
    const { updateServiceSettings } = await ask(updateServices, { input })
    expectedVersion = updateServiceSettings.tenant.settings.version
  }
  const unsealed =
    'query ($tenantId: ID!) { tenant(id: $tenantId) { activityLog(first: 1) { nodes { integrity { sequence } } } } }'
  while ((await ask(unsealed, { tenantId })).tenant.activityLog.nodes[0].integrity === null);
}

async function start(root: string, name: string): Promise<void> {
  const product = await startProduct(root, name)
  products.push(product)
  stops.push(product.stop)
}

async function compare(page: string, targets: { name: string; request: Target }[]): Promise<void> {
  const expected = await Promise.all(targets.map(({ request }) => answerOf(request)))
  if (targets.at(-1)!.name === 'the limit')
    deepEqual(JSON.parse(expected.at(-1)!).data, JSON.parse(expected[0]!).data)
  const measured: Measured[][] = targets.map(() => [])
  for (let round = -1; round < rounds; round++)
    for (const [index, { request }] of targets.entries()) {
      const result = await measure(request, expected[index]!, { connections, seconds })
      if (round >= 0) measured[index]!.push(result) // the first round warms up
    }
  const medians = measured.map((all) => ({
    rate: median(all.map(({ requestsPerSecond }) => requestsPerSecond)),
    cpu: median(all.map(({ cpuMicrosecondsPerRequest }) => cpuMicrosecondsPerRequest)),
  }))
  for (const [index, { rate, cpu }] of medians.entries())
    console.log(
      page.padEnd(16),
      targets[index]!.name.padEnd(16),
      `${rate.toFixed(0)} req/s`.padStart(12),
      `${cpu.toFixed(0)} µs CPU`.padStart(14),
      index === 0 ? '' : `${(medians[0]!.rate / rate).toFixed(3)}x`,
    )
}

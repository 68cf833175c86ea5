/**
 * `npm run bench -- requests` measures requests per second and CPU time per request of the
 * console's pages, in one process.
 *
 * `--other DIR` compares with the service of another checkout. Rounds alternate between the two, so
 * that other load on the machine affects both equally.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './median.ts'
import { answerOf, type Measured, measure } from './requests/load.ts'
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
try {
  products.push(await startProduct(fileURLToPath(new URL('..', import.meta.url)), 'this checkout'))
  if (options.other) products.push(await startProduct(options.other, 'the other'))
  for (const product of products) await makeEvents(product)
  console.log(
    `${rounds} rounds of ${seconds} s, ${connections} connections, ${events} events, medians\n`,
  )
  for (const [page, query] of Object.entries(pages)) await compare(page, query)
} finally {
  for (const product of products) await product.stop()
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

async function compare(page: string, query: string): Promise<void> {
  const targets = products.map(({ target, tenantId }) => target(query, { tenantId }))
  const expected = await Promise.all(targets.map(answerOf))
  const measured: Measured[][] = products.map(() => [])
  for (let round = -1; round < rounds; round++)
    for (const [index, target] of targets.entries()) {
      const result = await measure(target, expected[index]!, { connections, seconds })
      if (round >= 0) measured[index]!.push(result) // the first round warms up
    }
  const medians = measured.map((all) => ({
    rate: median(all.map(({ requestsPerSecond }) => requestsPerSecond)),
    cpu: median(all.map(({ cpuMicrosecondsPerRequest }) => cpuMicrosecondsPerRequest)),
  }))
  for (const [index, { rate, cpu }] of medians.entries())
    console.log(
      page.padEnd(16),
      products[index]!.name.padEnd(16),
      `${rate.toFixed(0)} req/s`.padStart(12),
      `${cpu.toFixed(0)} µs CPU`.padStart(14),
      index === 0 ? '' : `${(medians[0]!.rate / rate).toFixed(2)}x`,
    )
}

/** Numbers of limits and times in the documents are those of the source. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { rateLimitDatabaseLimits } from '../../gateway/http/rate-limit-store.ts'
import { settings } from '../../gateway/settings.ts'
import { clientLimits, gatewayLimits } from '../../platform/graphql/query-limits.ts'
import { viewerTokenSeconds } from '../../platform/graphql/subgraph-protocol.ts'
import { fieldCosts, pageTypes } from '../../subgraphs/audit/field-costs.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')

/** Returns the number that a declaration, a member or a pattern has in the source. */
function sourceNumber(path: string, name: string | RegExp): number {
  const pattern =
    typeof name === 'string' ? new RegExp(`\\b${name}(?: =|:) ([\\d_]+)(?: \\* 1024)?`) : name
  const found = pattern.exec(text(path))?.[1]?.replaceAll('_', '')
  if (!found) throw new Error(`${path} has no number at ${name}.`)
  return Number(found)
}
/** Formats a number as the documents do: 20,000. */
const n = (value: number) => value.toLocaleString('en')

const defaults = settings.parse({})
const complexity = 'gateway/plugins/query-complexity.ts'
const [objectCost, valueCost, mutationCost] = /= \[(\d+), (\d+), (\d+)\]/
  .exec(text(complexity))!
  .slice(1)
const maxPageSize = sourceNumber('platform/graphql/pagination.ts', 'maxPageSize')
const maxTailSize = sourceNumber('subgraphs/audit/entities/activity-tail.ts', 'maxPageSize')
const maxCost = sourceNumber(complexity, 'maxCost')
const maxQueryNodes = sourceNumber(complexity, 'maxQueryNodes')
const subgraphServer = 'platform/graphql/subgraph-server.ts'
const exportRoutes = 'subgraphs/audit/export/routes.ts'
const rateLimitStore = 'gateway/http/rate-limit-store.ts'
const jwks = 'subgraphs/identity/jwt/published-keys.ts'
const breaker = 'gateway/subgraphs/circuit-breaker.ts'
const validForMs = sourceNumber('gateway/plugins/session-recheck.ts', 'validForMs')

const sizes = [
  `| body, decompressed | ${sourceNumber('gateway/http/gateway-app.ts', 'bodyLimitBytes')} KiB |`,
  `| headers | ${sourceNumber('gateway/http-listener.ts', 'maxHeaderSize')} KiB |`,
  `| tokens of the document | ${n(clientLimits.tokens)} |`,
  `| nested selection sets | ${clientLimits.depth} |`,
  `| selections in one selection set | ${clientLimits.breadth} |`,
  `| aliases | ${clientLimits.aliases} |`,
  `| directives | ${clientLimits.directives} |`,
  `| uses of one root field | ${clientLimits.sameRootField} |`,
  `| items of a list, in the document or the variables | ${n(clientLimits.listLength)};`,
  `| values in the variables | ${n(clientLimits.values)} |`,
  `| nesting of the variables | ${clientLimits.valueDepth} |`,
  `| requested fields, where a fragment counts each time it is spread | ${n(maxQueryNodes)} |`,
  `| cost | ${n(maxCost)} |`,
]
const costs = [
  `An object costs ${objectCost}, a value ${valueCost}, a mutation ${mutationCost}.`,
  `otherwise ${sourceNumber(complexity, 'defaultPageSize')} (${pageTypes.ActivityTail} for a tail)`,
  `\`activitySummary\` and \`partnerActivityLog\` cost ${fieldCosts['Tenant.activitySummary']},`,
  `\`totalCount\` and \`totalCountIsExact\` ${fieldCosts['ActivityEventConnection.totalCount']} each`,
  `\`consistencyPath\` ${fieldCosts['ActivityCheckpoint.consistencyPath']}, \`integrity\` ${fieldCosts['ActivityEvent.integrity']}.`,
  `A page has at most ${maxPageSize} entries, a tail of the Activity Log at most ${n(maxTailSize)}.`,
]
const rates = [
  `all requests | ${n(defaults.RATE_LIMIT_PER_ADDRESS)} | \`RATE_LIMIT_PER_ADDRESS\``,
  `including exports | ${n(defaults.RATE_LIMIT_PER_SESSION)} | \`RATE_LIMIT_PER_SESSION\``,
  `sign-in pages | ${n(defaults.RATE_LIMIT_PER_SESSION)} | \`RATE_LIMIT_PER_SESSION\``,
  `| partner instance | ${n(defaults.RATE_LIMIT_PER_PARTNER)} | \`RATE_LIMIT_PER_PARTNER\``,
]
const concurrency = [
  `(\`MAX_REQUESTS_IN_FLIGHT\`) | ${defaults.MAX_REQUESTS_IN_FLIGHT} |`,
  `body is arriving | ${sourceNumber('gateway/http/gateway-app.ts', /concurrencyLimit\((\d) \* maxInFlight\)/)} times as many |`,
  `| requests that a subgraph executes | ${n(sourceNumber(subgraphServer, 'maxInFlight'))} |`,
  `| exports of one tenant | ${sourceNumber(exportRoutes, 'maxConcurrentPerTenant')} |`,
  `| exports of all tenants | ${sourceNumber(exportRoutes, 'maxConcurrent')} |`,
  `| ${sourceNumber('platform/postgres/connection-pool.ts', 'maxWaitingPerConnection')} times \`DATABASE_POOL_SIZE\` |`,
  `(\`MAX_CONNECTIONS\`) | ${n(defaults.MAX_CONNECTIONS)} |`,
  `\`REQUEST_DEADLINE_MS\` (${defaults.REQUEST_DEADLINE_MS / 1_000} s)`,
]
const ofSubgraphs = [
  `| ${sourceNumber(subgraphServer, /bodyLimitBytes = (\d+) \* 1024/) / 1024 || 1} MiB |`,
  `| tokens | ${n(gatewayLimits.tokens)} |`,
  `| nested selection sets | ${gatewayLimits.depth} |`,
  `| aliases; selections in one selection set | ${gatewayLimits.aliases} each |`,
  `| directives | ${gatewayLimits.directives} |`,
  `| uses of one root field | ${gatewayLimits.sameRootField} |`,
  `| items of a list | ${n(gatewayLimits.listLength)} |`,
  `| values in the variables; nesting | ${n(gatewayLimits.values)}; ${gatewayLimits.valueDepth} |`,
]

/** The texts that each document must contain. */
const stated: Record<string, string[]> = {
  'docs/limits.md': [...sizes, ...costs, ...rates, ...concurrency, ...ofSubgraphs],
  'docs/hostile-clients.md': [
    `${clientLimits.aliases} aliases in an operation, ${clientLimits.sameRootField} uses of one root field`,
    `${clientLimits.directives} directives`,
    `${clientLimits.breadth} selections in one selection set, ${n(clientLimits.tokens)} tokens`,
    `depth ${clientLimits.depth}, pages of ${maxPageSize}, tails of the Activity Log of ${n(maxTailSize)}, lists of ${n(clientLimits.listLength)}`,
  ],
  'SECURITY.md': [
    `accepted for ${viewerTokenSeconds} seconds, plus ${sourceNumber('platform/graphql/subgraph-protocol.ts', 'clockToleranceSeconds')} seconds for differing clocks`,
    `multiples of ${sourceNumber('platform/auth/timing-padding.ts', 'stepMs')} ms`,
  ],
  'docs/adr/0011-published-keys.md': [
    `at least ${sourceNumber(jwks, 'minimum')} and at most ${sourceNumber(jwks, 'maximum')} seconds`,
    `at most every ${sourceNumber(jwks, 'refetchIntervalSeconds')} seconds`,
  ],
  'docs/adr/0018-shared-rate-limits.md': [
    `within ${rateLimitDatabaseLimits.transactionTimeoutMs / 1_000} s, the node counts alone`,
    `deleted every ${sourceNumber(rateLimitStore, 'cleanEveryMs') / 1_000} seconds`,
    `At ${n(sourceNumber(rateLimitStore, 'maxRows'))} rows`,
    `at most ${n(sourceNumber(rateLimitStore, 'maxCallers'))} callers`,
  ],
  'docs/adr/0020-partial-failures.md': [
    `longer than ${validForMs} ms, the gateway checks`,
    `another ${validForMs} ms`,
    `a check takes ${sourceNumber('subgraphs/audit/export/stream.ts', 'accessCheckMaxAgeMs')} ms`,
    `When a call takes ${sourceNumber(breaker, 'probeAfterMs')} ms`,
    `for another ${sourceNumber(breaker, 'probeIntervalMs') / 1_000} s`,
  ],
  'docs/adr/0021-request-deadlines.md': [
    `stops ${sourceNumber(subgraphServer, 'returnMs') / 1_000} s before its gateway`,
    `fails after ${defaults.REQUEST_DEADLINE_MS / 1_000} s`,
  ],
  'docs/adr/0022-load-shedding-and-draining.md': [
    `${n(sourceNumber('platform/postgres/connection-pool.ts', 'maxPreparedLength'))} characters`,
    `\`DRAIN_MS\` (${defaults.DRAIN_MS / 1_000} s)`,
  ],
}

describe('a document states the number of the source', () => {
  test.each(Object.keys(stated))('%s', (path) => {
    const document = text(path)
    expect(stated[path]!.filter((part) => !document.includes(part))).toEqual([])
  })
})

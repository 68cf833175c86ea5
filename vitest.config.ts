/**
 * What `npm test` runs; docs/testing.md explains the groups. `npm run test:rest` runs
 * vitest.rest.config.ts in addition.
 */
import { createRequire } from 'node:module'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

// Vitest would load graphql as ESM for the sources and as CommonJS for Apollo's packages, and each
// rejects the other's types.
const alias = [
  { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') },
]

/**
 * Tests of what goes through the gateway to the subgraphs: the same for every transport between
 * them.
 */
export const throughTheGateway = [
  'test/tenants/**/*.test.ts',
  'test/identity/**/*.test.ts',
  'test/audit/**/*.test.ts',
  'test/gateway/**/*.test.ts',
]
/** The tests of HTTP itself as the transport, and one path through all subgraphs. */
export const ofTheTransport = [
  'test/gateway/**/*.test.ts',
  'test/identity/critical-path.test.ts',
  'test/identity/redeem-handoff.test.ts',
  'test/audit/integrity.test.ts',
]
/** These measure latencies or memory, so that nothing may run beside them. */
export const alone = [
  'test/drills/{revocation,soak}.test.ts',
  'test/processes/{overload,sealers}.test.ts',
]
const processes = ['test/processes/**/*.test.ts', 'test/drills/**/*.test.ts']
const consolePages = ['test/console/**/*.test.ts']

/**
 * One project; workers are reused for all files of a project, so that modules load and a world
 * boots once per worker.
 */
export const project = (
  name: string,
  test: Omit<NonNullable<TestProjectInlineConfiguration['test']>, 'name'>,
): TestProjectInlineConfiguration => ({
  test: {
    alias,
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Waits for an event end with the event; on a loaded machine one can take seconds.
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    isolate: false,
    // Tests often wait for PostgreSQL or for a deadline: three workers keep two cores busy.
    maxWorkers: 3,
    sequence: { groupOrder: 0 },
    ...test,
    name,
  },
})
/** Runs after all other projects, one file at a time. */
export const oneByOne = { maxWorkers: 1, sequence: { groupOrder: 1 } }

export const reporters = process.env.TEST_RESULTS
  ? ['default', ['json', { outputFile: process.env.TEST_RESULTS }] as const]
  : ['default']

export default defineConfig({
  test: {
    reporters: reporters as never,
    projects: [
      project('gateway', { include: throughTheGateway, env: { SUBGRAPHS: 'json' } }),
      project('http', { include: ofTheTransport, env: { SUBGRAPHS: 'http' } }),
      project('parts', {
        include: ['test/**/*.test.ts'],
        exclude: [...throughTheGateway, ...processes, ...consolePages],
      }),
      project('processes', { include: processes, exclude: alone, testTimeout: 90_000 }),
      project('console', {
        include: consolePages,
        globalSetup: ['test/support/global-setup.ts', 'test/console/support/build-console.ts'],
      }),
      project('alone', { include: alone, ...oneByOne }),
    ],
  },
})

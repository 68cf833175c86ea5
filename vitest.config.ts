/**
 * Configures `npm test`; docs/testing.md explains the projects. `npm run test:rest` uses
 * vitest.rest.config.ts.
 */
import { createRequire } from 'node:module'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'

// Without this alias, Vitest loads graphql as ESM for our sources and as CommonJS for Apollo's
// packages, and each copy rejects the types of the other copy.
const alias = [
  { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') },
]

/**
 * Tests that call subgraphs through the gateway. They run with every transport between gateway and
 * subgraphs.
 */
export const throughTheGateway = [
  'test/tenants/**/*.test.ts',
  'test/identity/**/*.test.ts',
  'test/audit/**/*.test.ts',
  'test/gateway/**/*.test.ts',
]
/**
 * Tests that `npm test` repeats over HTTP: the transport itself, and a path through all subgraphs.
 */
export const ofTheTransport = ['test/gateway/**/*.test.ts', 'test/identity/critical-path.test.ts']
/** Tests that measure latency, and must therefore run alone. */
const alone = ['test/drills/revocation.test.ts', 'test/processes/start-time.test.ts']
const processes = ['test/processes/**/*.test.ts', 'test/drills/clocks.test.ts']
/** All but two drills are left to `npm run test:full`. */
const drills = ['test/drills/**/*.test.ts']
const consolePages = ['test/console/**/*.test.ts']
/** Tests that open each page or each dialog of the console. `npm run test:full` runs them. */
export const consoleDetails = [
  'test/console/forms.test.ts',
  'test/console/sessions.test.ts',
  'test/console/tour.test.ts',
]
/** Also builds the console, once for all tests. */
export const withConsole = ['test/support/global-setup.ts', 'test/console/support/build-console.ts']

/**
 * Configures one project. All its files share the workers, so that each worker loads the modules
 * and starts the test service once.
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
    // `expect.poll` returns when its condition holds, which can take seconds on a loaded machine.
    expect: { poll: { timeout: 20_000 } },
    pool: 'forks',
    isolate: false,
    // Tests often wait for PostgreSQL or for a deadline, so four workers use two cores well.
    maxWorkers: 4,
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
      project('service', {
        include: ['test/**/*.test.ts'],
        exclude: [...processes, ...drills, ...consolePages],
      }),
      project('http', { include: ofTheTransport, env: { SUBGRAPHS: 'http' } }),
      project('processes', { include: processes, exclude: alone, testTimeout: 90_000 }),
      project('console', {
        include: consolePages,
        exclude: consoleDetails,
        globalSetup: withConsole,
      }),
      project('alone', { include: alone, ...oneByOne }),
    ],
  },
})

import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

// Vitest would load graphql as ESM for us and as CommonJS for Apollo's packages; types from one are strangers to the other.
const alias = [
  { find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') },
]

/** Files whose tests go through the gateway run twice: with the subgraphs in the process, and over HTTP. */
const throughTheGateway = [
  'test/tenants/**/*.test.ts',
  'test/identity/**/*.test.ts',
  'test/audit/**/*.test.ts',
  'test/gateway/**/*.test.ts',
]
/** What measures how long something takes, kills processes or drives a browser has the machine to itself. */
const alone = [
  'test/drills/**/*.test.ts',
  'test/processes/**/*.test.ts',
  'test/console/**/*.test.ts',
]
const common = {
  alias,
  globalSetup: ['test/support/global-setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
  pool: 'forks' as const,
}
const sideBySide = { ...common, maxWorkers: 2, sequence: { groupOrder: 0 } }

export default defineConfig({
  test: {
    reporters: process.env.TEST_RESULTS
      ? ['default', ['json', { outputFile: process.env.TEST_RESULTS }]]
      : ['default'],
    projects: [
      {
        test: {
          ...sideBySide,
          name: 'in one process',
          include: throughTheGateway,
          env: { SUBGRAPHS: 'in-process' },
        },
      },
      {
        test: {
          ...sideBySide,
          name: 'over HTTP',
          include: throughTheGateway,
          env: { SUBGRAPHS: 'http' },
        },
      },
      {
        test: {
          ...sideBySide,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: [...throughTheGateway, ...alone],
        },
      },
      {
        test: {
          ...common,
          name: 'alone',
          // These tests start whole processes, some of them eight in a row.
          testTimeout: 90_000,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          globalSetup: [...common.globalSetup, 'test/console/support/build-console.ts'],
          include: alone,
        },
      },
    ],
  },
})

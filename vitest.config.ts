import { createRequire } from 'node:module'
import { defineConfig } from 'vitest/config'

// Vitest would load graphql as ESM for us and as CommonJS for Apollo's packages; types from one are strangers to the other.
const alias = [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }]

/** Files whose tests go through the gateway run twice: with the subgraphs in the process, and over HTTP. */
const throughTheGateway = [
  'test/tenants/**/*.test.ts',
  'test/identity/**/*.test.ts',
  'test/audit/**/*.test.ts',
  'test/gateway/**/*.test.ts',
]
const common = { alias, globalSetup: ['test/support/global-setup.ts'], testTimeout: 30_000, hookTimeout: 60_000, pool: 'forks' as const }

export default defineConfig({
  test: {
    reporters: process.env.TEST_RESULTS ? ['default', ['json', { outputFile: process.env.TEST_RESULTS }]] : ['default'],
    projects: [
      { test: { ...common, name: 'in one process', include: throughTheGateway, env: { SUBGRAPHS: 'in-process' } } },
      { test: { ...common, name: 'over HTTP', include: throughTheGateway, env: { SUBGRAPHS: 'http' } } },
      {
        test: {
          ...common,
          name: 'parts',
          globalSetup: [...common.globalSetup, 'test/console/support/built.ts'],
          include: ['test/**/*.test.ts'],
          exclude: throughTheGateway,
        },
      },
    ],
  },
})

/**
 * Configures the tests that `npm run test:full` runs in addition to `npm test`: all tests with both
 * other transports, and the drills.
 */
import { defineConfig } from 'vitest/config'
import {
  consoleDetails,
  ofTheTransport,
  oneByOne,
  project,
  reporters,
  throughTheGateway,
  withConsole,
} from './vitest.config.ts'

export default defineConfig({
  test: {
    reporters: reporters as never,
    projects: [
      project('http, the others', {
        include: throughTheGateway,
        exclude: ofTheTransport,
        env: { SUBGRAPHS: 'http', RACES: 'all' },
      }),
      project('direct', { include: throughTheGateway, env: { SUBGRAPHS: 'direct', RACES: 'all' } }),
      project('console details', { include: consoleDetails, globalSetup: withConsole }),
      project('races, filters and fuzzing', {
        include: [
          'test/races/**/*.test.ts',
          'test/audit-find/plans.test.ts',
          'test/abuse/fuzz.test.ts',
        ],
        env: { RACES: 'all', FILTERS: 'all', FUZZ_RUNS: '3000' },
      }),
      project('drills', {
        include: ['test/drills/**/*.test.ts'],
        exclude: ['test/drills/clocks.test.ts'], // npm test runs it
        env: { DRILL: 'long', SOAK_MINUTES: process.env.SOAK_MINUTES ?? '5' },
        ...oneByOne,
      }),
    ],
  },
})

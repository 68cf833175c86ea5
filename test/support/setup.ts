/**
 * Vitest loads this file before each test file. This file imports no code of the service, so that
 * unit tests start quickly.
 */
import { afterEach } from 'vitest'

/**
 * True if a test has failed in this worker. A failed test may have left requests, locks or faults
 * behind, so the next test file starts a new world.
 */
export const failures = globalThis as { hasTestFailed?: boolean }

afterEach(({ task }) => {
  if (task.result?.state === 'fail') failures.hasTestFailed = true
})

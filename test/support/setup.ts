/**
 * Loaded before each test file; imports nothing of the service, so that tests of small parts start
 * at once.
 */
import { afterEach } from 'vitest'

/**
 * Set by a failed test: it may have left requests, locks or faults behind, so that the next file
 * boots a world of its own.
 */
export const failures = globalThis as { hasTestFailed?: boolean }

afterEach(({ task }) => {
  if (task.result?.state === 'fail') failures.hasTestFailed = true
})

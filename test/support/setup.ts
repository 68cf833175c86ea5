/** Loaded before each test file. It imports no product code, so that unit tests start fast. */
import { afterEach } from 'vitest'

/**
 * Set by a failed test. Such a test may leave requests, locks or faults behind, so the next file
 * boots a new world.
 */
export const failures = globalThis as { hasTestFailed?: boolean }

afterEach(({ task }) => {
  if (task.result?.state === 'fail') failures.hasTestFailed = true
})

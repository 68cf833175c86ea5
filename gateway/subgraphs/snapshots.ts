import { requestSnapshots } from '../../platform/postgres/snapshots.ts'
import type { Executor } from './executor.ts'

/**
 * Ends the snapshots of a request as soon as its operation is answered, so that no connection is
 * kept while the response is sent.
 */
export const withSnapshotPerOperation =
  (executor: Executor): Executor =>
  (request) =>
    executor(request).finally(() => requestSnapshots()?.giveUp())

/**
 * Creates the log's partitions for the coming months and drops partitions whose retention period is
 * over. The worker runs at start-up and then every hour, with a database role that can neither read
 * nor change events.
 */
import { sql } from 'drizzle-orm'
import { expired } from '../../../drizzle/tables/audit.ts'
import type { ActivityRetention } from '../../../drizzle/tables/tenants.ts'
import { auditedByService } from '../../../platform/audit/operators.ts'
import { unaudited } from '../../../platform/audit/unaudited.ts'
import type { Log } from '../../../platform/lib/log.ts'
import { startPeriodicTask } from '../../../platform/lib/periodic-task.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { expiryAction, type Run } from './expiry-claim.ts'

export interface RetentionWorker {
  /** Stops the worker. Resolves when the current run has ended. */
  stop(): Promise<void>
}

const hourMs = 3_600_000

export function startRetentionWorker({
  db,
  log,
  everyMs = hourMs,
}: {
  db: Database
  log: Log
  everyMs?: number
}): RetentionWorker {
  const steps = [
    { name: 'Creating partitions', run: createPartitions },
    { name: 'Dropping expired partitions', run: dropExpiredPartitions },
    { name: 'Deleting expired records', run: deleteExpiredRecords },
  ]
  async function runAll(): Promise<void> {
    for (const { name, run } of steps)
      await run(db).catch((error: unknown) =>
        log.error({ err: error }, `${name} failed. Retrying in the next run.`),
      )
  }
  const firstRun = runAll()
  const task = startPeriodicTask(everyMs, log, 'retention of the Activity Logs', () =>
    firstRun.then(runAll),
  )
  return {
    async stop() {
      await Promise.all([firstRun, task.stop()])
    },
  }
}

/**
 * Creates partitions up to three months ahead, so that events can be sealed even if no worker runs
 * for weeks.
 */
const createPartitions = (db: Database) =>
  unaudited(db, null, 'a partition without events changes nothing for a user', (tx) =>
    tx.execute(
      sql`select audit.make_partitions((now() - interval '1 month')::date, (now() + interval '3 months')::date)`,
    ),
  )

type Partition = { retention: ActivityRetention; month: string }

/**
 * Drops expired partitions in two steps. The first run records an `activity_log.expired` event in
 * the log of every tenant that has events in the partition. A later run drops the partition with
 * `audit.drop_partition`, which requires that these events are sealed and at least two hours old.
 */
export async function dropExpiredPartitions(db: Database): Promise<void> {
  const due = await db.read(null, (tx) =>
    tx.execute<Partition>(
      sql`select retention, month::text as month from audit.partitions_to_drop()`,
    ),
  )
  for (const { retention, month } of due) {
    const partition = sql`${retention}::tenants.activity_retention, ${month}::timestamptz`
    const tenants = await db.read(null, (tx) =>
      tx.execute<{ tenant_id: string; runs: Run[] }>(
        sql`select tenant_id, runs from audit.runs_of(${partition})`,
      ),
    )
    for (const { tenant_id, runs } of tenants)
      await recordExpiry(db, tenant_id, { retention, month }, runs)
    // Record the `activity_log.expired` events in this partition again. Without these events, a
    // verifier could not explain the gaps that earlier drops left in the log.
    const earlier = await db.read(null, (tx) =>
      tx.execute<Partition & { tenant_id: string; runs: Run[] }>(
        sql`select tenant_id, retention, month::text as month, runs from audit.told_in(${partition})`,
      ),
    )
    for (const { tenant_id, runs, ...dropped } of earlier)
      await recordExpiry(db, tenant_id, dropped, runs, { isRepeated: true })
    await unaudited(db, null, 'an activity_log.expired event records it in each tenant', (tx) =>
      tx.execute(sql`select audit.drop_partition(${partition})`),
    )
  }
}

/**
 * Records an `activity_log.expired` event, unless this expiry is already recorded with the same
 * sequence numbers. With `isRepeated`, the event is always recorded.
 */
async function recordExpiry(
  db: Database,
  tenantId: string,
  { retention, month }: Partition,
  runs: Run[],
  { isRepeated = false } = {},
): Promise<void> {
  const eventCount = runs.reduce((sum, [first, last]) => sum + last - first + 1, 0)
  const changes = Object.entries({
    retention,
    month: new Date(month).toISOString().slice(0, 7),
    events: eventCount,
    sequences: runs,
  }).map(([field, before]) => ({ field, before, after: null }))
  const target = { type: 'activity_log', id: tenantId, displayName: null }
  await auditedByService(db, tenantId, { action: expiryAction, target, changes }, async (tx) => {
    const recorded = await tx
      .insert(expired)
      .values({ tenantId, retention, month: new Date(month), runs })
      .onConflictDoUpdate({
        target: [expired.tenantId, expired.retention, expired.month],
        set: { runs, loggedAt: sql`clock_timestamp()` },
        setWhere: isRepeated ? undefined : sql`${expired.runs} <> excluded.runs`,
      })
      .returning()
    return recorded.length === 1
  })
}

const deletionBatchSize = 1_000

/**
 * Deletes exports one day after their expiry, handoffs two days after their expiry, and
 * deduplication keys after two days. Keeps the newest export of each tenant.
 */
async function deleteExpiredRecords(db: Database): Promise<void> {
  for (let deleted = deletionBatchSize; deleted >= deletionBatchSize; )
    deleted = await unaudited(db, null, 'the records are no longer read', async (tx) => {
      const [row] = await tx.execute<{ deleted: number }>(
        sql`select audit.forget_outlived(${deletionBatchSize}) as deleted`,
      )
      return row?.deleted ?? 0
    })
}

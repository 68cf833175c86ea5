/**
 * Keeps the Activity Log's house, every hour and at the start: makes the partitions of the months to come, and drops those that are beyond
 * their retention, two hours after the log of every tenant that has events in them told of it. In a role of its own, which can neither read the log
 * nor change it.
 */
import { setTimeout } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { expired } from '../../drizzle/tables/audit.ts'
import type { ActivityRetention } from '../../drizzle/tables/tenants.ts'
import { recordByService, unaudited } from '../../platform/audit/audited.ts'
import type { Log } from '../../platform/lib/log.ts'
import type { Database } from '../../platform/postgres/database.ts'

export interface Maintenance {
  stop(): Promise<void>
}

const hour = 3_600_000

export function startMaintenance({
  db,
  log,
  everyMs = hour,
}: {
  db: Database
  log: Log
  everyMs?: number
}): Maintenance {
  const stopping = new AbortController()
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await makePartitions(db).catch((error: unknown) =>
        log.error({ err: error }, 'partitions of the log could not be made'),
      )
      await dropPartitions(db).catch((error: unknown) =>
        log.error({ err: error }, 'what is beyond its retention could not be dropped'),
      )
      await forgetOutlived(db).catch((error: unknown) =>
        log.error({ err: error }, 'what is outlived could not be deleted'),
      )
      await setTimeout(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** Three months ahead, so that a maintenance that stands still for weeks keeps nothing from being sealed. */
const makePartitions = (db: Database) =>
  unaudited(db, null, 'partitions change nothing for anybody', (tx) =>
    tx.execute(
      sql`select audit.make_partitions((now() - interval '1 month')::date, (now() + interval '3 months')::date)`,
    ),
  )

type Partition = { retention: ActivityRetention; month: string }
type Runs = [from: number, to: number][]

/** First the rows in the log of each tenant, then, some rounds later and once they are sealed, the drop. */
export async function dropPartitions(db: Database): Promise<void> {
  const due = await db.read(null, (tx) =>
    tx.execute<Partition>(
      sql`select retention, month::text as month from audit.partitions_to_drop()`,
    ),
  )
  for (const { retention, month } of due) {
    const at = sql`${retention}::tenants.activity_retention, ${month}::timestamptz`
    const tenants = await db.read(null, (tx) =>
      tx.execute<{ tenant_id: string; runs: Runs }>(
        sql`select tenant_id, runs from audit.runs_of(${at})`,
      ),
    )
    for (const { tenant_id: tenantId, runs } of tenants)
      await tell(db, tenantId, { retention, month }, runs)
    // What tells of earlier drops goes with this one: what remains is verified by what the log tells of them anew.
    const earlier = await db.read(null, (tx) =>
      tx.execute<Partition & { tenant_id: string; runs: Runs }>(
        sql`select tenant_id, retention, month::text as month, runs from audit.told_in(${at})`,
      ),
    )
    for (const { tenant_id: tenantId, runs, ...gone } of earlier)
      await tell(db, tenantId, gone, runs, { again: true })
    await unaudited(db, null, 'each tenant’s log tells of it', (tx) =>
      tx.execute(sql`select audit.drop_partition(${at})`),
    )
  }
}

async function tell(
  db: Database,
  tenantId: string,
  { retention, month }: Partition,
  runs: Runs,
  { again = false } = {},
): Promise<void> {
  const count = runs.reduce((sum, [from, to]) => sum + to - from + 1, 0)
  const changes = Object.entries({
    retention,
    month: new Date(month).toISOString().slice(0, 7),
    events: count,
    sequences: runs,
  }).map(([field, before]) => ({ field, before, after: null }))
  const act = {
    action: 'activity_log.expired',
    target: { type: 'activity_log', id: tenantId, displayName: null },
    changes,
  }
  await recordByService(db, tenantId, act, async (tx) => {
    const told = await tx
      .insert(expired)
      .values({ tenantId, retention, month: new Date(month), runs })
      .onConflictDoUpdate({
        target: [expired.tenantId, expired.retention, expired.month],
        set: { runs, loggedAt: sql`clock_timestamp()` },
        // Otherwise told anew only where something was sealed into that month since.
        setWhere: again ? undefined : sql`${expired.runs} <> excluded.runs`,
      })
      .returning()
    return told.length === 1
  })
}

const outlivedAtATime = 1_000

async function forgetOutlived(db: Database): Promise<void> {
  for (let deleted = outlivedAtATime; deleted >= outlivedAtATime; )
    deleted = await unaudited(
      db,
      null,
      'nothing of it is shown to anybody any more',
      async (tx) => {
        const [row] = await tx.execute<{ deleted: number }>(
          sql`select audit.forget_outlived(${outlivedAtATime}) as deleted`,
        )
        return row!.deleted
      },
    )
}

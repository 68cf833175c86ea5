/**
 * Keeps the Activity Log's house, every hour and at the start: makes the partitions of the months to come. In a role of its own, which can
 * neither read the log nor change it.
 */
import { setTimeout } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { unaudited } from '../../platform/audited.ts'
import type { Database } from '../../platform/db.ts'
import type { Log } from '../../platform/log.ts'

export interface Maintenance {
  stop(): Promise<void>
}

const hour = 3_600_000

export function startMaintenance({ db, log, everyMs = hour }: { db: Database; log: Log; everyMs?: number }): Maintenance {
  const stopping = new AbortController()
  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await makePartitions(db).catch((error: unknown) => log.error({ err: error }, 'partitions of the log could not be made'))
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
    tx.execute(sql`select audit.make_partitions((now() - interval '1 month')::date, (now() + interval '3 months')::date)`),
  )

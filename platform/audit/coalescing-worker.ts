/**
 * Writes the counts of coalescing.ts to the database every second. After each minute, one of the
 * processes inserts one row per count. If a process crashes, the counts of its last second are
 * lost, and another process records a gap.
 */
import { randomUUID } from 'node:crypto'
import { eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm'
import { organizationsOf, tenantOfDomain } from '../../drizzle/reads/tenants.ts'
import { counter, flood, floodedTenant, operatorFlood } from '../../drizzle/tables/audit.ts'
import { withoutDeadline } from '../lib/deadline.ts'
import type { Log } from '../lib/log.ts'
import { startPeriodicTask } from '../lib/periodic-task.ts'
import { isUuid } from '../lib/uuid.ts'
import type { Database, WriteTx } from '../postgres/database.ts'
import {
  type AuditDatabase,
  type CoalescingBounds,
  coalescingBounds,
  createAuditCoalescer,
  type PendingCounts,
} from './coalescing.ts'
import {
  type ActivityRow,
  addCoalescedCounts,
  type CoalescedCount,
  claimOnce,
  insertOperatorRow,
  insertRow,
  type OperatorRow,
  systemActor,
} from './rows.ts'
import { unaudited } from './unaudited.ts'

export interface CoalescingWorkerOptions extends Partial<CoalescingBounds> {
  db: Database
  log: Log
  /** The interval between two writes of the counts to the database. Default: 1,000 ms. */
  flushEveryMs?: number
  /**
   * The interval between two searches for finished minutes and crashed processes.
   * Default: 5,000 ms.
   */
  lookEveryMs?: number
  /** The time without a write after which a process is considered crashed. Default: 30,000 ms. */
  deadAfterMs?: number
}

export interface CoalescingWorker {
  /** The database from the options, extended with a coalescer. */
  db: AuditDatabase
  /** Stops the worker, writes all counts to the database and inserts the rows of all counts. */
  stop(): Promise<void>
}

/** The maximum numbers of tenants and of crashed processes in one run of the task. */
const maxTenantsPerLook = 1_000
const maxDeadPerLook = 100

export function startCoalescingWorker(options: CoalescingWorkerOptions): CoalescingWorker {
  const {
    db,
    log,
    flushEveryMs = 1_000,
    lookEveryMs = 5_000,
    deadAfterMs = 30_000,
    ...chosenBounds
  } = options
  const bounds = { ...coalescingBounds, ...chosenBounds }
  const registration = createRegistration(db)
  const memory = createAuditCoalescer(bounds, registration.ensure)
  let countedAt = performance.now()

  async function unregisterIfEmpty(): Promise<void> {
    if (memory.isEmpty()) await registration.remove()
  }

  async function flush(): Promise<void> {
    const id = await registration.current()
    if (!id) return
    const pending = memory.drain()
    if (pending.counts.size + pending.named.size > 0) countedAt = performance.now()
    else if (performance.now() - countedAt > bounds.minuteMs) return unregisterIfEmpty()
    const unwritten = await writeCounts(db, pending).catch((error: unknown) => {
      log.error({ err: error }, 'The counts of refused attempts could not be written. Retrying.')
      return pending
    })
    memory.restore(unwritten)
    await registration.refresh(id)
  }

  // Three flush intervals after the end of a minute, all processes have written their counts of
  // that minute.
  const finishedBefore = sql`clock_timestamp() - make_interval(secs => ${(bounds.minuteMs + 3 * flushEveryMs) / 1000})`
  const flushing = startPeriodicTask(flushEveryMs, log, 'writing counts of refused attempts', flush)
  const looking = startPeriodicTask(lookEveryMs, log, 'writing coalesced rows', async () => {
    await recordGaps(db, log, deadAfterMs, bounds.minuteMs)
    await writeRows(db, finishedBefore)
  })

  return {
    db: { ...db, coalescer: memory.coalescer },
    async stop() {
      await Promise.all([flushing.stop(), looking.stop()])
      await flush()
      await writeRows(db, sql`clock_timestamp()`)
      await unregisterIfEmpty()
    },
  }
}

/**
 * Manages this process's row in `audit.counter`. Each flush updates the row, so other processes
 * detect a crash when the updates stop.
 */
function createRegistration(db: Database) {
  let registered: { id: string; done: Promise<void> } | null = null
  const write = (work: (tx: WriteTx) => Promise<unknown>) =>
    unaudited(db, null, 'registers a process that counts', async (tx) => void (await work(tx)))

  return {
    /** Inserts the row if it is missing. Await this function before counting in memory. */
    ensure(): Promise<void> {
      if (registered) return registered.done
      const id = randomUUID()
      const done = withoutDeadline(() =>
        write((tx) => tx.insert(counter).values({ counterId: id })),
      )
      registered = { id, done }
      done.catch(() => {
        registered = null
      })
      return done
    },
    /**
     * Returns the id of the row, or null if the row does not exist. Ignores a failed insert,
     * because `ensure` already rejects with the error.
     */
    async current(): Promise<string | null> {
      await registered?.done.catch(() => {})
      return registered?.id ?? null
    },
    async refresh(id: string): Promise<void> {
      await write(async (tx) => {
        const updated = await tx
          .update(counter)
          .set({ flushedAt: sql`clock_timestamp()` })
          .where(eq(counter.counterId, id))
          .returning()
        // Another process assumed that this process had crashed and deleted the row.
        if (updated.length === 0) await tx.insert(counter).values({ counterId: id })
      })
    },
    async remove(): Promise<void> {
      if (!registered) return
      const { id } = registered
      registered = null
      await write((tx) => tx.delete(counter).where(eq(counter.counterId, id)))
    },
  }
}

/**
 * Writes counts in one transaction per tenant, and returns the counts that could not be written.
 */
async function writeCounts(db: Database, { counts, named }: PendingCounts): Promise<PendingCounts> {
  const unwritten: PendingCounts = { counts: new Map(), named: new Map() }
  const all = [...counts, ...(await countsOfExistingTenants(db, named))]
  const byTenant = Map.groupBy(all, ([, { tenantId }]) => tenantId)
  for (const [tenantId, group] of byTenant) {
    const counted = group.map(([, one]) => one.counted)
    await unaudited(db, tenantId, 'writes coalesced counts, whose rows are inserted later', (tx) =>
      addCoalescedCounts(tx, tenantId, merged(counted)),
    ).catch(() => {
      for (const [key, one] of group) unwritten.counts.set(key, one)
    })
  }
  return unwritten
}

/**
 * Returns the counts that belong to existing tenants. The request itself does not look up the
 * tenant, because the response time would reveal whether the tenant exists.
 */
async function countsOfExistingTenants(
  db: Database,
  named: PendingCounts['named'],
): Promise<[string, { tenantId: string; counted: CoalescedCount }][]> {
  if (named.size === 0) return []
  const names = [...new Set([...named.keys()].map(nameIn))]
  const tenants = await db.read(null, async (tx) => {
    const found = new Map((await organizationsOf(tx, names.filter(isUuid))).map((id) => [id, id]))
    for (const name of names.filter((name) => !isUuid(name))) {
      const tenantId = await tenantOfDomain(tx, name)
      if (tenantId) found.set(name, tenantId)
    }
    return found
  })
  return [...named].flatMap(([key, { attempt, counted }]) => {
    const tenantId = tenants.get(nameIn(key))
    if (!tenantId) return []
    const event = { ...attempt(tenantId), requestId: '' }
    return [[key, { tenantId, counted: { ...counted, key: 'unverified', event } }]]
  })
}

/** Returns the tenant name from a key of `PendingCounts.named`. The format is `name minute`. */
const nameIn = (key: string) => key.slice(0, key.lastIndexOf(' '))

/**
 * Adds up counts for the same row, because one statement cannot update a row twice. Two counts
 * belong to the same row if requests identified a tenant both by id and by domain.
 */
function merged(counted: CoalescedCount[]): CoalescedCount[] {
  const groups = Map.groupBy(counted, ({ minute, key }) => `${minute.getTime()} ${key}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (!first) return []
    return {
      ...first,
      count: group.reduce((sum, { count }) => sum + count, 0),
      firstAt: new Date(Math.min(...group.map(({ firstAt }) => firstAt.getTime()))),
      lastAt: new Date(Math.max(...group.map(({ lastAt }) => lastAt.getTime()))),
    }
  })
}

/**
 * Inserts one row for each count of a finished minute. The same transaction deletes the count, so
 * the row cannot be inserted twice.
 */
async function writeRows(db: Database, before: SQL): Promise<void> {
  const reason = 'inserts the rows of coalesced counts'
  const tenants = await db.read(null, (tx) =>
    tx
      .selectDistinct({ tenantId: floodedTenant.tenantId })
      .from(floodedTenant)
      .where(lte(floodedTenant.minute, before))
      .limit(maxTenantsPerLook),
  )
  for (const { tenantId } of tenants) {
    await unaudited(db, tenantId, reason, async (tx) => {
      const notes = await tx
        .delete(floodedTenant)
        .where(
          sql`${floodedTenant.tenantId} = ${tenantId} and ${lte(floodedTenant.minute, before)}`,
        )
        .returning()
      if (notes.length === 0) return // another process has already inserted the rows
      const minutes = notes.map(({ minute }) => minute)
      const counts = await tx.delete(flood).where(inArray(flood.minute, minutes)).returning()
      for (const { event, ...one } of counts)
        await insertRow(tx, { ...(event as ActivityRow), ...coalesced(one) })
    })
  }
  await unaudited(db, null, reason, async (tx) => {
    const counts = await tx
      .delete(operatorFlood)
      .where(lte(operatorFlood.minute, before))
      .returning()
    for (const { event, ...one } of counts)
      await insertOperatorRow(tx, { ...(event as OperatorRow), ...coalesced(one) })
  })
}

const coalesced = ({
  count,
  firstAt,
  lastAt,
}: Pick<CoalescedCount, 'count' | 'firstAt' | 'lastAt'>) => ({
  requestId: randomUUID(),
  coalesced: { count, firstAt: firstAt.toISOString(), lastAt: lastAt.toISOString() },
})

/**
 * Records a gap for each process that crashed while it had counts in memory. The gap is recorded in
 * the operators' log and in the log of every tenant with refused attempts in that period.
 */
async function recordGaps(
  db: Database,
  log: Log,
  deadAfterMs: number,
  minuteMs: number,
): Promise<void> {
  const reason = 'inserts the row of a gap'
  const isDead = lte(
    counter.flushedAt,
    sql`clock_timestamp() - make_interval(secs => ${deadAfterMs / 1000})`,
  )
  const dead = await db.read(null, (tx) =>
    tx.select().from(counter).where(isDead).limit(maxDeadPerLook),
  )
  for (const { counterId, flushedAt } of dead) {
    const tenants = await db.read(null, (tx) =>
      tx
        .selectDistinct({ tenantId: floodedTenant.tenantId })
        .from(floodedTenant)
        .where(gte(floodedTenant.minute, new Date(flushedAt.getTime() - minuteMs)))
        .limit(maxTenantsPerLook),
    )
    for (const { tenantId } of tenants) {
      await unaudited(db, tenantId, reason, async (tx) => {
        if (await claimOnce(tx, tenantId, `gap ${counterId}`))
          await insertRow(tx, { tenantId, ...(await gapSince(tx, flushedAt)) })
      })
    }
    await unaudited(db, null, reason, async (tx) => {
      const [removed] = await tx
        .delete(counter)
        .where(sql`${eq(counter.counterId, counterId)} and ${isDead}`)
        .returning()
      if (removed) await insertOperatorRow(tx, await gapSince(tx, removed.flushedAt))
    })
    log.warn({ counterId, flushedAt }, 'A process crashed while it counted refused attempts.')
  }
}

async function gapSince(tx: WriteTx, from: Date) {
  const [clock] = await tx.execute<{ now: string }>(
    sql`select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now`,
  )
  return {
    requestId: randomUUID(),
    actorKey: systemActor.key,
    actor: systemActor,
    action: 'activity_log.gap' as const,
    outcome: 'FAILED' as const,
    reason: 'COUNTS_LOST',
    changes: [
      { field: 'from', before: null, after: from.toISOString() },
      { field: 'to', before: null, after: clock?.now ?? null },
    ],
  }
}

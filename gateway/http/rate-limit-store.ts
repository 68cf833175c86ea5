/**
 * A store for express-rate-limit that counts requests per caller and minute. A single node counts
 * in memory. Several nodes count in PostgreSQL, so that they share one limit
 * (docs/adr/0018-shared-rate-limits.md):
 *
 * - For the first eighth of a limit, a node counts in memory and updates the database later.
 * - After the first eighth, each request waits until the database returns its position in the
 *   shared count.
 * - A node sends its counts in batches, one SQL statement at a time.
 * - If the database does not respond, each node counts only its own requests.
 */
import { createHmac } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { ClientRateLimitInfo, Store } from 'express-rate-limit'
import { requestCount } from '../../drizzle/tables/gateway.ts'
import { unaudited } from '../../platform/audit/unaudited.ts'
import type { Log } from '../../platform/lib/log.ts'
import { startPeriodicTask } from '../../platform/lib/periodic-task.ts'
import type { DatabaseLimits } from '../../platform/postgres/connection.ts'
import type { Database } from '../../platform/postgres/database.ts'

export interface RateLimitStore extends Store {
  increment(key: string): Promise<ClientRateLimitInfo>
  stop(): Promise<void>
}

/** Options for counts that several nodes share. */
export interface SharedRateLimitOptions {
  /**
   * A connection pool with short timeouts, because requests wait for the result before they run.
   */
  db: Database
  /**
   * An HMAC key, which must be equal on all nodes. The database stores only the HMAC of the caller,
   * not the caller.
   */
  key: Uint8Array
  log: Log
}

export const rateLimitDatabaseLimits: DatabaseLimits = {
  poolSize: 2,
  acquireTimeoutMs: 250,
  transactionTimeoutMs: 500,
}

export interface RateLimitStoreOptions {
  limitOf(key: string): number
  /** If null, this node does not share its counts with other nodes. */
  shared?: SharedRateLimitOptions | null
  /** The length of the counting window. Default: 60,000 ms. */
  windowMs?: number
  /**
   * The maximum number of callers in memory. Above this number, the oldest caller is evicted.
   * Default: 100,000.
   */
  maxCallers?: number
  /**
   * The maximum number of callers in the database. Above this number, each node counts new callers
   * separately. Default: 500,000.
   */
  maxRows?: number
  /**
   * The interval at which expired rows are deleted and `maxRows` is checked. Default: 30,000 ms.
   */
  cleanEveryMs?: number
}

/**
 * The share of a limit for which a node does not wait for the shared count. Most callers stay below
 * this share.
 */
const localShare = 1 / 8
/**
 * The number of milliseconds after a database error during which the store does not use the
 * database.
 */
const pauseAfterErrorMs = 1_000
const deleteBatchSize = 10_000

interface Caller {
  hash: string
  hits: number
  /** The number of `hits` that have not been sent to the database yet. */
  unsent: number
  /** Whether the database has a row for the caller. */
  isShared: boolean
  resetsAt: number
}

/** The shared count of each caller before the batch was added. */
type CountsBefore = Map<Caller, number>

export function createRateLimitStore({
  limitOf,
  shared = null,
  windowMs = 60_000,
  maxCallers = 100_000,
  maxRows = 500_000,
  cleanEveryMs = 30_000,
}: RateLimitStoreOptions): RateLimitStore {
  const callers = new Map<string, Caller>()
  const batches = shared && createBatches(shared, windowMs)
  let isTableFull = false

  function callerOf(key: string): Caller {
    const known = callers.get(key)
    if (known && known.resetsAt > Date.now()) return known
    callers.delete(key)
    if (callers.size >= maxCallers) {
      const [oldest] = callers.keys()
      if (oldest !== undefined) callers.delete(oldest)
    }
    const hash = shared ? hashCaller(shared.key, key) : ''
    const caller = { hash, hits: 0, unsent: 0, isShared: false, resetsAt: Date.now() + windowMs }
    callers.set(key, caller)
    return caller
  }

  const cleaning =
    shared &&
    startPeriodicTask(cleanEveryMs, shared.log, 'deleting expired request counts', async () => {
      isTableFull = await deleteExpired(shared.db, maxRows)
    })

  return {
    async increment(key) {
      const caller = callerOf(key)
      const limit = limitOf(key)
      const result = (totalHits: number) => ({ totalHits, resetTime: new Date(caller.resetsAt) })
      // Requests above the limit are not counted, so that a flood of requests does not cause a
      // flood of database writes.
      if (caller.hits >= limit) return result(limit + 1)
      const localHits = ++caller.hits
      if (!batches || (isTableFull && !caller.isShared)) return result(localHits)
      const position = batches.add(caller)
      if (batches.isPaused()) return result(localHits)
      const sent = batches.send()
      if (localHits <= limit * localShare) return result(localHits)
      const before = (await sent)?.get(caller)
      return result(before === undefined ? localHits : before + position)
    },
    decrement: () => {},
    resetKey: (key) => void callers.delete(key),
    async stop() {
      await cleaning?.stop()
      await batches?.drain()
    },
  }
}

const hashCaller = (key: Uint8Array, caller: string): string =>
  createHmac('sha256', key).update(`asks ${caller}`).digest('base64url').slice(0, 22)

/**
 * Sends counts to the database, one batch at a time. Each batch contains all counts that were added
 * after the previous batch was sent.
 */
function createBatches({ db, log }: SharedRateLimitOptions, windowMs: number) {
  const unsentCallers = new Set<Caller>()
  let running: Promise<CountsBefore | null> = Promise.resolve(null)
  let next: Promise<CountsBefore | null> | null = null
  let pausedUntil = 0

  async function sendBatch(): Promise<CountsBefore | null> {
    const batch = [...unsentCallers].map((caller) => ({ caller, count: caller.unsent }))
    unsentCallers.clear()
    for (const { caller } of batch) caller.unsent = 0
    try {
      return await addCounts(db, windowMs, batch)
    } catch (error) {
      if (Date.now() - pausedUntil > 10 * pauseAfterErrorMs)
        log.warn(
          { err: error },
          'Shared request counts are unavailable. Each node counts only its own requests.',
        )
      pausedUntil = Date.now() + pauseAfterErrorMs
      for (const { caller, count } of batch) {
        caller.unsent += count
        unsentCallers.add(caller)
      }
      return null
    }
  }

  return {
    /** Adds a request of a caller. Returns the position of the request within the batch. */
    add(caller: Caller): number {
      unsentCallers.add(caller)
      return ++caller.unsent
    },
    isPaused: () => Date.now() < pausedUntil,
    /**
     * Sends the next batch. Returns the shared counts before the batch, or null if the database
     * failed.
     */
    send(): Promise<CountsBefore | null> {
      next ??= running.then(() => {
        next = null
        running = sendBatch()
        return running
      })
      return next
    },
    drain: async () => void (await (next ?? running)),
  }
}

/** Adds a batch to the shared counts. Updates the callers with the new counts. */
async function addCounts(
  db: Database,
  windowMs: number,
  batch: { caller: Caller; count: number }[],
): Promise<CountsBefore> {
  const byHash = new Map(batch.map((entry) => [entry.caller.hash, entry]))
  const counts = JSON.stringify(
    Object.fromEntries(batch.map(({ caller, count }) => [caller.hash, count])),
  )
  const rows = await unaudited(db, null, 'request counts are internal to rate limiting', (tx) =>
    // `order by key` prevents deadlocks, because all nodes then lock the rows in the same order.
    tx.execute<{ hash: string; hits: number; left: number }>(sql`
      insert into ${requestCount} as known (caller_hash, hits, resets_at)
      select key, value::int, now() + make_interval(secs => ${windowMs / 1000}) from jsonb_each_text(${counts}::jsonb) order by key
      on conflict (caller_hash) do update set
        hits = case when known.resets_at <= now() then excluded.hits else known.hits + excluded.hits end,
        resets_at = case when known.resets_at <= now() then excluded.resets_at else known.resets_at end
      returning caller_hash as hash, hits, (extract(epoch from resets_at - now()) * 1000)::float8 as left`),
  )
  const before: CountsBefore = new Map()
  for (const { hash, hits, left } of rows) {
    const entry = byHash.get(hash)
    if (!entry) continue
    const { caller, count } = entry
    before.set(caller, hits - count)
    Object.assign(caller, {
      hits: hits + caller.unsent,
      isShared: true,
      resetsAt: Date.now() + left,
    })
  }
  return before
}

/** Deletes expired rows. Returns whether the table has reached the maximum number of callers. */
async function deleteExpired(db: Database, maxRows: number): Promise<boolean> {
  for (let deleted = deleteBatchSize; deleted >= deleteBatchSize; )
    deleted = await unaudited(
      db,
      null,
      'expired request counts are internal to rate limiting',
      async (tx) => {
        const rows = await tx.execute(sql`
        delete from ${requestCount} where caller_hash in (
          select caller_hash from ${requestCount} where resets_at <= now() limit ${deleteBatchSize} for update skip locked)
        returning 1`)
        return rows.length
      },
    )
  const [row] = await db.read(null, (tx) =>
    tx.execute<{ count: number }>(
      sql`select count(*)::int as count from (select from ${requestCount} limit ${maxRows}) as known`,
    ),
  )
  return (row?.count ?? 0) >= maxRows
}

/**
 * How often each caller has asked within a minute, as express-rate-limit wants it told. In this process for one node; for several, in
 * PostgreSQL, so that they share one budget (docs/adr/0018-shared-rate-limits.md). The first eighth of a limit is answered by what this
 * node knows, and the others are told right after; from there on a request takes its place in the common count first. What waits goes
 * together, one statement at a time. Where the database does not answer, each node goes on by itself.
 */
import { createHmac } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { ClientRateLimitInfo, Store } from 'express-rate-limit'
import { requestCount } from '../../drizzle/tables/gateway.ts'
import { unaudited } from '../../platform/audit/audited.ts'
import type { Log } from '../../platform/lib/log.ts'
import { startPeriodicTask } from '../../platform/lib/periodic-task.ts'
import type { Database, DatabaseLimits } from '../../platform/postgres/database.ts'

export interface RateLimitStore extends Store {
  increment(key: string): Promise<ClientRateLimitInfo>
  stop(): Promise<void>
}

/** Where several nodes count together. */
export interface SharedRateLimitOptions {
  /** One with short deadlines: nobody waits for a count as long as for an answer. */
  db: Database
  /** The same on every node; keeps from the database who asks. */
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
  shared?: SharedRateLimitOptions | null
  windowMs?: number
  /** Callers that one node remembers: beyond them, who came first is forgotten first. */
  maxCallers?: number
  /** Callers that all nodes remember together; looked at whenever those whose minute is over are deleted. */
  maxRows?: number
  cleanEveryMs?: number
}

/** Of a limit, as much as one node may answer before it knows what the others have: most callers never ask for more. */
const unaskedShare = 1 / 8
/** A database that did not answer is not asked for so long. */
const awayMs = 1_000
const deletedAtOnce = 10_000

interface Caller {
  hash: string
  hits: number
  /** Those of the hits that the database does not know. */
  unsent: number
  isShared: boolean
  resetsAt: number
}

/** How many hits of each caller the database knew before those that it was told of. */
type Before = Map<Caller, number>

export function createRateLimitStore(options: RateLimitStoreOptions): RateLimitStore {
  const {
    limitOf,
    shared = null,
    windowMs = 60_000,
    maxCallers = 100_000,
    maxRows = 500_000,
    cleanEveryMs = 30_000,
  } = options
  const callers = new Map<string, Caller>()
  const changed = new Set<Caller>()
  let running: Promise<Before | null> = Promise.resolve(null)
  let next: Promise<Before | null> | null = null
  let awayUntil = 0
  let isFull = false

  function callerOf(key: string): Caller {
    const known = callers.get(key)
    if (known && known.resetsAt > Date.now()) return known
    callers.delete(key)
    if (callers.size >= maxCallers) callers.delete(callers.keys().next().value!)
    const hash = shared
      ? createHmac('sha256', shared.key).update(`asks ${key}`).digest('base64url').slice(0, 22)
      : ''
    const caller = { hash, hits: 0, unsent: 0, isShared: false, resetsAt: Date.now() + windowMs }
    callers.set(key, caller)
    return caller
  }

  /** Everything that the database does not know goes together, once what is under way has come back. */
  function exchange({ db, log }: SharedRateLimitOptions): Promise<Before | null> {
    next ??= running.then(() => {
      next = null
      const sent = [...changed].map((caller) => ({ caller, count: caller.unsent }))
      changed.clear()
      for (const { caller } of sent) caller.unsent = 0
      running = tell(db, windowMs, sent).catch((error: unknown) => {
        if (Date.now() - awayUntil > 10 * awayMs)
          log.warn({ err: error }, 'nodes count requests each for itself: the database does not')
        awayUntil = Date.now() + awayMs
        for (const { caller, count } of sent) {
          caller.unsent += count
          changed.add(caller)
        }
        return null
      })
      return running
    })
    return next
  }

  const cleaning =
    shared &&
    startPeriodicTask(cleanEveryMs, shared.log, 'deleting counts of requests', async () => {
      isFull = await clean(shared.db, maxRows)
    })

  return {
    async increment(key) {
      const caller = callerOf(key)
      const limit = limitOf(key)
      const place = (totalHits: number) => ({ totalHits, resetTime: new Date(caller.resetsAt) })
      // Refused until the minute is over, and nothing is counted: a flood of requests makes no flood of writes.
      if (caller.hits >= limit) return place(limit + 1)
      const own = ++caller.hits
      if (!shared || (isFull && !caller.isShared)) return place(own)
      const ordinal = ++caller.unsent
      changed.add(caller)
      if (Date.now() < awayUntil) return place(own)
      const told = exchange(shared)
      if (own <= limit * unaskedShare) return place(own)
      const before = (await told)?.get(caller)
      return place(before === undefined ? own : before + ordinal)
    },
    decrement: () => {},
    resetKey: (key) => void callers.delete(key),
    async stop() {
      await cleaning?.stop()
      await (next ?? running)
    },
  }
}

async function tell(
  db: Database,
  windowMs: number,
  sent: { caller: Caller; count: number }[],
): Promise<Before> {
  const byHash = new Map(sent.map((one) => [one.caller.hash, one]))
  const asked = JSON.stringify(
    Object.fromEntries(sent.map(({ caller, count }) => [caller.hash, count])),
  )
  const counted = await unaudited(db, null, 'how often somebody asked', (tx) =>
    // In one order on every node, or two of them would wait for each other.
    tx.execute<{ hash: string; hits: number; left: number }>(sql`
      insert into ${requestCount} as known (caller_hash, hits, resets_at)
      select key, value::int, now() + make_interval(secs => ${windowMs / 1000}) from jsonb_each_text(${asked}::jsonb) order by key
      on conflict (caller_hash) do update set
        hits = case when known.resets_at <= now() then excluded.hits else known.hits + excluded.hits end,
        resets_at = case when known.resets_at <= now() then excluded.resets_at else known.resets_at end
      returning caller_hash as hash, hits, (extract(epoch from resets_at - now()) * 1000)::float8 as left`),
  )
  const before: Before = new Map()
  for (const { hash, hits, left } of counted) {
    const { caller, count } = byHash.get(hash)!
    before.set(caller, hits - count)
    Object.assign(caller, {
      hits: hits + caller.unsent,
      isShared: true,
      resetsAt: Date.now() + left,
    })
  }
  return before
}

/** Deletes what is over; tells whether there is no room for more. */
async function clean(db: Database, maxRows: number): Promise<boolean> {
  for (let deleted = deletedAtOnce; deleted >= deletedAtOnce; )
    deleted = await unaudited(
      db,
      null,
      'how often somebody asked, in a minute that is over',
      async (tx) => {
        const gone = await tx.execute(sql`
        delete from ${requestCount} where caller_hash in (
          select caller_hash from ${requestCount} where resets_at <= now() limit ${deletedAtOnce} for update skip locked)
        returning 1`)
        return gone.length
      },
    )
  const [row] = await db.read(null, (tx) =>
    tx.execute<{ count: number }>(
      sql`select count(*)::int as count from (select from ${requestCount} limit ${maxRows}) as known`,
    ),
  )
  return row!.count >= maxRows
}

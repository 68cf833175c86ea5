/**
 * PostgreSQL transactions over a pool of single-connection postgres.js clients. postgres.js's own
 * pool does not survive connections that die (ADR 0003): here, a connection whose state is
 * uncertain is destroyed, never reused, and every wait has a timeout.
 */
import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { createPool, type Pool } from 'generic-pool'
import { remainingMs } from '../lib/deadline.ts'
import { deadlineExceeded, overloaded } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { isUuid } from '../lib/uuid.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import {
  assertConnected,
  type Connection,
  checkout,
  connector,
  type DatabaseLimits,
  withAnswerTimeout,
} from './connection.ts'
import {
  ConnectionLost,
  DatabaseUnavailable,
  databaseErrorCode,
  isLostConnection,
  isOutOfResources,
  leavesConnectionUsable,
  NoAnswerInTime,
} from './errors.ts'
import type { DatabaseTarget } from './servers.ts'

export const defaultLimits: DatabaseLimits = {
  poolSize: 16,
  acquireTimeoutMs: 3_000,
  transactionTimeoutMs: 10_000,
}

/** The operations of a reading transaction. */
export type ReadTx = Pick<PostgresJsDatabase, 'select' | 'selectDistinct' | 'execute' | '$count'>
/** The operations of a writing transaction. Only platform/audit starts one (test/house). */
export type WriteTx = Pick<
  PostgresJsDatabase,
  'select' | 'selectDistinct' | 'execute' | '$count' | 'insert' | 'update' | 'delete'
>

/**
 * The tenant whose rows a transaction can see; null: reference tables and the operators' log only.
 */
export type TenantScope = string | null

export interface Database {
  /**
   * Runs a read-only transaction.
   * @throws DatabaseUnavailable, OVERLOADED (no free connection), TIMEOUT (the request's deadline
   * has passed)
   */
  read<T>(tenantId: TenantScope, work: (tx: ReadTx) => Promise<T>): Promise<T>
  /** Runs a writing transaction; throws as `read` does. For platform/audit only. */
  write<T>(tenantId: TenantScope, work: (tx: WriteTx) => Promise<T>): Promise<T>
  /** Checks within 1 second whether the database answers. */
  ping(): Promise<Health>
  close(): Promise<void>
}

/** The health of something that this process depends on. */
export interface Health {
  answers: boolean
  /** Its clock minus this process's clock, where it is known. */
  clockDiffersBySeconds?: number
}

/**
 * Statement text, in characters, after which a connection is replaced. Inserts with different
 * numbers of rows are different statements, so the sequencer would otherwise fill its own memory
 * and the server's with them.
 */
const maxPreparedLength = 500_000

/**
 * Transactions that may wait for a connection, per connection in the pool. Further ones are
 * rejected with OVERLOADED.
 */
const maxWaitingPerConnection = 32

const pingTimeoutMs = 1_000

export function openDatabase(
  target: DatabaseTarget,
  log: Log,
  limits: DatabaseLimits = defaultLimits,
): Database {
  const pool = createPool<Connection>(
    {
      create: connector(target, limits, log),
      destroy: (connection) => connection.end(),
      validate: async ({ dead, answeredAt }) => !dead && answeredAt >= suspectUntil,
    },
    {
      max: limits.poolSize,
      min: 0,
      testOnBorrow: true,
      acquireTimeoutMillis: limits.acquireTimeoutMs,
      maxWaitingClients: limits.poolSize * maxWaitingPerConnection,
      evictionRunIntervalMillis: 30_000,
      idleTimeoutMillis: 300_000,
    },
  )

  /**
   * After a transaction without any answer, the server may have vanished. Connections that have not
   * answered since that transaction began are replaced: otherwise each of them would cost one
   * caller the whole timeout.
   */
  let suspectUntil = Number.NEGATIVE_INFINITY

  async function transaction<T>(
    tenantId: TenantScope,
    mode: TransactionMode,
    work: (tx: WriteTx) => Promise<T>,
  ): Promise<T> {
    if (tenantId !== null && !isUuid(tenantId))
      throw new Error('The tenant ID must be a UUID in lower case.')
    if (remainingMs() === 0) throw deadlineExceeded()
    const connection = await acquire(pool, limits)
    const { tx, revoke } = checkout(connection)
    const acquiredAt = performance.now()
    const state: TransactionState = { isCommitting: false, isConnectionUsable: false }
    try {
      const running = runTransaction({ connection, tenantId, mode, tx, revoke, work, state })
      return await withAnswerTimeout(running, Math.min(limits.transactionTimeoutMs, remainingMs()))
    } catch (error) {
      if (error instanceof NoAnswerInTime) {
        // A statement that still runs must not lead to a commit later.
        connection.dead = true
        suspectUntil = Math.max(suspectUntil, acquiredAt)
      }
      throw publicError(error, mode, state)
    } finally {
      revoke()
      const isWornOut = connection.preparedLength > maxPreparedLength
      if (state.isConnectionUsable && !connection.dead && !isWornOut) {
        connection.answeredAt = performance.now()
        void pool.release(connection)
      } else void pool.destroy(connection).catch(() => {})
    }
  }

  return {
    read: (tenantId, work) => transaction(tenantId, 'read only', work),
    write: (tenantId, work) => transaction(tenantId, 'read write', work),
    ping() {
      const clock = sql`select extract(epoch from clock_timestamp())::float8 as now`
      const probe = transaction(null, 'read only', async (tx): Promise<Health> => {
        const [row] = await tx.execute<{ now: number }>(clock)
        if (!row) return { answers: false }
        return { answers: true, clockDiffersBySeconds: row.now - Date.now() / 1000 }
      }).catch((): Health => ({ answers: false }))
      return withTimeout(probe, pingTimeoutMs, () => ({ answers: false }))
    },
    async close() {
      await pool.drain()
      await pool.clear()
    },
  }
}

type TransactionMode = 'read only' | 'read write'

interface TransactionState {
  /** `commit` was sent, so the change may have happened. */
  isCommitting: boolean
  /** The transaction ended in an orderly way, and the connection can serve another one. */
  isConnectionUsable: boolean
}

async function acquire(pool: Pool<Connection>, limits: DatabaseLimits): Promise<Connection> {
  try {
    return await pool.acquire()
  } catch (error) {
    // With all connections in use, the database is there but busy; otherwise no connection could be
    // opened.
    throw pool.borrowed >= limits.poolSize ? overloaded(error) : new DatabaseUnavailable(error)
  }
}

/** Runs begin, the work, and commit or rollback on the connection. */
async function runTransaction<T>({
  connection,
  tenantId,
  mode,
  tx,
  revoke,
  work,
  state,
}: {
  connection: Connection
  tenantId: TenantScope
  mode: TransactionMode
  tx: WriteTx
  revoke: () => void
  work: (tx: WriteTx) => Promise<T>
  state: TransactionState
}): Promise<T> {
  const begun = begin(connection, mode, tenantId)
  let result: T
  try {
    result = await work(tx)
    await begun
    // The caller has been told that the request timed out, so it must not commit.
    if (remainingMs() === 0) throw deadlineExceeded()
  } catch (error) {
    revoke()
    await begun // If `begin` failed, its error is the cause of the work's.
    if (!connection.dead && leavesConnectionUsable(error)) {
      await connection.sql.unsafe('rollback').simple()
      state.isConnectionUsable = true
    }
    throw error
  }
  revoke()
  assertConnected(connection)
  state.isCommitting = true
  const { command } = await connection.sql.unsafe('commit').simple()
  // PostgreSQL answers the commit of a failed transaction with ROLLBACK, and does not call that an
  // error.
  if (command !== 'COMMIT')
    throw new Error('A statement failed and its error was caught, so nothing was committed.')
  state.isConnectionUsable = true
  return result
}

/**
 * Sends `begin` and the tenant scope in one round trip. The caller does not wait: the work's first
 * query is sent right behind.
 */
function begin({ sql }: Connection, mode: TransactionMode, tenantId: TenantScope) {
  const scope = tenantId === null ? '' : `; set local app.tenant_id = '${tenantId}'`
  const begun = sql
    .unsafe(`begin ${mode}${scope}`)
    .simple()
    .execute()
    .catch((error: unknown) => {
      // SQLSTATE 25006: the server has become a standby. Another one may be the primary by now.
      throw databaseErrorCode(error) === '25006'
        ? new ConnectionLost('The server accepts no writes.')
        : error
    })
  begun.catch(() => {})
  return begun
}

/**
 * Returns the error for the caller of a failed transaction: the original one, unless the connection
 * failed or the deadline passed.
 */
function publicError(
  error: unknown,
  mode: TransactionMode,
  { isCommitting }: TransactionState,
): unknown {
  // Timers may fire up to 1 ms early.
  if (error instanceof NoAnswerInTime && remainingMs() < 2 && !isCommitting)
    return deadlineExceeded()
  if (isLostConnection(error)) {
    const reason = isCommitting && mode === 'read write' ? 'committing' : 'unreachable'
    return new DatabaseUnavailable(error, reason)
  }
  if (isOutOfResources(error)) return new DatabaseUnavailable(error, 'full')
  return error
}

/**
 * Runs PostgreSQL transactions on a pool of postgres.js clients with one connection each. The pool
 * of postgres.js itself does not recover from lost connections (ADR 0003). This pool destroys a
 * connection if its state is unknown, and each wait has a timeout.
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

/** The operations that a read-only transaction can use. */
export type ReadTx = Pick<PostgresJsDatabase, 'select' | 'selectDistinct' | 'execute' | '$count'>
/**
 * The operations that a writing transaction can use. Only platform/audit can start writing
 * transactions (enforced by test/house).
 */
export type WriteTx = Pick<
  PostgresJsDatabase,
  'select' | 'selectDistinct' | 'execute' | '$count' | 'insert' | 'update' | 'delete'
>

/**
 * The tenant whose rows a transaction can access. If null, the transaction can access only the
 * lookup tables and the operators' log.
 */
export type TenantScope = string | null

export interface Database {
  /**
   * Runs a read-only transaction.
   * @throws DatabaseUnavailable, OVERLOADED (no connection is free) or TIMEOUT (the deadline of the
   * request has passed)
   */
  read<T>(tenantId: TenantScope, work: (tx: ReadTx) => Promise<T>): Promise<T>
  /**
   * Runs a writing transaction and throws the same errors as `read`. Only platform/audit can call
   * this function.
   */
  write<T>(tenantId: TenantScope, work: (tx: WriteTx) => Promise<T>): Promise<T>
  /** Checks whether the database responds within 1 second. */
  ping(): Promise<Health>
  close(): Promise<void>
}

/** The health of an external system, such as the database. */
export interface Health {
  answers: boolean
  /**
   * The clock of the external system minus the clock of this process, in seconds. Absent if
   * unknown.
   */
  clockDiffersBySeconds?: number
}

/**
 * The maximum total length of the statements prepared on a connection, in characters. A connection
 * that exceeds this length is replaced. Inserts with different numbers of rows are different
 * statements. Without this limit, the sequencer's statements would use up memory in its process and
 * on the server.
 */
const maxPreparedLength = 500_000

/**
 * The maximum number of waiting transactions per connection in the pool. Further transactions are
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
   * The start time of the latest transaction that received no response from the server. Connections
   * without a response since that time are replaced, because the server may be unreachable and each
   * of these connections would delay a transaction until the timeout.
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
        // A statement may still be running on the connection. Destroying the connection prevents a
        // later commit.
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
  /**
   * True after `commit` was sent. From then on, the change may be saved even if an error occurs.
   */
  isCommitting: boolean
  /**
   * True after the transaction was committed or rolled back. The pool can then reuse the
   * connection.
   */
  isConnectionUsable: boolean
}

async function acquire(pool: Pool<Connection>, limits: DatabaseLimits): Promise<Connection> {
  try {
    return await pool.acquire()
  } catch (error) {
    // If all connections are in use, the pool is busy. Otherwise the pool could not open a
    // connection.
    throw pool.borrowed >= limits.poolSize ? overloaded(error) : new DatabaseUnavailable(error)
  }
}

/** Runs `begin`, the work, and `commit` or `rollback` on the connection. */
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
    // The caller has already received a timeout error, so the transaction must not commit.
    if (remainingMs() === 0) throw deadlineExceeded()
  } catch (error) {
    revoke()
    await begun // throws the error of `begin` instead, if `begin` failed
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
  // If a statement failed, `commit` causes no error. PostgreSQL rolls the transaction back and
  // returns the command ROLLBACK.
  if (command !== 'COMMIT')
    throw new Error(
      'Nothing was committed, because a statement in the transaction failed and its error was ignored.',
    )
  state.isConnectionUsable = true
  return result
}

/**
 * Sends `begin` and the tenant scope in one round trip. This function does not wait for the
 * response, so that the first query is sent without delay.
 */
function begin({ sql }: Connection, mode: TransactionMode, tenantId: TenantScope) {
  const scope = tenantId === null ? '' : `; set local app.tenant_id = '${tenantId}'`
  const begun = sql
    .unsafe(`begin ${mode}${scope}`)
    .simple()
    .execute()
    .catch((error: unknown) => {
      // SQLSTATE 25006 means that the server has become a standby. After ConnectionLost, the pool
      // opens a new connection to the new primary.
      throw databaseErrorCode(error) === '25006'
        ? new ConnectionLost('The database server does not accept writes.')
        : error
    })
  begun.catch(() => {})
  return begun
}

/**
 * Returns the error to throw for a failed transaction. It is the original error, unless the
 * connection failed or the deadline passed.
 */
function publicError(
  error: unknown,
  mode: TransactionMode,
  { isCommitting }: TransactionState,
): unknown {
  // The limit is 2 ms, because timers may fire up to 1 ms early.
  if (error instanceof NoAnswerInTime && remainingMs() < 2 && !isCommitting)
    return deadlineExceeded()
  if (isLostConnection(error)) {
    const reason = isCommitting && mode === 'read write' ? 'committing' : 'unreachable'
    return new DatabaseUnavailable(error, reason)
  }
  if (isOutOfResources(error)) return new DatabaseUnavailable(error, 'full')
  return error
}

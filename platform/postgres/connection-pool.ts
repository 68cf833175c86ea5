/**
 * Lends the connections of a pool of postgres.js clients with one connection each. The pool of
 * postgres.js itself does not recover from lost connections (ADR 0003). This pool destroys a
 * connection if its state is unknown.
 */
import { createPool, type Pool } from 'generic-pool'
import { remainingMs } from '../lib/deadline.ts'
import { deadlineExceeded, overloaded } from '../lib/errors.ts'
import type { Log } from '../lib/log.ts'
import { isUuid } from '../lib/uuid.ts'
import {
  type Connection,
  checkout,
  connector,
  type DatabaseLimits,
  withAnswerTimeout,
} from './connection.ts'
import { DatabaseUnavailable, NoAnswerInTime } from './errors.ts'
import type { DatabaseTarget } from './servers.ts'
import type { PooledConnection, TenantScope } from './transaction.ts'

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

export interface ConnectionPool {
  /**
   * Gives one transaction a connection.
   * @throws DatabaseUnavailable, OVERLOADED or TIMEOUT
   */
  acquire(tenantId: TenantScope): Promise<PooledConnection>
  close(): Promise<void>
}

export function createConnectionPool(
  target: DatabaseTarget,
  log: Log,
  limits: DatabaseLimits,
): ConnectionPool {
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
   * The start time of the latest work that received no response from the server. Connections
   * without a response since that time are replaced, because the server may be unreachable and each
   * of these connections would delay a transaction until the timeout.
   */
  let suspectUntil = Number.NEGATIVE_INFINITY

  return {
    async acquire(tenantId) {
      if (tenantId !== null && !isUuid(tenantId))
        throw new Error('The tenant ID must be a UUID in lower case.')
      if (remainingMs() === 0) throw deadlineExceeded()
      const connection = await acquire(pool, limits)
      const { tx, revoke } = checkout(connection)
      const acquiredAt = performance.now()
      const remainingTransactionMs = () =>
        limits.transactionTimeoutMs - (performance.now() - acquiredAt)
      return {
        connection,
        tx,
        revoke,
        async withAnswerTimeout(promise) {
          const askedAt = performance.now()
          try {
            return await withAnswerTimeout(
              promise,
              Math.min(remainingTransactionMs(), remainingMs()),
            )
          } catch (error) {
            if (error instanceof NoAnswerInTime) {
              // A statement may still be running on the connection. Destroying the connection
              // prevents a later commit.
              connection.dead = true
              suspectUntil = Math.max(suspectUntil, askedAt)
            }
            throw error
          }
        },
        release(isConnectionUsable) {
          revoke()
          const isWornOut = connection.preparedLength > maxPreparedLength
          if (isConnectionUsable && !connection.dead && !isWornOut) {
            connection.answeredAt = performance.now()
            void pool.release(connection)
          } else void pool.destroy(connection).catch(() => {})
        },
      }
    },
    async close() {
      await pool.drain()
      await pool.clear()
    },
  }
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

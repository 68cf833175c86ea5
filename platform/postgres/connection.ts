/**
 * Opens the connections of the pool, and controls the access of transactions to the connections.
 */
import { setTimeout } from 'node:timers/promises'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import type { Log } from '../lib/log.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import { ConnectionLost, NoAnswerInTime } from './errors.ts'
import { type DatabaseTarget, openClient, requirePrimary, serversOf } from './servers.ts'

export interface DatabaseLimits {
  /** The maximum number of connections in the pool. */
  poolSize: number
  /** The maximum time that a transaction waits for a free connection, in milliseconds. */
  acquireTimeoutMs: number
  /**
   * The maximum duration of a transaction, in milliseconds. The server cancels each statement that
   * takes longer than half of this time.
   */
  transactionTimeoutMs: number
}

export interface Connection {
  sql: postgres.Sql
  /**
   * True if the connection was lost or its state is unknown. A dead connection must not be used
   * again.
   */
  dead: boolean
  /** The time of the last response from the server, a `performance.now()` time in milliseconds. */
  answeredAt: number
  /**
   * The statements that are prepared on this connection. Client and server keep these statements in
   * memory until the connection closes.
   */
  prepared: Set<string>
  preparedLength: number
  end(): Promise<void>
}

/**
 * The pause after all servers failed, in milliseconds. Without this pause, generic-pool would retry
 * in a loop while a transaction waits.
 */
const retryAfterMs = 100

/**
 * Returns a function that opens a connection to the primary server. The function tries all servers
 * of the target, starting with the last known primary.
 */
export function connector(
  target: DatabaseTarget,
  limits: DatabaseLimits,
  log: Log,
): () => Promise<Connection> {
  const servers = serversOf(target)
  const timeoutMs = limits.acquireTimeoutMs / servers.length
  let lastPrimary = 0
  return async () => {
    let reason: unknown
    for (const [attempt] of servers.entries()) {
      const index = (lastPrimary + attempt) % servers.length
      const server = servers[index] ?? target
      try {
        const connection = await connect(server, limits, timeoutMs)
        lastPrimary = index
        return connection
      } catch (error) {
        log.warn({ err: error, server: index }, 'Connecting to the database failed.')
        reason = error
      }
    }
    await setTimeout(retryAfterMs)
    throw reason
  }
}

async function connect(
  server: DatabaseTarget,
  limits: DatabaseLimits,
  timeoutMs: number,
): Promise<Connection> {
  const sql = openClient(server, {
    connect_timeout: Math.ceil(timeoutMs / 1000),
    onclose: () => {
      connection.dead = true
    },
    connection: {
      application_name: 'it-complete-login',
      statement_timeout: Math.ceil(limits.transactionTimeoutMs / 2),
      lock_timeout: Math.ceil(limits.transactionTimeoutMs / 2),
      idle_in_transaction_session_timeout: limits.transactionTimeoutMs,
      // Transactions are read-only by default. If postgres.js reconnects and runs a query outside
      // of its transaction, the query cannot write.
      default_transaction_read_only: true,
    },
  })
  const connection: Connection = {
    sql,
    dead: false,
    answeredAt: performance.now(),
    prepared: new Set(),
    preparedLength: 0,
    end: () => sql.end({ timeout: 1 }).catch(() => {}),
  }
  try {
    const ready = requirePrimary(sql).then(() => sql.unsafe(setTransactionTimeout(limits)).simple())
    await withAnswerTimeout(ready, timeoutMs)
  } catch (error) {
    void connection.end()
    throw error
  }
  return connection
}

/** Rejects with NoAnswerInTime after `timeoutMs` milliseconds. */
export const withAnswerTimeout = <T>(promise: Promise<T>, timeoutMs: number): Promise<T> =>
  withTimeout(promise, timeoutMs, () => {
    throw new NoAnswerInTime(`The database did not answer within ${timeoutMs} ms.`)
  })

/**
 * Sets `transaction_timeout` only on servers that support this parameter (PostgreSQL 17 and later),
 * because older servers reject unknown parameters. The value is 500 ms longer than the timeout in
 * this process, so that the timeout in this process occurs first.
 */
const setTransactionTimeout = ({ transactionTimeoutMs }: DatabaseLimits) =>
  `select set_config(name, '${transactionTimeoutMs + 500}', false) from pg_settings where name = 'transaction_timeout'`

/**
 * Checks that the connection still exists. Without this check before each statement, postgres.js
 * would reconnect after a loss and run the statement outside of the transaction.
 * @throws ConnectionLost when the connection was lost
 */
export function assertConnected({ dead }: Connection): void {
  if (dead) throw new ConnectionLost('The connection was lost between two statements.')
}

/**
 * Gives one transaction access to a connection until `revoke` is called. After `revoke`, the pool
 * can use the connection for another tenant.
 */
export function checkout(connection: Connection): { tx: PostgresJsDatabase; revoke(): void } {
  const { sql } = connection
  let isRevoked = false
  const scoped = Object.assign(Object.create(sql) as postgres.Sql, {
    // By default, Drizzle does not prepare statements. Preparing all statements is faster, and
    // makes PostgreSQL reject a query string with several SQL commands. Prepared statements are
    // safe here, because a connection runs one transaction at a time.
    unsafe: (query: string, parameters?: never[]) => {
      if (isRevoked) throw new Error('This transaction has ended. Start a new transaction.')
      assertConnected(connection)
      if (!connection.prepared.has(query)) {
        connection.prepared.add(query)
        connection.preparedLength += query.length
      }
      const options = { prepare: true, simple: false } as postgres.UnsafeQueryOptions
      return sql.unsafe(query, parameters, options)
    },
  })
  return {
    tx: drizzle(scoped),
    revoke: () => {
      isRevoked = true
    },
  }
}

/** Opens the connections of the pool, and gives transactions access to them. */
import { setTimeout } from 'node:timers/promises'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type postgres from 'postgres'
import type { Log } from '../lib/log.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import { ConnectionLost, NoAnswerInTime } from './errors.ts'
import { type DatabaseTarget, openClient, requirePrimary, serversOf } from './servers.ts'

export interface DatabaseLimits {
  /** The maximum number of connections. */
  poolSize: number
  /** The maximum wait for a free connection, in milliseconds. */
  acquireTimeoutMs: number
  /**
   * The maximum duration of a transaction, in milliseconds. The server cancels a single statement
   * after half of this time.
   */
  transactionTimeoutMs: number
}

export interface Connection {
  sql: postgres.Sql
  /** True when the connection was lost or its state is unknown. It must not be used again. */
  dead: boolean
  /** The time of the server's last answer, in milliseconds on the clock of `performance.now()`. */
  answeredAt: number
  /**
   * The statements prepared on this connection. Client and server keep their texts until it closes.
   */
  prepared: Set<string>
  preparedLength: number
  end(): Promise<void>
}

/**
 * The pause after all servers failed. It is needed because generic-pool retries without delay while
 * a caller waits.
 */
const retryAfterMs = 100

/**
 * Returns a function that opens a connection to the primary among the target's servers, starting
 * with the last known primary.
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
      // Transactions are read-only by default: if postgres.js reconnects and runs a query outside
      // of its transaction, that query cannot write.
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

/** Rejects with NoAnswerInTime after `timeoutMs`. */
export const withAnswerTimeout = <T>(promise: Promise<T>, timeoutMs: number): Promise<T> =>
  withTimeout(promise, timeoutMs, () => {
    throw new NoAnswerInTime(`The database did not answer within ${timeoutMs} ms.`)
  })

/**
 * Sets `transaction_timeout` only if the server has it (PostgreSQL 17 and later), because older
 * servers reject connections that set an unknown parameter. It is 500 ms longer than this process's
 * timeout, which should occur first.
 */
const setTransactionTimeout = ({ transactionTimeoutMs }: DatabaseLimits) =>
  `select set_config(name, '${transactionTimeoutMs + 500}', false) from pg_settings where name = 'transaction_timeout'`

/**
 * Checks the connection before each statement, because postgres.js would reconnect after a loss and
 * run the statement outside of the transaction.
 * @throws ConnectionLost when the connection was lost
 */
export function assertConnected({ dead }: Connection): void {
  if (dead) throw new ConnectionLost('The connection was lost between two statements.')
}

/**
 * Gives one transaction access to a connection until `revoke` is called. After that, the connection
 * may be used for another tenant.
 */
export function checkout(connection: Connection): { tx: PostgresJsDatabase; revoke(): void } {
  const { sql } = connection
  let isRevoked = false
  const scoped = Object.assign(Object.create(sql) as postgres.Sql, {
    // Drizzle sends statements unprepared, and statements without parameters in the simple
    // protocol, which allows several statements in one text. Prepared statements are faster, and
    // safe here because each connection serves one transaction at a time.
    unsafe: (query: string, parameters?: never[]) => {
      if (isRevoked) throw new Error('This transaction has ended.')
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

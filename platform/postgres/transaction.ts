/** Runs one transaction on a connection. */
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { remainingMs } from '../lib/deadline.ts'
import { deadlineExceeded } from '../lib/errors.ts'
import { assertConnected, type Connection } from './connection.ts'
import {
  ConnectionLost,
  DatabaseUnavailable,
  databaseErrorCode,
  isLostConnection,
  isOutOfResources,
  leavesConnectionUsable,
  NoAnswerInTime,
} from './errors.ts'

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

/** A connection that one transaction uses. */
export interface PooledConnection {
  connection: Connection
  tx: WriteTx
  revoke(): void
  /**
   * Returns the result of `promise`, with a timeout that counts from the start of the
   * transaction.
   * @throws NoAnswerInTime
   */
  withAnswerTimeout<T>(promise: Promise<T>): Promise<T>
  /** Returns the connection to the pool, or destroys it if its state is unknown. */
  release(isConnectionUsable: boolean): void
}

/** In a `snapshot`, all statements see the same state of the database. */
export type TransactionMode = 'read only' | 'read write' | 'snapshot'

export interface TransactionState {
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

/** Runs `begin`, the work, and `commit` or `rollback` on the connection. */
export async function runTransaction<T>({
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

const characteristics: Record<TransactionMode, string> = {
  'read only': 'read only',
  'read write': 'read write',
  snapshot: 'isolation level repeatable read, read only',
}

/**
 * Sends `begin` and the tenant scope in one round trip. This function does not wait for the
 * response, so that the first query is sent without delay.
 */
export function begin({ sql }: Connection, mode: TransactionMode, tenantId: TenantScope) {
  const scope = tenantId === null ? '' : `; set local app.tenant_id = '${tenantId}'`
  const begun = sql
    .unsafe(`begin ${characteristics[mode]}${scope}`)
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
export function publicError(
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

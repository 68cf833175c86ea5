/** Runs PostgreSQL transactions. Each wait has a timeout. */
import { sql } from 'drizzle-orm'
import type { Log } from '../lib/log.ts'
import { withTimeout } from '../lib/with-timeout.ts'
import type { DatabaseLimits } from './connection.ts'
import { createConnectionPool } from './connection-pool.ts'
import type { DatabaseTarget } from './servers.ts'
import { SharedTransactionFailed, shareTransaction } from './shared-transaction.ts'
import { requestSnapshots } from './snapshots.ts'
import {
  publicError,
  type ReadTx,
  runTransaction,
  type TenantScope,
  type TransactionMode,
  type TransactionState,
  type WriteTx,
} from './transaction.ts'

export const defaultLimits: DatabaseLimits = {
  poolSize: 16,
  acquireTimeoutMs: 3_000,
  transactionTimeoutMs: 10_000,
}

export type { ReadTx, TenantScope, WriteTx } from './transaction.ts'

export interface Database {
  /**
   * Runs a read-only transaction. All reads of one tenant in one request share a transaction, see
   * `snapshots.ts`. `work` must have no side effects, because it can run again after the failure of
   * another read.
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

const pingTimeoutMs = 1_000

export function openDatabase(
  target: DatabaseTarget,
  log: Log,
  limits: DatabaseLimits = defaultLimits,
): Database {
  const connections = createConnectionPool(target, log, limits)

  async function transaction<T>(
    tenantId: TenantScope,
    mode: TransactionMode,
    work: (tx: WriteTx) => Promise<T>,
  ): Promise<T> {
    requestSnapshots()?.giveUp(connections)
    const pooled = await connections.acquire(tenantId)
    const state: TransactionState = { isCommitting: false, isConnectionUsable: false }
    try {
      const running = runTransaction({ ...pooled, tenantId, mode, work, state })
      return await pooled.withAnswerTimeout(running)
    } catch (error) {
      throw publicError(error, mode, state)
    } finally {
      pooled.release(state.isConnectionUsable)
    }
  }

  async function read<T>(tenantId: TenantScope, work: (tx: ReadTx) => Promise<T>): Promise<T> {
    const shared =
      tenantId === null
        ? null
        : requestSnapshots()?.of(connections, tenantId, () =>
            shareTransaction(
              connections.acquire(tenantId),
              tenantId,
              limits.transactionTimeoutMs / 2,
            ),
          )
    if (!shared) return transaction(tenantId, 'read only', work)
    try {
      return await shared.read(work)
    } catch (error) {
      if (!(error instanceof SharedTransactionFailed)) throw error
      return transaction(tenantId, 'read only', work)
    }
  }

  return {
    read,
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
    close: connections.close,
  }
}

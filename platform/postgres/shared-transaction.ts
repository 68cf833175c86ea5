import { remainingMs } from '../lib/deadline.ts'
import { deadlineExceeded } from '../lib/errors.ts'
import {
  databaseErrorCode,
  isLostConnection,
  leavesConnectionUsable,
  NoAnswerInTime,
} from './errors.ts'
import { begin, type PooledConnection, publicError, type ReadTx } from './transaction.ts'

/** A read-only transaction that several reads use at the same time. */
export interface SharedTransaction {
  /** @throws SharedTransactionFailed if the read can succeed in another transaction */
  read<T>(work: (tx: ReadTx) => Promise<T>): Promise<T>
  /** Whether further reads can use the transaction. */
  isUsable(): boolean
  /** Ends the transaction as soon as no read is running. */
  end(): void
}

/**
 * Thrown by a read that did not fail itself: the connection was lost, or PostgreSQL refused the
 * statement because a statement of another read had failed.
 */
export class SharedTransactionFailed extends Error {
  override name = 'SharedTransactionFailed'
}

const inFailedTransaction = '25P02' // SQLSTATE in_failed_sql_transaction

/** @param maxAgeMs the time after which no further read uses the transaction */
export function shareTransaction(
  acquiring: Promise<PooledConnection>,
  tenantId: string,
  maxAgeMs: number,
): SharedTransaction {
  const startedAt = performance.now()
  let running = 0
  let isEnded = false
  let hasFailed = false
  const started = acquiring.then((pooled) => {
    const begun = begin(pooled.connection, 'snapshot', tenantId)
    return { pooled, begun }
  })
  started.catch(() => {
    hasFailed = true
  })

  /** Notes what an error means for the other reads, and returns the error to throw. */
  function failed(error: unknown, pooled: PooledConnection): unknown {
    if (databaseErrorCode(error) === inFailedTransaction) return new SharedTransactionFailed()
    if (!leavesConnectionUsable(error)) pooled.connection.dead = true
    if (databaseErrorCode(error) !== undefined || pooled.connection.dead) hasFailed = true
    if (isLostConnection(error) && !(error instanceof NoAnswerInTime))
      return new SharedTransactionFailed()
    return publicError(error, 'snapshot', { isCommitting: false, isConnectionUsable: false })
  }

  async function close(): Promise<void> {
    const { pooled } = await started
    pooled.revoke()
    const { sql, dead } = pooled.connection
    if (dead) return pooled.release(false)
    // The server answers after all earlier statements, so none is running afterwards.
    const ended = pooled.withAnswerTimeout(sql.unsafe(hasFailed ? 'rollback' : 'commit').simple())
    pooled.release(
      await ended.then(
        () => true,
        () => false,
      ),
    )
  }
  const closeIfUnused = () => {
    if (isEnded && running === 0) void close().catch(() => {})
  }

  return {
    async read(work) {
      running++
      try {
        const { pooled, begun } = await started
        try {
          const [result] = await pooled.withAnswerTimeout(Promise.all([work(pooled.tx), begun]))
          if (remainingMs() === 0) throw deadlineExceeded()
          return result
        } catch (error) {
          throw failed(error, pooled)
        }
      } finally {
        running--
        closeIfUnused()
      }
    },
    isUsable: () => !isEnded && !hasFailed && performance.now() - startedAt < maxAgeMs,
    end() {
      if (isEnded) return
      isEnded = true
      closeIfUnused()
    },
  }
}

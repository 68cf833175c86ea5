/**
 * Lets the reads of a request share one transaction, so that the response is true at one moment:
 * the transaction is `repeatable read`. The transaction begins with the first read of a tenant,
 * which is the check of the session if the process authenticates the request. It ends with the
 * request, or with a write.
 *
 * A request never waits for a connection while it keeps one that it does not use. Otherwise the
 * requests could take all connections and wait for each other. A write, or a read of another
 * tenant, therefore first gives up the snapshot, and later reads use a new one.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { SharedTransaction } from './shared-transaction.ts'

interface Snapshot {
  tenantId: string
  transaction: SharedTransaction
}

/** The snapshots of one request, at most one per database. */
export class RequestSnapshots {
  readonly #current = new Map<object, Snapshot>()
  #isEnded = false

  /**
   * Returns the current snapshot of the tenant, or opens one. Returns null after the end of the
   * request, because nothing would close a new snapshot.
   * @param database identifies the connection pool
   */
  of(database: object, tenantId: string, open: () => SharedTransaction): SharedTransaction | null {
    if (this.#isEnded) return null
    const current = this.#current.get(database)
    if (current?.tenantId === tenantId && current.transaction.isUsable()) return current.transaction
    this.giveUp(database)
    const transaction = open()
    this.#current.set(database, { tenantId, transaction })
    return transaction
  }

  /** Ends the snapshots in all databases, or in one. The next read opens a new one. */
  giveUp(database?: object): void {
    for (const key of database ? [database] : this.#current.keys()) {
      this.#current.get(key)?.transaction.end()
      this.#current.delete(key)
    }
  }

  /** Ends all snapshots with the request. */
  end(): void {
    this.#isEnded = true
    this.giveUp()
  }
}

const storage = new AsyncLocalStorage<RequestSnapshots>()

/** Runs `work` for one request. The caller must call `end` when the request has ended. */
export const withSnapshots = <T>(snapshots: RequestSnapshots, work: () => T): T =>
  storage.run(snapshots, work)

/**
 * Runs `work` with one transaction for each read. A mutation can wait for another system, such as
 * Entra ID, and must not keep a connection meanwhile.
 */
export function withoutSnapshots<T>(work: () => T): T {
  requestSnapshots()?.giveUp()
  return storage.exit(work)
}

/** Returns the snapshots of the current request, or undefined outside of a request. */
export const requestSnapshots = (): RequestSnapshots | undefined => storage.getStore()

/**
 * The sequencer seals the Activity Logs: it assigns each committed event a position in the tenant's
 * Merkle tree, and signs checkpoints (C2SP tlog-checkpoint). Each batch is one transaction under a
 * lock per tenant. Several processes can therefore run a sequencer, and a crash leaves no partial
 * batch.
 */
import { sql } from 'drizzle-orm'
import { recordOperatorEvent } from '../../../platform/audit/operators.ts'
import type { Log } from '../../../platform/lib/log.ts'
import { startPeriodicTask } from '../../../platform/lib/periodic-task.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import type { Signer } from '../../../proof/signed-note.ts'
import type { Anchors } from './anchors.ts'
import { createExpiryValidator } from './expiry-validation.ts'
import { type BatchSize, type SealingServices, sealBatch } from './seal-batch.ts'
import { SealingStopped } from './sealing-stopped.ts'
import type { Witness } from './witness.ts'

export interface SequencerOptions {
  /**
   * The database connection with the sequencer's role. The statement timeout of this role limits
   * how long a hung process blocks other processes.
   */
  db: Database
  /**
   * The database connection with the service's role, for recording events in the operators' log.
   */
  serviceDb: Database
  log: Log
  signer: Signer
  anchors: Anchors
  witness: Witness | null
  /** The interval between two searches for waiting events, in milliseconds. Default: 200. */
  everyMs?: number
}

export interface Sequencer {
  /** Stops the sequencer. Resolves when the current batches have ended. */
  stop(): Promise<void>
}

/** The maximum number of events in one batch. A failed batch halves this number for the tenant. */
const maxBatchEvents = 1_000
const maxConcurrentTenants = 4
/**
 * The maximum number of concurrent batches for tenants whose last batch failed. The limit prevents
 * these tenants from using up all slots.
 */
const maxConcurrentRetries = 2
/** The interval in milliseconds between attempts to seal a stopped log. */
const stoppedRetryMs = 5_000

export function startSequencer({ everyMs = 200, ...options }: SequencerOptions): Sequencer {
  const scheduler = new Scheduler(options)
  const task = startPeriodicTask(everyMs, options.log, 'sealing the Activity Logs', () =>
    scheduler.schedule(),
  )
  return {
    async stop() {
      scheduler.close()
      await task.stop()
      await scheduler.settled()
    },
  }
}

/** Schedules batches round-robin: each tenant with waiting events seals one batch per round. */
class Scheduler {
  readonly #options: Omit<SequencerOptions, 'everyMs'>
  readonly #services: SealingServices
  /** The queue of tenants whose events are waiting to be sealed. */
  readonly #waiting = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()
  /** The time of the next retry for each tenant whose log is stopped (`performance.now()`). */
  readonly #stopped = new Map<string, number>()
  /**
   * The batch sizes of tenants whose last batch failed. A failure halves the batch size, and a
   * success doubles the batch size.
   */
  readonly #reducedSizes = new Map<string, number>()
  /** The epoch in which this process last sealed each log. */
  readonly #epochs = new Map<string, number>()
  #isClosed = false

  constructor(options: Omit<SequencerOptions, 'everyMs'>) {
    this.#options = options
    const { db, signer, anchors, witness } = options
    this.#services = { db, signer, anchors, witness, expiryValidator: createExpiryValidator(db) }
  }

  async schedule(): Promise<void> {
    const { db, witness } = this.#options
    const tenants = await tenantsToSeal(db)
    // Also schedule logs that contradict the witness, so that the operators' log records the stop
    // even when no events are waiting.
    for (const tenantId of [...tenants, ...(witness?.stopped() ?? [])])
      if (performance.now() >= (this.#stopped.get(tenantId) ?? 0)) this.#waiting.add(tenantId)
    this.#startTurns()
  }

  close(): void {
    this.#isClosed = true
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  #startTurns(): void {
    for (const tenantId of this.#waiting) {
      if (this.#isClosed || this.#running.size >= maxConcurrentTenants) return
      const isRetry = this.#reducedSizes.has(tenantId)
      const retries = [...this.#running.keys()].filter((id) => this.#reducedSizes.has(id)).length
      if (this.#running.has(tenantId) || (isRetry && retries >= maxConcurrentRetries)) continue
      this.#waiting.delete(tenantId)
      const turn = this.#takeTurn(tenantId).then(() => {
        this.#running.delete(tenantId)
        this.#startTurns()
      })
      this.#running.set(tenantId, turn)
    }
  }

  async #takeTurn(tenantId: string): Promise<void> {
    const size = { limit: this.#reducedSizes.get(tenantId) ?? maxBatchEvents, selected: 0 }
    try {
      await this.#seal(tenantId, size)
    } catch (error) {
      if (error instanceof SealingStopped) await this.#reportStopped(tenantId, error)
      else {
        const half = Math.floor((size.selected || size.limit) / 2)
        this.#reducedSizes.set(tenantId, Math.max(1, half))
        this.#options.log.error(
          { err: error, tenantId },
          'A batch of events could not be sealed. Retrying in the next round.',
        )
      }
    }
  }

  async #seal(tenantId: string, size: BatchSize): Promise<void> {
    const knownEpoch = this.#epochs.get(tenantId) ?? null
    const batch = await sealBatch(this.#services, tenantId, size, knownEpoch)
    if (size.limit * 2 < maxBatchEvents) this.#reducedSizes.set(tenantId, size.limit * 2)
    else this.#reducedSizes.delete(tenantId)
    this.#stopped.delete(tenantId)
    if (!batch) return
    // Add the tenant at the end of the queue, so that waiting tenants are sealed first.
    if (batch.hasMore) this.#waiting.add(tenantId)
    if (batch.epoch > (knownEpoch ?? batch.previousEpoch))
      await this.#reportEpoch(tenantId, batch.epoch)
    this.#epochs.set(tenantId, batch.epoch)
  }

  /**
   * Records in the operators' log that sealing of a log has stopped. Each process records a stop
   * only once until the log is sealed again.
   */
  async #reportStopped(tenantId: string, { code, message }: SealingStopped): Promise<void> {
    const { log, serviceDb } = this.#options
    const isReported = this.#stopped.has(tenantId)
    this.#stopped.set(tenantId, performance.now() + stoppedRetryMs)
    if (isReported) return
    log.error(
      { tenantId, reason: message },
      'Sealing has stopped for this tenant. See docs/operations.md.',
    )
    const target = { type: 'tenant', id: tenantId, displayName: null }
    await recordOperatorEvent(serviceDb, {
      action: 'activity_log.sealing_stopped',
      reason: code,
      target,
    }).catch((error: unknown) => {
      this.#stopped.delete(tenantId)
      this.#logUnrecorded(tenantId, error)
    })
  }

  /**
   * Records a new epoch in the operators' log. All operators can then see that one operator opened
   * the epoch.
   */
  async #reportEpoch(tenantId: string, epoch: number): Promise<void> {
    const { log, serviceDb } = this.#options
    log.warn({ tenantId, epoch }, 'The Activity Log of the tenant continues in a new epoch.')
    const target = { type: 'tenant', id: tenantId, displayName: `epoch ${epoch}` }
    await recordOperatorEvent(
      serviceDb,
      { action: 'activity_log.epoch_begun', reason: 'NEW_EPOCH', target },
      'SUCCEEDED',
    ).catch((error: unknown) => this.#logUnrecorded(tenantId, error))
  }

  #logUnrecorded(tenantId: string, error: unknown): void {
    this.#options.log.error(
      { err: error, tenantId },
      'An event could not be recorded in the operators’ log.',
    )
  }
}

const tenantsToSeal = (db: Database): Promise<string[]> =>
  db.read(null, async (tx) => {
    const rows = await tx.execute<{ tenant_id: string }>(
      sql`select tenants_to_seal as tenant_id from audit.tenants_to_seal()`,
    )
    return rows.map(({ tenant_id }) => tenant_id)
  })

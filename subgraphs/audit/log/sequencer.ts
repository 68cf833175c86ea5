/**
 * The sequencer seals the Activity Logs: it assigns each committed event its place in the tenant's
 * Merkle tree, and signs checkpoints (C2SP tlog-checkpoint). Each batch is one transaction under a
 * lock per tenant, so that any number of processes can run a sequencer and none leaves partial
 * work.
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
   * Uses the sequencer's own role. Its statement timeout limits how long a hung process blocks
   * others.
   */
  db: Database
  /** Uses the service's role, to record events in the operators' log. */
  serviceDb: Database
  log: Log
  signer: Signer
  anchors: Anchors
  witness: Witness | null
  /** Default: 200 ms. */
  everyMs?: number
}

export interface Sequencer {
  /** Starts no further batch, and resolves when the current ones have ended. */
  stop(): Promise<void>
}

/** Events in one batch, before the size is halved after a failure. */
const maxBatchEvents = 1_000
const maxConcurrentTenants = 4
/** Limits tenants whose last batch failed, so that they cannot use up all slots. */
const maxConcurrentRetries = 2
/** How often a stopped log is tried again, in case an operator has acted. */
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

/** Gives each tenant with waiting events its turn: one batch, and then the next tenant. */
class Scheduler {
  readonly #options: Omit<SequencerOptions, 'everyMs'>
  readonly #services: SealingServices
  /** Tenants in the order of their turns. */
  readonly #waiting = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()
  /** Stopped logs, and the time of `performance.now()` at which each is tried again. */
  readonly #stopped = new Map<string, number>()
  /**
   * The batch sizes of tenants whose last batch failed. Halved by a failure, doubled by a success.
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
    // A log that the witness stopped is reported even when no event waits in it.
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
        this.#options.log.error({ err: error, tenantId }, 'A batch of a log could not be sealed.')
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
    // At the end of the queue, behind the tenants that wait now.
    if (batch.hasMore) this.#waiting.add(tenantId)
    if (batch.epoch > (knownEpoch ?? batch.previousEpoch))
      await this.#reportEpoch(tenantId, batch.epoch)
    this.#epochs.set(tenantId, batch.epoch)
  }

  /** Records that sealing of a log has stopped, once per process until the log is sealed again. */
  async #reportStopped(tenantId: string, { code, message }: SealingStopped): Promise<void> {
    const { log, serviceDb } = this.#options
    const isReported = this.#stopped.has(tenantId)
    this.#stopped.set(tenantId, performance.now() + stoppedRetryMs)
    if (isReported) return
    log.error({ tenantId, reason: message }, 'Sealing has stopped. See docs/operations.md.')
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

  /** Recorded although an operator opened the epoch, because another operator may not know. */
  async #reportEpoch(tenantId: string, epoch: number): Promise<void> {
    const { log, serviceDb } = this.#options
    log.warn({ tenantId, epoch }, 'The log continues in a new epoch.')
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

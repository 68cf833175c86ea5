/**
 * Submits checkpoints to a witness (https://c2sp.org/tlog-witness): a service of another operator
 * that cosigns a checkpoint only when it is proven to continue the last one. The witness can
 * therefore tell that the database was restored to an earlier state even when the anchors are lost.
 *
 * Checkpoints are submitted in the background: sealing never waits for the witness and continues
 * while it is unavailable. Sealing stops only when the witness holds a state that contradicts the
 * database.
 */
import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { desc } from 'drizzle-orm'
import { checkpoint } from '../../../drizzle/tables/audit.ts'
import type { Log } from '../../../platform/lib/log.ts'
import { startPeriodicTask } from '../../../platform/lib/periodic-task.ts'
import type { Database } from '../../../platform/postgres/database.ts'
import { DatabaseUnavailable } from '../../../platform/postgres/errors.ts'
import { toBase64 } from '../../../proof/bytes.ts'
import { findCosignature } from '../../../proof/cosignature.ts'
import { splitNote, type Verifier } from '../../../proof/signed-note.ts'
import { consistencyPath } from '../../../proof/tiles.ts'
import { AnchorAhead } from './sealing-stopped.ts'
import { tileReader } from './tile-store.ts'
import {
  createWitnessClient,
  requestTimeoutMs,
  type WitnessClient,
  WitnessUnavailable,
} from './witness-client.ts'

export interface WitnessOptions {
  /** The submission prefix, without a slash at the end. */
  url: string
  /** The key of the witness's cosignatures. */
  key: Verifier
  /** Uses the sequencer's role. */
  db: Database
  log: Log
  /** Where cosigned checkpoints are kept: one append-only file per tenant. */
  directory: string
}

export interface Witness {
  /**
   * @throws AnchorAhead when the witness holds a state of this epoch that contradicts the database
   */
  check(tenantId: string, epoch: number): void
  /** Queues the newest checkpoint of the log, for the next round. */
  submit(tenantId: string): void
  /** Returns the tenants whose logs the witness has stopped. */
  stopped(): string[]
  /** Submits what is queued, for at most 2 seconds. */
  stop(): Promise<void>
}

const roundIntervalMs = 1_000
/** How long after a refusal a log is submitted again. */
const refusedRetryMs = 30_000
const maxConcurrent = 4

export function startWitness({ url, log, ...options }: WitnessOptions): Witness {
  const closing = new AbortController()
  const client = createWitnessClient(url, maxConcurrent, closing.signal)
  const submitter = new Submitter({ ...options, log, client, signal: closing.signal })
  const task = startPeriodicTask(roundIntervalMs, log, 'submitting checkpoints', () =>
    submitter.submitDue(),
  )
  return {
    check: (tenantId, epoch) => submitter.check(tenantId, epoch),
    submit: (tenantId) => submitter.enqueue(tenantId),
    stopped: () => submitter.stopped(),
    async stop() {
      const timer = setTimeout(() => closing.abort(), requestTimeoutMs)
      await task.stop()
      await submitter.submitDue()
      clearTimeout(timer)
      await client.close()
    },
  }
}

interface SubmitterOptions extends Omit<WitnessOptions, 'url'> {
  client: WitnessClient
  signal: AbortSignal
}

class Submitter {
  readonly #options: SubmitterOptions
  /** Tenants to submit, in order, and the time of `performance.now()` from which each is due. */
  readonly #queue = new Map<string, number>()
  /** The state of each log that the witness holds, as far as this process knows. */
  readonly #held = new Map<string, { epoch: number; treeSize: number }>()
  readonly #contradictions = new Map<string, { epoch: number; reason: string }>()
  /** The last reason for which the witness refused a log. */
  readonly #refusals = new Map<string, string>()
  #isUnavailable = false

  constructor(options: SubmitterOptions) {
    this.#options = options
  }

  enqueue(tenantId: string): void {
    if (!this.#queue.has(tenantId)) this.#queue.set(tenantId, 0)
  }

  stopped(): string[] {
    return [...this.#contradictions.keys()]
  }

  check(tenantId: string, epoch: number): void {
    const contradiction = this.#contradictions.get(tenantId)
    if (contradiction?.epoch === epoch) throw new AnchorAhead(contradiction.reason)
    // A new epoch is a new log, for which the witness has no checkpoint.
    this.#contradictions.delete(tenantId)
  }

  async submitDue(): Promise<void> {
    const { log, signal } = this.#options
    const now = performance.now()
    const due = [...this.#queue].flatMap(([tenantId, dueAt]) => (dueAt <= now ? [tenantId] : []))
    let submitted = 0
    let isUnavailable = false
    const submitNext = async () => {
      while (!isUnavailable && !signal.aborted) {
        const tenantId = due.shift()
        if (tenantId === undefined) return
        this.#queue.delete(tenantId)
        submitted++
        await this.#submitNewest(tenantId).catch((error: unknown) => {
          if (concernsAllLogs(error)) isUnavailable = true
          this.#handleFailure(tenantId, error)
        })
      }
    }
    await Promise.all(Array.from({ length: maxConcurrent }, submitNext))
    if (submitted === 0 || isUnavailable || !this.#isUnavailable) return
    this.#isUnavailable = false
    log.info('Checkpoints are submitted to the witness again.')
  }

  /** Logs each change of state once, not in every round. */
  #handleFailure(tenantId: string, error: unknown): void {
    const { log, signal } = this.#options
    const concernsAll = concernsAllLogs(error)
    this.#queue.set(tenantId, performance.now() + (concernsAll ? 0 : refusedRetryMs))
    if (signal.aborted) return
    if (concernsAll) {
      if (!this.#isUnavailable)
        log.warn(
          { err: error },
          'Checkpoints cannot be submitted to the witness. Sealing continues; they are submitted later.',
        )
      this.#isUnavailable = true
      return
    }
    const reason = error instanceof Error ? error.message : String(error)
    if (this.#refusals.get(tenantId) === reason) return
    this.#refusals.set(tenantId, reason)
    log.error({ tenantId, reason }, 'The witness did not cosign a checkpoint. Sealing continues.')
  }

  async #submitNewest(tenantId: string): Promise<void> {
    const { db, client } = this.#options
    // The second attempt starts from the size that the witness stated in its first answer.
    for (let attempt = 0; attempt < 2; attempt++) {
      const submission = await readSubmission(db, tenantId, this.#held.get(tenantId))
      if (!submission) return
      const { epoch, treeSize, from, path } = submission
      if (path === null) return this.#stopLog(tenantId, submission)
      const { status, size, text } = await client.addCheckpoint(formatSubmission(submission, path))
      if (status === 200) return this.#keepCosigned(tenantId, submission, text)
      const hasOtherRoot = status === 409 && from === treeSize && (size === from || size === null)
      if (status === 422 || hasOtherRoot) return this.#stopLog(tenantId, submission)
      if (status !== 409 || size === null || size === from)
        throw new Error(`The witness answered ${status}.`)
      this.#held.set(tenantId, { epoch, treeSize: size })
    }
    // Another process submitted a newer checkpoint twice in the meantime.
    this.#queue.set(tenantId, 0)
  }

  #stopLog(tenantId: string, { epoch, treeSize, from }: Submission): void {
    const reason =
      from > treeSize
        ? `The witness holds ${from} events, but the database has ${treeSize}: it was restored to an earlier state.`
        : `The log does not continue the ${from} events that the witness holds.`
    this.#contradictions.set(tenantId, { epoch, reason })
  }

  /** Appends the cosigned checkpoint to the tenant's file, as evidence for third parties. */
  async #keepCosigned(
    tenantId: string,
    { epoch, treeSize, note }: Submission,
    response: string,
  ): Promise<void> {
    const { key, directory, log } = this.#options
    const cosignature = await findCosignature(splitNote(note).text, response, key)
    this.#held.set(tenantId, { epoch, treeSize })
    if (this.#refusals.delete(tenantId)) log.info({ tenantId }, 'The witness cosigns a log again.')
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const line = `${JSON.stringify({ epoch, treeSize, note: `${note}${cosignature}\n` })}\n`
    await appendFile(join(directory, `${tenantId}.witnessed.jsonl`), line, { mode: 0o600 })
  }
}

/** An unavailable witness or database, as opposed to the refusal of one log. */
const concernsAllLogs = (error: unknown) =>
  error instanceof WitnessUnavailable || error instanceof DatabaseUnavailable

interface Submission {
  epoch: number
  treeSize: number
  /** The signed checkpoint. */
  note: string
  /** The tree size that the witness is believed to hold. */
  from: number
  /** The consistency proof from that tree size. Null when it cannot be computed. */
  path: Uint8Array[] | null
}

/** Formats the body of `add-checkpoint`. */
const formatSubmission = ({ from, note }: Submission, path: Uint8Array[]): string =>
  `old ${from}\n${path.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`

/** Reads the newest checkpoint and its proof. Null when the log has no checkpoint. */
const readSubmission = (
  db: Database,
  tenantId: string,
  held: { epoch: number; treeSize: number } | undefined,
): Promise<Submission | null> =>
  db.read(tenantId, async (tx) => {
    const [newest] = await tx.select().from(checkpoint).orderBy(desc(checkpoint.treeSize)).limit(1)
    if (!newest) return null
    const { epoch, treeSize, note } = newest
    const from = held?.epoch === epoch ? held.treeSize : 0
    const submission = { epoch, treeSize, note, from }
    if (from === 0) return { ...submission, path: [] }
    if (from > treeSize) return { ...submission, path: null }
    const path = await consistencyPath(from, treeSize, tileReader(tx)).catch((error: unknown) => {
      // A hash is missing from the tile store.
      if (error instanceof RangeError) return null
      throw error
    })
    return { ...submission, path }
  })

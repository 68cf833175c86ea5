/**
 * Submits checkpoints to a witness (https://c2sp.org/tlog-witness), a service that another
 * organization operates. The witness cosigns a checkpoint only with a proof that the checkpoint
 * extends the last cosigned checkpoint. The witness therefore detects a restored database, even
 * when the anchor files are lost.
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
import type { CosignerKey } from '../../../proof/cosigner-key.ts'
import { splitNote } from '../../../proof/signed-note.ts'
import { consistencyPath } from '../../../proof/tiles.ts'
import { findCosignature } from './cosignature.ts'
import { AnchorAhead } from './sealing-stopped.ts'
import { tileReader } from './tile-store.ts'
import {
  createWitnessClient,
  requestTimeoutMs,
  type WitnessClient,
  WitnessUnavailable,
} from './witness-client.ts'

export interface WitnessOptions {
  /** The witness's URL prefix for submissions, without a slash at the end. */
  url: string
  /** The public key that verifies the witness's cosignatures. */
  key: CosignerKey
  /** The database connection with the sequencer's role. */
  db: Database
  log: Log
  /** The directory of the cosigned checkpoints, with one append-only file per tenant. */
  directory: string
}

export interface Witness {
  /**
   * Verifies that no earlier submission showed a contradiction between the witness and the
   * database.
   * @throws AnchorAhead when the witness cosigned a checkpoint of this epoch that contradicts the
   * database
   */
  check(tenantId: string, epoch: number): void
  /** Queues the tenant's newest checkpoint for the next round of submissions. */
  submit(tenantId: string): void
  /** Returns the IDs of the tenants whose logs contradict the witness and are no longer sealed. */
  stopped(): string[]
  /** Submits the queued checkpoints for at most 2 seconds and then stops. */
  stop(): Promise<void>
}

const roundIntervalMs = 1_000
/** The time in milliseconds between a refusal by the witness and the next submission. */
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
  /** The earliest time of the next submission for each queued tenant (`performance.now()`). */
  readonly #queue = new Map<string, number>()
  /** The last known checkpoint of the witness for each tenant. */
  readonly #held = new Map<string, { epoch: number; treeSize: number }>()
  readonly #contradictions = new Map<string, { epoch: number; reason: string }>()
  /** The witness's last reason for a refusal, for each tenant. Each reason is logged only once. */
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
    // A new epoch is a new log, so the witness has no checkpoint of this log yet.
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

  /**
   * Queues the tenant again. Logs a failure only when the availability or the reason has changed.
   */
  #handleFailure(tenantId: string, error: unknown): void {
    const { log, signal } = this.#options
    const concernsAll = concernsAllLogs(error)
    this.#queue.set(tenantId, performance.now() + (concernsAll ? 0 : refusedRetryMs))
    if (signal.aborted) return
    if (concernsAll) {
      if (!this.#isUnavailable)
        log.warn(
          { err: error },
          'Checkpoints cannot be submitted to the witness. Sealing continues. Retrying every second.',
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
    // The second attempt uses the tree size in the witness's first response for the consistency
    // proof.
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
        throw new Error(`The witness responded with HTTP status ${status}.`)
      this.#held.set(tenantId, { epoch, treeSize: size })
    }
    // Another process submitted newer checkpoints before both attempts. Retry in the next round.
    this.#queue.set(tenantId, 0)
  }

  #stopLog(tenantId: string, { epoch, treeSize, from }: Submission): void {
    const reason =
      from > treeSize
        ? `The witness holds a checkpoint of ${from} events, but the database has only ${treeSize} events. The database was restored to an earlier state.`
        : `The log does not extend the checkpoint of ${from} events that the witness holds.`
    this.#contradictions.set(tenantId, { epoch, reason })
  }

  /** Appends the cosigned checkpoint to the tenant's file, as evidence for third parties. */
  async #keepCosigned(
    tenantId: string,
    { epoch, treeSize, note }: Submission,
    response: string,
  ): Promise<void> {
    const { key, directory, log } = this.#options
    const cosignature = findCosignature(splitNote(note).text, response, key)
    this.#held.set(tenantId, { epoch, treeSize })
    if (this.#refusals.delete(tenantId))
      log.info({ tenantId }, 'The witness cosigns the checkpoints of this tenant again.')
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const line = `${JSON.stringify({ epoch, treeSize, note: `${note}${cosignature}\n` })}\n`
    await appendFile(join(directory, `${tenantId}.witnessed.jsonl`), line, { mode: 0o600 })
  }
}

/** Returns whether the witness or the database is unavailable. Other errors affect only one log. */
const concernsAllLogs = (error: unknown) =>
  error instanceof WitnessUnavailable || error instanceof DatabaseUnavailable

interface Submission {
  epoch: number
  treeSize: number
  /** The signed checkpoint. */
  note: string
  /** The tree size of the witness's last known checkpoint; 0 when unknown. */
  from: number
  /**
   * The consistency proof from the tree size `from`, as hashes of 32 bytes. Null when the proof
   * cannot be computed.
   */
  path: Uint8Array[] | null
}

/** Formats the body of an `add-checkpoint` request. */
const formatSubmission = ({ from, note }: Submission, path: Uint8Array[]): string =>
  `old ${from}\n${path.map((hash) => `${toBase64(hash)}\n`).join('')}\n${note}`

/**
 * Reads the newest checkpoint and its consistency proof. Returns null when the log has no
 * checkpoint.
 */
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
      // `consistencyPath` throws a RangeError when a hash is missing from the tile store.
      if (error instanceof RangeError) return null
      throw error
    })
    return { ...submission, path }
  })

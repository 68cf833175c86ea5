/**
 * The background workers of one process. They start when the database is ready. They stop after the
 * last request.
 */
import { createPrivateKey } from 'node:crypto'
import { smtpTransport } from '../notifications/smtp.ts'
import { startMailer } from '../notifications/worker.ts'
import {
  type CoalescingWorkerOptions,
  startCoalescingWorker,
} from '../platform/audit/coalescing-worker.ts'
import type { Log } from '../platform/lib/log.ts'
import type { Database } from '../platform/postgres/database.ts'
import { parseCosignerKey } from '../proof/cosigner-key.ts'
import type { Signer } from '../proof/signed-note.ts'
import { fileAnchors } from '../subgraphs/audit/log/anchors.ts'
import { startRetentionWorker } from '../subgraphs/audit/log/retention-worker.ts'
import { startSequencer } from '../subgraphs/audit/log/sequencer.ts'
import { createSigner } from '../subgraphs/audit/log/signer.ts'
import { startWitness } from '../subgraphs/audit/log/witness.ts'
import { startSessionEndWorker } from '../subgraphs/identity/sessions/session-end-worker.ts'
import type { Config } from './config.ts'

export interface WorkersOptions {
  config: Config
  publicUrl: string
  db: Database
  log: Log
  /** The options of the sequencer; null in processes that do not serve the audit subgraph. */
  sealing: SequencingOptions | null
  /** The connection pool of the maintenance role. Without the pool, no retention worker runs. */
  retentionDb?: Database | null
  intervals?: WorkerIntervals
}

export interface SequencingOptions {
  /** The connection pool of the sequencer's database role. */
  db: Database
  /** The Ed25519 private key that signs checkpoints, as PKCS #8 in PEM format. */
  privateKey: string
  /** The folder in which the copies of the checkpoints are stored. */
  anchorDir: string
}

/**
 * Options for tests. Tests shorten the intervals, or make them so long that a worker never runs.
 */
export interface WorkerIntervals {
  floods?: Omit<CoalescingWorkerOptions, 'db' | 'log'>
  sessionEndsEveryMs?: number
}

export interface Workers {
  /** The database for request handlers, which combines the audit events of repeated refusals. */
  db: Database
  /** The signer of checkpoints; null in processes that do not serve the audit subgraph. */
  signer: Signer | null
  stop(): Promise<void>
}

/** Starts the workers of the parts that this process serves. */
export function startWorkers(options: WorkersOptions): Workers {
  const { config, publicUrl, log, sealing, retentionDb, intervals = {} } = options
  const serves = (part: Config['only']) => config.only === null || config.only === part
  const coalescing = startCoalescingWorker({ ...intervals.floods, db: options.db, log })
  const { db } = coalescing
  // The tenants part sends the mail of all parts, because a row of the outbox does not identify the
  // part that inserted the row.
  const mailer = serves('tenants')
    ? startMailer({ db, log, transport: mailTransport(config, publicUrl) })
    : null
  const signer =
    sealing &&
    createSigner(`${new URL(publicUrl).host}/activity`, createPrivateKey(sealing.privateKey))
  const sequencing = signer && startSequencing(options, signer, sealing)
  const retention = retentionDb ? startRetentionWorker({ db: retentionDb, log }) : null
  const sessionEnds = serves('identity')
    ? startSessionEndWorker({ db, log, everyMs: intervals.sessionEndsEveryMs })
    : null
  return {
    db,
    signer,
    // Stops all workers concurrently. The process must stop within 4.8 seconds, and the mailer
    // alone can take 4 seconds.
    async stop() {
      await Promise.all([
        mailer?.stop(),
        sequencing?.stop(),
        retention?.stop(),
        sessionEnds?.stop(),
        coalescing.stop(),
      ])
    },
  }
}

function startSequencing(
  { config: { WITNESS_URL, WITNESS_KEY }, db: service, log }: WorkersOptions,
  signer: Signer,
  { db, anchorDir }: SequencingOptions,
): { stop(): Promise<void> } {
  const witness =
    WITNESS_URL && WITNESS_KEY
      ? startWitness({
          url: WITNESS_URL,
          key: parseCosignerKey(WITNESS_KEY),
          db,
          log,
          directory: anchorDir,
        })
      : null
  const anchors = fileAnchors(anchorDir)
  const sequencer = startSequencer({ db, serviceDb: service, log, signer, anchors, witness })
  return {
    // The witness must stop after the sequencer, because the sequencer uses the witness until its
    // last batch.
    async stop() {
      await sequencer.stop()
      await witness?.stop()
    },
  }
}

const mailTransport = ({ SMTP_URL, MAIL_FROM }: Config, publicUrl: string) =>
  SMTP_URL ? smtpTransport(SMTP_URL, MAIL_FROM ?? `no-reply@${new URL(publicUrl).hostname}`) : null

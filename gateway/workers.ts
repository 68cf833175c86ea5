/**
 * Background work of one process: started after the database is ready, stopped after the last
 * request.
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
import { parseCosignerKey } from '../proof/cosignature.ts'
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
  /** Options of the sequencer; null in processes that do not serve the audit subgraph. */
  sealing: SequencingOptions | null
  /** Connections of the maintenance role. Without them, no retention worker runs. */
  retentionDb?: Database | null
  intervals?: WorkerIntervals
}

export interface SequencingOptions {
  /** Connections of the sequencer's own role. */
  db: Database
  /** Ed25519, PKCS #8 in PEM. */
  privateKey: string
  /** Folder for copies of the checkpoints. */
  anchorDir: string
}

/** Tests shorten these intervals, or make them so long that a worker does nothing by itself. */
export interface WorkerIntervals {
  floods?: Omit<CoalescingWorkerOptions, 'db' | 'log'>
  sessionEndsEveryMs?: number
}

export interface Workers {
  /** The database as the request handlers use it: repeated refusals are coalesced. */
  db: Database
  /** Signs checkpoints; null in processes that do not serve the audit subgraph. */
  signer: Signer | null
  stop(): Promise<void>
}

/** Starts the workers of the parts that this process serves. */
export function startWorkers(options: WorkersOptions): Workers {
  const { config, publicUrl, log, sealing, retentionDb, intervals = {} } = options
  const serves = (part: Config['only']) => config.only === null || config.only === part
  const coalescing = startCoalescingWorker({ ...intervals.floods, db: options.db, log })
  const { db } = coalescing
  // The tenants part sends the mail of all parts, because a row of the outbox does not name its
  // writer.
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
    // All at once, because the mailer alone may need 4 of the 4.8 seconds that a process has to
    // stop.
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
    // The sequencer uses the witness until its last batch.
    async stop() {
      await sequencer.stop()
      await witness?.stop()
    },
  }
}

const mailTransport = ({ SMTP_URL, MAIL_FROM }: Config, publicUrl: string) =>
  SMTP_URL ? smtpTransport(SMTP_URL, MAIL_FROM ?? `no-reply@${new URL(publicUrl).hostname}`) : null

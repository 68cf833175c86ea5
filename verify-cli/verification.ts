/** The state of a verification, shared by the functions that verify each kind of line. */
import type { Checkpoint } from '../proof/checkpoint.ts'
import type { CompactRange } from '../proof/merkle-tree.ts'
import type { Verifier } from '../proof/signed-note.ts'
import { EpochClaims } from './epoch-claims.ts'
import { ErasureClaims } from './erasure-claims.ts'
import { ExpiryClaims } from './expiry-claims.ts'
import type { Fields } from './fields.ts'
import { Findings } from './findings.ts'
import { Gaps } from './gaps.ts'

/** One of the files of an export. */
export interface ExportFile {
  tenantId: string
  afterSequence: number
  /** The filter of the export. Null for an unfiltered export. */
  filter: unknown
  checkpoint: Checkpoint
  /** The checkpoint as a signed note. */
  note: string
  events: number
  firstSequence: number | null
  lastSequence: number | null
  /** The last line; null when the file is truncated. */
  manifest: Fields | null
}

/**
 * The leaf hashes of at most 256 consecutive events. The line of leaf hashes precedes the lines of
 * these events.
 */
export interface LeafHashBatch {
  /** The sequence number of the first event. */
  from: number
  hashes: Uint8Array[]
  /** The compact range of the tree before this batch. */
  before: Uint8Array[]
}

export class Verification {
  readonly verifiers: Verifier[]
  /** An earlier checkpoint from a source that the log's owner cannot change. */
  readonly since: Checkpoint | null
  readonly findings = new Findings()
  /** Every file whose first line was read. The last element is the current file. */
  readonly files: ExportFile[] = []
  /** The names of the keys that signed the newest checkpoint. */
  signedBy: string[] = []
  /** The tree of all leaf hashes that were read; null for a filtered export. */
  tree: CompactRange | null = null
  batch: LeafHashBatch | null = null
  /** Every event up to this sequence number was either read or counted as missing. */
  position = 0
  /** Whether a proof shows that the log continues the checkpoint `since`. */
  continuesSince = false
  events = 0
  firstSequence: number | null = null
  lastSequence: number | null = null
  erasedEvents = 0
  readonly gaps: Gaps
  readonly expiries = new ExpiryClaims()
  readonly erasures = new ErasureClaims()
  readonly epochs = new EpochClaims()

  constructor(verifiers: Verifier[], since: Checkpoint | null) {
    this.verifiers = verifiers
    this.since = since
    this.gaps = new Gaps(this.findings)
  }
}

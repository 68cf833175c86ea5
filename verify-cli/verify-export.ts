/**
 * Verifies an export against signed checkpoints, without the service, a database or the network.
 * Reads the export once, with bounded memory. docs/verify.md describes the lines and the findings.
 */
import { type Checkpoint, parseOrigin } from '../proof/checkpoint.ts'
import { InvalidNote, type Verifier } from '../proof/signed-note.ts'
import { verifyEvent } from './event.ts'
import { onlyMember } from './fields.ts'
import { verifyHeader } from './header.ts'
import { closeBatch, verifyLeafHashes } from './leaf-hashes.ts'
import { verifyManifest, verifyWhole } from './manifest.ts'
import { type Line, MalformedFile, TruncatedFile } from './read-lines.ts'
import { Verification } from './verification.ts'

export interface Verdict {
  /** The first 20 findings, in the order of the export. */
  findings: string[]
  /** The number of further findings. */
  more: number
  events: number
  first: number | null
  last: number | null
  /** The number of events whose personal data was erased. */
  erased: number
  /** The number of missing events that expired according to other events in the export. */
  expired: number
  /** The newest checkpoint. Null when no valid checkpoint was found. */
  checkpoint: (Checkpoint & { signedBy: string[] }) | null
  /**
   * The log epoch. Higher than 1 when an operator restarted the log after restoring the database.
   */
  epoch: number
  isFiltered: boolean
  /** Whether a proof shows that the log continues the earlier checkpoint. */
  since: 'continued' | 'not asked' | 'not shown'
}

/**
 * Verifies an export and returns the verdict.
 * @param files the lines of each file; each file continues the previous file
 * @param since an earlier checkpoint from a source that the owner of the log cannot change
 */
export async function verifyExport(
  files: AsyncIterable<Line> | AsyncIterable<Line>[],
  verifiers: Verifier[],
  since: Checkpoint | null,
): Promise<Verdict> {
  const verification = new Verification(verifiers, since)
  const { findings, gaps, expiries } = verification
  const parts = Array.isArray(files) ? files : [files]
  try {
    for (const [index, lines] of parts.entries()) {
      if (parts.length > 1) findings.prefix = `File ${index + 1}: `
      await verifyFile(verification, lines, index === parts.length - 1)
    }
  } catch (error) {
    findings.add(describeFatal(error))
  }
  // Also verify the readable part of a truncated file.
  gaps.report(expiries)
  return verdictOf(verification)
}

async function verifyFile(
  verification: Verification,
  lines: AsyncIterable<Line>,
  isLast: boolean,
): Promise<void> {
  const { findings, files, gaps, expiries } = verification
  const filesBefore = files.length
  let truncated = ''
  try {
    for await (const line of lines) await verifyLine(verification, line, filesBefore)
  } catch (error) {
    if (!(error instanceof TruncatedFile)) throw error
    truncated = ` ${error.where}`
  }
  const file = files[filesBefore]
  if (!file) {
    if (!truncated) throw new MalformedFile('The file is empty.')
    findings.add(`The file is truncated${truncated}. Export again.`)
  } else if (file.manifest) {
    closeBatch(verification)
    if (isLast) gaps.report(expiries)
    await verifyManifest(verification, file, file.manifest)
    if (isLast) verifyWhole(verification, file)
  } else if (isLast)
    findings.add(
      `The file is truncated${truncated}: it has no manifest. To continue, export again with afterSequence=${verification.position}.`,
    )
}

async function verifyLine(
  verification: Verification,
  line: Line,
  filesBefore: number,
): Promise<void> {
  const file = verification.files[filesBefore]
  if (!file) await verifyHeader(verification, line)
  else if (file.manifest)
    throw new MalformedFile(
      `Line ${line.number} follows the manifest, which must be the last line.`,
    )
  else if ('leafHashes' in line.value) verifyLeafHashes(verification, line)
  else if ('manifest' in line.value) file.manifest = onlyMember(line, 'manifest')
  else verifyEvent(verification, line, file)
}

/** Returns the finding for an error that ends the verification of the export. */
function describeFatal(error: unknown): string {
  if (error instanceof InvalidNote) return `The checkpoint is not valid: ${error.message}`
  // A compact range of the wrong length causes a RangeError, and a value without a canonical form
  // causes a TypeError.
  const isFinding =
    error instanceof MalformedFile || error instanceof RangeError || error instanceof TypeError
  if (!isFinding) throw error
  return error.message
}

function verdictOf(verification: Verification): Verdict {
  const { findings, files, gaps, since, continuesSince, signedBy } = verification
  const file = files.at(-1)
  return {
    findings: findings.list,
    more: findings.more,
    events: verification.events,
    first: verification.firstSequence,
    last: verification.lastSequence,
    erased: verification.erasedEvents,
    expired: gaps.expiredEvents,
    checkpoint: file ? { ...file.checkpoint, signedBy } : null,
    epoch: file ? parseOrigin(file.checkpoint.origin).epoch : 1,
    isFiltered: file ? file.filter !== null : false,
    since: since === null ? 'not asked' : continuesSince ? 'continued' : 'not shown',
  }
}

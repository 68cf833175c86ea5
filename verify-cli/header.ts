/** Verifies the first line of an export: the tenant, the filter and the signed checkpoint. */
import { equalBytes } from '../proof/bytes.ts'
import { canonicalize } from '../proof/canonical-json.ts'
import { isSameLog, openCheckpoint, parseOrigin } from '../proof/checkpoint.ts'
import { CompactRange } from '../proof/merkle-tree.ts'
import { type Fields, isIntegerFrom, onlyMember, parseHashes, unknownMembers } from './fields.ts'
import { compactRangeAt, compareWithCheckpoints } from './leaf-hashes.ts'
import { type Line, MalformedFile } from './read-lines.ts'
import type { ExportFile, Verification } from './verification.ts'

const members = ['version', 'tenantId', 'filter', 'afterSequence', 'checkpoint', 'compactRange']

/**
 * Verifies the first line of a file. The file becomes the current file of the verification.
 * @throws MalformedFile when the file cannot be verified, or does not continue the previous file
 * @throws InvalidNote when the checkpoint is malformed, or none of the keys signed the checkpoint
 */
export async function verifyHeader(verification: Verification, line: Line): Promise<void> {
  const { findings, verifiers } = verification
  const header = onlyMember(line, 'export')
  const { tenantId, afterSequence, checkpoint: note, filter } = parseHeader(header)
  findings.add(...unknownMembers('The first line', header, members))
  const { checkpoint, signedBy } = await openCheckpoint(note, verifiers)
  verification.signedBy = signedBy.map(({ name }) => name)
  if (parseOrigin(checkpoint.origin).tenantId !== tenantId)
    findings.add(`The checkpoint belongs to another log than that of tenant ${tenantId}.`)
  const compactRange = filter === null ? parseHashes(header.compactRange) : []
  const file: ExportFile = {
    tenantId,
    afterSequence,
    filter,
    checkpoint,
    note,
    events: 0,
    firstSequence: null,
    lastSequence: null,
    manifest: null,
  }
  const before = verification.files.at(-1)
  if (before) verifyContinuation(verification, before, file, compactRange)
  verification.files.push(file)
  verification.position = afterSequence
  verification.batch = null
  if (filter === null) {
    verification.tree = new CompactRange(afterSequence, compactRange)
    compareWithCheckpoints(verification)
  }
  compareWithSince(verification, file)
}

function parseHeader({ version, tenantId, afterSequence, checkpoint, filter }: Fields) {
  if (version !== 1)
    throw new MalformedFile(
      'The version of the export must be 1. This program supports no other version.',
    )
  if (
    typeof tenantId !== 'string' ||
    !isIntegerFrom(0, afterSequence) ||
    typeof checkpoint !== 'string' ||
    filter === undefined
  )
    throw new MalformedFile(
      'The first line must contain `tenantId`, `filter`, `afterSequence` and `checkpoint`.',
    )
  return { tenantId, afterSequence, checkpoint, filter }
}

/**
 * Verifies that the tree of a file begins with the tree of the previous file. Several files then
 * prove as much as a single file.
 */
function verifyContinuation(
  verification: Verification,
  before: ExportFile,
  { afterSequence, checkpoint, filter }: ExportFile,
  compactRange: Uint8Array[],
): void {
  const { findings, position } = verification
  if (
    !isSameLog(checkpoint.origin, before.checkpoint.origin) ||
    canonicalize(filter) !== canonicalize(before.filter)
  )
    throw new MalformedFile('The file has another log or another filter than the file before it.')
  if (afterSequence !== position)
    throw new MalformedFile(
      `The file begins after event ${afterSequence}, but the file before it ends with event ${position}.`,
    )
  if (checkpoint.treeSize < before.checkpoint.treeSize)
    findings.add('The file shows an earlier state of the log than the file before it.')
  if (filter !== null) return
  const expected = compactRangeAt(verification, position)
  const isEqual =
    expected?.length === compactRange.length &&
    expected.every((hash, n) => equalBytes(hash, compactRange[n] ?? new Uint8Array()))
  if (!isEqual)
    findings.add('The compact range of the file does not match the events in the file before it.')
}

function compareWithSince({ findings, since }: Verification, { checkpoint }: ExportFile): void {
  if (!since) return
  if (!isSameLog(since.origin, checkpoint.origin))
    findings.add('The earlier checkpoint belongs to another log.')
  else if (since.treeSize > checkpoint.treeSize)
    findings.add(
      `The log has ${checkpoint.treeSize} events and had ${since.treeSize} at the earlier checkpoint: its end was cut off.`,
    )
}

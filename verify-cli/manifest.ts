/** Verifies the manifest: the last line, which describes this export and the previous export. */
import { equalBytes, toBase64 } from '../proof/bytes.ts'
import { canonicalize } from '../proof/canonical-json.ts'
import { type Checkpoint, isSameLog, openCheckpoint, parseOrigin } from '../proof/checkpoint.ts'
import { verifyConsistency } from '../proof/merkle-tree.ts'
import { type Fields, isObject, parseHashes, unknownMembers } from './fields.ts'
import type { ExportFile, Verification } from './verification.ts'

const members = [
  'version',
  'tenantId',
  'filter',
  'afterSequence',
  'firstSequence',
  'lastSequence',
  'count',
  'treeSize',
  'rootHash',
  'checkpoint',
  'previous',
]

/**
 * Verifies the manifest of a file that was read completely.
 * @throws MalformedFile when the consistency proof is malformed
 * @throws InvalidNote when none of the keys signed the checkpoint of the previous export
 */
export async function verifyManifest(
  verification: Verification,
  file: ExportFile,
  manifest: Fields,
): Promise<void> {
  const { findings, tree } = verification
  const { checkpoint } = file
  findings.add(...unknownMembers('The manifest', manifest, members))
  findings.add(...compareWithFile(manifest, file))
  const leadsToCheckpoint =
    !tree || (tree.treeSize === checkpoint.treeSize && equalBytes(tree.root(), checkpoint.rootHash))
  if (!leadsToCheckpoint)
    findings.add(
      'The leaf hashes do not lead to the checkpoint: some of them were changed or left out.',
    )
  const { previous } = manifest
  if (isObject(previous) && typeof previous.checkpoint === 'string') {
    findings.add(...unknownMembers('The manifest', previous, ['checkpoint', 'consistencyPath']))
    const path = parseHashes(previous.consistencyPath)
    await verifyPrevious(verification, previous.checkpoint, path, checkpoint)
  } else if (previous !== null)
    findings.add('`previous` in the manifest must be null or contain a checkpoint and its proof.')
}

function compareWithFile(manifest: Fields, file: ExportFile): string[] {
  const expected = {
    version: 1,
    checkpoint: file.note,
    tenantId: file.tenantId,
    afterSequence: file.afterSequence,
    firstSequence: file.firstSequence,
    lastSequence: file.lastSequence,
    count: file.events,
    treeSize: file.checkpoint.treeSize,
    rootHash: toBase64(file.checkpoint.rootHash),
  }
  const wrong = Object.entries(expected)
    .filter(([name, value]) => manifest[name] !== value)
    .map(
      ([name, value]) =>
        `The manifest says ${name} ${JSON.stringify(manifest[name])}; it should be ${JSON.stringify(value)}.`,
    )
  return canonicalize(manifest.filter) === canonicalize(file.filter)
    ? wrong
    : ['The manifest has another filter than the first line.', ...wrong]
}

/** Verifies that the log continues the log of the tenant's previous export. */
async function verifyPrevious(
  verification: Verification,
  note: string,
  path: Uint8Array[],
  to: Checkpoint,
): Promise<void> {
  const { checkpoint: from } = await openCheckpoint(note, verification.verifiers)
  const isContinued =
    isSameLog(from.origin, to.origin) &&
    verifyConsistency({
      fromSize: from.treeSize,
      fromRoot: from.rootHash,
      toSize: to.treeSize,
      toRoot: to.rootHash,
      path,
    })
  if (!isContinued)
    verification.findings.add(
      'The log does not continue the previous export: the history was rewritten.',
    )
  const { since } = verification
  const isSince = since?.treeSize === from.treeSize && equalBytes(from.rootHash, since.rootHash)
  if (isContinued && isSince) verification.continuesSince = true
}

/**
 * Verifies the erasures, the epoch and the earlier checkpoint. Call this function after the last
 * file.
 */
export function verifyWhole(verification: Verification, { filter, checkpoint }: ExportFile): void {
  const isFiltered = filter !== null
  if (!isFiltered) reportErasures(verification)
  const { findings, files, gaps, epochs, since, continuesSince } = verification
  const afterSequence = files[0]?.afterSequence ?? 0
  const { epoch } = parseOrigin(checkpoint.origin)
  // The event that opened the epoch may have expired.
  const mustShowEpoch = !isFiltered && afterSequence === 0 && epoch > 1 && gaps.expiredEvents === 0
  if (mustShowEpoch && !epochs.isOpened(epoch))
    findings.add(
      `The log is in epoch ${epoch}, but no event shows that an operator opened it: the history may have been rewritten.`,
    )
  if (since && !continuesSince && findings.list.length === 0)
    findings.add(
      isFiltered || since.treeSize < afterSequence
        ? `The export does not show whether the log continues the earlier checkpoint. Export all events after event ${since.treeSize} or an earlier one.`
        : 'The export does not reach the earlier checkpoint.',
    )
}

function reportErasures({ findings, erasures, gaps }: Verification): void {
  for (const [from, to] of erasures.unexplained()) {
    // The event that recorded this erasure may have expired.
    if (from <= gaps.lastExpired) continue
    const which = from === to ? `event ${from}` : `events ${from} to ${to}`
    findings.add(
      `Personal data of ${which} is missing, and no event in the file shows that it was erased. After a recent erasure, export again.`,
    )
  }
}

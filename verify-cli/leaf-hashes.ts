/** Verifies lines of leaf hashes. A line contains the hashes of at most 256 consecutive events. */
import { equalBytes } from '../proof/bytes.ts'
import { CompactRange } from '../proof/merkle-tree.ts'
import { onlyMember, parseBase64, unknownMembers } from './fields.ts'
import { type Line, MalformedFile } from './read-lines.ts'
import type { Verification } from './verification.ts'

const maxHashes = 256
const hashLength = 32

/**
 * Adds the leaf hashes of a line to the tree.
 * @throws MalformedFile when the line does not continue the previous line of leaf hashes
 */
export function verifyLeafHashes(verification: Verification, line: Line): void {
  const member = onlyMember(line, 'leafHashes')
  const bytes = parseBase64(member.hashes)
  const { tree } = verification
  const isNext =
    tree !== null &&
    member.from === tree.treeSize + 1 &&
    bytes.length > 0 &&
    bytes.length % hashLength === 0 &&
    bytes.length <= maxHashes * hashLength
  if (!isNext)
    throw new MalformedFile(
      `The leaf hashes in line ${line.number} do not continue those before them.`,
    )
  verification.findings.add(...unknownMembers(`Line ${line.number}`, member, ['from', 'hashes']))
  closeBatch(verification)
  const hashes = Array.from({ length: bytes.length / hashLength }, (_, n) =>
    bytes.subarray(n * hashLength, (n + 1) * hashLength),
  )
  verification.batch = { from: tree.treeSize + 1, hashes, before: [...tree.hashes] }
  for (const hash of hashes) {
    tree.append(hash)
    compareWithCheckpoints(verification)
  }
}

/** Counts the events that are missing at the end of the current batch. */
export function closeBatch(verification: Verification): void {
  const { batch } = verification
  if (!batch) return
  const end = batch.from + batch.hashes.length - 1
  verification.gaps.add(verification.position + 1, end)
  verification.position = Math.max(verification.position, end)
  verification.batch = null
}

/**
 * Compares the tree with every checkpoint of the same size: the checkpoint of `--since`, and the
 * checkpoints of other files.
 */
export function compareWithCheckpoints(verification: Verification): void {
  const { tree, since, files, findings } = verification
  if (!tree) return
  const { treeSize } = tree
  if (since?.treeSize === treeSize) {
    if (equalBytes(tree.root(), since.rootHash)) verification.continuesSince = true
    else
      findings.add(
        `The first ${treeSize} events do not match the earlier checkpoint: the history was rewritten.`,
      )
  }
  for (const { checkpoint } of files.slice(0, -1))
    if (checkpoint.treeSize === treeSize && !equalBytes(tree.root(), checkpoint.rootHash))
      findings.add(`The first ${treeSize} events do not match the checkpoint of an earlier file.`)
}

/**
 * Returns the compact range of the first `treeSize` leaves. Returns null when the current batch
 * does not contain this position.
 */
export function compactRangeAt(
  { tree, batch }: Verification,
  treeSize: number,
): Uint8Array[] | null {
  if (!tree || tree.treeSize === treeSize) return tree?.hashes ?? null
  if (!batch || treeSize < batch.from - 1 || treeSize > tree.treeSize) return null
  const range = new CompactRange(batch.from - 1, batch.before)
  for (const hash of batch.hashes.slice(0, treeSize - range.treeSize)) range.append(hash)
  return range.hashes
}

/**
 * Verifies Merkle proofs (RFC 6962, section 2.1; the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2) by WebCrypto, whose hashes come
 * later and not at once: so this stands beside proof/merkle-tree.ts, and is held to the same vectors.
 */
import { type Bytes, equal, sha256 } from './bytes.ts'

const [leafPrefix, nodePrefix] = [Uint8Array.of(0), Uint8Array.of(1)]

export const leafHash = (bytes: Bytes): Promise<Bytes> => sha256(leafPrefix, bytes)
const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> => sha256(nodePrefix, left, right)

const half = (n: number) => Math.floor(n / 2)

export interface Inclusion {
  leafHash: Bytes
  /** From 0. */
  index: number
  treeSize: number
  path: Bytes[]
  root: Bytes
}

/** Whether the audit path leads from the leaf to the root. */
export async function verifyInclusion({
  leafHash,
  index,
  treeSize,
  path,
  root,
}: Inclusion): Promise<boolean> {
  if (
    !(
      Number.isSafeInteger(index) &&
      Number.isSafeInteger(treeSize) &&
      index >= 0 &&
      index < treeSize
    )
  )
    return false
  let [node, last, hash] = [index, treeSize - 1, leafHash]
  for (const sibling of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(sibling, hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else hash = await nodeHash(hash, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && equal(hash, root)
}

export interface Consistency {
  fromSize: number
  fromRoot: Bytes
  toSize: number
  toRoot: Bytes
  path: Bytes[]
}

/** Whether the tree of `toSize` leaves begins with the tree of `fromSize`, which has at least one. */
export async function verifyConsistency({
  fromSize,
  fromRoot,
  toSize,
  toRoot,
  path,
}: Consistency): Promise<boolean> {
  if (
    !(
      Number.isSafeInteger(fromSize) &&
      Number.isSafeInteger(toSize) &&
      fromSize >= 1 &&
      fromSize <= toSize
    )
  )
    return false
  if (fromSize === toSize) return path.length === 0 && equal(fromRoot, toRoot)
  const [first, ...rest] = isPowerOfTwo(fromSize) ? [fromRoot, ...path] : path
  if (!first) return false
  let [node, last] = [fromSize - 1, toSize - 1]
  while (node % 2 === 1) [node, last] = [half(node), half(last)]
  let [from, to] = [first, first]
  for (const sibling of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      ;[from, to] = [await nodeHash(sibling, from), await nodeHash(sibling, to)]
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else to = await nodeHash(to, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && equal(from, fromRoot) && equal(to, toRoot)
}

/** Safe beyond 32 bits, where bitwise operators are not. */
function isPowerOfTwo(n: number): boolean {
  while (n % 2 === 0) n /= 2
  return n === 1
}

/** Merkle tree hashing and the verification of proofs (RFC 6962, section 2.1; the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2). */
import { createHash } from 'node:crypto'

const sha256 = (...parts: Buffer[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const [leafPrefix, nodePrefix] = [Buffer.of(0), Buffer.of(1)]

/** 32 bytes: the hash of a leaf's bytes. */
export const leafHash = (bytes: Buffer): Buffer => sha256(leafPrefix, bytes)
/** 32 bytes: the hash of the node over two subtrees. */
export const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(nodePrefix, left, right)
/** The root of a tree without leaves. */
export const emptyRoot: Buffer = sha256()

/** Sizes of the perfect subtrees of which a tree of so many leaves is made, largest first. Safe to 2^53 - 1. */
export function subtreeSizes(treeSize: number): number[] {
  const sizes: number[] = []
  let left = treeSize
  for (let size = 2 ** 52; size >= 1; size /= 2) {
    if (left >= size) {
      sizes.push(size)
      left -= size
    }
  }
  return sizes
}

/** A tree of which only the hashes of its perfect subtrees are kept: enough to go on and to say its root. */
export class CompactRange {
  treeSize: number
  /** Hashes of the perfect subtrees, largest first. */
  readonly hashes: Buffer[]

  /** @throws RangeError where there are not just as many hashes as a tree of this size has perfect subtrees. */
  constructor(treeSize = 0, hashes: Buffer[] = []) {
    if (hashes.length !== subtreeSizes(treeSize).length)
      throw new RangeError('a compact range has one hash for each perfect subtree')
    this.treeSize = treeSize
    this.hashes = [...hashes]
  }

  append(leaf: Buffer): void {
    let hash = leaf
    for (let size = this.treeSize; size % 2 === 1; size = (size - 1) / 2)
      hash = nodeHash(this.hashes.pop()!, hash)
    this.hashes.push(hash)
    this.treeSize++
  }

  root(): Buffer {
    return (
      this.hashes.reduceRight<Buffer | null>(
        (right, left) => (right ? nodeHash(left, right) : left),
        null,
      ) ?? emptyRoot
    )
  }
}

const half = (n: number) => Math.floor(n / 2)

/** Whether the audit path leads from the leaf, the `index`-th from 0, to the root. */
export function verifyInclusion(proof: {
  leafHash: Buffer
  index: number
  treeSize: number
  path: Buffer[]
  root: Buffer
}): boolean {
  const { index, treeSize, path } = proof
  if (
    !(
      Number.isSafeInteger(index) &&
      Number.isSafeInteger(treeSize) &&
      index >= 0 &&
      index < treeSize
    )
  )
    return false
  let [node, last, hash] = [index, treeSize - 1, proof.leafHash]
  for (const sibling of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else hash = nodeHash(hash, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && hash.equals(proof.root)
}

/** Whether the tree of `toSize` leaves begins with the tree of `fromSize`. Every tree begins with the empty one. */
export function verifyConsistency(proof: {
  fromSize: number
  fromRoot: Buffer
  toSize: number
  toRoot: Buffer
  path: Buffer[]
}): boolean {
  const { fromSize, fromRoot, toSize, toRoot } = proof
  if (
    !(
      Number.isSafeInteger(fromSize) &&
      Number.isSafeInteger(toSize) &&
      fromSize >= 0 &&
      fromSize <= toSize
    )
  )
    return false
  if (fromSize === toSize) return proof.path.length === 0 && fromRoot.equals(toRoot)
  if (fromSize === 0) return proof.path.length === 0 && fromRoot.equals(emptyRoot)
  const isPowerOfTwo = subtreeSizes(fromSize).length === 1
  const [first, ...rest] = isPowerOfTwo ? [fromRoot, ...proof.path] : proof.path
  if (!first) return false
  let [node, last] = [fromSize - 1, toSize - 1]
  while (node % 2 === 1) [node, last] = [half(node), half(last)]
  let [from, to] = [first, first]
  for (const sibling of rest) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      ;[from, to] = [nodeHash(sibling, from), nodeHash(sibling, to)]
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else to = nodeHash(to, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && from.equals(fromRoot) && to.equals(toRoot)
}

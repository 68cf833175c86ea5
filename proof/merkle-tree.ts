/**
 * Merkle tree hashes (RFC 6962 §2.1) and the verification of inclusion and consistency proofs
 * (RFC 9162 §2.1.3.2 and §2.1.4.2). All hashes are SHA-256 and have 32 bytes.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { equalBytes } from './bytes.ts'

const [leafPrefix, nodePrefix] = [Uint8Array.of(0), Uint8Array.of(1)]

/** Returns the hash of a leaf. `bytes` is the content of the leaf. */
export const leafHash = (bytes: Uint8Array): Uint8Array =>
  sha256.create().update(leafPrefix).update(bytes).digest()

/** Returns the hash of the parent node of two subtrees. */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256.create().update(nodePrefix).update(left).update(right).digest()

/** The root hash of a tree without leaves. */
export const emptyRoot: Uint8Array = sha256(new Uint8Array())

/**
 * Returns the sizes of the perfect subtrees of a tree, largest first. The maximum tree size is
 * 2^53 - 1 leaves.
 */
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

/**
 * A compact range: the hashes of the perfect subtrees of a tree. These hashes are sufficient to
 * append leaves and to compute the root hash.
 */
export class CompactRange {
  treeSize: number
  /** The hashes of the perfect subtrees, largest first. */
  readonly hashes: Uint8Array[]

  /**
   * Creates the compact range of an existing tree, or of the empty tree.
   * @throws RangeError when there is not exactly one hash for each perfect subtree of `treeSize`
   */
  constructor(treeSize = 0, hashes: Uint8Array[] = []) {
    const expected = subtreeSizes(treeSize).length
    if (hashes.length !== expected)
      throw new RangeError(
        `The compact range of a tree of ${treeSize} leaves has ${expected} hashes, not ${hashes.length}.`,
      )
    this.treeSize = treeSize
    this.hashes = [...hashes]
  }

  /** Appends the hash of a leaf. */
  append(leaf: Uint8Array): void {
    let hash = leaf
    for (let size = this.treeSize; size % 2 === 1; size = (size - 1) / 2)
      hash = nodeHash(this.hashes.pop() as Uint8Array, hash)
    this.hashes.push(hash)
    this.treeSize++
  }

  root(): Uint8Array {
    return this.hashes.length === 0
      ? emptyRoot
      : this.hashes.reduceRight((right, left) => nodeHash(left, right))
  }
}

const half = (n: number) => Math.floor(n / 2)

export interface InclusionProof {
  leafHash: Uint8Array
  /** The position of the leaf in the tree, starting at 0. */
  index: number
  treeSize: number
  /** The sibling hashes, ordered from the leaf to the root. */
  path: Uint8Array[]
  root: Uint8Array
}

/** Returns whether an inclusion proof is valid (RFC 9162 §2.1.3.2). */
export function verifyInclusion({ leafHash, index, treeSize, path, root }: InclusionProof) {
  const isInTree =
    Number.isSafeInteger(index) && Number.isSafeInteger(treeSize) && index >= 0 && index < treeSize
  if (!isInTree) return false
  let [node, last, hash] = [index, treeSize - 1, leafHash]
  for (const sibling of path) {
    if (last === 0) return false
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash)
      while (node % 2 === 0 && node !== 0) [node, last] = [half(node), half(last)]
    } else hash = nodeHash(hash, sibling)
    ;[node, last] = [half(node), half(last)]
  }
  return last === 0 && equalBytes(hash, root)
}

export interface ConsistencyProof {
  fromSize: number
  fromRoot: Uint8Array
  toSize: number
  toRoot: Uint8Array
  path: Uint8Array[]
}

/**
 * Returns whether a consistency proof between two trees is valid (RFC 9162 §2.1.4.2). Every tree is
 * consistent with the empty tree.
 */
export function verifyConsistency({ fromSize, fromRoot, toSize, toRoot, path }: ConsistencyProof) {
  const isOrdered =
    Number.isSafeInteger(fromSize) &&
    Number.isSafeInteger(toSize) &&
    fromSize >= 0 &&
    fromSize <= toSize
  if (!isOrdered) return false
  if (fromSize === toSize) return path.length === 0 && equalBytes(fromRoot, toRoot)
  if (fromSize === 0) return path.length === 0 && equalBytes(fromRoot, emptyRoot)
  const isPowerOfTwo = subtreeSizes(fromSize).length === 1
  const [first, ...rest] = isPowerOfTwo ? [fromRoot, ...path] : path
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
  return last === 0 && equalBytes(from, fromRoot) && equalBytes(to, toRoot)
}

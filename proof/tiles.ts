/**
 * A Merkle tree stored as tiles of up to 256 hashes (https://c2sp.org/tlog-tiles). Tile n of level
 * 0 contains the hashes of leaves 256 n to 256 n + 255. Tile n of level l contains the roots of the
 * full tiles 256 n to 256 n + 255 of level l - 1. Hashes between these levels are not stored but
 * computed.
 */
import { concatBytes } from './bytes.ts'
import { CompactRange, nodeHash, subtreeSizes } from './merkle-tree.ts'

export const tileWidth = 256
const hashLength = 32

export interface TileId {
  level: number
  index: number
}

/**
 * Reads tiles and returns their bytes in the given order. Returns empty bytes for a missing tile.
 */
export type ReadTiles = (wanted: TileId[]) => Promise<Uint8Array[]>

/**
 * A perfect subtree. `start` is the index of its first leaf. `size` is its number of leaves: a
 * power of two that divides `start`.
 */
interface Subtree {
  start: number
  size: number
}

/**
 * Returns the tile and the range of its hashes that are needed to compute the root of a subtree.
 */
function runOf({ start, size }: Subtree): TileId & { from: number; count: number } {
  let level = 0
  let unit = 1
  while (size >= unit * tileWidth) {
    unit *= tileWidth
    level++
  }
  const first = start / unit
  return {
    level,
    index: Math.floor(first / tileWidth),
    from: first % tileWidth,
    count: size / unit,
  }
}

/** Computes the root of consecutive hashes. The number of hashes must be a power of two. */
function hashOfRun(
  tile: Uint8Array,
  from: number,
  count: number,
  known = new Map<string, Uint8Array>(),
): Uint8Array {
  if (count === 1) {
    const hash = tile.subarray(from * hashLength, (from + 1) * hashLength)
    if (hash.length !== hashLength)
      throw new RangeError('A tile of the log does not contain all expected hashes.')
    return hash
  }
  const id = `${from}/${count}`
  const hash =
    known.get(id) ??
    nodeHash(
      hashOfRun(tile, from, count / 2, known),
      hashOfRun(tile, from + count / 2, count / 2, known),
    )
  known.set(id, hash)
  return hash
}

/** Computes the roots of perfect subtrees. Reads all tiles in one call, and each tile once. */
async function hashesOf(subtrees: Subtree[], read: ReadTiles): Promise<Uint8Array[]> {
  const runs = subtrees.map(runOf)
  const ids = new Map(runs.map(({ level, index }) => [`${level}/${index}`, { level, index }]))
  const tiles = await read([...ids.values()])
  const none = new Uint8Array()
  const byId = new Map(
    [...ids.keys()].map((id, position) => [
      id,
      { tile: tiles[position] ?? none, known: new Map() },
    ]),
  )
  return runs.map(({ level, index, from, count }) => {
    const { tile, known } = byId.get(`${level}/${index}`) ?? { tile: none, known: new Map() }
    return hashOfRun(tile, from, count, known)
  })
}

/**
 * Splits the leaves from `start` to `end` into perfect subtrees. The size of the largest subtree
 * must divide `start`.
 */
function subtreesOf(start: number, end: number): Subtree[] {
  let at = start
  return subtreeSizes(end - start).map((size) => {
    at += size
    return { start: at - size, size }
  })
}

/** Computes the root of a tree from the hashes of its perfect subtrees, largest first. */
const hashOver = (hashes: Uint8Array[]): Uint8Array =>
  hashes.reduceRight((right, left) => nodeHash(left, right))

/** Returns the largest power of two below `n`. */
function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** Returns the compact range of the first `treeSize` leaves. */
export async function compactRange(treeSize: number, read: ReadTiles): Promise<CompactRange> {
  return new CompactRange(treeSize, await hashesOf(subtreesOf(0, treeSize), read))
}

/**
 * Returns the ranges of leaves whose root hashes form the inclusion proof of a leaf, ordered from
 * the leaf to the root (RFC 6962 §2.1.1).
 */
function inclusionRanges(index: number, start: number, end: number): [number, number][] {
  if (end - start === 1) return []
  const middle = start + split(end - start)
  return index < middle
    ? [...inclusionRanges(index, start, middle), [middle, end]]
    : [...inclusionRanges(index, middle, end), [start, middle]]
}

/** Returns the ranges of leaves whose root hashes form the consistency proof (RFC 6962 §2.1.2). */
function consistencyRanges(
  from: number,
  start: number,
  end: number,
  isWhole: boolean,
): [number, number][] {
  if (from === end) return isWhole ? [] : [[start, end]]
  const middle = start + split(end - start)
  return from <= middle
    ? [...consistencyRanges(from, start, middle, isWhole), [middle, end]]
    : [...consistencyRanges(from, middle, end, false), [start, middle]]
}

async function hashesOfRanges(
  paths: [number, number][][],
  read: ReadTiles,
): Promise<Uint8Array[][]> {
  const parts = paths.map((ranges) => ranges.map(([start, end]) => subtreesOf(start, end)))
  const hashes = await hashesOf(parts.flat(2), read)
  let at = 0
  return parts.map((ranges) =>
    ranges.map((subtrees) => {
      at += subtrees.length
      return hashOver(hashes.slice(at - subtrees.length, at))
    }),
  )
}

/**
 * Returns an inclusion proof for each leaf index in the tree of `treeSize` leaves. Indexes start at
 * 0.
 * @throws RangeError when an index is outside the tree, or a tile is incomplete
 */
export function inclusionPaths(
  indexes: number[],
  treeSize: number,
  read: ReadTiles,
): Promise<Uint8Array[][]> {
  if (indexes.some((index) => index < 0 || index >= treeSize))
    throw new RangeError(`Leaf indexes must be at least 0 and less than the tree size ${treeSize}.`)
  return hashesOfRanges(
    indexes.map((index) => inclusionRanges(index, 0, treeSize)),
    read,
  )
}

/**
 * Returns the consistency proof between the trees of `from` and `to` leaves (RFC 6962 §2.1.2).
 * @throws RangeError when `from` is not between 1 and `to`, or a tile is incomplete
 */
export async function consistencyPath(
  from: number,
  to: number,
  read: ReadTiles,
): Promise<Uint8Array[]> {
  if (from < 1 || from > to)
    throw new RangeError(`The size of the earlier tree must be between 1 and ${to}, not ${from}.`)
  const [path = []] = await hashesOfRanges([consistencyRanges(from, 0, to, true)], read)
  return path
}

/**
 * Appends leaf hashes to a tree of `treeSize` leaves.
 * @returns the tiles that changed, each with all of its hashes
 * @throws RangeError when a tile does not have the number of hashes that `treeSize` requires
 */
export async function appendLeaves(
  treeSize: number,
  leaves: Uint8Array[],
  read: ReadTiles,
): Promise<(TileId & { hashes: Uint8Array })[]> {
  const changed: (TileId & { hashes: Uint8Array })[] = []
  let added = leaves
  let size = treeSize
  for (let level = 0; added.length > 0; level++) {
    const firstIndex = Math.floor(size / tileWidth)
    const expected = (size % tileWidth) * hashLength
    const [partial = new Uint8Array()] =
      expected === 0 ? [] : await read([{ level, index: firstIndex }])
    if (partial.length !== expected)
      throw new RangeError(
        `Tile ${level}/${firstIndex} must have ${expected} bytes at this tree size; it has ${partial.length}.`,
      )
    const hashes = concatBytes([partial, ...added])
    const upwards: Uint8Array[] = []
    for (let at = 0; at < hashes.length; at += tileWidth * hashLength) {
      const tile = hashes.subarray(at, at + tileWidth * hashLength)
      changed.push({ level, index: firstIndex + at / (tileWidth * hashLength), hashes: tile })
      if (tile.length === tileWidth * hashLength) upwards.push(hashOfRun(tile, 0, tileWidth))
    }
    added = upwards
    size = firstIndex
  }
  return changed
}

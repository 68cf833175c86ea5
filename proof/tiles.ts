/**
 * A Merkle tree kept as tiles of up to 256 hashes (C2SP tlog-tiles): tile n of level 0 holds the hashes of leaves 256 n and on, tile n of
 * level l those of the whole tiles 256 n and on of the level below. Hashes within tiles are worked out when they are asked for.
 */
import { CompactRange, nodeHash, subtreeSizes } from './merkle-tree.ts'

export const tileWidth = 256
const hashLength = 32

export interface TileId {
  level: number
  index: number
}

/** Reads tiles, in the order in which they are asked for; one that is not there is empty. */
export type ReadTiles = (wanted: TileId[]) => Promise<Buffer[]>

/** A perfect subtree: its first leaf, and how many leaves it has, a power of two that divides `start`. */
interface Subtree {
  start: number
  size: number
}

/** Where its hash can be worked out: a run of hashes within one tile. */
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

const hashAt = (tile: Buffer, position: number) =>
  tile.subarray(position * hashLength, (position + 1) * hashLength)

/** The hash over a run of hashes, as many as a power of two. */
function hashOfRun(
  tile: Buffer,
  from: number,
  count: number,
  known = new Map<string, Buffer>(),
): Buffer {
  if (count === 1) {
    const hash = hashAt(tile, from)
    if (hash.length !== hashLength) throw new RangeError('the log has no such hash')
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

/** Hashes of perfect subtrees, each tile read once, all in one go, and each hash within a tile worked out once. */
async function hashesOf(subtrees: Subtree[], read: ReadTiles): Promise<Buffer[]> {
  const runs = subtrees.map(runOf)
  const ids = new Map(runs.map(({ level, index }) => [`${level}/${index}`, { level, index }]))
  const tiles = await read([...ids.values()])
  const byId = new Map(
    [...ids.keys()].map((id, position) => [
      id,
      { tile: tiles[position]!, known: new Map<string, Buffer>() },
    ]),
  )
  return runs.map(({ level, index, from, count }) => {
    const { tile, known } = byId.get(`${level}/${index}`)!
    return hashOfRun(tile, from, count, known)
  })
}

/** The perfect subtrees of leaves `start` to `end`, where `start` is divided by the largest of them. */
function subtreesOf(start: number, end: number): Subtree[] {
  let at = start
  return subtreeSizes(end - start).map((size) => {
    at += size
    return { start: at - size, size }
  })
}

/** The hash over several perfect subtrees, largest first. */
const hashOver = (hashes: Buffer[]): Buffer =>
  hashes.reduceRight((right, left) => nodeHash(left, right))

/** The largest power of two below `n`. */
function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** The log as it was at a size, enough of it to go on. */
export async function compactRange(treeSize: number, read: ReadTiles): Promise<CompactRange> {
  return new CompactRange(treeSize, await hashesOf(subtreesOf(0, treeSize), read))
}

/** The ranges whose hashes prove a leaf, from the leaf upwards (RFC 6962, section 2.1.1). */
function inclusionRanges(index: number, start: number, end: number): [number, number][] {
  if (end - start === 1) return []
  const middle = start + split(end - start)
  return index < middle
    ? [...inclusionRanges(index, start, middle), [middle, end]]
    : [...inclusionRanges(index, middle, end), [start, middle]]
}

/** The ranges whose hashes prove that a log is an earlier one continued (RFC 6962, section 2.1.2). */
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

async function hashesOfRanges(paths: [number, number][][], read: ReadTiles): Promise<Buffer[][]> {
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

/** Audit paths of several leaves, each the `index`-th from 0, to the root of one tree. */
export function inclusionPaths(
  indexes: number[],
  treeSize: number,
  read: ReadTiles,
): Promise<Buffer[][]> {
  if (indexes.some((index) => index < 0 || index >= treeSize))
    throw new RangeError('the tree has no such leaf')
  return hashesOfRanges(
    indexes.map((index) => inclusionRanges(index, 0, treeSize)),
    read,
  )
}

/** The proof that the tree of `to` leaves begins with that of `from`, which is at least 1 and at most `to`. */
export async function consistencyPath(
  from: number,
  to: number,
  read: ReadTiles,
): Promise<Buffer[]> {
  if (from < 1 || from > to)
    throw new RangeError('the earlier tree has at least one leaf, and no more than the later')
  const [path] = await hashesOfRanges([consistencyRanges(from, 0, to, true)], read)
  return path!
}

/** The tiles as they are after leaves were appended to a tree of so many: those that changed, whole. */
export async function appendLeaves(
  treeSize: number,
  leaves: Buffer[],
  read: ReadTiles,
): Promise<(TileId & { hashes: Buffer })[]> {
  const changed: (TileId & { hashes: Buffer })[] = []
  let added = leaves
  let size = treeSize
  for (let level = 0; added.length > 0; level++) {
    const firstIndex = Math.floor(size / tileWidth)
    const [begun] =
      size % tileWidth === 0 ? [Buffer.alloc(0)] : await read([{ level, index: firstIndex }])
    if (begun!.length !== (size % tileWidth) * hashLength)
      throw new RangeError('a tile does not hold what the size of the log says')
    const hashes = Buffer.concat([begun!, ...added])
    const upwards: Buffer[] = []
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

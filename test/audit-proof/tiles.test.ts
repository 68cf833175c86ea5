/**
 * Tiles produce the roots and proofs of RFC 6962 for any log size, and no other proof is accepted.
 */
import { randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  emptyRoot,
  leafHash,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from '../../proof/merkle-tree.ts'
import {
  appendLeaves,
  compactRange,
  consistencyPath,
  inclusionPaths,
  type ReadTiles,
  type TileId,
} from '../../proof/tiles.ts'

/** The recursive definition of RFC 6962 §2.1. */
function rootOf(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return emptyRoot
  if (leaves.length === 1) return leaves[0]!
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)))
}

const leavesUpTo = (count: number) =>
  Array.from({ length: count }, (_, n) => leafHash(Buffer.from(`leaf ${n}`)))

class Store {
  readonly tiles = new Map<string, Uint8Array>()
  reads = 0
  read: ReadTiles = async (wanted) => {
    this.reads++
    return wanted.map(({ level, index }) => this.tiles.get(`${level}/${index}`) ?? new Uint8Array())
  }
  async append(size: number, leaves: Uint8Array[]) {
    for (const { level, index, hashes } of await appendLeaves(size, leaves, this.read))
      this.tiles.set(`${level}/${index}`, hashes)
  }
}

async function storeOf(leaves: Uint8Array[], inStepsOf: () => number): Promise<Store> {
  const store = new Store()
  for (let size = 0; size < leaves.length; ) {
    const step = leaves.slice(size, size + inStepsOf())
    await store.append(size, step)
    size += step.length
  }
  return store
}

describe('tiles', () => {
  test('at sizes up to 600 every root and every proof is right', async () => {
    const leaves = leavesUpTo(600)
    const roots = leaves.map((_, n) => rootOf(leaves.slice(0, n + 1)))
    const store = await storeOf(leaves, () => 37)
    let inclusions = 0
    let consistencies = 0
    for (let size = 1; size <= 600; size += size < 40 ? 1 : 71) {
      const root = roots[size - 1]!
      expect((await compactRange(size, store.read)).root()).toEqual(root)
      const paths = await inclusionPaths([...leaves.slice(0, size).keys()], size, store.read)
      for (const [index, path] of paths.entries())
        if (verifyInclusion({ leafHash: leaves[index]!, index, treeSize: size, path, root }))
          inclusions++
      for (let from = 1; from <= size; from++) {
        const path = await consistencyPath(from, size, store.read)
        if (
          verifyConsistency({
            fromSize: from,
            fromRoot: roots[from - 1]!,
            toSize: size,
            toRoot: root,
            path,
          })
        )
          consistencies++
        else throw new Error(`${from} to ${size}`)
      }
    }
    expect(inclusions).toBe(consistencies)
    expect(inclusions).toBeGreaterThan(2_000)
  })

  test('with three levels, appended in any steps, a proof needs one read', async () => {
    const leaves = leavesUpTo(66_100)
    const store = await storeOf(leaves, () => randomInt(1, 3_000))
    for (const size of [255, 256, 257, 65_535, 65_536, 65_537, 66_100]) {
      const root = rootOf(leaves.slice(0, size))
      expect((await compactRange(size, store.read)).root()).toEqual(root)
      const index = randomInt(size)
      store.reads = 0
      const [path] = await inclusionPaths([index], size, store.read)
      expect(store.reads).toBe(1)
      expect(
        verifyInclusion({ leafHash: leaves[index]!, index, treeSize: size, path: path!, root }),
      ).toBe(true)
      const from = randomInt(1, size)
      const proof = {
        fromSize: from,
        fromRoot: rootOf(leaves.slice(0, from)),
        toSize: size,
        toRoot: root,
      }
      expect(
        verifyConsistency({ ...proof, path: await consistencyPath(from, size, store.read) }),
      ).toBe(true)
    }
  })

  test('trees with more than 2^32 leaves read the right tiles', async () => {
    const asked: TileId[] = []
    const read: ReadTiles = async (wanted) => {
      asked.push(...wanted)
      return wanted.map(() => Buffer.alloc(256 * 32, 7))
    }
    const index = 2 ** 40 + 5
    await inclusionPaths([index], 2 ** 41, read)
    expect(asked).toContainEqual({ level: 0, index: 2 ** 32 })
    expect(asked.every(({ index }) => Number.isSafeInteger(index) && index >= 0)).toBe(true)
  })

  test('a proof with a flipped bit, missing or extra hash is rejected', async () => {
    const leaves = leavesUpTo(300)
    const store = await storeOf(leaves, () => 300)
    const root = rootOf(leaves)
    const [path] = await inclusionPaths([123], 300, store.read)
    const inclusion = { leafHash: leaves[123]!, index: 123, treeSize: 300, path: path!, root }
    const fromRoot = rootOf(leaves.slice(0, 77))
    const consistency = {
      fromSize: 77,
      fromRoot,
      toSize: 300,
      toRoot: root,
      path: await consistencyPath(77, 300, store.read),
    }
    expect([verifyInclusion(inclusion), verifyConsistency(consistency)]).toEqual([true, true])
    const flipped = (hash: Uint8Array) => {
      const other = Uint8Array.from(hash)
      other[randomInt(32)]! ^= 1 << randomInt(8)
      return other
    }
    const wrong = (hashes: Uint8Array[]) => [
      ...hashes.map((_, at) => hashes.map((hash, n) => (n === at ? flipped(hash) : hash))),
      hashes.slice(1),
      hashes.slice(0, -1),
      [...hashes, root],
    ]
    for (const path of wrong(inclusion.path))
      expect(verifyInclusion({ ...inclusion, path })).toBe(false)
    for (const path of wrong(consistency.path))
      expect(verifyConsistency({ ...consistency, path })).toBe(false)
    for (const index of [122, 124, -1, 300, 1.5])
      expect(verifyInclusion({ ...inclusion, index })).toBe(false)
    for (const fromSize of [76, 78, 0, -1, 301])
      expect(verifyConsistency({ ...consistency, fromSize })).toBe(false)
    expect(verifyInclusion({ ...inclusion, leafHash: flipped(leaves[123]!) })).toBe(false)
  })

  test('appending at a size that does not match the tiles is rejected', async () => {
    const store = await storeOf(leavesUpTo(10), () => 10)
    await expect(appendLeaves(9, leavesUpTo(1), store.read)).rejects.toThrow(RangeError)
    await expect(inclusionPaths([3], 12, store.read)).rejects.toThrow(RangeError)
  })
})

/** The log's tiles say what RFC 6962 says of a tree, at any size, and their proofs hold; nothing else is taken for a proof. */
import { createHash, randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  CompactRange,
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

/** As RFC 6962, section 2.1, writes it down. */
function rootOf(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return emptyRoot
  if (leaves.length === 1) return leaves[0]!
  let k = 1
  while (k * 2 < leaves.length) k *= 2
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)))
}

const leavesUpTo = (count: number) =>
  Array.from({ length: count }, (_, n) => leafHash(Buffer.from(`leaf ${n}`)))

class Store {
  readonly tiles = new Map<string, Buffer>()
  reads = 0
  read: ReadTiles = async (wanted) => {
    this.reads++
    return wanted.map(({ level, index }) => this.tiles.get(`${level}/${index}`) ?? Buffer.alloc(0))
  }
  async append(size: number, leaves: Buffer[]) {
    for (const { level, index, hashes } of await appendLeaves(size, leaves, this.read))
      this.tiles.set(`${level}/${index}`, hashes)
  }
}

async function storeOf(leaves: Buffer[], inStepsOf: () => number): Promise<Store> {
  const store = new Store()
  for (let size = 0; size < leaves.length; ) {
    const step = leaves.slice(size, size + inStepsOf())
    await store.append(size, step)
    size += step.length
  }
  return store
}

// The tree of RFC 6962's reference implementation: eight leaves, and the roots of its first n.
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

test('the reference tree has the published roots', () => {
  const range = new CompactRange()
  expect(emptyRoot.toString('hex')).toBe(createHash('sha256').digest('hex'))
  const said = inputs.map((input) => {
    range.append(leafHash(Buffer.from(input, 'hex')))
    return range.root().toString('hex')
  })
  expect(said).toEqual(roots)
})

describe('tiles', () => {
  test('every size to 600 has its root, and every leaf and earlier size its proof', async () => {
    const leaves = leavesUpTo(600)
    const store = await storeOf(leaves, () => 37)
    let inclusions = 0
    let consistencies = 0
    for (let size = 1; size <= 600; size += size < 40 ? 1 : 71) {
      const root = rootOf(leaves.slice(0, size))
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
            fromRoot: rootOf(leaves.slice(0, from)),
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

  test('over the third level, appended in any steps, a proof takes one read', async () => {
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

  test('sizes beyond 32 bits are looked up where they are', async () => {
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

  test('a proof with any bit flipped, left out or added is refused', async () => {
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
    const flipped = (hash: Buffer) => {
      const other = Buffer.from(hash)
      other[randomInt(32)]! ^= 1 << randomInt(8)
      return other
    }
    const wrong = (hashes: Buffer[]) => [
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

  test('leaves are not appended to a log that is not as long as is said', async () => {
    const store = await storeOf(leavesUpTo(10), () => 10)
    await expect(appendLeaves(9, leavesUpTo(1), store.read)).rejects.toThrow(RangeError)
    await expect(inclusionPaths([3], 12, store.read)).rejects.toThrow(RangeError)
  })
})

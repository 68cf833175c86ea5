/**
 * Published test vectors for Merkle trees (RFC 6962), canonical JSON (RFC 8785) and signed notes
 * (C2SP).
 */
import { createPrivateKey } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { canonicalize } from '../../proof/canonical-json.ts'
import {
  CompactRange,
  emptyRoot,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from '../../proof/merkle-tree.ts'
import {
  formatVerifierKey,
  InvalidNote,
  openNote,
  parseVerifierKey,
  signNote,
} from '../../proof/signed-note.ts'
import { appendLeaves, consistencyPath, inclusionPaths, type ReadTiles } from '../../proof/tiles.ts'
import { createSigner } from '../../subgraphs/audit/log/signer.ts'

const read = (path: string) => readFileSync(new URL(`../vectors/${path}`, import.meta.url), 'utf8')
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))
const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex')
const withFlippedBit = (hash: Uint8Array, bit: number) => {
  const other = Uint8Array.from(hash)
  other[bit >> 3]! ^= 1 << (bit & 7)
  return other
}

/** The leaves and roots of the reference tests of Certificate Transparency. */
const leaves = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'))
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const tilesOf = async (size: number): Promise<ReadTiles> => {
  const none: ReadTiles = async (wanted) => wanted.map(() => new Uint8Array())
  const made = new Map(
    (await appendLeaves(0, leaves.slice(0, size).map(leafHash), none)).map(
      ({ level, index, hashes }) => [`${level}/${index}`, hashes],
    ),
  )
  return async (wanted) =>
    wanted.map(({ level, index }) => made.get(`${level}/${index}`) ?? new Uint8Array())
}

test('the reference tree has the published root at every size', () => {
  const range = new CompactRange()
  expect(hex(emptyRoot)).toBe(roots[0])
  const found = leaves.map((leaf) => {
    range.append(leafHash(leaf))
    return hex(range.root())
  })
  expect(found).toEqual(roots.slice(1))
})

interface Inclusion {
  leafIdx: number
  treeSize: number
  root: string
  leafHash: string
  proof: string[]
}
describe.each(JSON.parse(read('transparency/inclusion.json')) as Inclusion[])(
  'inclusion of leaf $leafIdx in $treeSize',
  (vector) => {
    const proof = {
      leafHash: bytes(vector.leafHash),
      index: vector.leafIdx,
      treeSize: vector.treeSize,
      path: vector.proof.map(bytes),
      root: bytes(vector.root),
    }

    test('is accepted, and equals the proof from our tiles', async () => {
      expect(verifyInclusion(proof)).toBe(true)
      expect(proof.leafHash).toEqual(leafHash(leaves[proof.index]!))
      expect(
        await inclusionPaths([proof.index], proof.treeSize, await tilesOf(proof.treeSize)),
      ).toEqual([proof.path])
    })

    const garbage = new Uint8Array(32)
    const { path, root, index, treeSize } = proof
    const wrong: Record<string, Partial<typeof proof>> = {
      'another leaf': { leafHash: withFlippedBit(proof.leafHash, 4) },
      'another root': { root: withFlippedBit(root, 4) },
      'index plus one': { index: index + 1 },
      'index minus one': { index: index - 1 },
      'index xor two': { index: index ^ 2 },
      'size doubled': { treeSize: treeSize * 2 },
      'size halved': { treeSize: Math.floor(treeSize / 2) },
      'no proof': { path: [] },
      'garbage before': { path: [garbage, ...path] },
      'garbage behind': { path: [...path, garbage] },
      'root before': { path: [root, ...path] },
      'root behind': { path: [...path, root] },
      'cut short': { path: path.slice(0, -1) },
      'first of it twice': { path: [path[0]!, ...path] },
      ...Object.fromEntries(
        path.map((_, at) => [
          `bit of hash ${at}`,
          { path: path.map((hash, other) => (other === at ? withFlippedBit(hash, 4) : hash)) },
        ]),
      ),
    }
    test.each(Object.entries(wrong))('is rejected with a wrong value: %s', (_name, change) => {
      expect(verifyInclusion({ ...proof, ...change })).toBe(false)
    })
  },
)

interface Consistency {
  size1: number
  size2: number
  root1: string
  root2: string
  proof: string[]
}
describe.each(JSON.parse(read('transparency/consistency.json')) as Consistency[])(
  'consistency of $size1 with $size2',
  (vector) => {
    const proof = {
      fromSize: vector.size1,
      fromRoot: bytes(vector.root1),
      toSize: vector.size2,
      toRoot: bytes(vector.root2),
      path: vector.proof.map(bytes),
    }

    test('is accepted, and equals the proof from our tiles', async () => {
      expect(verifyConsistency(proof)).toBe(true)
      expect(
        await consistencyPath(proof.fromSize, proof.toSize, await tilesOf(proof.toSize)),
      ).toEqual(proof.path)
    })

    const garbage = new Uint8Array(32)
    const { path, fromRoot, toRoot, fromSize, toSize } = proof
    const wrong: Record<string, Partial<typeof proof>> = {
      'another first root': { fromRoot: withFlippedBit(fromRoot, 4) },
      'another second root': { toRoot: withFlippedBit(toRoot, 4) },
      'roots swapped': { fromRoot: toRoot, toRoot: fromRoot },
      'first size plus one': { fromSize: fromSize + 1 },
      'first size minus one': { fromSize: fromSize - 1 },
      'first size zero': { fromSize: 0 },
      'first size xor two': { fromSize: fromSize ^ 2 },
      'second size doubled': { toSize: toSize * 2 },
      'second size halved': { toSize: Math.floor(toSize / 2) },
      'no proof': { path: [] },
      'garbage before': { path: [garbage, ...path] },
      'garbage behind': { path: [...path, garbage] },
      'first root before': { path: [fromRoot, ...path] },
      'second root behind': { path: [...path, toRoot] },
      'cut short': { path: path.slice(0, -1) },
      ...Object.fromEntries(
        path.map((_, at) => [
          `bit of hash ${at}`,
          { path: path.map((hash, other) => (other === at ? withFlippedBit(hash, 4) : hash)) },
        ]),
      ),
    }
    test.each(Object.entries(wrong))('is rejected with a wrong value: %s', (_name, change) => {
      expect(verifyConsistency({ ...proof, ...change })).toBe(false)
    })
  },
)

test('proofs outside the tree, and between trees of one size, are rejected', () => {
  const [leaf, other] = [leafHash(Buffer.from('a')), leafHash(Buffer.from('b'))]
  const proof = { leafHash: leaf, index: 0, treeSize: 1, path: [], root: leaf }
  expect(verifyInclusion(proof)).toBe(true)
  expect(verifyInclusion({ ...proof, index: 1 })).toBe(false)
  const same = { fromSize: 1, fromRoot: leaf, toSize: 1, toRoot: leaf, path: [] }
  expect(verifyConsistency(same)).toBe(true)
  expect(verifyConsistency({ ...same, toRoot: other })).toBe(false)
})

describe('canonical JSON', () => {
  test.each(readdirSync(new URL('../vectors/jcs/input', import.meta.url)))('%s', (name) => {
    expect(canonicalize(JSON.parse(read(`jcs/input/${name}`)))).toBe(read(`jcs/output/${name}`))
  })
})

describe('signed notes', () => {
  // The example of the specification and of its reference implementation, with the key that signs
  // it.
  const [peterKey, enochKey] = [
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop',
  ]
  const seed = bytes('AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz').subarray(1)
  const text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
  const peterSig =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
  const enochSig =
    '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n'
  const [peter, enoch] = [parseVerifierKey(peterKey), parseVerifierKey(enochKey)]

  test('signing gives the published note and verifier key', () => {
    const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
    const signer = createSigner(
      'PeterNeumann',
      createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
    )
    expect(signNote(text, signer)).toBe(`${text}\n${peterSig}`)
    expect(formatVerifierKey(signer)).toBe(peterKey)
  })

  test('one known signature opens a note; unknown signatures are ignored', async () => {
    const note = `${text}\n${peterSig}${enochSig}`
    expect(await openNote(note, [peter])).toEqual({ text, signedBy: [peter] })
    expect(await openNote(note, [peter, enoch])).toEqual({ text, signedBy: [peter, enoch] })
    expect(await openNote(`${text}\n${peterSig}${peterSig}`, [peter])).toEqual({
      text,
      signedBy: [peter],
    })
    await expect(openNote(note, [])).rejects.toThrow('None of the given keys')
  })

  test.each([
    ['no signature', text],
    ['no signature after the blank line', `${text}\n`],
    ['no line feed at the end', `${text}\n${peterSig.slice(0, -1)}`],
    ['a control character', `\u0001${text}\n${peterSig}`],
    ['a name with a space', `${text}\n${peterSig.replace('PeterNeumann', 'Bad Name')}`],
    ['a line that is no signature', `${text}\n${peterSig}Unexpected line.\n`],
    ['a wrong signature', `${text}\n${peterSig.slice(0, 60)}ABCD${peterSig.slice(60)}`],
    ['another text', `${text.replace('answer', 'Answer')}\n${peterSig}`],
    ['101 signatures', `${text}\n${peterSig.repeat(101)}`],
  ])('a note is rejected with %s', async (_name, note) => {
    await expect(openNote(note, [peter])).rejects.toThrow(InvalidNote)
  })

  test('a verifier key with a missing or changed character is rejected', () => {
    for (let from = 0; from < peterKey.length; from++)
      for (let to = from + 1; to <= peterKey.length; to++)
        if (from > 0 || to < peterKey.length)
          expect(() => parseVerifierKey(peterKey.slice(from, to))).toThrow()
    for (let at = 0; at < peterKey.length; at++) {
      const other =
        peterKey.slice(0, at) +
        String.fromCharCode(peterKey.charCodeAt(at) + 1) +
        peterKey.slice(at + 1)
      expect(() => parseVerifierKey(other)).toThrow()
    }
    expect(() =>
      parseVerifierKey(
        'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==',
      ),
    ).toThrow()
    expect(() =>
      parseVerifierKey('PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'),
    ).toThrow()
  })
})

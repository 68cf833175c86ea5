/** What a browser finds out of an event's proof: by published vectors, by notes that our own signer signs, and with each part spoilt. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Bytes, fromBase64 } from '../../console/src/proof/bytes.ts'
import { leafHash, verifyConsistency, verifyInclusion } from '../../console/src/proof/merkle.ts'
import {
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  type Verifier,
} from '../../console/src/proof/note.ts'
import {
  checkEvent,
  checkHistory,
  checkPersonal,
  type Disclosures,
  type Proof,
  type ShownEvent,
} from '../../console/src/proof/verify-event.ts'
import { canonicalize } from '../../proof/canonical-json.ts'
import { commitmentOf } from '../../proof/event-leaf.ts'
import * as sealer from '../../proof/merkle-tree.ts'
import {
  checkpointText,
  type Signer,
  signerOf,
  signNote,
  verifierKey,
} from '../../proof/signed-note.ts'
import { appendLeaves, consistencyPath, inclusionPaths, type ReadTiles } from '../../proof/tiles.ts'

const vectors = <Vector>(name: string): Vector[] =>
  JSON.parse(readFileSync(new URL(`../vectors/transparency/${name}.json`, import.meta.url), 'utf8'))
const bytes = (text: string): Bytes => fromBase64(text)!
const spoilt = (hash: Bytes) => {
  const other = new Uint8Array(hash)
  other[3]! ^= 4
  return other
}

describe.each(
  vectors<{ leafIdx: number; treeSize: number; root: string; leafHash: string; proof: string[] }>(
    'inclusion',
  ),
)('inclusion of leaf $leafIdx in $treeSize', (vector) => {
  const proof = {
    leafHash: bytes(vector.leafHash),
    index: vector.leafIdx,
    treeSize: vector.treeSize,
    path: vector.proof.map(bytes),
    root: bytes(vector.root),
  }

  test('holds', async () => {
    expect(await verifyInclusion(proof)).toBe(true)
  })

  const { path, root, index, treeSize } = proof
  test.each(
    Object.entries<Partial<typeof proof>>({
      'another leaf': { leafHash: spoilt(proof.leafHash) },
      'another root': { root: spoilt(root) },
      'index plus one': { index: index + 1 },
      'index minus one': { index: index - 1 },
      'size doubled': { treeSize: treeSize * 2 },
      'size halved': { treeSize: Math.floor(treeSize / 2) },
      'no proof': { path: [] },
      'root before': { path: [root, ...path] },
      'root behind': { path: [...path, root] },
      'cut short': { path: path.slice(0, -1) },
      ...Object.fromEntries(
        path.map((_, at) => [
          `hash ${at}`,
          { path: path.map((hash, n) => (n === at ? spoilt(hash) : hash)) },
        ]),
      ),
    }),
  )('spoilt: %s', async (_name, change) => {
    expect(await verifyInclusion({ ...proof, ...change })).toBe(false)
  })
})

describe.each(
  vectors<{ size1: number; size2: number; root1: string; root2: string; proof: string[] }>(
    'consistency',
  ),
)('consistency of $size1 with $size2', (vector) => {
  const proof = {
    fromSize: vector.size1,
    fromRoot: bytes(vector.root1),
    toSize: vector.size2,
    toRoot: bytes(vector.root2),
    path: vector.proof.map(bytes),
  }

  test('holds', async () => {
    expect(await verifyConsistency(proof)).toBe(true)
  })

  const { path, fromRoot, toRoot, fromSize, toSize } = proof
  test.each(
    Object.entries<Partial<typeof proof>>({
      'another first root': { fromRoot: spoilt(fromRoot) },
      'another second root': { toRoot: spoilt(toRoot) },
      'roots swapped': { fromRoot: toRoot, toRoot: fromRoot },
      'first size plus one': { fromSize: fromSize + 1 },
      'second size doubled': { toSize: toSize * 2 },
      'no proof': { path: [] },
      'root before': { path: [fromRoot, ...path] },
      'root behind': { path: [...path, toRoot] },
      'cut short': { path: path.slice(0, -1) },
      'the empty log': { fromSize: 0 },
      ...Object.fromEntries(
        path.map((_, at) => [
          `hash ${at}`,
          { path: path.map((hash, n) => (n === at ? spoilt(hash) : hash)) },
        ]),
      ),
    }),
  )('spoilt: %s', async (_name, change) => {
    expect(await verifyConsistency({ ...proof, ...change })).toBe(false)
  })
})

describe('signed notes', () => {
  const peterKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  const text =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
  const peterSig =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
  const enochSig =
    '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n'

  test('the example of the specification opens; signatures of others are passed over', async () => {
    const peter = await parseVerifierKey(peterKey)
    expect(await openNote(`${text}\n${enochSig}${peterSig}`, [peter])).toEqual({
      text,
      signedBy: [peter],
    })
    await expect(openNote(`${text}\n${enochSig}`, [peter])).rejects.toThrow('none of the keys')
  })

  test.each([
    ['no signature', text],
    ['no signature after the blank line', `${text}\n`],
    ['no end of line', `${text}\n${peterSig.slice(0, -1)}`],
    ['a control character', `\u0001${text}\n${peterSig}`],
    ['a name of two words', `${text}\n${peterSig.replace('PeterNeumann', 'Bad Name')}`],
    ['a line that is no signature', `${text}\n${peterSig}Unexpected line.\n`],
    ['a signature of other bytes', `${text}\n${peterSig.slice(0, 60)}ABCD${peterSig.slice(60)}`],
    ['another text', `${text.replace('answer', 'Answer')}\n${peterSig}`],
    ['more signatures than anybody needs', `${text}\n${peterSig.repeat(101)}`],
  ])('%s: refused', async (_name, note) => {
    await expect(openNote(note, [await parseVerifierKey(peterKey)])).rejects.toThrow()
  })

  test('a key is taken whole or not at all', async () => {
    for (let at = 0; at < peterKey.length; at++) {
      const other =
        peterKey.slice(0, at) +
        String.fromCharCode(peterKey.charCodeAt(at) + 1) +
        peterKey.slice(at + 1)
      await expect(parseVerifierKey(other)).rejects.toThrow()
      await expect(parseVerifierKey(peterKey.slice(0, at))).rejects.toThrow()
    }
  })
})

const tenantId = '0199c0de-0000-7000-8000-000000000001'

describe('an event', () => {
  let [shown, proof, disclosures]: [ShownEvent, Proof, Disclosures] = [null!, null!, null!]
  let verifiers: Verifier[] = []
  let [signer, leaves]: [Signer, Buffer[]] = [null!, []]

  beforeAll(async () => {
    signer = signerOf('backup.example/activity', generateKeyPairSync('ed25519').privateKey)
    const values = {
      actor: {
        displayName: 'Ada Lovelace',
        email: 'ada@msp.example',
        ipAddress: '192.0.2.7',
        userAgent: 'Firefox',
      },
      target: {
        displayName: 'Contoso',
        changes: [{ field: 'services.mail', before: false, after: { on: true } }],
      },
    }
    const salts = ['actor', 'target'].map((name) =>
      createHash('sha256').update(name).digest('base64'),
    )
    const kept = {
      actor: { salt: salts[0]!, value: values.actor },
      target: { salt: salts[1]!, value: values.target },
    }
    disclosures = kept
    const event = {
      action: 'service_settings.updated',
      actor: {
        type: 'PartnerTechnician',
        key: 'partner:msp:42',
        platform: 'KASEYA_VSA',
        instance: 'MSP (VSA)',
        subject: '42',
      },
      actorCommitment: commitmentOf(kept.actor),
      clientId: 'msp',
      coalesced: null,
      id: 'event-3',
      method: 'KASEYA_VSA',
      occurredAt: '2026-11-27T10:00:00.123Z',
      outcome: 'SUCCEEDED',
      reason: null,
      requestId: 'request-1',
      sequence: 3,
      sessionId: 'session-1',
      target: { id: tenantId, type: 'tenant' },
      targetCommitment: commitmentOf(kept.target),
      tenantId,
      traceId: null,
      version: 1,
    }
    const canonicalEvent = canonicalize(event)
    leaves = ['1', '2', canonicalEvent, '4', '5', '6', '7'].map((leaf) =>
      sealer.leafHash(Buffer.from(leaf)),
    )
    proof = {
      sequence: 3,
      canonicalEvent,
      leafHash: leaves[2]!.toString('base64'),
      inclusionPath: (await inclusionPaths([2], 7, await tilesOf(7)))[0]!.map((hash) =>
        hash.toString('base64'),
      ),
      checkpoint: checkpointAt(7),
    }
    shown = {
      id: 'event-3',
      occurredAt: '2026-11-27T10:00:00.123Z',
      tenant: { id: tenantId },
      actor: {
        __typename: 'PartnerTechnician',
        key: 'partner:msp:42',
        displayName: 'Ada Lovelace',
        platform: 'KASEYA_VSA',
        instance: 'MSP (VSA)',
        subject: '42',
        email: 'ada@msp.example',
      },
      method: 'KASEYA_VSA',
      action: 'service_settings.updated',
      outcome: 'SUCCEEDED',
      reason: null,
      target: { type: 'tenant', id: tenantId, displayName: 'Contoso' },
      changes: [{ field: 'services.mail', before: false, after: { on: true } }],
      session: { id: 'session-1' },
      ipAddress: '192.0.2.7',
      userAgent: 'Firefox',
      requestId: 'request-1',
      traceId: null,
      coalesced: null,
    }
    verifiers = [await parseVerifierKey(verifierKey(signer))]
  })

  const tilesOf = async (size: number): Promise<ReadTiles> => {
    const none: ReadTiles = async (wanted) => wanted.map(() => Buffer.alloc(0))
    const made = new Map(
      (await appendLeaves(0, leaves.slice(0, size), none)).map(({ level, index, hashes }) => [
        `${level}/${index}`,
        hashes,
      ]),
    )
    return async (wanted) =>
      wanted.map(({ level, index }) => made.get(`${level}/${index}`) ?? Buffer.alloc(0))
  }
  function checkpointAt(
    treeSize: number,
    origin = `backup.example/activity/${tenantId}`,
  ): Proof['checkpoint'] {
    const range = new sealer.CompactRange()
    for (const leaf of leaves.slice(0, treeSize)) range.append(leaf)
    const rootHash = range.root()
    return {
      treeSize,
      rootHash: rootHash.toString('base64'),
      note: signNote(checkpointText({ origin, treeSize, rootHash }), signer),
    }
  }
  const failing = async (change: { shown?: Partial<ShownEvent>; proof?: Partial<Proof> }) =>
    (
      await checkEvent(
        { ...shown, ...change.shown },
        { ...proof, ...change.proof },
        tenantId,
        verifiers,
      )
    )
      .filter(({ outcome }) => outcome !== 'passed')
      .map(({ name }) => name)

  test('as it was sealed: every step holds', async () => {
    const steps = [
      ...(await checkEvent(shown, proof, tenantId, verifiers)),
      await checkPersonal(shown, proof, disclosures),
    ]
    expect(steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'shown passed',
      'leaf passed',
      'path passed',
      'checkpoint passed',
      'signature passed',
      'personal passed',
    ])
  })

  test('anything else on the page than what was hashed is found, by its name', async () => {
    const others: Partial<ShownEvent>[] = [
      { id: 'event-4' },
      { occurredAt: '2026-11-27T10:00:00.124Z' },
      { tenant: { id: 'another' } },
      { actor: { ...shown.actor, key: 'partner:msp:43' } },
      { actor: { ...shown.actor, subject: '43' } },
      { actor: { ...shown.actor, instance: 'Another (VSA)' } },
      { actor: { ...shown.actor, __typename: 'MicrosoftAdmin' } },
      { method: 'MICROSOFT' },
      { method: null },
      { action: 'service_settings.seen' },
      { outcome: 'DENIED' },
      { reason: 'FORBIDDEN' },
      { target: null },
      { target: { ...shown.target!, id: 'another' } },
      { session: null },
      { requestId: 'request-2' },
      { traceId: 'trace' },
      { coalesced: { count: 2, firstAt: '2026-11-27T10:00:00Z', lastAt: '2026-11-27T10:00:01Z' } },
    ]
    for (const other of others)
      expect([other, await failing({ shown: other })]).toEqual([other, ['shown']])
    const [step] = await checkEvent(
      { ...shown, requestId: 'x', reason: 'y' },
      proof,
      tenantId,
      verifiers,
    )
    expect(step!.found).toBe(
      'The page shows something else than what was hashed: reason, request id.',
    )
  })

  test('names, addresses, programs and changes other than those that were hashed are found, by their names', async () => {
    const others: [string, Partial<ShownEvent>][] = [
      ['displayName', { actor: { ...shown.actor, displayName: 'Eve' } }],
      ['email', { actor: { ...shown.actor, email: null } }],
      ['ipAddress', { ipAddress: '192.0.2.8' }],
      ['userAgent', { userAgent: null }],
      ['displayName', { target: { ...shown.target!, displayName: 'Fabrikam' } }],
      ['changes', { changes: [] }],
      ['changes', { changes: [{ field: 'services.mail', before: true, after: { on: true } }] }],
      ['changes', { changes: [{ field: 'services.mail', before: false, after: { on: false } }] }],
    ]
    for (const [name, other] of others)
      expect([other, await checkPersonal({ ...shown, ...other }, proof, disclosures)]).toEqual([
        other,
        {
          name: 'personal',
          outcome: 'failed',
          found: `The page shows something else than what was hashed: ${name}.`,
        },
      ])
    const invented = {
      ...disclosures,
      actor: { ...disclosures.actor!, value: { ...disclosures.actor!.value, displayName: 'Eve' } },
    }
    expect(
      await checkPersonal(
        { ...shown, actor: { ...shown.actor, displayName: 'Eve' } },
        proof,
        invented,
      ),
    ).toMatchObject({
      outcome: 'failed',
    })
  })

  test('what was erased is told, and nothing may stand in its place', async () => {
    const erased = { ...disclosures, actor: null }
    const empty = {
      actor: { ...shown.actor, displayName: '(erased)', email: null },
      ipAddress: null,
      userAgent: null,
    }
    expect(await checkPersonal({ ...shown, ...empty }, proof, erased)).toMatchObject({
      outcome: 'passed',
      found: expect.stringContaining('Erased'),
    })
    expect(
      await checkPersonal({ ...shown, ...empty, ipAddress: '192.0.2.7' }, proof, erased),
    ).toMatchObject({ outcome: 'failed' })
  })

  test('a spoilt proof is found, at the step that it spoils', async () => {
    const other = proof.canonicalEvent.replace('"outcome":"SUCCEEDED"', '"outcome":"DENIED"')
    expect(
      await failing({ proof: { canonicalEvent: other }, shown: { outcome: 'DENIED' } }),
    ).toEqual(['leaf', 'path'])
    expect(await failing({ proof: { canonicalEvent: ` ${proof.canonicalEvent}` } })).toEqual([
      'shown',
      'leaf',
      'path',
    ])
    expect(await failing({ proof: { canonicalEvent: 'no JSON' } })).toEqual([
      'shown',
      'leaf',
      'path',
    ])
    expect(await failing({ proof: { leafHash: proof.checkpoint.rootHash } })).toEqual(['leaf'])
    expect(await failing({ proof: { sequence: 4 } })).toEqual(['shown', 'path'])
    for (const at of proof.inclusionPath.keys()) {
      const path = proof.inclusionPath.map((hash, n) => (n === at ? proof.leafHash : hash))
      expect(await failing({ proof: { inclusionPath: path } })).toEqual(['path'])
    }
    expect(await failing({ proof: { inclusionPath: ['no hash'] } })).toEqual(['path'])
  })

  test('a statement that is not of this log, of another size or root, or signed by others is found', async () => {
    const { checkpoint } = proof
    const with_ = (change: Partial<Proof['checkpoint']>) =>
      failing({ proof: { checkpoint: { ...checkpoint, ...change } } })
    expect(await with_({ note: checkpointAt(7, 'backup.example/activity/another').note })).toEqual([
      'checkpoint',
    ])
    expect(await with_({ note: checkpointAt(6).note })).toEqual(['checkpoint'])
    expect(await with_({ note: checkpoint.note.replace('\n7\n', '\n8\n') })).toEqual([
      'checkpoint',
      'signature',
    ])
    expect(
      await with_({
        note: checkpoint.note.replace(
          /(— \S+ .{20})./,
          (_, kept) => `${kept}${checkpoint.note.includes(`${kept}A`) ? 'B' : 'A'}`,
        ),
      }),
    ).toEqual(['signature'])
    expect(await with_({ note: 'no note' })).toEqual(['checkpoint', 'signature'])
    const another = signerOf('backup.example/activity', generateKeyPairSync('ed25519').privateKey)
    const text = checkpoint.note.slice(0, checkpoint.note.lastIndexOf('\n\n') + 1)
    expect(await with_({ note: signNote(text, another) })).toEqual(['signature'])
  })

  test('the log is shown to continue what this browser saw of it, or not to', async () => {
    const at = async (size: number) =>
      parseCheckpoint((await openNote(checkpointAt(size).note, verifiers)).text)
    const path = (await consistencyPath(3, 7, await tilesOf(7))).map((hash) =>
      hash.toString('base64'),
    )
    expect(await checkHistory(await at(3), await at(7), path)).toMatchObject({ outcome: 'passed' })
    expect(await checkHistory(await at(2), await at(7), path)).toMatchObject({ outcome: 'failed' })
    expect(await checkHistory(await at(7), await at(7), [])).toMatchObject({ outcome: 'passed' })
    expect(
      await checkHistory({ ...(await at(7)), rootHash: (await at(3)).rootHash }, await at(7), []),
    ).toMatchObject({ outcome: 'failed' })
  })

  test('a leaf hashes here as where it is sealed', async () => {
    expect(Buffer.from(await leafHash(new TextEncoder().encode(proof.canonicalEvent)))).toEqual(
      leaves[2],
    )
  })
})

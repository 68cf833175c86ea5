/** The "Verify" checks in the console accept a sealed event and detect each alteration. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  checkEvent,
  checkHistory,
  checkPersonal,
  type Disclosures,
  type Proof,
  type ShownEvent,
} from '../../console/src/proof/event-checks.ts'
import { toBase64, utf8 } from '../../proof/bytes.ts'
import { canonicalize } from '../../proof/canonical-json.ts'
import { formatCheckpoint, openCheckpoint } from '../../proof/checkpoint.ts'
import { commitmentOf } from '../../proof/event-leaf.ts'
import { CompactRange, leafHash } from '../../proof/merkle-tree.ts'
import {
  formatVerifierKey,
  parseVerifierKey,
  type Signer,
  signNote,
  type Verifier,
} from '../../proof/signed-note.ts'
import { appendLeaves, consistencyPath, inclusionPaths, type ReadTiles } from '../../proof/tiles.ts'
import { createSigner } from '../../subgraphs/audit/log/signer.ts'

const tenantId = '0199c0de-0000-7000-8000-000000000001'

describe('an event', () => {
  let [shown, proof, disclosures]: [ShownEvent, Proof, Disclosures] = [null!, null!, null!]
  let verifiers: Verifier[] = []
  let [signer, leaves]: [Signer, Uint8Array[]] = [null!, []]

  beforeAll(async () => {
    signer = createSigner('backup.example/activity', generateKeyPairSync('ed25519').privateKey)
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
    leaves = ['1', '2', canonicalEvent, '4', '5', '6', '7'].map((leaf) => leafHash(utf8(leaf)))
    proof = {
      sequence: 3,
      canonicalEvent,
      leafHash: toBase64(leaves[2]!),
      inclusionPath: (await inclusionPaths([2], 7, await tilesOf(7)))[0]!.map(toBase64),
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
    verifiers = [parseVerifierKey(formatVerifierKey(signer))]
  })

  const tilesOf = async (size: number): Promise<ReadTiles> => {
    const none: ReadTiles = async (wanted) => wanted.map(() => new Uint8Array())
    const made = new Map(
      (await appendLeaves(0, leaves.slice(0, size), none)).map(({ level, index, hashes }) => [
        `${level}/${index}`,
        hashes,
      ]),
    )
    return async (wanted) =>
      wanted.map(({ level, index }) => made.get(`${level}/${index}`) ?? new Uint8Array())
  }
  function checkpointAt(
    treeSize: number,
    origin = `backup.example/activity/${tenantId}`,
  ): Proof['checkpoint'] {
    const range = new CompactRange()
    for (const leaf of leaves.slice(0, treeSize)) range.append(leaf)
    const rootHash = range.root()
    return {
      treeSize,
      rootHash: toBase64(rootHash),
      note: signNote(formatCheckpoint({ origin, treeSize, rootHash }), signer),
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

  test('an unaltered event passes every step', async () => {
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

  test('a field that differs from the sealed event is named', async () => {
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
      'These values on the page differ from the sealed values: reason, request ID.',
    )
  })

  test('personal data that differs from its commitment is named', async () => {
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
          found: `These values on the page differ from the sealed values: ${name}.`,
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

  test('erased data is reported, and must not be shown', async () => {
    const erased = { ...disclosures, actor: null }
    const empty = {
      actor: { ...shown.actor, displayName: '(erased)', email: null },
      ipAddress: null,
      userAgent: null,
    }
    expect(await checkPersonal({ ...shown, ...empty }, proof, erased)).toMatchObject({
      outcome: 'passed',
      found: expect.stringContaining('erased after'),
    })
    expect(
      await checkPersonal({ ...shown, ...empty, ipAddress: '192.0.2.7' }, proof, erased),
    ).toMatchObject({ outcome: 'failed' })
  })

  test('an altered proof fails at the step that it breaks', async () => {
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

  test('a checkpoint of another log, size, root or key is found', async () => {
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
    const another = createSigner(
      'backup.example/activity',
      generateKeyPairSync('ed25519').privateKey,
    )
    const text = checkpoint.note.slice(0, checkpoint.note.lastIndexOf('\n\n') + 1)
    expect(await with_({ note: signNote(text, another) })).toEqual(['signature'])
  })

  test('a log that does not continue an earlier checkpoint is found', async () => {
    const at = async (size: number) =>
      (await openCheckpoint(checkpointAt(size).note, verifiers)).checkpoint
    const path = (await consistencyPath(3, 7, await tilesOf(7))).map(toBase64)
    expect(await checkHistory(await at(3), await at(7), path)).toMatchObject({ outcome: 'passed' })
    expect(await checkHistory(await at(2), await at(7), path)).toMatchObject({ outcome: 'failed' })
    expect(await checkHistory(await at(7), await at(7), [])).toMatchObject({ outcome: 'passed' })
    expect(
      await checkHistory({ ...(await at(7)), rootHash: (await at(3)).rootHash }, await at(7), []),
    ).toMatchObject({ outcome: 'failed' })
  })
})

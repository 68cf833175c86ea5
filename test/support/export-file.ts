/** Creates export files in memory, in the format of the service. Tests manipulate these files. */
import { createHash, generateKeyPairSync } from 'node:crypto'
import type { unsealed } from '../../drizzle/tables/audit.ts'
import { toBase64 } from '../../proof/bytes.ts'
import { formatCheckpoint } from '../../proof/checkpoint.ts'
import { createEventLeaf } from '../../proof/event-leaf.ts'
import { CompactRange, emptyRoot, leafHash } from '../../proof/merkle-tree.ts'
import { formatVerifierKey, signNote } from '../../proof/signed-note.ts'
import {
  appendLeaves,
  compactRange,
  consistencyPath,
  inclusionPaths,
  type ReadTiles,
} from '../../proof/tiles.ts'
import { createSigner } from '../../subgraphs/audit/log/signer.ts'

export const { privateKey } = generateKeyPairSync('ed25519')
export const signer = createSigner('backup.example/activity', privateKey)
export const key = formatVerifierKey(signer)
export const tenantId = '11111111-1111-4111-8111-111111111111'

const uuid = (text: string) =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5')

/** An Activity Log of generated events. */
export class FakeLog {
  readonly tiles = new Map<string, Uint8Array>()
  readonly lines: { sequence: number; event: string; disclosures: object }[] = []
  readonly range = new CompactRange()
  readonly #roots = new Map<number, Uint8Array>([[0, emptyRoot]])
  readonly read: ReadTiles = async (wanted) =>
    wanted.map(({ level, index }) => this.tiles.get(`${level}/${index}`) ?? new Uint8Array())

  /**
   * Appends generated events.
   * @param seed different seeds generate different events
   * @param more values that replace the generated values
   * @param statedSequence the sequence number in the event of each position
   */
  async append(
    count: number,
    seed = 'log',
    more: Partial<ReturnType<typeof rowOf>> = {},
    statedSequence = (sequence: number) => sequence,
  ): Promise<this> {
    const leaves: Uint8Array[] = []
    const { treeSize } = this.range
    for (let n = 1; n <= count; n++) {
      const sequence = treeSize + n
      const { event, disclosures } = createEventLeaf(
        { ...rowOf(sequence, seed), ...more },
        statedSequence(sequence),
      )
      this.lines.push({ sequence, event, disclosures })
      leaves.push(leafHash(Buffer.from(event)))
      this.range.append(leaves.at(-1)!)
      this.#roots.set(this.range.treeSize, this.range.root())
    }
    for (const { level, index, hashes } of await appendLeaves(treeSize, leaves, this.read))
      this.tiles.set(`${level}/${index}`, hashes)
    return this
  }

  /** Returns a log with the same events, which other events can follow. */
  fork(): FakeLog {
    const fork = new FakeLog()
    fork.lines.push(...this.lines)
    for (const { event } of this.lines) fork.range.append(leafHash(Buffer.from(event)))
    for (const [tile, hashes] of this.tiles) fork.tiles.set(tile, hashes)
    for (const [treeSize, root] of this.#roots) fork.#roots.set(treeSize, root)
    return fork
  }

  checkpoint(
    treeSize = this.range.treeSize,
    by = signer,
    origin = `${signer.name}/${tenantId}`,
  ): string {
    return signNote(
      formatCheckpoint({ origin, treeSize, rootHash: this.#roots.get(treeSize)! }),
      by,
    )
  }

  /** Returns the lines of an export, without line ends. */
  async export({
    origin,
    afterSequence = 0,
    only,
    previous,
  }: {
    origin?: string
    afterSequence?: number
    only?: (sequence: number) => boolean
    previous?: number
  } = {}): Promise<string[]> {
    const { treeSize } = this.range
    const filter = only ? { actions: ['made.up'] } : null
    const base64 = (hashes: Uint8Array[]) => hashes.map(toBase64)
    const same = { version: 1, tenantId, filter, afterSequence }
    const before = only ? null : base64((await compactRange(afterSequence, this.read)).hashes)
    const lines = [
      JSON.stringify({
        export: {
          ...same,
          checkpoint: this.checkpoint(treeSize, signer, origin),
          compactRange: before,
        },
      }),
    ]
    const shown: number[] = []
    for (let at = afterSequence; at < treeSize; ) {
      const index = Math.floor(at / 256)
      const end = Math.min((index + 1) * 256, treeSize)
      const hashes = this.tiles
        .get(`0/${index}`)!
        .subarray((at - index * 256) * 32, (end - index * 256) * 32)
      if (!only)
        lines.push(JSON.stringify({ leafHashes: { from: at + 1, hashes: toBase64(hashes) } }))
      for (const { sequence, event, disclosures } of this.lines.slice(at, end)) {
        if (only && !only(sequence)) continue
        shown.push(sequence)
        const [path] = only ? await inclusionPaths([sequence - 1], treeSize, this.read) : []
        const proof = path ? `,"inclusionPath":${JSON.stringify(base64(path))}` : ''
        lines.push(
          `{"sequence":${sequence},"event":${event},"disclosures":${JSON.stringify(disclosures)}${proof}}`,
        )
      }
      at = end
    }
    const manifest = {
      ...same,
      firstSequence: shown[0] ?? null,
      lastSequence: shown.at(-1) ?? null,
      count: shown.length,
      treeSize,
      rootHash: toBase64(this.#roots.get(treeSize)!),
      checkpoint: this.checkpoint(treeSize, signer, origin),
      previous:
        previous === undefined
          ? null
          : {
              checkpoint: this.checkpoint(previous),
              consistencyPath: base64(await consistencyPath(previous, treeSize, this.read)),
            },
    }
    return [...lines, JSON.stringify({ manifest })]
  }
}

const rowOf = (n: number, seed: string): typeof unsealed.$inferSelect => ({
  tenantId,
  eventId: uuid(`${seed} ${n}`),
  occurredAt: new Date(Date.UTC(2026, 0, 1) + n * 1_000),
  actorKey: 'partner:vsa:1',
  actor: {
    __typename: 'PartnerTechnician' as const,
    key: 'partner:vsa:1',
    displayName: `Tessa ${seed}`,
    platform: 'KASEYA_VSA' as const,
    instance: 'VSA',
    subject: '1',
    email: 'tessa@msp.example',
  },
  action: 'made.up',
  outcome: 'SUCCEEDED' as const,
  reason: null,
  target: { type: 'thing', id: String(n), displayName: `Thing ${n}` },
  changes: [{ field: 'name', before: null, after: { '10': 'ü\u2028\u0001', '2': [1.5, '"'] } }],
  ipAddress: '192.0.2.1',
  userAgent: 'test',
  requestId: uuid(`request ${n}`),
  traceId: null,
  method: 'KASEYA_VSA' as const,
  sessionId: null,
  coalesced: null,
  clientId: 'vsa',
})

/**
 * Formats exports as newline-delimited JSON for verify-cli (grammar: docs/verify.md). Writes each
 * event as the exact JSON text that was hashed, because a verifier hashes this text again.
 */
import type { ReadTx } from '../../../../platform/postgres/database.ts'
import { toBase64 } from '../../../../proof/bytes.ts'
import { compactRange, inclusionPaths, tileWidth } from '../../../../proof/tiles.ts'
import { tileReader } from '../../log/tile-store.ts'
import type { PreparedExport } from '../prepare.ts'

/** An event with its disclosures, both as JSON text. */
export type EventText = {
  sequence: number
  event: string
  disclosures: string
}

const hashLength = 32

/**
 * Formats the first line. A verifier needs the compact range to extend the tree from
 * `afterSequence`.
 */
export async function ndjsonHeader(
  tx: ReadTx,
  { tenantId, filter, afterSequence, checkpoint }: PreparedExport,
): Promise<string> {
  const range = filter ? null : await compactRange(afterSequence, tileReader(tx))
  const header = {
    version: 1,
    tenantId,
    filter,
    afterSequence,
    checkpoint: checkpoint.note,
    compactRange: range?.hashes.map(toBase64) ?? null,
  }
  return `${JSON.stringify({ export: header })}\n`
}

/**
 * Formats a range of an unfiltered export: for each tile, one line of leaf hashes and then one line
 * per event. A verifier needs the leaf hashes of events that were deleted or erased.
 * @param after the last sequence number before the range
 * @param end the last sequence number of the range
 * @returns one text for each tile
 */
export async function eventsWithLeafHashes(
  tx: ReadTx,
  rows: EventText[],
  after: number,
  end: number,
): Promise<string[]> {
  const firstTile = Math.floor(after / tileWidth)
  const tileCount = Math.ceil(end / tileWidth) - firstTile
  const tiles = await tileReader(tx)(
    Array.from({ length: tileCount }, (_, n) => ({ level: 0, index: firstTile + n })),
  )
  return tiles.map((tile, n) => {
    const start = (firstTile + n) * tileWidth
    const from = Math.max(after, start)
    const to = Math.min(end, start + tileWidth)
    const hashes = toBase64(tile.subarray((from - start) * hashLength, (to - start) * hashLength))
    const lines = [`{"leafHashes":{"from":${from + 1},"hashes":"${hashes}"}}\n`]
    for (const { sequence, event, disclosures } of rows)
      if (sequence > from && sequence <= to)
        lines.push(`{"sequence":${sequence},"event":`, event, ',"disclosures":', disclosures, '}\n')
    return lines.join('')
  })
}

/** Formats the events of a filtered export, each with its inclusion path to the checkpoint. */
export async function eventsWithInclusionPaths(
  tx: ReadTx,
  rows: EventText[],
  treeSize: number,
): Promise<string> {
  const indexes = rows.map(({ sequence }) => sequence - 1)
  const paths = await inclusionPaths(indexes, treeSize, tileReader(tx))
  const lines = rows.map(({ sequence, event, disclosures }, index) => {
    const path = JSON.stringify((paths[index] ?? []).map(toBase64))
    return `{"sequence":${sequence},"event":${event},"disclosures":${disclosures},"inclusionPath":${path}}\n`
  })
  return lines.join('')
}

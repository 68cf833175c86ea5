/**
 * Writes an export, a batch of sequence numbers at a time: each batch is a short transaction of its own, in which the caller's right is
 * asked again, and is read when the reader is ready for it. Sealed events never change, so that the batches are one log.
 */
import { and, gt, inArray, lte, type SQL, sql } from 'drizzle-orm'
import { facet, sealed } from '../../../drizzle/tables/audit.ts'
import type { Database, ReadTx } from '../../../platform/db.ts'
import { queryOf, type Wanted, wantedBy } from '../filter.ts'
import { compactRange, consistencyPath, inclusionPaths, tileWidth } from '../proof/tiles.ts'
import { readTiles } from '../seal.ts'
import { csvHeader, toCsv } from './csv.ts'
import { toOcsf } from './ocsf.ts'
import { type Exporter, mayStillRead, type Prepared } from './prepare.ts'
import type { ExportRow } from './row.ts'

/** Sequence numbers in a batch: whole tiles, so that each is read once. */
const batchSize = 8 * tileWidth
/** Characters that are handed on at a time, and how long an answer about the caller's right is good for: a slow reader is asked about between. */
const pieceLength = 65_536
const goodForMs = 500

/** The caller may read no longer: what came so far is no whole export, and has no manifest. */
export class NoLongerAllowed extends Error {
  override name = 'NoLongerAllowed'
}

interface Batch {
  text: string
  count: number
  first: number | null
  last: number | null
}

/** @throws NoLongerAllowed */
export async function* exportLines(db: Database, viewer: Exporter, prepared: Prepared): AsyncGenerator<string> {
  const { tenantId, afterSequence, checkpoint, format } = prepared
  const wanted = prepared.filter && wantedBy(prepared.filter, { onlyInstance: null })
  let asked = 0
  const inTenant = <T>(work: (tx: ReadTx) => Promise<T>) =>
    db.read(tenantId, async (tx) => {
      const now = Date.now()
      if (!(await mayStillRead(tx, viewer))) throw new NoLongerAllowed()
      asked = now
      return work(tx)
    })
  async function* pieces(text: string) {
    for (let at = 0; at < text.length; at += pieceLength) {
      if (Date.now() - asked > goodForMs) await inTenant(async () => {})
      yield text.slice(at, at + pieceLength)
    }
  }
  if (format === 'CSV') yield csvHeader
  if (format === 'NDJSON') yield `${JSON.stringify({ export: await inTenant((tx) => beginningOf(tx, prepared)) })}\n`
  let count = 0
  let first: number | null = null
  let last: number | null = null
  for (let after = afterSequence; after < checkpoint.treeSize; ) {
    // To the end of a tile, wherever the caller goes on.
    const end = Math.min(Math.floor(after / batchSize + 1) * batchSize, checkpoint.treeSize)
    const batch = await inTenant((tx) => batchOf(tx, prepared, wanted, after, end))
    count += batch.count
    first ??= batch.first
    last = batch.last ?? last
    after = end
    yield* pieces(batch.text)
  }
  if (format !== 'CSV') yield `${JSON.stringify({ manifest: await inTenant((tx) => manifestOf(tx, prepared, { count, first, last })) })}\n`
}

function batchOf(tx: ReadTx, { format, checkpoint }: Prepared, wanted: Wanted | null, after: number, end: number): Promise<Batch> {
  if (format === 'NDJSON' && wanted === null) return wholeTiles(tx, after, end)
  return rowByRow(tx, wanted, after, end, async (rows) => {
    if (format === 'CSV') return rows.map((row) => toCsv(exportRow(row)))
    if (format === 'OCSF') return rows.map((row) => `${JSON.stringify(toOcsf(exportRow(row)))}\n`)
    const indexes = rows.map(({ sequence }) => Number(sequence) - 1)
    const paths = await inclusionPaths(indexes, checkpoint.treeSize, readTiles(tx))
    return rows.map(({ sequence, event, disclosures }, index) => {
      const path = JSON.stringify(paths[index]!.map((hash) => hash.toString('base64')))
      return `{"sequence":${sequence},"event":${event},"disclosures":${disclosures},"inclusionPath":${path}}\n`
    })
  })
}

/** The fastest way, since the whole of a log is long: the database writes the lines, a tile's hashes before its events. */
async function wholeTiles(tx: ReadTx, after: number, end: number): Promise<Batch> {
  const indexes = Array.from(
    { length: Math.ceil(end / tileWidth) - Math.floor(after / tileWidth) },
    (_, n) => Math.floor(after / tileWidth) + n,
  )
  const tiles = await readTiles(tx)(indexes.map((index) => ({ level: 0, index })))
  const rows = await tx.execute<{ tile: number; count: number; first: number; last: number; lines: string }>(sql`
    select ((sequence - 1) / ${tileWidth})::int as tile, count(*)::int as count, min(sequence)::float8 as first, max(sequence)::float8 as last,
      string_agg('{"sequence":' || sequence || ',"event":' || event || ',"disclosures":' || disclosures || '}' || chr(10), '' order by ${sealed.sequence}) as lines
    from ${sealed} where ${inRange(after, end)} group by 1`)
  const byTile = new Map(rows.map((row) => [row.tile, row]))
  const text = indexes.map((index, n) => {
    const from = Math.max(after, index * tileWidth)
    const to = Math.min(end, (index + 1) * tileWidth)
    const hashes = tiles[n]!.subarray((from - index * tileWidth) * 32, (to - index * tileWidth) * 32)
    return `{"leafHashes":{"from":${from + 1},"hashes":"${hashes.toString('base64')}"}}\n${byTile.get(index)?.lines ?? ''}`
  })
  const numbers = rows.toSorted((a, b) => a.tile - b.tile)
  return {
    text: text.join(''),
    count: rows.reduce((sum, row) => sum + row.count, 0),
    first: numbers[0]?.first ?? null,
    last: numbers.at(-1)?.last ?? null,
  }
}

type Row = { sequence: string; event: string; disclosures: string }

const exportRow = ({ sequence, event, disclosures }: Row): ExportRow => ({
  sequence: Number(sequence),
  event: JSON.parse(event),
  disclosures: JSON.parse(disclosures),
})

async function rowByRow(
  tx: ReadTx,
  wanted: Wanted | null,
  after: number,
  end: number,
  write: (rows: Row[]) => Promise<string[]>,
): Promise<Batch> {
  const rows: Row[] = wanted?.nothing
    ? []
    : await tx.execute<Row>(sql`
        select sequence::text as sequence, event, disclosures::text as disclosures from ${sealed}
        where ${and(inRange(after, end), ...(wanted ? conditions(wanted) : []))} order by ${sealed.sequence}`)
  return {
    text: (await write(rows)).join(''),
    count: rows.length,
    first: rows[0] ? Number(rows[0].sequence) : null,
    last: rows.length ? Number(rows.at(-1)!.sequence) : null,
  }
}

const inRange = (after: number, end: number) => and(gt(sealed.sequence, after), lte(sealed.sequence, end))!

/** The filter within a batch, which is short: no index is needed for it. */
function conditions({ since, before, sessionId, phrases, combinations }: Wanted): (SQL | undefined)[] {
  const column = combinations && (combinations.column === 'facet_id' ? sealed.facetId : sealed.kindId)
  return [
    since === null ? undefined : sql`${sealed.occurredAt} >= ${since}::timestamptz`,
    before === null ? undefined : sql`${sealed.occurredAt} < ${before}::timestamptz`,
    sessionId === null ? undefined : sql`${sealed.sessionId} = ${sessionId}::uuid`,
    column ? inArray(column, sql`(select ${facet.facetId} from ${facet} where ${combinations!.where})`) : undefined,
    phrases === null ? undefined : sql`${sealed.words} @@ ${queryOf(phrases)}`,
  ]
}

/** What whoever checks the lines needs to know before them, in the words of docs/verify.md. */
async function beginningOf(tx: ReadTx, { tenantId, filter, afterSequence, checkpoint }: Prepared) {
  const range = filter ? null : await compactRange(afterSequence, readTiles(tx))
  return { version: 1, tenantId, filter, afterSequence, checkpoint: checkpoint.note, compactRange: range && base64(range.hashes) }
}

/** What came, and that it continues the tenant's export before it. */
async function manifestOf(tx: ReadTx, prepared: Prepared, came: { count: number; first: number | null; last: number | null }) {
  const { tenantId, filter, afterSequence, checkpoint, previous } = prepared
  return {
    version: 1,
    tenantId,
    filter,
    afterSequence,
    firstSequence: came.first,
    lastSequence: came.last,
    count: came.count,
    treeSize: checkpoint.treeSize,
    rootHash: checkpoint.rootHash.toString('base64'),
    checkpoint: checkpoint.note,
    previous: previous && {
      checkpoint: previous.note,
      consistencyPath: base64(await consistencyPath(previous.treeSize, checkpoint.treeSize, readTiles(tx))),
    },
  }
}

const base64 = (hashes: Buffer[]) => hashes.map((hash) => hash.toString('base64'))

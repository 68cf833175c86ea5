/**
 * Writes an export, a batch of sequence numbers at a time: each batch is a short transaction of its own, in which the caller's right is
 * asked again, and is read while the reader reads those before it. Sealed events never change, so that the batches are one log.
 */
import { and, gt, inArray, lte, type SQL, sql } from 'drizzle-orm'
import { facet, sealed } from '../../../drizzle/tables/audit.ts'
import {
  type Database,
  DatabaseUnavailable,
  type ReadTx,
} from '../../../platform/postgres/database.ts'
import { leafHash } from '../../../proof/merkle-tree.ts'
import { compactRange, consistencyPath, inclusionPaths, tileWidth } from '../../../proof/tiles.ts'
import { queryOf, type Wanted, wantedBy } from '../filter.ts'
import { readTiles } from '../seal.ts'
import { csvHeader, csvManifest, toCsv } from './csv.ts'
import { toOcsf } from './ocsf.ts'
import { type Exporter, mayStillRead, type Prepared } from './prepare.ts'
import type { ExportRow } from './row.ts'

/** Sequence numbers in a batch: whole tiles, so that each is read once. */
const batchSize = 8 * tileWidth
/** Bytes of events in a batch, but for one event at least: what is left of it is read when the reader is ready for that. */
const batchBytes = 4_194_304
/** Batches that are read before the reader is ready for them. */
const ahead = 2
/** Bytes that are handed on at a time, and how long an answer about the caller's right is good for: a slow reader is asked about between. */
const pieceBytes = 262_144
const goodForMs = 500
/** Where the database took longer than this to say so, its answer may be of before the end of the session. */
const staleAfterMs = 900

/** The caller may read no longer: what came so far is no whole export, and has no manifest. */
export class NoLongerAllowed extends Error {
  override name = 'NoLongerAllowed'
}

interface Batch {
  /** In parts, none of them long. */
  text: string[]
  count: number
  first: number | null
  last: number | null
  /** The sequence number up to which it goes, and up to which it was to go. */
  upTo: number
  end: number
}

/** @throws NoLongerAllowed */
export async function* exportLines(
  db: Database,
  viewer: Exporter,
  prepared: Prepared,
): AsyncGenerator<string | Buffer> {
  const { tenantId, afterSequence, checkpoint, format } = prepared
  const wanted = prepared.filter && wantedBy(prepared.filter, { onlyInstance: null })
  let asked = Number.NEGATIVE_INFINITY
  const inTenant = <T>(work: (tx: ReadTx) => Promise<T>) =>
    db.read(tenantId, async (tx) => {
      const now = performance.now()
      if (!(await mayStillRead(tx, viewer))) throw new NoLongerAllowed()
      asked = now
      return work(tx)
    })
  let readTo = afterSequence
  const coming: Promise<Batch>[] = []
  function readAhead() {
    while (coming.length < ahead && readTo < checkpoint.treeSize) {
      const after = readTo
      // To the end of a tile, wherever the caller goes on.
      const end = Math.min(Math.floor(after / batchSize + 1) * batchSize, checkpoint.treeSize)
      const batch = inTenant((tx) => batchOf(tx, prepared, wanted, after, end))
      batch.catch(() => {}) // it is awaited when its turn comes
      coming.push(batch)
      readTo = end
    }
  }
  async function* pieces(text: string[]) {
    for (const part of text) {
      const bytes = Buffer.from(part)
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        if (performance.now() - asked > goodForMs) await inTenant(async () => {})
        if (performance.now() - asked > staleAfterMs)
          throw new DatabaseUnavailable('whether the reader still may was answered too late')
        yield bytes.subarray(at, at + pieceBytes)
      }
    }
  }
  if (format === 'CSV') yield csvHeader
  if (format === 'NDJSON')
    yield* pieces([
      `${JSON.stringify({ export: await inTenant((tx) => beginningOf(tx, prepared)) })}\n`,
    ])
  let count = 0
  let first: number | null = null
  let last: number | null = null
  try {
    readAhead()
    while (coming.length > 0) {
      let batch = await coming.shift()!
      readAhead()
      for (let isWhole = false; !isWhole; ) {
        count += batch.count
        first ??= batch.first
        last = batch.last ?? last
        yield* pieces(batch.text)
        const { upTo, end } = batch
        isWhole = upTo >= end
        if (!isWhole) batch = await inTenant((tx) => batchOf(tx, prepared, wanted, upTo, end))
      }
    }
  } finally {
    await Promise.allSettled(coming)
  }
  const manifest = await inTenant((tx) => manifestOf(tx, prepared, { count, first, last }))
  yield* pieces([format === 'CSV' ? csvManifest(manifest) : `${JSON.stringify({ manifest })}\n`])
}

/** The lines of sequence numbers after one, up to another, or as many as are not too much. */
async function batchOf(
  tx: ReadTx,
  { format, checkpoint }: Prepared,
  wanted: Wanted | null,
  after: number,
  end: number,
): Promise<Batch> {
  const withHashes = format === 'NDJSON' && wanted === null
  const [{ rows, isCut }, tiles] = await Promise.all([
    rowsOf(tx, wanted, after, end),
    withHashes ? tilesOf(tx, after, end) : [],
  ])
  const last = rows.at(-1)?.sequence ?? null
  const upTo = isCut ? last! : end
  const written = { count: rows.length, first: rows[0]?.sequence ?? null, last, upTo, end }
  if (format === 'CSV') return { ...written, text: rows.map((row) => toCsv(exportRow(row))) }
  if (format === 'OCSF')
    return {
      ...written,
      text: rows.map((row) => `${JSON.stringify(toOcsf(exportRow(row), leafHashOf(row)))}\n`),
    }
  const text = withHashes
    ? afterLeafHashes(rows, tiles, after, upTo)
    : [await withPaths(tx, rows, checkpoint.treeSize)]
  return { ...written, text }
}

type Row = { sequence: number; event: string; disclosures: string }

async function rowsOf(
  tx: ReadTx,
  wanted: Wanted | null,
  after: number,
  end: number,
): Promise<{ rows: Row[]; isCut: boolean }> {
  if (wanted?.nothing) return { rows: [], isCut: false }
  // The same is asked with each batch: planned anew, for every partition, it would take as long as its rows.
  const [, rows] = await Promise.all([
    tx.execute(sql`set local plan_cache_mode = force_generic_plan`),
    tx.execute<Row & { is_full: true | null }>(sql`
      select sequence::float8 as sequence, event, disclosures::text as disclosures, case when bytes >= ${batchBytes} then true end as is_full from (
        select sequence, event, disclosures, ${bytesOfRow} as own, sum(${bytesOfRow}) over (order by sequence rows unbounded preceding) as bytes
        from ${sealed} where ${and(inRange(after, end), ...(wanted ? conditions(wanted) : []))}) as running
      where bytes - own < ${batchBytes} order by running.sequence`),
  ])
  return { rows, isCut: rows.at(-1)?.is_full === true }
}

/** As far as it is known without unpacking it: what is packed may be ten times as much. */
const bytesOfRow = sql`octet_length(event) + pg_column_size(disclosures) * case when pg_column_compression(disclosures) is null then 1 else 10 end`

const tilesOf = (tx: ReadTx, after: number, end: number) =>
  readTiles(tx)(
    Array.from({ length: Math.ceil(end / tileWidth) - Math.floor(after / tileWidth) }, (_, n) => ({
      level: 0,
      index: Math.floor(after / tileWidth) + n,
    })),
  )

const exportRow = ({ sequence, event, disclosures }: Row): ExportRow => ({
  sequence,
  event: JSON.parse(event),
  disclosures: JSON.parse(disclosures),
})

/** What stands for the event in the log's tree. */
const leafHashOf = ({ event }: Row) => leafHash(Buffer.from(event)).toString('base64')

/** A part for each tile: its hashes, then its events. */
function afterLeafHashes(rows: Row[], tiles: Buffer[], after: number, end: number): string[] {
  let next = 0
  return tiles.map((tile, n) => {
    const start = (Math.floor(after / tileWidth) + n) * tileWidth
    const [from, to] = [Math.max(after, start), Math.min(end, start + tileWidth)]
    const hashes = tile.subarray((from - start) * 32, (to - start) * 32)
    const lines = [`{"leafHashes":{"from":${from + 1},"hashes":"${hashes.toString('base64')}"}}\n`]
    for (; next < rows.length && rows[next]!.sequence <= to; next++) {
      const { sequence, event, disclosures } = rows[next]!
      lines.push(`{"sequence":${sequence},"event":`, event, ',"disclosures":', disclosures, '}\n')
    }
    return lines.join('')
  })
}

/** Each event with the path from it to the checkpoint. */
async function withPaths(tx: ReadTx, rows: Row[], treeSize: number): Promise<string> {
  const indexes = rows.map(({ sequence }) => sequence - 1)
  const paths = await inclusionPaths(indexes, treeSize, readTiles(tx))
  const lines = rows.map(({ sequence, event, disclosures }, index) => {
    const path = JSON.stringify(base64(paths[index]!))
    return `{"sequence":${sequence},"event":${event},"disclosures":${disclosures},"inclusionPath":${path}}\n`
  })
  return lines.join('')
}

const inRange = (after: number, end: number) =>
  and(gt(sealed.sequence, after), lte(sealed.sequence, end))!

/** The filter within a batch, which is short: no index is needed for it. */
function conditions({
  since,
  before,
  sessionId,
  phrases,
  combinations,
}: Wanted): (SQL | undefined)[] {
  const column =
    combinations && (combinations.column === 'facet_id' ? sealed.facetId : sealed.kindId)
  return [
    since === null ? undefined : sql`${sealed.occurredAt} >= ${since}::timestamptz`,
    before === null ? undefined : sql`${sealed.occurredAt} < ${before}::timestamptz`,
    sessionId === null ? undefined : sql`${sealed.sessionId} = ${sessionId}::uuid`,
    column
      ? inArray(column, sql`(select ${facet.facetId} from ${facet} where ${combinations!.where})`)
      : undefined,
    phrases === null ? undefined : sql`${sealed.words} @@ ${queryOf(phrases)}`,
  ]
}

/** What whoever checks the lines needs to know before them, in the words of docs/verify.md. */
async function beginningOf(tx: ReadTx, { tenantId, filter, afterSequence, checkpoint }: Prepared) {
  const range = filter ? null : await compactRange(afterSequence, readTiles(tx))
  return {
    version: 1,
    tenantId,
    filter,
    afterSequence,
    checkpoint: checkpoint.note,
    compactRange: range && base64(range.hashes),
  }
}

/** What came, and that it continues the tenant's export before it. */
async function manifestOf(
  tx: ReadTx,
  prepared: Prepared,
  came: { count: number; first: number | null; last: number | null },
) {
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
      consistencyPath: base64(
        await consistencyPath(previous.treeSize, checkpoint.treeSize, readTiles(tx)),
      ),
    },
  }
}

const base64 = (hashes: Buffer[]) => hashes.map((hash) => hash.toString('base64'))

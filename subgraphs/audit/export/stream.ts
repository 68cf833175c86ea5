/**
 * Streams an export in batches of sequence numbers. Each batch is a short read transaction that
 * first checks the viewer's access again. Sealed events never change, so all batches together are a
 * consistent snapshot.
 */
import { and, gt, inArray, lte, type SQL, sql } from 'drizzle-orm'
import { facet, sealed } from '../../../drizzle/tables/audit.ts'
import type { Database, ReadTx } from '../../../platform/postgres/database.ts'
import { DatabaseUnavailable } from '../../../platform/postgres/errors.ts'
import { toBase64, utf8 } from '../../../proof/bytes.ts'
import { leafHash } from '../../../proof/merkle-tree.ts'
import { consistencyPath, tileWidth } from '../../../proof/tiles.ts'
import { tileReader } from '../log/tile-store.ts'
import type { EventQuery } from '../search/event-query.ts'
import { parseFilter } from '../search/parse-filter.ts'
import type { ExportRow } from './export-row.ts'
import { csvHeader, csvManifest, toCsv } from './formats/csv.ts'
import {
  type EventText,
  eventsWithInclusionPaths,
  eventsWithLeafHashes,
  ndjsonHeader,
} from './formats/ndjson.ts'
import { ocsfManifest, toOcsf } from './formats/ocsf.ts'
import { canStillExport, type ExportViewer, type PreparedExport } from './prepare.ts'

/**
 * The maximum number of sequence numbers per batch. A multiple of the tile width ensures that each
 * tile is read once.
 */
const batchSize = 8 * tileWidth
/** The size in bytes at which a batch ends early. A batch has at least one event. */
const maxBatchBytes = 4_194_304
/** The number of batches that are read ahead while the client receives an earlier batch. */
const readAheadBatches = 2
/**
 * The maximum number of bytes in one chunk. The service checks access again between chunks, so that
 * a slow download ends after a revocation.
 */
const chunkBytes = 262_144
const accessCheckIntervalMs = 500
/**
 * The maximum duration of an access check in milliseconds. Access may be revoked during a slower
 * check.
 */
const accessCheckMaxAgeMs = 900

/**
 * The viewer's access ended during the export. The missing manifest shows that the file is
 * incomplete.
 */
export class AccessRevoked extends Error {
  override name = 'AccessRevoked'
}

/**
 * Checks the viewer's access and then runs `work`, in one read transaction. @throws AccessRevoked
 */
type CheckedRead = <Result>(work: (tx: ReadTx) => Promise<Result>) => Promise<Result>

/**
 * Yields the export's text in chunks of at most 256 KiB. The last line is the manifest.
 * @throws AccessRevoked when the viewer's session or API token ends during the export
 */
export async function* streamExport(
  db: Database,
  viewer: ExportViewer,
  prepared: PreparedExport,
): AsyncGenerator<string | Buffer> {
  const { tenantId, format } = prepared
  let checkedAtMs = Number.NEGATIVE_INFINITY
  const read: CheckedRead = (work) =>
    db.read(tenantId, async (tx) => {
      const startedAtMs = performance.now()
      if (!(await canStillExport(tx, viewer))) throw new AccessRevoked()
      checkedAtMs = startedAtMs
      return work(tx)
    })
  async function* chunks(texts: string[]) {
    for (const text of texts) {
      const bytes = Buffer.from(text)
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        if (performance.now() - checkedAtMs > accessCheckIntervalMs) await read(async () => {})
        if (performance.now() - checkedAtMs > accessCheckMaxAgeMs)
          throw new DatabaseUnavailable('The access check of an export took more than 900 ms.')
        yield bytes.subarray(at, at + chunkBytes)
      }
    }
  }
  if (format === 'CSV') yield csvHeader
  if (format === 'NDJSON') yield* chunks([await read((tx) => ndjsonHeader(tx, prepared))])
  const exported: ExportedRange = { count: 0, first: null, last: null }
  for await (const batch of readBatches(read, prepared)) {
    exported.count += batch.count
    exported.first ??= batch.first
    exported.last = batch.last ?? exported.last
    yield* chunks(batch.texts)
  }
  const manifest = await read((tx) => createManifest(tx, prepared, exported))
  yield* chunks([lastLine(prepared, manifest)])
}

function lastLine(
  { format, tenantId, exportId, checkpoint }: PreparedExport,
  manifest: Awaited<ReturnType<typeof createManifest>>,
): string {
  if (format === 'CSV') return csvManifest(manifest)
  const line =
    format === 'OCSF'
      ? ocsfManifest({ tenantId, exportId, time: checkpoint.createdAt }, manifest)
      : { manifest }
  return `${JSON.stringify(line)}\n`
}

/**
 * The number of events, and the first and last sequence numbers. The sequence numbers are null when
 * there are no events.
 */
interface ExportedRange {
  count: number
  first: number | null
  last: number | null
}

interface Batch extends ExportedRange {
  /** The text of the batch, split into parts to limit the memory for encoding. */
  texts: string[]
  /**
   * The last sequence number that was read. This number is below `end` when the batch ended early.
   */
  readTo: number
  /** The last sequence number that was requested. */
  end: number
}

async function* readBatches(read: CheckedRead, prepared: PreparedExport): AsyncGenerator<Batch> {
  const { afterSequence, checkpoint, filter } = prepared
  const query = filter && parseFilter(filter, { partnerClientId: null })
  const readBatch = (after: number, end: number) =>
    read((tx) => loadBatch(tx, prepared, query, after, end))
  const pending: Promise<Batch>[] = []
  let requestedTo = afterSequence
  function readAhead() {
    while (pending.length < readAheadBatches && requestedTo < checkpoint.treeSize) {
      const after = requestedTo
      // The batch ends at a tile boundary, even when the export begins inside a tile.
      const end = Math.min(Math.floor(after / batchSize + 1) * batchSize, checkpoint.treeSize)
      const batch = readBatch(after, end)
      batch.catch(() => {}) // The loop below awaits the batch and throws its error.
      pending.push(batch)
      requestedTo = end
    }
  }
  try {
    readAhead()
    for (let next = pending.shift(); next; next = pending.shift()) {
      let batch = await next
      readAhead()
      yield batch
      while (batch.readTo < batch.end) {
        batch = await readBatch(batch.readTo, batch.end)
        yield batch
      }
    }
  } finally {
    await Promise.allSettled(pending)
  }
}

/**
 * Reads the events with sequence numbers above `after` and up to `end`. Ends early when the events
 * are larger than 4 MiB.
 */
async function loadBatch(
  tx: ReadTx,
  { format, checkpoint }: PreparedExport,
  query: EventQuery | null,
  after: number,
  end: number,
): Promise<Batch> {
  const { rows, isFull } = await loadEvents(tx, query, after, end)
  const last = rows.at(-1)?.sequence ?? null
  const readTo = isFull && last !== null ? last : end
  const texts =
    format === 'CSV'
      ? rows.map((row) => toCsv(parseRow(row)))
      : format === 'OCSF'
        ? rows.map((row) => `${JSON.stringify(toOcsf(parseRow(row), leafHashOf(row)))}\n`)
        : query
          ? [await eventsWithInclusionPaths(tx, rows, checkpoint.treeSize)]
          : await eventsWithLeafHashes(tx, rows, after, readTo)
  return { texts, count: rows.length, first: rows[0]?.sequence ?? null, last, readTo, end }
}

async function loadEvents(
  tx: ReadTx,
  query: EventQuery | null,
  after: number,
  end: number,
): Promise<{ rows: EventText[]; isFull: boolean }> {
  if (query?.matchesNothing) return { rows: [], isFull: false }
  const isInRange = and(gt(sealed.sequence, after), lte(sealed.sequence, end))
  const [, rows] = await Promise.all([
    // Use a generic plan, because planning this query for every partition takes as long as reading
    // the batch.
    tx.execute(sql`set local plan_cache_mode = force_generic_plan`),
    tx.execute<EventText & { is_full: true | null }>(sql`
      select sequence::float8 as sequence, event, disclosures::text as disclosures, case when bytes >= ${maxBatchBytes} then true end as is_full from (
        select sequence, event, disclosures, ${rowBytes} as own, sum(${rowBytes}) over (order by sequence rows unbounded preceding) as bytes
        from ${sealed} where ${and(isInRange, ...(query ? conditions(query) : []))}) as running
      where bytes - own < ${maxBatchBytes} order by running.sequence`),
  ])
  return { rows, isFull: rows.at(-1)?.is_full === true }
}

/**
 * Estimates a row's size in bytes without decompressing it: the size of compressed JSON is
 * multiplied by 10.
 */
const rowBytes = sql`octet_length(event) + pg_column_size(disclosures) * case when pg_column_compression(disclosures) is null then 1 else 10 end`

/**
 * Returns the filter as plain SQL conditions. Filtering needs no other index, because a batch is
 * small.
 */
function conditions(query: EventQuery): (SQL | undefined)[] {
  const { since, until, sessionId, text, facetFilter } = query
  const idColumn = facetFilter?.column === 'facet_id' ? sealed.facetId : sealed.kindId
  return [
    since === null ? undefined : sql`${sealed.occurredAt} >= ${since}::timestamptz`,
    until === null ? undefined : sql`${sealed.occurredAt} < ${until}::timestamptz`,
    sessionId === null ? undefined : sql`${sealed.sessionId} = ${sessionId}::uuid`,
    facetFilter
      ? inArray(idColumn, sql`(select ${facet.facetId} from ${facet} where ${facetFilter.where})`)
      : undefined,
    text === null ? undefined : sql`${sealed.words} @@ ${text}`,
  ]
}

const parseRow = ({ sequence, event, disclosures }: EventText): ExportRow => ({
  sequence,
  event: JSON.parse(event),
  disclosures: JSON.parse(disclosures),
})

const leafHashOf = ({ event }: EventText) => toBase64(leafHash(utf8(event)))

/**
 * Returns the manifest for the last line. The manifest describes the export and contains a
 * consistency proof from the previous export.
 */
async function createManifest(tx: ReadTx, prepared: PreparedExport, exported: ExportedRange) {
  const { tenantId, filter, afterSequence, checkpoint, previous } = prepared
  return {
    version: 1,
    tenantId,
    filter,
    afterSequence,
    firstSequence: exported.first,
    lastSequence: exported.last,
    count: exported.count,
    treeSize: checkpoint.treeSize,
    rootHash: checkpoint.rootHash.toString('base64'),
    checkpoint: checkpoint.note,
    previous: previous && {
      checkpoint: previous.note,
      consistencyPath: (
        await consistencyPath(previous.treeSize, checkpoint.treeSize, tileReader(tx))
      ).map(toBase64),
    },
  }
}

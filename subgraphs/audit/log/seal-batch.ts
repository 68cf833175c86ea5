/**
 * Seals one batch of a tenant's events in one transaction: moves them from audit.unsealed to
 * audit.sealed, assigns sequence numbers, extends the Merkle tree and signs a checkpoint.
 */
import { asc, desc, max, notInArray, sql } from 'drizzle-orm'
import { trySealing } from '../../../drizzle/reads/locks.ts'
import { checkpoint, logEpoch, sealed, unsealed } from '../../../drizzle/tables/audit.ts'
import { settings } from '../../../drizzle/tables/tenants.ts'
import { unaudited } from '../../../platform/audit/unaudited.ts'
import type { Database, ReadTx, WriteTx } from '../../../platform/postgres/database.ts'
import { equalBytes, utf8 } from '../../../proof/bytes.ts'
import { formatCheckpoint, formatOrigin } from '../../../proof/checkpoint.ts'
import { createEventLeaf } from '../../../proof/event-leaf.ts'
import { emptyRoot, leafHash } from '../../../proof/merkle-tree.ts'
import { type Signer, signNote } from '../../../proof/signed-note.ts'
import { compactRange } from '../../../proof/tiles.ts'
import type { Anchors, LogHead } from './anchors.ts'
import { findOpeningEvent } from './epochs.ts'
import type { ExpiryValidator } from './expiry-validation.ts'
import { addToHourlyCounts, findOrCreateFacets } from './facets.ts'
import { AnchorAhead } from './sealing-stopped.ts'
import { storeLeaves, tileReader } from './tile-store.ts'
import type { Witness } from './witness.ts'

/**
 * The maximum number of bytes of event data in one batch. A larger event is sealed in a batch of
 * one event.
 */
const maxBatchBytes = 1_048_576

export interface SealingServices {
  /** The database connection with the sequencer's role. */
  db: Database
  signer: Signer
  anchors: Anchors
  witness: Witness | null
  expiryValidator: ExpiryValidator
}

export interface BatchSize {
  /** The maximum number of events in the batch. */
  limit: number
  /** Set by `sealBatch`: the number of events that `sealBatch` selected. */
  selected: number
}

export interface SealedBatch {
  /** Whether more events are waiting to be sealed. */
  hasMore: boolean
  epoch: number
  /** The epoch of the checkpoint before this batch. */
  previousEpoch: number
}

/**
 * Seals the oldest waiting events of a tenant.
 * @param confirmedEpoch the epoch in which this process last sealed the log; null when this process
 * has not sealed the log yet
 * @returns null when no events are waiting or another process is sealing this log
 * @throws SealingStopped when the log cannot be sealed until an operator acts
 */
export async function sealBatch(
  { db, signer, anchors, witness, expiryValidator }: SealingServices,
  tenantId: string,
  size: BatchSize,
  confirmedEpoch: number | null,
): Promise<SealedBatch | null> {
  const batch = await unaudited(db, tenantId, 'sealing changes no event', async (tx) => {
    // The lock ends with the transaction, so a crashed process does not block the log.
    if (!(await trySealing(tx, tenantId))) return null
    const head = await readHead(tx)
    const { epoch, previousEpoch } = head
    const range = await compactRange(head.treeSize, tileReader(tx))
    if (!equalBytes(range.root(), head.rootHash))
      throw new AnchorAhead('The stored tree does not have the root hash of the last checkpoint.')
    await anchors.check(tenantId, head, (treeSize) => rootAt(tx, treeSize))
    witness?.check(tenantId, epoch)
    const isConfirmed = epoch === 1 || epoch === confirmedEpoch
    const openingId = isConfirmed ? null : await findOpeningEvent(tx, epoch)
    const { rows, hasMore } = await takeEvents(tx, tenantId, size, expiryValidator, openingId)
    if (rows.length === 0) return null
    const leaves = await insertSealed(tx, tenantId, head.treeSize, rows)
    for (const leaf of leaves) range.append(leaf)
    await storeLeaves(tx, tenantId, head.treeSize, leaves)
    const { treeSize } = range
    const rootHash = Buffer.from(range.root())
    const origin = formatOrigin(signer.name, tenantId, epoch)
    const note = signNote(formatCheckpoint({ origin, treeSize, rootHash }), signer)
    await tx.insert(checkpoint).values({ tenantId, treeSize, epoch, rootHash, note })
    return { treeSize, rootHash, note, epoch, previousEpoch, hasMore }
  })
  if (!batch) return null
  // Append the anchor after the commit. Otherwise, a failed commit would leave an anchor that makes
  // the database look restored.
  await anchors.append(tenantId, batch)
  witness?.submit(tenantId)
  return batch
}

async function readHead(tx: ReadTx): Promise<LogHead & { previousEpoch: number }> {
  const [last] = await tx.select().from(checkpoint).orderBy(desc(checkpoint.treeSize)).limit(1)
  const [opened] = await tx.select({ epoch: max(logEpoch.epoch) }).from(logEpoch)
  return {
    treeSize: last?.treeSize ?? 0,
    rootHash: last?.rootHash ?? emptyRoot,
    epoch: opened?.epoch ?? 1,
    previousEpoch: last?.epoch ?? 1,
  }
}

const rootAt = async (tx: ReadTx, treeSize: number) =>
  (await compactRange(treeSize, tileReader(tx))).root()

/**
 * Removes the oldest events from audit.unsealed and returns them in the order of sealing.
 * @param openingId the ID of the event that must be sealed first; null when no event must be sealed
 * first
 */
async function takeEvents(
  tx: WriteTx,
  tenantId: string,
  size: BatchSize,
  expiryValidator: ExpiryValidator,
  openingId: string | null,
): Promise<{ rows: (typeof unsealed.$inferSelect)[]; hasMore: boolean }> {
  const excluded = [...expiryValidator.deferred(tenantId), openingId ?? []].flat()
  const oldest = await tx
    .select({ eventId: unsealed.eventId, action: unsealed.action, bytes: eventBytes })
    .from(unsealed)
    .where(excluded.length ? notInArray(unsealed.eventId, excluded) : undefined)
    .orderBy(asc(unsealed.occurredAt), asc(unsealed.eventId))
    .limit(size.limit)
  let bytes = 0
  const fitting = oldest.filter((event, index) => {
    bytes += event.bytes
    return bytes <= maxBatchBytes || index === 0
  })
  const { valid } = expiryValidator.partition(tenantId, fitting)
  const selected = valid.map(({ eventId }) => eventId)
  size.selected = selected.length
  const ids = JSON.stringify([openingId ?? [], ...selected].flat())
  const rows = await tx
    .delete(unsealed)
    .where(
      sql`${unsealed.eventId} in (select id::uuid from json_array_elements_text(${ids}::json) as id)`,
    )
    .returning()
  expiryValidator.validate(rows)
  const opensFirst = (row: { eventId: string }) => Number(row.eventId === openingId)
  rows.sort(
    (a, b) =>
      opensFirst(b) - opensFirst(a) ||
      a.occurredAt.getTime() - b.occurredAt.getTime() ||
      (a.eventId < b.eventId ? -1 : 1),
  )
  return { rows, hasMore: fitting.length === size.limit || fitting.length < oldest.length }
}

/**
 * Estimates an event's size in bytes without decompressing it: the size of compressed JSON is
 * multiplied by 10.
 */
const eventBytes = sql<number>`${sql.join(
  [unsealed.changes, unsealed.actor, unsealed.target].map(
    (column) =>
      sql`coalesce(pg_column_size(${column}) * case when pg_column_compression(${column}) is null then 1 else 10 end, 0)`,
  ),
  sql` + `,
)}`

/**
 * Inserts events into audit.sealed with sequence numbers from `treeSize + 1`, and returns their
 * leaf hashes.
 */
async function insertSealed(
  tx: WriteTx,
  tenantId: string,
  treeSize: number,
  rows: (typeof unsealed.$inferSelect)[],
): Promise<Uint8Array[]> {
  const idsOf = await findOrCreateFacets(tx, rows)
  const [tenantSettings] = await tx.select({ retention: settings.activityRetention }).from(settings)
  if (!tenantSettings) throw new Error(`The settings of tenant ${tenantId} do not exist.`)
  const { retention } = tenantSettings
  const placed = rows.map((row, index) => {
    const sequence = treeSize + index + 1
    const { occurredAt, eventId } = row
    const leaf = createEventLeaf(row, sequence)
    return { tenantId, sequence, retention, occurredAt, eventId, ...idsOf(row), ...leaf }
  })
  await tx.insert(sealed).values(placed)
  await addToHourlyCounts(tx, placed)
  return placed.map(({ event }) => leafHash(utf8(event)))
}

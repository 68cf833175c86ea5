/**
 * Seals the Activity Log: takes committed events from where they wait, gives them their places, and states by a signed checkpoint what the
 * log then holds. One transaction a tenant and round, under a lock of its own, so that any number of processes may run this, and whoever
 * dies leaves nothing behind.
 */
import { setTimeout } from 'node:timers/promises'
import {
  and,
  asc,
  desc,
  eq,
  gt,
  inArray,
  isNull,
  max,
  notInArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm'
import { trySealing } from '../../drizzle/reads.ts'
import {
  activityCount,
  checkpoint,
  type FieldChange,
  facet,
  logEpoch,
  sealed,
  tile,
  unsealed,
} from '../../drizzle/tables/audit.ts'
import { settings } from '../../drizzle/tables/tenants.ts'
import { recordOperatorEvent, unaudited } from '../../platform/audit/audited.ts'
import type { Log } from '../../platform/lib/log.ts'
import type { Database, ReadTx, WriteTx } from '../../platform/postgres/database.ts'
import { commitmentOf, eventOf } from '../../proof/event-leaf.ts'
import { emptyRoot, leafHash } from '../../proof/merkle-tree.ts'
import { checkpointText, type Signer, signNote } from '../../proof/signed-note.ts'
import { appendLeaves, compactRange, type ReadTiles, tileWidth } from '../../proof/tiles.ts'
import { AnchorAhead, type Anchors, SealingStopped } from './anchors.ts'
import { type Tellings, watchTellings } from './tellings.ts'
import type { Witness } from './witness.ts'

export interface SealerOptions {
  /** In the sealer's own role; its deadline is how long one that hangs keeps others out. */
  db: Database
  /** In the service's own role: for what operators are told. */
  service: Database
  log: Log
  signer: Signer
  anchors: Anchors
  witness: Witness | null
  everyMs?: number
}

export interface Sealer {
  stop(): Promise<void>
}

/** In one transaction: events, and bytes of what they tell, but for one event at least. */
const [batchSize, batchBytes] = [1_000, 1_048_576]
const tenantsAtATime = 4
/** Of these, tenants whose last batch failed: the others go on beside them. */
const slowAtATime = 2
/** A log that has stopped waits for an operator: it is not looked at with each round. */
const lookAgainMs = 5_000

export function startSealer({
  db,
  service,
  log,
  signer,
  anchors,
  witness,
  everyMs = 200,
}: SealerOptions): Sealer {
  const stopping = new AbortController()
  /** Tenants whose logs need an operator, and when each is looked at again. */
  const stopped = new Map<string, number>()
  /** Tenants that wait for their turn, in its order, and those whose turn it is. */
  const waiting = new Set<string>()
  const atWork = new Map<string, Promise<void>>()
  /** How many events are tried at once in tenants whose last batch failed: half as many each time, and twice when they were sealed. */
  const portions = new Map<string, number>()
  /** The epoch of each log, once the log was found to tell of it. */
  const epochs = new Map<string, number>()
  const tellings = watchTellings(db, readTiles)

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const tenants = await tenantsToSeal(db).catch((error: unknown) => {
        log.error({ err: error }, 'the log cannot be sealed')
        return []
      })
      // What the witness has stopped is told of at once, also where nothing waits to be sealed.
      for (const tenantId of [...tenants, ...(witness?.stopped() ?? [])])
        if (performance.now() >= (stopped.get(tenantId) ?? 0)) waiting.add(tenantId)
      begin()
      await setTimeout(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
    await Promise.all(atWork.values())
  }

  /** Gives whoever waits their turn: no tenant's batch holds up those of others. */
  function begin(): void {
    for (const tenantId of waiting) {
      if (atWork.size >= tenantsAtATime || stopping.signal.aborted) return
      const slow = [...atWork.keys()].filter((one) => portions.has(one)).length
      if (atWork.has(tenantId) || (portions.has(tenantId) && slow >= slowAtATime)) continue
      waiting.delete(tenantId)
      const work = turn(tenantId).then(() => {
        atWork.delete(tenantId)
        begin()
      })
      atWork.set(tenantId, work)
    }
  }

  async function turn(tenantId: string): Promise<void> {
    const batch = { most: portions.get(tenantId) ?? batchSize, taken: 0 }
    try {
      const sealing = await sealTenant(
        { db, signer, anchors, witness, tellings },
        tenantId,
        batch,
        epochs.get(tenantId) ?? null,
      )
      if (batch.most * 2 < batchSize) portions.set(tenantId, batch.most * 2)
      else portions.delete(tenantId)
      stopped.delete(tenantId)
      if (!sealing) return
      // What is left of a full batch has its turn after all who wait now.
      if (sealing.isMore) waiting.add(tenantId)
      if (sealing.epoch > (epochs.get(tenantId) ?? sealing.epochBefore))
        await tellOfEpoch(tenantId, sealing.epoch)
      epochs.set(tenantId, sealing.epoch)
    } catch (error) {
      if (!(error instanceof SealingStopped))
        portions.set(tenantId, Math.max(1, Math.floor((batch.taken || batch.most) / 2)))
      await notSealed(tenantId, error)
    }
  }

  async function notSealed(tenantId: string, error: unknown): Promise<void> {
    if (!(error instanceof SealingStopped))
      return log.error({ err: error, tenantId }, 'a log could not be sealed')
    const isNew = !stopped.has(tenantId)
    stopped.set(tenantId, performance.now() + lookAgainMs)
    if (!isNew) return
    log.error({ tenantId, reason: error.message }, 'sealing has stopped: an operator is needed')
    const act = {
      action: 'activity_log.sealing_stopped',
      reason: error.code,
      target: { type: 'tenant', id: tenantId, displayName: null },
    }
    await recordOperatorEvent(service, act).catch((failed: unknown) => {
      stopped.delete(tenantId)
      log.error({ err: failed, tenantId }, 'operators could not be told')
    })
  }

  /** Also where it was an operator who opened it: that a log begins anew should surprise nobody. */
  async function tellOfEpoch(tenantId: string, epoch: number): Promise<void> {
    log.warn({ tenantId, epoch }, 'the log goes on in another epoch')
    const target = { type: 'tenant', id: tenantId, displayName: `epoch ${epoch}` }
    await recordOperatorEvent(
      service,
      { action: 'activity_log.epoch_begun', reason: 'NEW_EPOCH', target },
      'SUCCEEDED',
    ).catch((error: unknown) => log.error({ err: error, tenantId }, 'operators could not be told'))
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

const tenantsToSeal = (db: Database): Promise<string[]> =>
  db.read(null, async (tx) => {
    const rows = await tx.execute<{ tenant_id: string }>(
      sql`select tenants_to_seal as tenant_id from audit.tenants_to_seal()`,
    )
    return rows.map(({ tenant_id }) => tenant_id)
  })

interface Batch {
  /** How many events it may hold, and how many it came to hold. */
  most: number
  taken: number
}

/**
 * Seals what waits in one tenant, as much as goes into one batch; nothing where another process is at it.
 * @param knownEpoch the epoch in which this process last sealed it
 */
async function sealTenant(
  {
    db,
    signer,
    anchors,
    witness,
    tellings,
  }: Pick<SealerOptions, 'db' | 'signer' | 'anchors' | 'witness'> & { tellings: Tellings },
  tenantId: string,
  batch: Batch,
  knownEpoch: number | null,
): Promise<{ isMore: boolean; epoch: number; epochBefore: number } | null> {
  const stated = await unaudited(db, tenantId, 'what is in the log is sealed', async (tx) => {
    if (!(await trySealing(tx, tenantId))) return null
    const head = await headOf(tx)
    const range = await compactRange(head.treeSize, readTiles(tx))
    if (!range.root().equals(head.rootHash))
      throw new AnchorAhead('the stored hashes are not those of the last checkpoint')
    await anchors.check(tenantId, head, (treeSize) => rootAt(tx, treeSize))
    witness?.check(tenantId, head.epoch)
    const opening =
      head.epoch === 1 || head.epoch === knownEpoch ? null : await openingOf(tx, head.epoch)
    const { rows, isMore } = await take(tx, tenantId, batch, tellings, opening)
    if (rows.length === 0) return null
    const events = rows.map((row, index) => ({ row, ...eventOf(row, head.treeSize + index + 1) }))
    const leaves = events.map(({ event }) => leafHash(Buffer.from(event)))
    for (const leaf of leaves) range.append(leaf)
    const ids = await facetsOf(tx, rows)
    const [chosen] = await tx.select({ retention: settings.activityRetention }).from(settings)
    const retention = chosen!.retention
    const placed = events.map(({ row, event, disclosures }, index) => {
      const facetId = ids.get(facetKey(row, row.actorKey))!
      const kindId = ids.get(facetKey(row, null))!
      const { occurredAt, eventId } = row
      return {
        tenantId,
        sequence: head.treeSize + index + 1,
        retention,
        occurredAt,
        eventId,
        facetId,
        kindId,
        event,
        disclosures,
      }
    })
    await tx.insert(sealed).values(placed)
    await count(tx, placed)
    const tiles = await appendLeaves(head.treeSize, leaves, readTiles(tx))
    const values = tiles.map(({ level, index, hashes }) => ({
      tenantId,
      level,
      tileIndex: index,
      hashes,
    }))
    const onTile = [tile.tenantId, tile.level, tile.tileIndex]
    await tx
      .insert(tile)
      .values(values)
      .onConflictDoUpdate({ target: onTile, set: { hashes: sql`excluded.hashes` } })
    const { treeSize } = range
    const rootHash = range.root()
    const origin = originOf(signer.name, tenantId, head.epoch)
    const note = signNote(checkpointText({ origin, treeSize, rootHash }), signer)
    await tx.insert(checkpoint).values({ tenantId, treeSize, epoch: head.epoch, rootHash, note })
    return { treeSize, rootHash, note, epoch: head.epoch, epochBefore: head.epochBefore, isMore }
  })
  // Only what is committed is anchored: an anchor that is ahead says that the database was set back.
  if (!stated) return null
  await anchors.append(tenantId, stated)
  witness?.submit(tenantId)
  return stated
}

/** Which log a checkpoint is of. */
export const originOf = (keyName: string, tenantId: string, epoch: number) =>
  `${keyName}/${tenantId}${epoch > 1 ? `/${epoch}` : ''}`

export interface Head {
  treeSize: number
  rootHash: Buffer
  epoch: number
}

async function headOf(tx: ReadTx): Promise<Head & { epochBefore: number }> {
  const [newest] = await tx.select().from(checkpoint).orderBy(desc(checkpoint.treeSize)).limit(1)
  const [opened] = await tx.select({ epoch: max(logEpoch.epoch) }).from(logEpoch)
  const [epoch, epochBefore] = [opened?.epoch ?? 1, newest?.epoch ?? 1]
  return {
    treeSize: newest?.treeSize ?? 0,
    rootHash: newest?.rootHash ?? emptyRoot,
    epoch,
    epochBefore,
  }
}

const openingAction = 'activity_log.epoch_opened'
const opens = (epoch: number, changes: FieldChange[]) =>
  changes.some(({ field, after }) => field === 'epoch' && after === epoch)

/**
 * An epoch is another log, of which nothing shows that it continues the one before: the service begins it only where the log itself tells
 * that an operator opened it. The event that does so is the first of the epoch; null where it is sealed.
 * @throws SealingStopped
 */
async function openingOf(tx: ReadTx, epoch: number): Promise<string | null> {
  const rows = await tx
    .select()
    .from(unsealed)
    .where(eq(unsealed.action, openingAction))
    .limit(batchSize)
  const opening = rows.find(
    ({ outcome, changes }) => outcome === 'SUCCEEDED' && opens(epoch, changes),
  )
  if (opening) return opening.eventId
  const [opened] = await tx.select().from(logEpoch).where(eq(logEpoch.epoch, epoch))
  const kinds = tx
    .select({ id: facet.facetId })
    .from(facet)
    .where(
      and(eq(facet.action, openingAction), eq(facet.outcome, 'SUCCEEDED'), isNull(facet.actorKey)),
    )
  const told = await tx
    .select({ sequence: sealed.sequence, event: sealed.event, disclosures: sealed.disclosures })
    .from(sealed)
    .where(and(gt(sealed.sequence, opened?.treeSize ?? 0), inArray(sealed.kindId, kinds)))
    .limit(batchSize)
  for (const { sequence, event, disclosures } of told) {
    const { target } = disclosures
    if (
      !target ||
      !opens(epoch, target.value.changes) ||
      commitmentOf(target) !== JSON.parse(event).targetCommitment
    )
      continue
    const [hashes] = await readTiles(tx)([
      { level: 0, index: Math.floor((sequence - 1) / tileWidth) },
    ])
    const at = ((sequence - 1) % tileWidth) * 32
    if (leafHash(Buffer.from(event)).equals(hashes!.subarray(at, at + 32))) return null
  }
  throw new SealingStopped(
    'EPOCH_NOT_OPENED',
    `the database says that the log is in epoch ${epoch}, and no event tells who opened it`,
  )
}

const rootAt = async (tx: ReadTx, treeSize: number) =>
  (await compactRange(treeSize, readTiles(tx))).root()

export const readTiles =
  (tx: ReadTx): ReadTiles =>
  async (wanted) => {
    if (wanted.length === 0) return []
    const rows = await tx
      .select()
      .from(tile)
      .where(
        or(
          ...wanted.map(({ level, index }) =>
            and(eq(tile.level, level), eq(tile.tileIndex, index)),
          ),
        ),
      )
    const found = new Map(rows.map((row) => [`${row.level}/${row.tileIndex}`, row.hashes]))
    return wanted.map(({ level, index }) => found.get(`${level}/${index}`) ?? Buffer.alloc(0))
  }

/** Bytes of what an event tells, without unpacking what is packed: of that, ten times as much as it takes. */
const bytesOf = sql<number>`${sql.join(
  [unsealed.changes, unsealed.actor, unsealed.target].map(
    (column) =>
      sql`coalesce(pg_column_size(${column}) * case when pg_column_compression(${column}) is null then 1 else 10 end, 0)`,
  ),
  sql` + `,
)}`

async function take(
  tx: WriteTx,
  tenantId: string,
  batch: Batch,
  tellings: Tellings,
  opening: string | null,
): Promise<{ rows: (typeof unsealed.$inferSelect)[]; isMore: boolean }> {
  const later = [...tellings.aside(tenantId), ...(opening === null ? [] : [opening])]
  const oldest = await tx
    .select({ eventId: unsealed.eventId, action: unsealed.action, bytes: bytesOf })
    .from(unsealed)
    .where(later.length ? notInArray(unsealed.eventId, later) : undefined)
    .orderBy(asc(unsealed.occurredAt), asc(unsealed.eventId))
    .limit(batch.most)
  let bytes = 0
  const fitting = oldest.filter((event, index) => {
    bytes += event.bytes
    return bytes <= batchBytes || index === 0
  })
  const chosen = tellings.sift(tenantId, fitting).map(({ eventId }) => eventId)
  batch.taken = chosen.length
  const ids = JSON.stringify(opening === null ? chosen : [opening, ...chosen])
  const rows = await tx
    .delete(unsealed)
    .where(
      sql`${unsealed.eventId} in (select id::uuid from json_array_elements_text(${ids}::json) as id)`,
    )
    .returning()
  tellings.confirm(rows)
  const isOpening = (row: typeof unsealed.$inferSelect) => Number(row.eventId === opening)
  rows.sort(
    (a, b) =>
      isOpening(b) - isOpening(a) ||
      a.occurredAt.getTime() - b.occurredAt.getTime() ||
      (a.eventId < b.eventId ? -1 : 1),
  )
  return { rows, isMore: fitting.length === batch.most || fitting.length < oldest.length }
}

type Facet = Pick<typeof facet.$inferSelect, 'action' | 'outcome' | 'method' | 'clientId'>

const facetKey = ({ action, outcome, method, clientId }: Facet, actorKey: string | null) =>
  JSON.stringify([actorKey, action, outcome, method, clientId])

/** The facet and the kind of each event, made where they are new. */
async function facetsOf(
  tx: WriteTx,
  rows: (typeof unsealed.$inferSelect)[],
): Promise<Map<string, number>> {
  const wanted = new Map<string, typeof facet.$inferInsert>()
  for (const row of rows) {
    const { tenantId, action, outcome, method, clientId } = row
    for (const actorKey of [row.actorKey, null])
      wanted.set(facetKey(row, actorKey), { tenantId, actorKey, action, outcome, method, clientId })
  }
  const same = (
    column: typeof facet.actorKey | typeof facet.method | typeof facet.clientId,
    value: string | null,
  ): SQL => (value === null ? isNull(column) : eq(column as typeof facet.actorKey, value))
  const conditions = [...wanted.values()].map((one) =>
    and(
      same(facet.actorKey, one.actorKey ?? null),
      eq(facet.action, one.action),
      eq(facet.outcome, one.outcome),
      same(facet.method, one.method ?? null),
      same(facet.clientId, one.clientId ?? null),
    ),
  )
  const known = await tx
    .select()
    .from(facet)
    .where(or(...conditions))
  const ids = new Map(known.map((row) => [facetKey(row, row.actorKey), row.facetId]))
  const missing = [...wanted].flatMap(([key, one]) => (ids.has(key) ? [] : [one]))
  if (missing.length)
    for (const row of await tx.insert(facet).values(missing).returning())
      ids.set(facetKey(row, row.actorKey), row.facetId)
  return ids
}

async function count(tx: WriteTx, placed: (typeof sealed.$inferInsert)[]): Promise<void> {
  const counts = new Map<string, typeof activityCount.$inferInsert>()
  for (const { tenantId, occurredAt, facetId, retention } of placed) {
    const hour = new Date(Math.floor(occurredAt.getTime() / 3_600_000) * 3_600_000)
    const key = `${facetId} ${hour.getTime()}`
    counts.set(key, {
      tenantId,
      hour,
      facetId,
      retention,
      count: (counts.get(key)?.count ?? 0) + 1,
    })
  }
  await tx
    .insert(activityCount)
    .values([...counts.values()])
    .onConflictDoUpdate({
      target: [
        activityCount.tenantId,
        activityCount.hour,
        activityCount.facetId,
        activityCount.retention,
      ],
      set: { count: sql`${activityCount.count} + excluded.count` },
    })
}

/**
 * Seals the Activity Log: takes committed events from where they wait, gives them their places, and states by a signed checkpoint what the
 * log then holds. One transaction a tenant and round, under a lock of its own, so that any number of processes may run this, and whoever
 * dies leaves nothing behind.
 */
import { setTimeout } from 'node:timers/promises'
import { and, asc, desc, eq, inArray, isNull, max, or, type SQL, sql } from 'drizzle-orm'
import { trySealing } from '../../drizzle/reads.ts'
import { activityCount, checkpoint, facet, logEpoch, sealed, tile, unsealed } from '../../drizzle/tables/audit.ts'
import { settings } from '../../drizzle/tables/tenants.ts'
import { tellOperators, unaudited } from '../../platform/audited.ts'
import type { Database, ReadTx, WriteTx } from '../../platform/db.ts'
import type { Log } from '../../platform/log.ts'
import { AnchorAhead, type Anchors } from './anchors.ts'
import { eventOf } from './proof/event.ts'
import { emptyRoot, leafHash } from './proof/merkle.ts'
import { checkpointText, type Signer, signNote } from './proof/note.ts'
import { appendLeaves, compactRange, type ReadTiles } from './proof/tiles.ts'
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

/** Events in one transaction. */
const batchSize = 1_000
const tenantsAtATime = 4
/** A log that has stopped waits for an operator: it is not looked at with each round. */
const lookAgainMs = 5_000

export function startSealer({ db, service, log, signer, anchors, witness, everyMs = 200 }: SealerOptions): Sealer {
  const stopping = new AbortController()
  /** Tenants whose logs need an operator, and when each is looked at again. */
  const stopped = new Map<string, number>()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const tenants = await tenantsToSeal(db).catch((error: unknown) => {
        log.error({ err: error }, 'the log cannot be sealed')
        return []
      })
      // What the witness has stopped is told of at once, also where nothing waits to be sealed.
      const all = [...new Set([...tenants, ...(witness?.stopped() ?? [])])]
      await Promise.all(Array.from({ length: tenantsAtATime }, () => sealAll(all)))
      await setTimeout(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }

  /** Takes one tenant after another, until none is left. */
  async function sealAll(tenants: string[]): Promise<void> {
    for (let tenantId = tenants.pop(); tenantId !== undefined && !stopping.signal.aborted; tenantId = tenants.pop()) {
      if (performance.now() < (stopped.get(tenantId) ?? 0)) continue
      await sealTenant({ db, signer, anchors, witness }, tenantId).then(
        () => stopped.delete(tenantId),
        (error: unknown) => notSealed(tenantId, error),
      )
    }
  }

  async function notSealed(tenantId: string, error: unknown): Promise<void> {
    if (!(error instanceof AnchorAhead)) return log.error({ err: error, tenantId }, 'a log could not be sealed')
    const isNew = !stopped.has(tenantId)
    stopped.set(tenantId, performance.now() + lookAgainMs)
    if (!isNew) return
    log.error({ tenantId, reason: error.message }, 'sealing has stopped: an operator is needed')
    const act = {
      action: 'activity_log.sealing_stopped',
      reason: 'ANCHOR_AHEAD',
      target: { type: 'tenant', id: tenantId, displayName: null },
    }
    await tellOperators(service, act).catch((failed: unknown) => {
      stopped.delete(tenantId)
      log.error({ err: failed, tenantId }, 'operators could not be told')
    })
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
    const rows = await tx.execute<{ tenant_id: string }>(sql`select tenants_to_seal as tenant_id from audit.tenants_to_seal()`)
    return rows.map(({ tenant_id }) => tenant_id)
  })

/** Seals what waits in one tenant, as much as goes into one transaction; nothing where another process is at it. */
async function sealTenant(
  { db, signer, anchors, witness }: Pick<SealerOptions, 'db' | 'signer' | 'anchors' | 'witness'>,
  tenantId: string,
): Promise<void> {
  const stated = await unaudited(db, tenantId, 'what is in the log is sealed', async (tx) => {
    if (!(await trySealing(tx, tenantId))) return null
    const head = await headOf(tx)
    const range = await compactRange(head.treeSize, readTiles(tx))
    if (!range.root().equals(head.rootHash)) throw new AnchorAhead('the stored hashes are not those of the last checkpoint')
    await anchors.check(tenantId, head, (treeSize) => rootAt(tx, treeSize))
    witness?.check(tenantId, head.epoch)
    const rows = await take(tx)
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
      return { tenantId, sequence: head.treeSize + index + 1, retention, occurredAt, eventId, facetId, kindId, event, disclosures }
    })
    await tx.insert(sealed).values(placed)
    await count(tx, placed)
    const tiles = await appendLeaves(head.treeSize, leaves, readTiles(tx))
    const values = tiles.map(({ level, index, hashes }) => ({ tenantId, level, tileIndex: index, hashes }))
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
    return { treeSize, rootHash, note, epoch: head.epoch }
  })
  // Only what is committed is anchored: an anchor that is ahead says that the database was set back.
  if (!stated) return
  await anchors.append(tenantId, stated)
  witness?.submit(tenantId)
}

/** Which log a checkpoint is of. */
export const originOf = (keyName: string, tenantId: string, epoch: number) => `${keyName}/${tenantId}${epoch > 1 ? `/${epoch}` : ''}`

export interface Head {
  treeSize: number
  rootHash: Buffer
  epoch: number
}

async function headOf(tx: ReadTx): Promise<Head> {
  const [newest] = await tx.select().from(checkpoint).orderBy(desc(checkpoint.treeSize)).limit(1)
  const [opened] = await tx.select({ epoch: max(logEpoch.epoch) }).from(logEpoch)
  return { treeSize: newest?.treeSize ?? 0, rootHash: newest?.rootHash ?? emptyRoot, epoch: opened?.epoch ?? 1 }
}

const rootAt = async (tx: ReadTx, treeSize: number) => (await compactRange(treeSize, readTiles(tx))).root()

export const readTiles =
  (tx: ReadTx): ReadTiles =>
  async (wanted) => {
    if (wanted.length === 0) return []
    const rows = await tx
      .select()
      .from(tile)
      .where(or(...wanted.map(({ level, index }) => and(eq(tile.level, level), eq(tile.tileIndex, index)))))
    const found = new Map(rows.map((row) => [`${row.level}/${row.tileIndex}`, row.hashes]))
    return wanted.map(({ level, index }) => found.get(`${level}/${index}`) ?? Buffer.alloc(0))
  }

async function take(tx: WriteTx): Promise<(typeof unsealed.$inferSelect)[]> {
  const oldest = tx
    .select({ eventId: unsealed.eventId })
    .from(unsealed)
    .orderBy(asc(unsealed.occurredAt), asc(unsealed.eventId))
    .limit(batchSize)
  const rows = await tx.delete(unsealed).where(inArray(unsealed.eventId, oldest)).returning()
  return rows.sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || (a.eventId < b.eventId ? -1 : 1))
}

type Facet = Pick<typeof facet.$inferSelect, 'action' | 'outcome' | 'method' | 'clientId'>

const facetKey = ({ action, outcome, method, clientId }: Facet, actorKey: string | null) =>
  JSON.stringify([actorKey, action, outcome, method, clientId])

/** The facet and the kind of each event, made where they are new. */
async function facetsOf(tx: WriteTx, rows: (typeof unsealed.$inferSelect)[]): Promise<Map<string, number>> {
  const wanted = new Map<string, typeof facet.$inferInsert>()
  for (const row of rows) {
    const { tenantId, action, outcome, method, clientId } = row
    for (const actorKey of [row.actorKey, null])
      wanted.set(facetKey(row, actorKey), { tenantId, actorKey, action, outcome, method, clientId })
  }
  const same = (column: typeof facet.actorKey | typeof facet.method | typeof facet.clientId, value: string | null): SQL =>
    value === null ? isNull(column) : eq(column as typeof facet.actorKey, value)
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
    for (const row of await tx.insert(facet).values(missing).returning()) ids.set(facetKey(row, row.actorKey), row.facetId)
  return ids
}

async function count(tx: WriteTx, placed: (typeof sealed.$inferInsert)[]): Promise<void> {
  const counts = new Map<string, typeof activityCount.$inferInsert>()
  for (const { tenantId, occurredAt, facetId, retention } of placed) {
    const hour = new Date(Math.floor(occurredAt.getTime() / 3_600_000) * 3_600_000)
    const key = `${facetId} ${hour.getTime()}`
    counts.set(key, { tenantId, hour, facetId, retention, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  await tx
    .insert(activityCount)
    .values([...counts.values()])
    .onConflictDoUpdate({
      target: [activityCount.tenantId, activityCount.hour, activityCount.facetId, activityCount.retention],
      set: { count: sql`${activityCount.count} + excluded.count` },
    })
}

/**
 * Writes down what floods.ts counts: each second into tables that may be updated, and after each minute as the one row that stands for it,
 * by whichever process comes first. A process that dies takes the counts of its last second with it: the log then says so.
 */
import { randomUUID } from 'node:crypto'
import { eq, gte, inArray, lte, sql } from 'drizzle-orm'
import { organizationsOf, tenantOfDomain } from '../../drizzle/reads.ts'
import { counter, flood, floodedTenant, operatorFlood } from '../../drizzle/tables/audit.ts'
import { withoutDeadline } from '../lib/deadline.ts'
import type { Log } from '../lib/log.ts'
import { startPeriodicTask } from '../lib/periodic-task.ts'
import { type Database, isUuid, type WriteTx } from '../postgres/database.ts'
import { unaudited } from './audited.ts'
import {
  type CoalescingBounds,
  coalescingBounds,
  createAuditCoalescer,
  type Taken,
} from './coalescing.ts'
import {
  addCoalescedCounts,
  type CoalescedCount,
  claimOnce,
  insertOperatorRow,
  insertRow,
  systemActor,
} from './rows.ts'

export interface CoalescingWorkerOptions extends Partial<CoalescingBounds> {
  db: Database
  log: Log
  flushEveryMs?: number
  lookEveryMs?: number
  /** A process that counted and was not heard of for this long is dead. */
  deadAfterMs?: number
}

export interface CoalescingWorker {
  /** The same database, with refusals bounded. */
  db: Database
  /** Writes everything down, so that nothing is left to others. */
  stop(): Promise<void>
}

const tenantsAtOnce = 1_000

export function startCoalescingWorker(options: CoalescingWorkerOptions): CoalescingWorker {
  const {
    db,
    log,
    flushEveryMs = 1_000,
    lookEveryMs = 5_000,
    deadAfterMs = 30_000,
    ...chosen
  } = options
  const bounds = { ...coalescingBounds, ...chosen }
  let registration: { id: string; done: Promise<void> } | null = null
  let idleSince = performance.now()

  /** Whoever counts is known before the first count; and forgotten again when there was nothing to count for a minute. */
  function register(): Promise<void> {
    if (!registration) {
      const id = randomUUID()
      const done = withoutDeadline(() =>
        unaudited(
          db,
          null,
          'which process counts',
          async (tx) => void (await tx.insert(counter).values({ counterId: id })),
        ),
      )
      registration = { id, done }
      done.catch(() => {
        registration = null
      })
    }
    return registration.done
  }

  const memory = createAuditCoalescer(bounds, register)

  async function flush(): Promise<void> {
    await registration?.done.catch(() => {}) // whoever waits for it is told
    if (!registration) return
    const { id } = registration
    const taken = memory.take()
    if (taken.counts.size + taken.named.size > 0) idleSince = performance.now()
    else if (performance.now() - idleSince > bounds.minuteMs) return unregister()
    const left = await writeDown(db, taken).catch((error: unknown) => {
      log.error({ err: error }, 'counts of refused attempts could not be written down')
      return taken
    })
    memory.giveBack(left)
    await unaudited(db, null, 'which process counts', async (tx) => {
      const known = await tx
        .update(counter)
        .set({ flushedAt: sql`clock_timestamp()` })
        .where(eq(counter.counterId, id))
        .returning()
      if (known.length === 0) await tx.insert(counter).values({ counterId: id }) // taken for dead meanwhile
    })
  }

  async function unregister(): Promise<void> {
    if (!registration || !memory.isEmpty()) return
    const { id } = registration
    registration = null
    await unaudited(
      db,
      null,
      'which process counts',
      async (tx) => void (await tx.delete(counter).where(eq(counter.counterId, id))),
    )
  }

  /** Until when a minute begun that is over, its last counts written down. */
  const over = sql`clock_timestamp() - make_interval(secs => ${(bounds.minuteMs + 3 * flushEveryMs) / 1000})`
  const flushing = startPeriodicTask(flushEveryMs, log, 'counting refused attempts', flush)
  const looking = startPeriodicTask(lookEveryMs, log, 'looking after floods', async () => {
    await tellOfDead(db, log, deadAfterMs, bounds.minuteMs)
    await writeRows(db, over)
  })

  return {
    db: { ...db, coalescer: memory.floods },
    async stop() {
      await Promise.all([flushing.stop(), looking.stop()])
      await flush()
      await writeRows(db, sql`clock_timestamp()`)
      await unregister()
    },
  }
}

/** One transaction a tenant. Returns what could not be written. */
async function writeDown(db: Database, { counts, named }: Taken): Promise<Taken> {
  const left: Taken = { counts: new Map(), named: new Map() }
  const all = [...counts, ...(await whereTheyExist(db, named))]
  const byTenant = Map.groupBy(all, ([, { tenantId }]) => tenantId)
  for (const [tenantId, group] of byTenant) {
    const counted = group.map(([, one]) => one.counted)
    await unaudited(db, tenantId, 'counts, of which a row is made', (tx) =>
      addCoalescedCounts(tx, tenantId, merged(counted)),
    ).catch(() => {
      for (const [key, one] of group) left.counts.set(key, one)
    })
  }
  return left
}

/** Whether there are such tenants is looked up here, where nobody waits for an answer whose time could tell. */
async function whereTheyExist(
  db: Database,
  named: Taken['named'],
): Promise<[string, { tenantId: string; counted: CoalescedCount }][]> {
  if (named.size === 0) return []
  const names = [...new Set([...named.keys()].map(nameIn))]
  const tenants = await db.read(null, async (tx) => {
    const found = new Map((await organizationsOf(tx, names.filter(isUuid))).map((id) => [id, id]))
    for (const name of names.filter((name) => !isUuid(name))) {
      const tenantId = await tenantOfDomain(tx, name)
      if (tenantId) found.set(name, tenantId)
    }
    return found
  })
  return [...named].flatMap(([key, { attempt, counted }]) => {
    const tenantId = tenants.get(nameIn(key))
    return tenantId
      ? [
          [
            key,
            {
              tenantId,
              counted: {
                ...counted,
                key: 'unverified',
                event: { ...attempt(tenantId), requestId: '' },
              },
            },
          ],
        ]
      : []
  })
}

const nameIn = (key: string) => key.slice(0, key.lastIndexOf(' '))

/** A statement may touch a row once: a tenant may have been named by its id and by its domain. */
function merged(counted: CoalescedCount[]): CoalescedCount[] {
  const groups = Map.groupBy(counted, ({ minute, key }) => `${minute.getTime()} ${key}`)
  return [...groups.values()].map((alike) => ({
    ...alike[0]!,
    count: alike.reduce((sum, { count }) => sum + count, 0),
    firstAt: new Date(Math.min(...alike.map(({ firstAt }) => firstAt.getTime()))),
    lastAt: new Date(Math.max(...alike.map(({ lastAt }) => lastAt.getTime()))),
  }))
}

/** Makes rows of the minutes that are over: taken away and written in one transaction, so each exactly once. */
async function writeRows(db: Database, until: ReturnType<typeof sql>): Promise<void> {
  const flooded = await db.read(null, (tx) =>
    tx
      .selectDistinct({ tenantId: floodedTenant.tenantId })
      .from(floodedTenant)
      .where(lte(floodedTenant.minute, until))
      .limit(tenantsAtOnce),
  )
  for (const { tenantId } of flooded) {
    await unaudited(
      db,
      tenantId,
      'the rows that stand for a flood are written here',
      async (tx) => {
        const noted = await tx
          .delete(floodedTenant)
          .where(
            sql`${floodedTenant.tenantId} = ${tenantId} and ${lte(floodedTenant.minute, until)}`,
          )
          .returning()
        if (noted.length === 0) return // another process was first
        const minutes = noted.map(({ minute }) => minute)
        const rows = await tx.delete(flood).where(inArray(flood.minute, minutes)).returning()
        for (const { event, ...one } of rows)
          await insertRow(tx, {
            ...(event as Parameters<typeof insertRow>[1]),
            requestId: randomUUID(),
            coalesced: coalescedOf(one),
          })
      },
    )
  }
  await unaudited(db, null, 'the rows that stand for a flood are written here', async (tx) => {
    const rows = await tx.delete(operatorFlood).where(lte(operatorFlood.minute, until)).returning()
    for (const { event, ...one } of rows)
      await insertOperatorRow(tx, {
        ...(event as Parameters<typeof insertOperatorRow>[1]),
        requestId: randomUUID(),
        coalesced: coalescedOf(one),
      })
  })
}

const coalescedOf = ({
  count,
  firstAt,
  lastAt,
}: Pick<CoalescedCount, 'count' | 'firstAt' | 'lastAt'>) => ({
  count,
  firstAt: firstAt.toISOString(),
  lastAt: lastAt.toISOString(),
})

/** Says of each process that died while it counted from when until when counts may be missing: to the operators, and to whom it may concern. */
async function tellOfDead(
  db: Database,
  log: Log,
  deadAfterMs: number,
  minuteMs: number,
): Promise<void> {
  const isDead = lte(
    counter.flushedAt,
    sql`clock_timestamp() - make_interval(secs => ${deadAfterMs / 1000})`,
  )
  const dead = await db.read(null, (tx) => tx.select().from(counter).where(isDead).limit(100))
  for (const { counterId, flushedAt } of dead) {
    const flooded = await db.read(null, (tx) =>
      tx
        .selectDistinct({ tenantId: floodedTenant.tenantId })
        .from(floodedTenant)
        .where(gte(floodedTenant.minute, new Date(flushedAt.getTime() - minuteMs)))
        .limit(tenantsAtOnce),
    )
    for (const { tenantId } of flooded) {
      await unaudited(db, tenantId, 'the row that tells of a gap is written here', async (tx) => {
        if (await claimOnce(tx, tenantId, `gap ${counterId}`))
          await insertRow(tx, { tenantId, ...(await gap(tx, flushedAt)) })
      })
    }
    await unaudited(db, null, 'the row that tells of a gap is written here', async (tx) => {
      const gone = await tx
        .delete(counter)
        .where(sql`${eq(counter.counterId, counterId)} and ${isDead}`)
        .returning()
      if (gone.length === 1) await insertOperatorRow(tx, await gap(tx, gone[0]!.flushedAt))
    })
    log.warn(
      { counterId, flushedAt },
      'a process died while it counted refused attempts: the log says from when until when',
    )
  }
}

async function gap(tx: WriteTx, from: Date) {
  const [clock] = await tx.execute<{ now: number }>(
    sql`select extract(epoch from clock_timestamp())::float8 * 1000 as now`,
  )
  return {
    requestId: randomUUID(),
    actorKey: systemActor.key,
    actor: systemActor,
    action: 'activity_log.gap',
    outcome: 'FAILED' as const,
    reason: 'COUNTS_LOST',
    changes: [
      { field: 'from', before: null, after: from.toISOString() },
      { field: 'to', before: null, after: new Date(clock!.now).toISOString() },
    ],
  }
}

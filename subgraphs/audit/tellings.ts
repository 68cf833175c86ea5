/**
 * An `activity_log.expired` lets events go, and whoever verifies the log believes it. So before the service signs one, it looks for itself
 * whether it is true: the month is beyond its retention, and the events that it names are of that month, as they were sealed. Those rows wait
 * for it while the others are sealed; one that is not true stops the log.
 */
import { and, between, eq, gte, inArray, isNull, lt } from 'drizzle-orm'
import { expired, type FieldChange, facet, sealed, unsealed } from '../../drizzle/tables/audit.ts'
import { type ActivityRetention, activityRetention } from '../../drizzle/tables/tenants.ts'
import type { Database, ReadTx } from '../../platform/postgres/database.ts'
import { canonicalize } from '../../proof/canonical-json.ts'
import { commitmentOf } from '../../proof/event-leaf.ts'
import { leafHash } from '../../proof/merkle-tree.ts'
import { type ReadTiles, tileWidth } from '../../proof/tiles.ts'
import { SealingStopped } from './anchors.ts'

export const tellingAction = 'activity_log.expired'

type Unsealed = typeof unsealed.$inferSelect
type Run = [from: number, to: number]

/** Sequence numbers at a time: whole tiles. */
const batchSize = 8 * tileWidth
const maxTellings = 10_000
const clockSlackMs = 3_600_000
const years: Record<ActivityRetention, number> = { ONE_YEAR: 1, THREE_YEARS: 3, SEVEN_YEARS: 7 }

export interface Tellings {
  /** Those that are being looked at: they are sealed later. */
  aside(tenantId: string): string[]
  /** Which of these events may be sealed now. @throws SealingStopped where one of them tells what is not true */
  sift<Event extends Pick<Unsealed, 'eventId' | 'action'>>(
    tenantId: string,
    events: Event[],
  ): Event[]
  /** What was looked at is what is sealed. */
  confirm(rows: Unsealed[]): void
}

export function watchTellings(db: Database, readTiles: (tx: ReadTx) => ReadTiles): Tellings {
  /** Of each: whose it is, and what it told when it was found true, or why it is not. */
  const known = new Map<string, { tenantId: string; told?: string; refused?: SealingStopped }>()

  async function look(tenantId: string, eventId: string): Promise<void> {
    try {
      const [row] = await db.read(tenantId, (tx) =>
        tx.select().from(unsealed).where(eq(unsealed.eventId, eventId)),
      )
      if (!row) return void known.delete(eventId)
      await checkTelling(db, readTiles, row)
      known.set(eventId, { tenantId, told: canonicalOf(row) })
    } catch (error) {
      if (error instanceof SealingStopped) known.set(eventId, { tenantId, refused: error })
      else known.delete(eventId)
    }
  }

  return {
    aside: (tenantId) =>
      [...known].flatMap(([id, one]) =>
        one.tenantId === tenantId && !one.told && !one.refused ? [id] : [],
      ),
    sift(tenantId, events) {
      return events.filter(({ eventId, action }) => {
        if (action !== tellingAction) return true
        const one = known.get(eventId)
        if (one?.told) return true
        if (!one) known.set(eventId, { tenantId })
        void look(tenantId, eventId)
        if (one?.refused) throw one.refused
        return false
      })
    },
    confirm(rows) {
      for (const row of rows) {
        if (row.action !== tellingAction) continue
        const told = known.get(row.eventId)?.told
        known.delete(row.eventId)
        if (told !== canonicalOf(row))
          throw new Error('an event was changed between the look and its sealing')
      }
    },
  }
}

const canonicalOf = ({ tenantId, occurredAt, changes }: Unsealed) =>
  canonicalize({ tenantId, occurredAt: occurredAt.toISOString(), changes } as never)

interface Telling {
  retention: ActivityRetention
  month: Date
  /** The first moment after the month, and the one from which it may go. */
  end: Date
  due: Date
  runs: Run[]
}

function tellingOf(changes: FieldChange[]): Telling | null {
  const of = Object.fromEntries(changes.map(({ field, before }) => [field, before]))
  const retention = activityRetention.enumValues.find((one) => one === of.retention)
  const [, year, number] = /^(\d{4})-(\d{2})$/.exec(String(of.month)) ?? []
  const isRun = (run: unknown) =>
    Array.isArray(run) &&
    run.length === 2 &&
    run.every(Number.isSafeInteger) &&
    run[0] >= 1 &&
    run[0] <= run[1]
  if (!retention || !year || !Array.isArray(of.sequences) || !of.sequences.every(isRun)) return null
  const monthOf = (moreYears: number, moreMonths: number) =>
    new Date(Date.UTC(Number(year) + moreYears, Number(number) - 1 + moreMonths))
  return {
    retention,
    month: monthOf(0, 0),
    end: monthOf(0, 1),
    due: monthOf(years[retention], 1),
    runs: of.sequences as Run[],
  }
}

/** @throws SealingStopped */
async function checkTelling(
  db: Database,
  tiles: (tx: ReadTx) => ReadTiles,
  row: Unsealed,
): Promise<void> {
  const wrong = (what: string) =>
    new SealingStopped(
      'FALSE_EXPIRY',
      `event ${row.eventId} tells of events that are to go, and ${what}`,
    )
  const { tenantId } = row
  const telling = tellingOf(row.changes)
  if (!telling) throw wrong('it cannot be read')
  const { retention, month, due, runs } = telling
  if (
    row.occurredAt < due ||
    due.getTime() > Date.now() ||
    row.occurredAt.getTime() > Date.now() + clockSlackMs
  )
    throw wrong('their time has not come')
  const [noted] = await db.read(tenantId, (tx) =>
    tx
      .select()
      .from(expired)
      .where(and(eq(expired.retention, retention), eq(expired.month, month))),
  )
  if (!noted || !covers(noted.runs, runs)) throw wrong('retention did not take them')
  if (noted.droppedAt) {
    // They were there when it was told first.
    if (!covers(await db.read(tenantId, (tx) => toldBefore(tx, tiles(tx), telling)), runs))
      throw wrong('nothing told of it while they were there')
    return
  }
  for (const [first, last] of runs)
    for (let from = first; from <= last; ) {
      const to = Math.min(Math.floor((from - 1) / batchSize + 1) * batchSize, last)
      if (!(await db.read(tenantId, (tx) => areThere(tx, tiles(tx), telling, from, to))))
        throw wrong('they are not what was sealed in that month')
      from = to + 1
    }
}

/** Whether each of these events is there, is of the month, and is what was sealed. */
async function areThere(
  tx: ReadTx,
  read: ReadTiles,
  { retention, month, end }: Telling,
  from: number,
  to: number,
): Promise<boolean> {
  const rows = await tx
    .select({ sequence: sealed.sequence, event: sealed.event })
    .from(sealed)
    .where(
      and(
        eq(sealed.retention, retention),
        gte(sealed.occurredAt, month),
        lt(sealed.occurredAt, end),
        between(sealed.sequence, from, to),
      ),
    )
  if (rows.length !== to - from + 1) return false
  const isInMonth = (event: string) => {
    const occurredAt = new Date(JSON.parse(event).occurredAt)
    return occurredAt >= month && occurredAt < end
  }
  return (
    (await asSealed(rows, read)).length === rows.length &&
    rows.every(({ event }) => isInMonth(event))
  )
}

/** What sealed events told of this month before. */
async function toldBefore(
  tx: ReadTx,
  read: ReadTiles,
  { retention, month }: Telling,
): Promise<Run[]> {
  const kinds = tx
    .select({ id: facet.facetId })
    .from(facet)
    .where(
      and(eq(facet.action, tellingAction), eq(facet.outcome, 'SUCCEEDED'), isNull(facet.actorKey)),
    )
  const rows = await tx
    .select({ sequence: sealed.sequence, event: sealed.event, disclosures: sealed.disclosures })
    .from(sealed)
    .where(inArray(sealed.kindId, kinds))
    .limit(maxTellings)
  const ofMonth = rows.flatMap((row) => {
    const { target } = row.disclosures
    const telling = target && tellingOf(target.value.changes)
    return telling && telling.retention === retention && telling.month.getTime() === month.getTime()
      ? [{ ...row, target, telling }]
      : []
  })
  return (await asSealed(ofMonth, read)).flatMap(({ event, target, telling }) =>
    commitmentOf(target) === JSON.parse(event).targetCommitment ? telling.runs : [],
  )
}

/** Those of the events whose hashes are in the tree. */
async function asSealed<Row extends { sequence: number; event: string }>(
  rows: Row[],
  read: ReadTiles,
): Promise<Row[]> {
  const tileOf = ({ sequence }: Row) => Math.floor((sequence - 1) / tileWidth)
  const indexes = [...new Set(rows.map(tileOf))]
  const tiles = await read(indexes.map((index) => ({ level: 0, index })))
  const byIndex = new Map(indexes.map((index, position) => [index, tiles[position]!]))
  return rows.filter((row) => {
    const at = ((row.sequence - 1) % tileWidth) * 32
    return leafHash(Buffer.from(row.event)).equals(byIndex.get(tileOf(row))!.subarray(at, at + 32))
  })
}

/** Whether every one of these numbers is in those runs. */
function covers(runs: Run[], wanted: Run[]): boolean {
  const sorted = runs.toSorted(([a], [b]) => a - b)
  return wanted.every(([from, to]) => {
    let at = from
    for (const [first, last] of sorted) if (first <= at && last >= at) at = last + 1
    return at > to
  })
}

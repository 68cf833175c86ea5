/**
 * Validates expiry events (`activity_log.expired`) before they are sealed. An expiry event lists
 * the events that were deleted after their retention period, and a verifier accepts that the listed
 * events are missing. An attacker with write access to the database could therefore hide events
 * with a false expiry event. To prevent this attack, the service checks that the retention period
 * is over and that the listed events occurred in the expired month.
 */
import { and, between, eq, gte, inArray, lt } from 'drizzle-orm'
import { expired, sealed, unsealed } from '../../../drizzle/tables/audit.ts'
import type { Database, ReadTx } from '../../../platform/postgres/database.ts'
import { canonicalize } from '../../../proof/canonical-json.ts'
import { commitmentOf } from '../../../proof/event-leaf.ts'
import { tileWidth } from '../../../proof/tiles.ts'
import { type ExpiryClaim, expiryAction, parseExpiryClaim, type Run } from './expiry-claim.ts'
import { succeededKinds } from './facets.ts'
import { SealingStopped } from './sealing-stopped.ts'
import { withMatchingLeaf } from './tile-store.ts'

type UnsealedRow = typeof unsealed.$inferSelect

/** The number of sequence numbers per database read. Must be a multiple of the tile width. */
const batchSize = 8 * tileWidth
const maxEarlierClaims = 10_000
/** The maximum time in milliseconds by which an expiry event may be ahead of the local clock. */
const clockToleranceMs = 3_600_000

/**
 * Validates expiry events in the background, because checking a month of events takes too long for
 * a sealing transaction. An expiry event is sealed only after its check; other events are not
 * delayed.
 */
export interface ExpiryValidator {
  /** Returns the IDs of the tenant's expiry events whose checks are running. */
  deferred(tenantId: string): string[]
  /**
   * Splits events into events that can be sealed now and expiry events that must be checked first.
   * Starts the checks that are not running yet.
   * @throws SealingStopped when an expiry event is false
   */
  partition<Event extends Pick<UnsealedRow, 'eventId' | 'action'>>(
    tenantId: string,
    events: Event[],
  ): { valid: Event[]; unchecked: Event[] }
  /**
   * Verifies that the expiry events have not changed since their checks.
   * @throws Error when an expiry event was not checked, or has changed since its check
   */
  validate(rows: UnsealedRow[]): void
}

type Check =
  | { state: 'running'; tenantId: string }
  | { state: 'valid'; tenantId: string; canonical: string }
  | { state: 'false'; tenantId: string; error: SealingStopped }

export function createExpiryValidator(db: Database): ExpiryValidator {
  const checks = new Map<string, Check>()

  async function check(tenantId: string, eventId: string): Promise<void> {
    try {
      const [row] = await db.read(tenantId, (tx) =>
        tx.select().from(unsealed).where(eq(unsealed.eventId, eventId)),
      )
      if (!row) return void checks.delete(eventId)
      await validateClaim(db, row)
      checks.set(eventId, { state: 'valid', tenantId, canonical: canonicalOf(row) })
    } catch (error) {
      // After other errors, such as an unavailable database, the next batch restarts the check.
      if (error instanceof SealingStopped) checks.set(eventId, { state: 'false', tenantId, error })
      else checks.delete(eventId)
    }
  }

  return {
    deferred: (tenantId) =>
      [...checks].flatMap(([eventId, one]) =>
        one.tenantId === tenantId && one.state === 'running' ? [eventId] : [],
      ),
    partition(tenantId, events) {
      const isValid = ({ eventId, action }: (typeof events)[number]) =>
        action !== expiryAction || checks.get(eventId)?.state === 'valid'
      const unchecked = events.filter((event) => !isValid(event))
      for (const { eventId } of unchecked) {
        const known = checks.get(eventId)
        if (!known) checks.set(eventId, { state: 'running', tenantId })
        // Check a false expiry event again, because an operator may have corrected the event.
        void check(tenantId, eventId)
        if (known?.state === 'false') throw known.error
      }
      return { valid: events.filter(isValid), unchecked }
    },
    validate(rows) {
      for (const row of rows) {
        if (row.action !== expiryAction) continue
        const known = checks.get(row.eventId)
        checks.delete(row.eventId)
        if (known?.state !== 'valid' || known.canonical !== canonicalOf(row))
          throw new Error(
            `The expiry event ${row.eventId} was not checked, or has changed since its check.`,
          )
      }
    },
  }
}

const canonicalOf = ({ tenantId, occurredAt, changes }: UnsealedRow) =>
  canonicalize({ tenantId, occurredAt: occurredAt.toISOString(), changes })

/** @throws SealingStopped when the expiry event is false */
async function validateClaim(db: Database, row: UnsealedRow): Promise<void> {
  const { tenantId, eventId, occurredAt } = row
  const falseClaim = (reason: string) =>
    new SealingStopped('FALSE_EXPIRY', `The expiry event ${eventId} is false: ${reason}.`)
  const claim = parseExpiryClaim(row.changes)
  if (!claim) throw falseClaim('it is malformed')
  const now = Date.now()
  const isDue = occurredAt >= claim.dueAt && claim.dueAt.getTime() <= now
  if (!isDue || occurredAt.getTime() > now + clockToleranceMs)
    throw falseClaim('the retention period of its events is not over')
  const [recorded] = await db.read(tenantId, (tx) =>
    tx
      .select()
      .from(expired)
      .where(and(eq(expired.retention, claim.retention), eq(expired.month, claim.month))),
  )
  if (!recorded || !covers(recorded.runs, claim.runs))
    throw falseClaim('audit.expired does not contain all of its events')
  if (recorded.droppedAt) {
    // Deleted events cannot be checked again. Instead, an earlier expiry event has to list the same
    // events: it was checked before they were deleted.
    const earlier = await db.read(tenantId, (tx) => earlierClaims(tx, claim))
    if (!covers(earlier, claim.runs))
      throw falseClaim('no event recorded the expiry before its events were deleted')
    return
  }
  for (const [first, last] of claim.runs)
    for (let from = first; from <= last; ) {
      const to = Math.min(Math.floor((from - 1) / batchSize + 1) * batchSize, last)
      if (!(await db.read(tenantId, (tx) => wereSealedInMonth(tx, claim, from, to))))
        throw falseClaim('its events are not the ones that were sealed in that month')
      from = to + 1
    }
}

/**
 * Returns whether all events of the range exist, occurred in the expired month and match the Merkle
 * tree.
 */
async function wereSealedInMonth(
  tx: ReadTx,
  { retention, month, monthEnd }: ExpiryClaim,
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
        lt(sealed.occurredAt, monthEnd),
        between(sealed.sequence, from, to),
      ),
    )
  if (rows.length !== to - from + 1) return false
  // Check the time in the hashed event, because the column `occurred_at` may have been changed.
  const isInMonth = ({ event }: { event: string }) => {
    const occurredAt = new Date(JSON.parse(event).occurredAt)
    return occurredAt >= month && occurredAt < monthEnd
  }
  return rows.every(isInMonth) && (await withMatchingLeaf(tx, rows)).length === rows.length
}

/** Returns the sequence numbers in sealed expiry events for the same month and retention class. */
async function earlierClaims(tx: ReadTx, { retention, month }: ExpiryClaim): Promise<Run[]> {
  const rows = await tx
    .select({ sequence: sealed.sequence, event: sealed.event, disclosures: sealed.disclosures })
    .from(sealed)
    .where(inArray(sealed.kindId, succeededKinds(tx, expiryAction)))
    .limit(maxEarlierClaims)
  const ofMonth = rows.flatMap((row) => {
    const { target } = row.disclosures
    const claim = target && parseExpiryClaim(target.value.changes)
    return claim?.retention === retention && claim.month.getTime() === month.getTime()
      ? [{ ...row, target, claim }]
      : []
  })
  return (await withMatchingLeaf(tx, ofMonth)).flatMap(({ event, target, claim }) =>
    target && commitmentOf(target) === JSON.parse(event).targetCommitment ? claim.runs : [],
  )
}

/** Returns whether `runs` contains every sequence number of `wanted`. */
function covers(runs: Run[], wanted: Run[]): boolean {
  const sorted = runs.toSorted(([a], [b]) => a - b)
  return wanted.every(([from, to]) => {
    let next = from
    for (const [first, last] of sorted) if (first <= next && last >= next) next = last + 1
    return next > to
  })
}

/**
 * Collects `activity_log.expired` events. An `activity_log.expired` event lists events that were
 * deleted at the end of their retention period.
 */
import { type Fields, isObject } from './fields.ts'

/** Consecutive missing events, as a range of sequence numbers. */
export interface Gap {
  from: number
  to: number
  /** The latest `occurredAt` of all events before the gap; empty when no event precedes the gap. */
  latestBefore: string
  /** The `occurredAt` of the first event after the gap; empty when no event follows the gap. */
  nextAfter: string
}

interface ExpiryClaim {
  from: number
  to: number
  /** The expired month must overlap the time between the events before and after the gap. */
  begin: Date
  end: Date
}

const retentionYears: Record<string, number> = { ONE_YEAR: 1, THREE_YEARS: 3, SEVEN_YEARS: 7 }
const maxClaims = 100_000
/**
 * The tolerance for the order of events: one day. Events are sealed in chronological order, except
 * events of long transactions.
 */
const toleranceMs = 86_400_000

export class ExpiryClaims {
  readonly #claims: ExpiryClaim[] = []

  /** Stores the events that a verified `activity_log.expired` event lists. Ignores other events. */
  add(event: Fields, changes: Map<unknown, Fields>): void {
    const { action, outcome, actor, occurredAt } = event
    const isExpiry =
      action === 'activity_log.expired' &&
      outcome === 'SUCCEEDED' &&
      isObject(actor) &&
      actor.type === 'SystemActor'
    if (!isExpiry || typeof occurredAt !== 'string') return
    const before = (field: string) => changes.get(field)?.before
    const years = retentionYears[String(before('retention'))]
    const month = /^(\d{4})-(\d{2})$/.exec(String(before('month')))
    const runs = before('sequences')
    if (!years || !month || !Array.isArray(runs)) return
    const [year, number] = [Number(month[1]), Number(month[2])]
    // Ignore an event that was recorded before the end of the retention period.
    if (new Date(occurredAt) < new Date(Date.UTC(year + years, number))) return
    const [begin, end] = [new Date(Date.UTC(year, number - 1)), new Date(Date.UTC(year, number))]
    for (const run of runs as unknown[]) {
      const [from, to] = Array.isArray(run) ? run : []
      const isRun = Number.isSafeInteger(from) && Number.isSafeInteger(to)
      if (isRun && this.#claims.length < maxClaims) this.#claims.push({ from, to, begin, end })
    }
  }

  /** Returns the parts of a gap that no `activity_log.expired` event explains. */
  unexplained({ from, to, latestBefore, nextAfter }: Gap): { from: number; to: number }[] {
    const earliest = latestBefore
      ? new Date(latestBefore).getTime() - toleranceMs
      : Number.NEGATIVE_INFINITY
    const latest = nextAfter
      ? new Date(nextAfter).getTime() + toleranceMs
      : Number.POSITIVE_INFINITY
    const left: { from: number; to: number }[] = []
    let at = from
    for (const claim of this.#claims.toSorted((a, b) => a.from - b.from)) {
      // The expired month must overlap the time between the events before and after the gap.
      const fits =
        claim.to >= at &&
        claim.from <= to &&
        claim.end.getTime() > earliest &&
        claim.begin.getTime() <= latest
      if (!fits) continue
      if (claim.from > at) left.push({ from: at, to: claim.from - 1 })
      at = claim.to + 1
    }
    if (at <= to) left.push({ from: at, to })
    return left
  }
}

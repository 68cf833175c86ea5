/** Which events an export may lack: those of which an event that it has tells that they were kept for as long as they were to be. */

/** Events that are not there, by the first and the last sequence number. */
export interface Gap {
  from: number
  to: number
  /** When the youngest event before them occurred; empty where there is none. */
  youngestBefore: string
  /** When the next event after them occurred; empty where there is none. */
  nextAfter: string
}

/** What an `activity_log.expired` tells of. */
interface Expiry {
  from: number
  to: number
  /** The first moment of its month, and the first one after it. */
  begin: Date
  end: Date
}

const years: Record<string, number> = { ONE_YEAR: 1, THREE_YEARS: 3, SEVEN_YEARS: 7 }
const maxRuns = 100_000
/** Events are sealed in the order of time, but for those whose transactions took long. */
const slackMs = 86_400_000

export class Expiries {
  readonly #told: Expiry[] = []

  /** Takes what an event tells, once it was found to be as it was sealed. */
  tell(event: Record<string, unknown>, changes: Map<unknown, { before?: unknown }>): void {
    const { action, outcome, actor, occurredAt } = event
    const isOurs =
      action === 'activity_log.expired' &&
      outcome === 'SUCCEEDED' &&
      (actor as { type?: unknown })?.type === 'SystemActor'
    if (!isOurs || typeof occurredAt !== 'string') return
    const of = { retention: 0, month: 0, sequences: 0 } as Record<string, unknown>
    for (const field of Object.keys(of)) of[field] = changes.get(field)?.before
    const kept = years[String(of.retention)]
    const month = /^(\d{4})-(\d{2})$/.exec(String(of.month))
    if (!kept || !month || !Array.isArray(of.sequences)) return
    const [year, number] = [Number(month[1]), Number(month[2])]
    // Nothing may go before its time, whatever is told.
    if (new Date(occurredAt) < new Date(Date.UTC(year + kept, number))) return
    const [begin, end] = [new Date(Date.UTC(year, number - 1)), new Date(Date.UTC(year, number))]
    for (const run of of.sequences as unknown[]) {
      const [from, to] = Array.isArray(run) ? run : []
      if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && this.#told.length < maxRuns)
        this.#told.push({ from, to, begin, end })
    }
  }

  /** What of a gap nothing tells of. */
  unexplained({ from, to, youngestBefore, nextAfter }: Gap): { from: number; to: number }[] {
    const youngest = youngestBefore
      ? new Date(youngestBefore).getTime() - slackMs
      : Number.NEGATIVE_INFINITY
    const next = nextAfter ? new Date(nextAfter).getTime() + slackMs : Number.POSITIVE_INFINITY
    const left: { from: number; to: number }[] = []
    let at = from
    for (const run of this.#told.toSorted((a, b) => a.from - b.from)) {
      // What stands behind an event is no older than it, and what stands before one no younger.
      if (
        run.to < at ||
        run.from > to ||
        run.end.getTime() <= youngest ||
        run.begin.getTime() > next
      )
        continue
      if (run.from > at) left.push({ from: at, to: run.from - 1 })
      at = run.to + 1
    }
    if (at <= to) left.push({ from: at, to })
    return left
  }
}

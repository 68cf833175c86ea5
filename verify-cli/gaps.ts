/** Finds events that are missing from an unfiltered export. */
import type { ExpiryClaims, Gap } from './expiry-claims.ts'
import type { Findings } from './findings.ts'

const maxGaps = 10_000

/**
 * Collects gaps. Call `report` after the last event, because a later event may explain an earlier
 * gap.
 */
export class Gaps {
  /** The number of missing events that have expired. */
  expiredEvents = 0
  /** The last sequence number of a gap in which events have expired. */
  lastExpired = 0
  readonly #findings: Findings
  readonly #gaps: (Gap & { position: number })[] = []
  #latest = ''
  /** The index of the first gap that is not yet followed by an event. */
  #open = 0

  constructor(findings: Findings) {
    this.#findings = findings
  }

  add(from: number, to: number): void {
    if (to < from) return
    const position = this.#findings.list.length
    if (this.#gaps.length < maxGaps)
      this.#gaps.push({ from, to, latestBefore: this.#latest, nextAfter: '', position })
    else this.#findings.add(describe(from, to))
  }

  /** Stores the time of an event, which limits the times of the gaps before and after the event. */
  noteTime(occurredAt: string): void {
    for (const gap of this.#gaps.slice(this.#open)) gap.nextAfter = occurredAt
    this.#open = this.#gaps.length
    if (occurredAt > this.#latest) this.#latest = occurredAt
  }

  /** Adds a finding for each missing event or range of events that did not expire. */
  report(expiries: ExpiryClaims): void {
    // Start with the last gap, because each inserted finding shifts the positions of later
    // findings.
    for (const { position, ...gap } of this.#gaps.splice(0).reverse()) {
      const unexplained = expiries.unexplained(gap)
      const expired = unexplained.reduce(
        (count, { from, to }) => count - (to - from + 1),
        gap.to - gap.from + 1,
      )
      this.expiredEvents += expired
      if (expired > 0) this.lastExpired = Math.max(this.lastExpired, gap.to)
      this.#findings.insertAt(
        position,
        unexplained.map(({ from, to }) => describe(from, to)),
      )
    }
    this.#findings.trim()
  }
}

const describe = (from: number, to: number) =>
  from === to ? `Event ${from} is missing.` : `Events ${from} to ${to} are missing.`

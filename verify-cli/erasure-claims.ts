/**
 * Collects `personal_data.erased` events. A `personal_data.erased` event lists the events whose
 * personal data was erased.
 */
import type { Fields } from './fields.ts'

/** The maximum number of stored runs of consecutive events. Further runs are ignored. */
const maxRuns = 1_000_000

type Run = [from: number, to: number]

export class ErasureClaims {
  /** Runs of events without personal data, ordered by sequence number. */
  readonly #erased: Run[] = []
  readonly #claimed: Run[] = []

  /** Stores the sequence number of an event without personal data. */
  noteErased(sequence: number): void {
    const last = this.#erased.at(-1)
    if (last && last[1] === sequence - 1) last[1] = sequence
    else if (this.#erased.length < maxRuns) this.#erased.push([sequence, sequence])
  }

  /** Stores the events that a verified `personal_data.erased` event lists. Ignores other events. */
  add({ action, outcome }: Fields, changes: Map<unknown, Fields>): void {
    const runs = changes.get('sequences')?.after
    if (action !== 'personal_data.erased' || outcome !== 'SUCCEEDED' || !Array.isArray(runs)) return
    for (const [from, to] of runs.filter(Array.isArray)) {
      const isRun = Number.isSafeInteger(from) && Number.isSafeInteger(to)
      if (isRun && this.#claimed.length < maxRuns) this.#claimed.push([from, to])
    }
  }

  /** Returns the erased events that no `personal_data.erased` event lists. */
  unexplained(): Run[] {
    const claimed = this.#claimed.toSorted(([a], [b]) => a - b)
    let next = 0
    return this.#erased.flatMap(([from, to]) => {
      const left: Run[] = []
      let at = from
      // Skip listed ranges that end before this run, because they also end before every later run.
      while ((claimed[next]?.[1] ?? Number.POSITIVE_INFINITY) < from) next++
      for (let n = next, claim = claimed[n]; claim && claim[0] <= to; claim = claimed[++n]) {
        const [first, last] = claim
        if (last < at) continue
        if (first > at) left.push([at, first - 1])
        at = last + 1
      }
      if (at <= to) left.push([at, to])
      return left
    })
  }
}

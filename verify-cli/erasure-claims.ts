/** Collects `personal_data.erased` events. Each of them lists the events that were erased. */
import type { Fields } from './fields.ts'

/** The maximum number of runs of consecutive events. Further runs are ignored. */
const maxRuns = 1_000_000

type Run = [from: number, to: number]

export class ErasureClaims {
  /** Runs of events without personal data, in the order of their sequence numbers. */
  readonly #erased: Run[] = []
  readonly #claimed: Run[] = []

  /** Stores that an event has no personal data. */
  noteErased(sequence: number): void {
    const last = this.#erased.at(-1)
    if (last && last[1] === sequence - 1) last[1] = sequence
    else if (this.#erased.length < maxRuns) this.#erased.push([sequence, sequence])
  }

  /** Stores the claim of the event, if it has one. The event must have been verified. */
  add({ action, outcome }: Fields, changes: Map<unknown, Fields>): void {
    const runs = changes.get('sequences')?.after
    if (action !== 'personal_data.erased' || outcome !== 'SUCCEEDED' || !Array.isArray(runs)) return
    for (const [from, to] of runs.filter(Array.isArray)) {
      const isRun = Number.isSafeInteger(from) && Number.isSafeInteger(to)
      if (isRun && this.#claimed.length < maxRuns) this.#claimed.push([from, to])
    }
  }

  /** Returns the erased events that no claim explains. */
  unexplained(): Run[] {
    const claimed = this.#claimed.toSorted(([a], [b]) => a - b)
    let next = 0
    return this.#erased.flatMap(([from, to]) => {
      const left: Run[] = []
      let at = from
      // Skips claims that end before this run, because they also end before every later run.
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

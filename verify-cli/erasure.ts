/** Of which events personal data may be gone: those of which an event in the file tells that they were erased. */

/** Beyond them nothing is said. */
const maxRuns = 1_000_000

type Run = [from: number, to: number]

export class Erasures {
  /** Events without their personal data, in sequence. */
  readonly #erased: Run[] = []
  readonly #told: Run[] = []

  erased(sequence: number): void {
    const last = this.#erased.at(-1)
    if (last && last[1] === sequence - 1) last[1] = sequence
    else if (this.#erased.length < maxRuns) this.#erased.push([sequence, sequence])
  }

  /** Takes what an event tells, once it was found to be as it was sealed. */
  tell(
    { action, outcome }: Record<string, unknown>,
    changes: Map<unknown, { after?: unknown }>,
  ): void {
    const runs = changes.get('sequences')?.after
    if (action !== 'personal_data.erased' || outcome !== 'SUCCEEDED' || !Array.isArray(runs)) return
    for (const [from, to] of runs.filter(Array.isArray))
      if (Number.isSafeInteger(from) && Number.isSafeInteger(to) && this.#told.length < maxRuns)
        this.#told.push([from, to])
  }

  /** What nothing tells of. */
  unexplained(): Run[] {
    const told = this.#told.toSorted(([a], [b]) => a - b)
    let next = 0
    return this.#erased.flatMap(([from, to]) => {
      const left: Run[] = []
      let at = from
      // Those that end before this run end before every later one.
      while (next < told.length && told[next]![1] < from) next++
      for (let n = next; n < told.length && told[n]![0] <= to; n++) {
        const [first, last] = told[n]!
        if (last < at) continue
        if (first > at) left.push([at, first - 1])
        at = last + 1
      }
      if (at <= to) left.push([at, to])
      return left
    })
  }
}

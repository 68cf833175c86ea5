/**
 * Divides the time that the chart shows into hours, days or months of UTC, as the API counts them.
 */
import type { ActivityOutcome } from './activity.graphql.ts'
import type { ActivitySearch } from './search-params.ts'

export type PeriodUnit = 'HOUR' | 'DAY' | 'MONTH'

export interface Period {
  /** Milliseconds since 1970, inclusive. */
  start: number
  /** Milliseconds since 1970, exclusive. */
  end: number
  counts: Record<ActivityOutcome, number>
  total: number
}

export interface ChartSpan {
  start: number
  end: number
  unit: PeriodUnit
}

const [hourMs, dayMs] = [3_600_000, 86_400_000]

/** The time between the filter's start and end; without them, the last 30 days until `now`. */
export function chartSpan({ from, to }: ActivitySearch, now: number): ChartSpan {
  const end = to ? Date.parse(to) : now
  const start = from ? Date.parse(from) : Math.floor(end / dayMs) * dayMs - 29 * dayMs
  const lengthMs = end - start
  const unit = lengthMs <= 2 * dayMs ? 'HOUR' : lengthMs <= 93 * dayMs ? 'DAY' : 'MONTH'
  return { start, end, unit }
}

/** Bounds the number of bars. A span of more months than this is cut off. */
const maxPeriods = 400

/**
 * Returns all periods of the span with the API's counts. A period without a row has the count 0.
 */
export function chartPeriods(
  rows: readonly { periodStart: string | null; outcome: ActivityOutcome | null; count: number }[],
  { start, end, unit }: ChartSpan,
): Period[] {
  const periods: Period[] = []
  for (
    let at = startOfPeriod(start, unit);
    at < end && periods.length < maxPeriods;
    at = startOfNextPeriod(at, unit)
  )
    periods.push({
      start: at,
      end: startOfNextPeriod(at, unit),
      counts: { SUCCEEDED: 0, DENIED: 0, FAILED: 0 },
      total: 0,
    })
  const byStart = new Map(periods.map((period) => [period.start, period]))
  for (const { periodStart, outcome, count } of rows) {
    const period = byStart.get(Date.parse(periodStart ?? ''))
    if (!period || !outcome) continue
    period.counts[outcome] += count
    period.total += count
  }
  return periods
}

function startOfPeriod(time: number, unit: PeriodUnit): number {
  if (unit !== 'MONTH') return Math.floor(time / lengthMs(unit)) * lengthMs(unit)
  const date = new Date(time)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

function startOfNextPeriod(start: number, unit: PeriodUnit): number {
  if (unit !== 'MONTH') return start + lengthMs(unit)
  const date = new Date(start)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}

const lengthMs = (unit: 'HOUR' | 'DAY') => (unit === 'HOUR' ? hourMs : dayMs)

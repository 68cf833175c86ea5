/** Divides the chart's time span into UTC hours, days or months, as the API does for its counts. */
import type { ActivityOutcome } from './activity.graphql.ts'
import type { ActivitySearch } from './search-params.ts'

export type PeriodUnit = 'HOUR' | 'DAY' | 'MONTH'

export interface Period {
  /** The start of the period, in milliseconds since 1970, inclusive. */
  start: number
  /** The end of the period, in milliseconds since 1970, exclusive. */
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

/** The maximum number of bars. */
const maxPeriods = 400
/** The start of the earliest year that the API accepts. */
const earliest = Date.parse('0000-01-01T00:00:00Z')

/**
 * Returns the time span of the filter, up to the end of the current UTC day, and of more than 400
 * months only the last 400. The default end is `now`, and the default start is 29 days before the
 * UTC day of the end.
 */
export function chartSpan({ from, to }: ActivitySearch, now: number): ChartSpan {
  const endOfToday = (Math.floor(now / dayMs) + 1) * dayMs
  const end = to ? Math.min(Date.parse(to), endOfToday) : now
  const start = from ? Date.parse(from) : Math.floor(end / dayMs) * dayMs - 29 * dayMs
  const lengthMs = end - start
  const unit = lengthMs <= 2 * dayMs ? 'HOUR' : lengthMs <= 93 * dayMs ? 'DAY' : 'MONTH'
  const last = new Date(end - 1)
  const firstShown =
    unit === 'MONTH'
      ? Date.UTC(last.getUTCFullYear(), last.getUTCMonth() - maxPeriods + 1)
      : earliest
  return { start: Math.max(start, firstShown, earliest), end, unit }
}

/**
 * Returns all periods of the time span with their event counts. The count is 0 if the API returned
 * no count for a period.
 */
export function chartPeriods(
  rows: readonly { periodStart: string | null; outcome: ActivityOutcome | null; count: number }[],
  { start, end, unit }: ChartSpan,
): Period[] {
  const periods: Period[] = []
  for (let at = startOfPeriod(start, unit); at < end; at = startOfNextPeriod(at, unit))
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

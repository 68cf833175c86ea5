/** Labels for the chart and its table. */
import { formatDateTime, formatDay, formatMonth, formatNumber } from '../../app/format.ts'
import type { ChartSpan, Period, PeriodUnit } from './chart-periods.ts'
import { outcomeLabels, outcomes } from './labels.ts'

export const unitNames: Record<PeriodUnit, string> = { HOUR: 'hour', DAY: 'day', MONTH: 'month' }

const formats = { HOUR: formatDateTime, DAY: formatDay, MONTH: formatMonth }

export const periodLabel = ({ start }: { start: number }, unit: PeriodUnit): string =>
  formats[unit](start)

/** Formats a time span like "29 Oct 2026 to 27 Nov 2026 (UTC)". */
export function spanLabel({ start, end, unit }: ChartSpan): string {
  const text = `${formats[unit](start)} to ${formats[unit](end - 1)}`
  return unit === 'HOUR' ? text : `${text} (UTC)`
}

/** Formats the counts of a period like "3 succeeded, 1 denied, 0 failed". */
export const countsLabel = ({ counts }: Period): string =>
  outcomes
    .map((outcome) => `${formatNumber(counts[outcome])} ${outcomeLabels[outcome].toLowerCase()}`)
    .join(', ')

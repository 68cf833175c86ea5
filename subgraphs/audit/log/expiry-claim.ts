/**
 * Parses `activity_log.expired` events. An `activity_log.expired` event lists the events that are
 * deleted after their retention period.
 */
import type { FieldChange } from '../../../drizzle/tables/audit.ts'
import { type ActivityRetention, activityRetention } from '../../../drizzle/tables/tenants.ts'

export const expiryAction = 'activity_log.expired'

/** A range of sequence numbers. Both ends are inclusive. */
export type Run = [first: number, last: number]

export interface ExpiryClaim {
  retention: ActivityRetention
  /** The start of the month in UTC. */
  month: Date
  /** The start of the next month in UTC. */
  monthEnd: Date
  /** The earliest time at which the events may be deleted. */
  dueAt: Date
  runs: Run[]
}

const retentionYears: Record<ActivityRetention, number> = {
  ONE_YEAR: 1,
  THREE_YEARS: 3,
  SEVEN_YEARS: 7,
}

/**
 * Parses the changes of an `activity_log.expired` event. Returns null when the changes are
 * malformed.
 */
export function parseExpiryClaim(changes: FieldChange[]): ExpiryClaim | null {
  const fields = Object.fromEntries(changes.map(({ field, before }) => [field, before]))
  const retention = activityRetention.enumValues.find((one) => one === fields.retention)
  const [, year, month] = /^(\d{4})-(\d{2})$/.exec(String(fields.month)) ?? []
  const { sequences } = fields
  if (!retention || !year || !Array.isArray(sequences) || !sequences.every(isRun)) return null
  const monthAfter = (years: number, months: number) =>
    new Date(Date.UTC(Number(year) + years, Number(month) - 1 + months))
  return {
    retention,
    month: monthAfter(0, 0),
    monthEnd: monthAfter(0, 1),
    dueAt: monthAfter(retentionYears[retention], 1),
    runs: sequences,
  }
}

const isRun = (value: unknown): value is Run =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every(Number.isSafeInteger) &&
  value[0] >= 1 &&
  value[0] <= value[1]

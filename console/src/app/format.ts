/**
 * Formats times and numbers for the console. All times are in UTC, so that they agree with the
 * chart, whose counts the API groups by UTC days, and are the same for admins in different time
 * zones.
 */
const dayParts = { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' } as const
const minuteParts = { hour: '2-digit', minute: '2-digit' } as const
const secondParts = { ...minuteParts, second: '2-digit' } as const

const formats = {
  day: new Intl.DateTimeFormat(undefined, dayParts),
  month: new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', timeZone: 'UTC' }),
  time: new Intl.DateTimeFormat(undefined, { ...secondParts, timeZone: 'UTC' }),
  dateTime: new Intl.DateTimeFormat(undefined, {
    ...dayParts,
    ...minuteParts,
    timeZoneName: 'short',
  }),
  dateTimeSeconds: new Intl.DateTimeFormat(undefined, {
    ...dayParts,
    ...secondParts,
    timeZoneName: 'short',
  }),
  local: new Intl.DateTimeFormat(undefined, {
    ...dayParts,
    ...secondParts,
    timeZone: undefined,
    timeZoneName: 'short',
  }),
}

type Instant = string | number
const formatter = (format: Intl.DateTimeFormat) => (instant: Instant) =>
  format.format(new Date(instant))

/** "27 Nov 2026" */
export const formatDay = formatter(formats.day)
/** "Nov 2026" */
export const formatMonth = formatter(formats.month)
/** "14:05:22". Use it below a heading that shows the day and the time zone. */
export const formatTime = formatter(formats.time)
/** "27 Nov 2026, 14:05 UTC" */
export const formatDateTime = formatter(formats.dateTime)
/** "27 Nov 2026, 14:05:22 UTC" */
export const formatDateTimeSeconds = formatter(formats.dateTimeSeconds)
/** "27 Nov 2026, 15:05:22 CET", in the time zone of the browser. */
export const formatLocalDateTime = formatter(formats.local)

const numbers = new Intl.NumberFormat()
export const formatNumber = (count: number): string => numbers.format(count)

/** "1 event", "1,204 events" */
export const formatCount = (count: number, singular: string, plural = `${singular}s`): string =>
  `${numbers.format(count)} ${count === 1 ? singular : plural}`

/** "512 kB", "4.2 MB" */
export const formatBytes = (bytes: number): string =>
  bytes < 1_000_000
    ? `${formatNumber(Math.ceil(bytes / 1_000))} kB`
    : `${formatNumber(Math.round(bytes / 100_000) / 10)} MB`

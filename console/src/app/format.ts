/**
 * Formats times and numbers for the console. Times are in UTC, because the API counts events by UTC
 * day and admins can be in different time zones.
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
/** Formats a time like "14:05:22". Use this format only below a heading that shows the day. */
export const formatTime = formatter(formats.time)
/** Formats a time like "27 Nov 2026, 14:05 UTC". */
export const formatDateTime = formatter(formats.dateTime)
/** Formats a time like "27 Nov 2026, 14:05:22 UTC". */
export const formatDateTimeSeconds = formatter(formats.dateTimeSeconds)
/** Formats a time in the browser's time zone, like "27 Nov 2026, 15:05:22 CET". */
export const formatLocalDateTime = formatter(formats.local)

const numbers = new Intl.NumberFormat()
export const formatNumber = (count: number): string => numbers.format(count)

/** Formats a count like "1 event" or "1,204 events". */
export const formatCount = (count: number, singular: string, plural = `${singular}s`): string =>
  `${numbers.format(count)} ${count === 1 ? singular : plural}`

/** Formats a size like "512 kB" or "4.2 MB". */
export const formatBytes = (bytes: number): string =>
  bytes < 1_000_000
    ? `${formatNumber(Math.ceil(bytes / 1_000))} kB`
    : `${formatNumber(Math.round(bytes / 100_000) / 10)} MB`

/** Shows a time in UTC, with the browser's local time as a tooltip. */
import { formatDateTime, formatLocalDateTime } from '../app/format.ts'

export function Time({
  value,
  format = formatDateTime,
}: {
  value: string
  format?: (iso: string) => string
}) {
  return (
    <time dateTime={value} title={`Your time: ${formatLocalDateTime(value)}`}>
      {format(value)}
    </time>
  )
}

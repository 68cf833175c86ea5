/** Shows the chart's counts as a table, newest period first. Periods without events are omitted. */
import {
  Link,
  makeStyles,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components'
import { formatNumber } from '../../app/format.ts'
import type { ChartViewProps } from './chart-bars.tsx'
import { periodLabel, unitNames } from './chart-labels.ts'
import { outcomeLabels, outcomes } from './labels.ts'

const useStyles = makeStyles({ frame: { maxHeight: '18rem', overflowY: 'auto' } })

const headings = { HOUR: 'Hour (UTC)', DAY: 'Day (UTC)', MONTH: 'Month (UTC)' }

export function ChartTable({ periods, unit, onSelect }: ChartViewProps) {
  const styles = useStyles()
  const rows = periods.filter(({ total }) => total > 0).toReversed()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboard users must be able to scroll
    <section className={styles.frame} tabIndex={0} aria-label="Event counts">
      <Table size="small" aria-label={`Events by ${unitNames[unit]} and outcome`}>
        <TableHeader>
          <TableRow>
            <TableHeaderCell>{headings[unit]}</TableHeaderCell>
            {outcomes.map((outcome) => (
              <TableHeaderCell key={outcome}>{outcomeLabels[outcome]}</TableHeaderCell>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {rows.map((period) => (
            <TableRow key={period.start}>
              <TableCell>
                <Link as="button" onClick={() => onSelect(period)}>
                  {periodLabel(period, unit)}
                </Link>
              </TableCell>
              {outcomes.map((outcome) => (
                <TableCell key={outcome}>
                  {period.counts[outcome] > 0 ? (
                    <Link
                      as="button"
                      aria-label={`${periodLabel(period, unit)}: ${formatNumber(period.counts[outcome])} ${outcomeLabels[outcome].toLowerCase()}`}
                      onClick={() => onSelect(period, outcome)}
                    >
                      {formatNumber(period.counts[outcome])}
                    </Link>
                  ) : (
                    '0'
                  )}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </section>
  )
}

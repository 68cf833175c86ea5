/**
 * Shows the chart's bars as buttons. Selecting a bar filters the events by period, and selecting a
 * segment of a bar also filters by outcome. Arrow keys move the focus between the bars.
 */
import {
  Caption1,
  makeStyles,
  mergeClasses,
  Toolbar,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import type { MouseEvent } from 'react'
import { formatNumber } from '../../app/format.ts'
import type { ActivityOutcome } from './activity.graphql.ts'
import { useOutcomeColors } from './chart-colors.ts'
import { countsLabel, periodLabel } from './chart-labels.ts'
import type { Period, PeriodUnit } from './chart-periods.ts'
import { outcomes } from './labels.ts'

const useStyles = makeStyles({
  chart: {
    display: 'grid',
    gridTemplateColumns: 'auto minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground2,
  },
  yAxis: {
    display: 'flex',
    flexDirection: 'column',
    justifyContent: 'space-between',
    alignItems: 'end',
  },
  xAxis: { gridColumn: '2', display: 'flex', justifyContent: 'space-between' },
  plot: {
    alignItems: 'stretch',
    height: '6rem',
    gap: '1px',
    padding: 0,
    borderBottom: `1px solid ${tokens.colorNeutralStroke1}`,
  },
  column: {
    flex: '1 1 0',
    minWidth: 0,
    maxWidth: '4rem',
    border: 'none',
    padding: '0 1px',
    margin: 0,
    background: 'none',
    display: 'flex',
    flexDirection: 'column',
    justifyContent: 'flex-end',
    cursor: 'pointer',
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  segment: { display: 'block', width: '100%', minHeight: '3px' },
})

export interface ChartViewProps {
  periods: Period[]
  unit: PeriodUnit
  onSelect: (period: Period, outcome?: ActivityOutcome) => void
}

export function ChartBars({ periods, unit, onSelect }: ChartViewProps) {
  const styles = useStyles()
  const maxTotal = Math.max(1, ...periods.map(({ total }) => total))
  const outcomeAt = ({ target }: MouseEvent) =>
    (target as HTMLElement).dataset.outcome as ActivityOutcome | undefined
  const labelledPeriods = [
    periods[0],
    periods[Math.floor(periods.length / 2)],
    periods.at(-1),
  ].filter((period) => period !== undefined)
  return (
    <div className={styles.chart}>
      <div className={styles.yAxis} aria-hidden>
        <Caption1>{formatNumber(maxTotal)}</Caption1>
        <Caption1>0</Caption1>
      </div>
      <Toolbar className={styles.plot} aria-label="Chart">
        {periods.map((period) => (
          <Tooltip
            key={period.start}
            relationship="label"
            content={`${periodLabel(period, unit)}: ${countsLabel(period)}`}
          >
            <button
              type="button"
              className={styles.column}
              onClick={(event) => onSelect(period, outcomeAt(event))}
            >
              <Segments period={period} maxTotal={maxTotal} />
            </button>
          </Tooltip>
        ))}
      </Toolbar>
      <div className={styles.xAxis} aria-hidden>
        {labelledPeriods.map((period) => (
          <Caption1 key={period.start}>{periodLabel(period, unit)}</Caption1>
        ))}
      </div>
    </div>
  )
}

function Segments({ period: { counts }, maxTotal }: { period: Period; maxTotal: number }) {
  const styles = useStyles()
  const colors = useOutcomeColors()
  return outcomes
    .toReversed()
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => (
      <span
        key={outcome}
        data-outcome={outcome}
        className={mergeClasses(styles.segment, colors[outcome])}
        style={{ height: `${(counts[outcome] / maxTotal) * 100}%` }}
      />
    ))
}

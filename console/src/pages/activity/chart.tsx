/**
 * Shows the number of events by period and outcome, as a bar chart or a table. Selecting a bar or a
 * number filters the list of events.
 */
import {
  Button,
  Caption1,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  Subtitle2,
  ToggleButton,
  Toolbar,
  tokens,
} from '@fluentui/react-components'
import { DataBarVerticalRegular, TableRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { formatNumber } from '../../app/format.ts'
import { requestGraphql } from '../../app/graphql.ts'
import { ActivityByPeriodDocument, type ActivityOutcome } from './activity.graphql.ts'
import { ChartBars } from './chart-bars.tsx'
import { useOutcomeColors } from './chart-colors.ts'
import { spanLabel, unitNames } from './chart-labels.ts'
import { type ChartSpan, chartPeriods, chartSpan, type Period } from './chart-periods.ts'
import { ChartTable } from './chart-table.tsx'
import { outcomeLabels, outcomes } from './labels.ts'
import { type ActivitySearch, toActivityFilter } from './search-params.ts'

const useStyles = makeStyles({
  frame: {
    backgroundColor: tokens.colorNeutralBackground1,
    borderRadius: tokens.borderRadiusLarge,
    padding: tokens.spacingHorizontalL,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
  },
  head: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  title: { margin: 0 },
  push: { marginInlineStart: 'auto' },
  legend: { padding: 0, flexWrap: 'wrap' },
  swatch: { display: 'inline-block', width: '0.75rem', height: '0.75rem', borderRadius: '2px' },
  muted: { color: tokens.colorNeutralForeground2 },
})

/** The last time that the API accepts. */
const lastTime = '9999-12-31T23:59:59.999Z'

interface Props {
  tenantId: string
  search: ActivitySearch
  onFilter: (change: Partial<ActivitySearch>) => void
}

export function Chart({ tenantId, search, onFilter }: Props) {
  const styles = useStyles()
  const [isTable, setTable] = useState(false)
  const span = chartSpan(search, Date.now())
  const { data, isPending, error } = useCounts(tenantId, search, span)
  const summary = data?.tenant?.activitySummary
  const periods = chartPeriods(summary?.rows ?? [], span)
  // A bar at the edge of the filter's time range counts only a part of its period.
  const select = (period: Period, outcome?: ActivityOutcome) =>
    onFilter({
      from: new Date(Math.max(period.start, span.start)).toISOString(),
      to: new Date(Math.min(period.end, Date.parse(search.to ?? lastTime))).toISOString(),
      ...(outcome && { outcome: [outcome] }),
    })
  const View = isTable ? ChartTable : ChartBars
  return (
    <section className={styles.frame} aria-labelledby="chart-title">
      <div className={styles.head}>
        <Subtitle2 as="h2" id="chart-title" className={styles.title}>
          Events by {unitNames[span.unit]} and outcome
        </Subtitle2>
        <Caption1 className={styles.muted}>
          {!search.from && !search.to ? `Last 30 days: ${spanLabel(span)}` : spanLabel(span)}
        </Caption1>
        <Button
          className={styles.push}
          size="small"
          appearance="subtle"
          icon={isTable ? <DataBarVerticalRegular /> : <TableRegular />}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </div>
      {isPending ? (
        <Skeleton aria-label="Loading chart">
          <SkeletonItem size={96} />
        </Skeleton>
      ) : error || !summary ? (
        <Caption1>
          There are too many events to count. Choose a later start date or an earlier end date.
        </Caption1>
      ) : (
        <View periods={periods} unit={span.unit} onSelect={select} />
      )}
      <Legend periods={summary ? periods : null} search={search} onFilter={onFilter}>
        {summary?.truncated && (
          <Caption1 className={styles.muted}>
            The counts are incomplete. Choose a shorter time.
          </Caption1>
        )}
      </Legend>
    </section>
  )
}

function useCounts(tenantId: string, search: ActivitySearch, span: ChartSpan) {
  const filter = { ...toActivityFilter(search), occurredFrom: new Date(span.start).toISOString() }
  return useQuery({
    queryKey: ['activity', tenantId, 'counts', 'periods', filter, span.unit],
    queryFn: ({ signal }) =>
      requestGraphql(
        tenantId,
        ActivityByPeriodDocument,
        { tenantId, filter, groupBy: [span.unit, 'OUTCOME'] },
        signal,
      ),
    staleTime: 30_000,
    placeholderData: (before) => before,
  })
}

/** Shows a button with the color and total of each outcome. The button filters by the outcome. */
function Legend({
  periods,
  search,
  onFilter,
  children,
}: {
  /** Null until the counts are loaded. */
  periods: Period[] | null
  search: ActivitySearch
  onFilter: Props['onFilter']
  children: ReactNode
}) {
  const styles = useStyles()
  const colors = useOutcomeColors()
  const toggle = (outcome: ActivityOutcome) => {
    const selected = search.outcome ?? []
    const next = selected.includes(outcome)
      ? selected.filter((other) => other !== outcome)
      : [...selected, outcome]
    onFilter({ outcome: next.length ? next : undefined })
  }
  const totalOf = (outcome: ActivityOutcome) =>
    periods ? formatNumber(periods.reduce((sum, { counts }) => sum + counts[outcome], 0)) : ''
  return (
    <Toolbar className={styles.legend} aria-label="Filter by outcome">
      {outcomes.map((outcome) => (
        <ToggleButton
          key={outcome}
          size="small"
          appearance="subtle"
          checked={search.outcome?.includes(outcome) ?? false}
          icon={<span className={mergeClasses(styles.swatch, colors[outcome])} />}
          onClick={() => toggle(outcome)}
        >
          {outcomeLabels[outcome]} {totalOf(outcome)}
        </ToggleButton>
      ))}
      {children}
    </Toolbar>
  )
}

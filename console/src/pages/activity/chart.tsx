/** How much happened, by day and outcome: a small chart whose bars filter, and the same as a table. */
import {
  Button,
  Caption1,
  Link,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  Subtitle2,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  ToggleButton,
  Toolbar,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { DataBarVerticalRegular, TableRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type MouseEvent, useState } from 'react'
import { ask } from '../../app/graphql.ts'
import { ActivityByPeriodDocument, type ActivityOutcome } from './activity.graphql.ts'
import { type ActivitySearch, filterOf } from './search-params.ts'
import { counted, inFigures, outcomeNames, outcomes } from './labels.ts'

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
  scale: {
    display: 'flex',
    justifyContent: 'space-between',
    color: tokens.colorNeutralForeground2,
  },
  swatch: { display: 'inline-block', width: '0.75rem', height: '0.75rem', borderRadius: '2px' },
  // As seen on either theme's background, and told apart by more than their hue: they are always in this order, from below.
  SUCCEEDED: { backgroundColor: tokens.colorBrandForeground1 },
  DENIED: { backgroundColor: tokens.colorStatusWarningForeground3 },
  FAILED: { backgroundColor: tokens.colorStatusDangerForeground1 },
  muted: { color: tokens.colorNeutralForeground2 },
  table: { maxHeight: '18rem', overflowY: 'auto' },
})

const [hourMs, dayMs] = [3_600_000, 86_400_000]
type Unit = 'HOUR' | 'DAY' | 'MONTH'

interface Period {
  start: number
  end: number
  counts: Record<ActivityOutcome, number>
  total: number
}

/** What the chart spans: as the filter says, else the last 30 days. In UTC, as the log counts. */
export function spanOf(
  { from, to }: ActivitySearch,
  now: number,
): { start: number; end: number; unit: Unit } {
  const end = to ? Date.parse(to) : now
  const start = from ? Date.parse(from) : Math.floor(end / dayMs) * dayMs - 29 * dayMs
  const length = end - start
  return { start, end, unit: length <= 2 * dayMs ? 'HOUR' : length <= 93 * dayMs ? 'DAY' : 'MONTH' }
}

function beginningOf(time: number, unit: Unit): number {
  if (unit !== 'MONTH')
    return (
      Math.floor(time / (unit === 'HOUR' ? hourMs : dayMs)) * (unit === 'HOUR' ? hourMs : dayMs)
    )
  const date = new Date(time)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth())
}

function nextOf(start: number, unit: Unit): number {
  if (unit !== 'MONTH') return start + (unit === 'HOUR' ? hourMs : dayMs)
  const date = new Date(start)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}

/** More would be no chart; a year in months has 12. */
const maxPeriods = 400

export function periodsOf(
  rows: readonly { periodStart: string | null; outcome: ActivityOutcome | null; count: number }[],
  { start, end, unit }: ReturnType<typeof spanOf>,
): Period[] {
  const periods: Period[] = []
  for (
    let at = beginningOf(start, unit);
    at < end && periods.length < maxPeriods;
    at = nextOf(at, unit)
  )
    periods.push({
      start: at,
      end: nextOf(at, unit),
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

const labels: Record<Unit, Intl.DateTimeFormat> = {
  HOUR: new Intl.DateTimeFormat(undefined, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: 'UTC',
  }),
  DAY: new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', timeZone: 'UTC' }),
  MONTH: new Intl.DateTimeFormat(undefined, { year: 'numeric', month: 'short', timeZone: 'UTC' }),
}
const unitNames: Record<Unit, string> = { HOUR: 'hour', DAY: 'day', MONTH: 'month' }

export function Chart({
  tenantId,
  search,
  onFilter,
}: {
  tenantId: string
  search: ActivitySearch
  onFilter: (change: Partial<ActivitySearch>) => void
}) {
  const styles = useStyles()
  const [isTable, setTable] = useState(false)
  const span = spanOf(search, Date.now())
  const filter = { ...filterOf(search), occurredFrom: new Date(span.start).toISOString() }
  const { data, isPending, error } = useQuery({
    queryKey: ['activity', tenantId, 'counts', 'periods', filter, span.unit],
    queryFn: ({ signal }) =>
      ask(
        tenantId,
        ActivityByPeriodDocument,
        { tenantId, filter, groupBy: [span.unit, 'OUTCOME'] },
        signal,
      ),
    staleTime: 30_000,
    placeholderData: (before) => before,
  })
  const summary = data?.tenant?.activitySummary
  const periods = periodsOf(summary?.rows ?? [], span)
  const choose = (period: Period, outcome?: ActivityOutcome) =>
    onFilter({
      from: new Date(period.start).toISOString(),
      to: new Date(period.end).toISOString(),
      ...(outcome && { outcome: [outcome] }),
    })
  const totals = Object.fromEntries(
    outcomes.map((outcome) => [
      outcome,
      periods.reduce((sum, { counts }) => sum + counts[outcome], 0),
    ]),
  )
  const range = `${labels[span.unit].format(span.start)} to ${labels[span.unit].format(span.end - 1)}, UTC`

  return (
    <section className={styles.frame} aria-labelledby="chart-title">
      <div className={styles.head}>
        <Subtitle2 as="h2" id="chart-title" className={styles.title}>
          Events by {unitNames[span.unit]} and outcome
        </Subtitle2>
        <Caption1 className={styles.muted}>
          {!search.from && !search.to ? `Last 30 days (${range})` : range}
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
        <Skeleton aria-label="Counting events">
          <SkeletonItem size={96} />
        </Skeleton>
      ) : error || !summary ? (
        <Caption1>
          These events cannot be counted: there are too many with these words or of this session.
          Narrow the filter by time.
        </Caption1>
      ) : isTable ? (
        <Counts periods={periods} unit={span.unit} onChoose={choose} />
      ) : (
        <Bars periods={periods} unit={span.unit} onChoose={choose} />
      )}
      <Toolbar className={styles.legend} aria-label="Outcomes to show">
        {outcomes.map((outcome) => (
          <ToggleButton
            key={outcome}
            size="small"
            appearance="subtle"
            checked={search.outcome?.includes(outcome) ?? false}
            icon={<span className={mergeClasses(styles.swatch, styles[outcome])} />}
            onClick={() => {
              const chosen = search.outcome ?? []
              const next = chosen.includes(outcome)
                ? chosen.filter((other) => other !== outcome)
                : [...chosen, outcome]
              onFilter({ outcome: next.length ? next : undefined })
            }}
          >
            {outcomeNames[outcome]} {summary ? inFigures(totals[outcome] ?? 0) : ''}
          </ToggleButton>
        ))}
        {summary?.truncated && (
          <Caption1 className={styles.muted}>Not all of them: choose a shorter time.</Caption1>
        )}
      </Toolbar>
    </section>
  )
}

interface Choosing {
  periods: Period[]
  unit: Unit
  onChoose: (period: Period, outcome?: ActivityOutcome) => void
}

const said = ({ counts }: Period) =>
  outcomes
    .map((outcome) => `${inFigures(counts[outcome])} ${outcomeNames[outcome].toLowerCase()}`)
    .join(', ')

/** A button for each period, among which arrow keys move; a click on a part of a bar filters by its outcome as well. */
function Bars({ periods, unit, onChoose }: Choosing) {
  const styles = useStyles()
  const most = Math.max(1, ...periods.map(({ total }) => total))
  const outcomeAt = ({ target }: MouseEvent) =>
    (target as HTMLElement).dataset.outcome as ActivityOutcome | undefined
  const shown = [periods[0], periods[Math.floor(periods.length / 2)], periods.at(-1)].filter(
    (period) => period !== undefined,
  )
  return (
    <div>
      <Toolbar className={styles.plot} aria-label="Bars">
        {periods.map((period) => (
          <Tooltip
            key={period.start}
            relationship="label"
            content={`${labels[unit].format(period.start)}: ${said(period)}`}
          >
            <button
              type="button"
              className={styles.column}
              onClick={(event) => onChoose(period, outcomeAt(event))}
            >
              {outcomes
                .toReversed()
                .map(
                  (outcome) =>
                    period.counts[outcome] > 0 && (
                      <span
                        key={outcome}
                        data-outcome={outcome}
                        className={mergeClasses(styles.segment, styles[outcome])}
                        style={{ height: `${(period.counts[outcome] / most) * 100}%` }}
                      />
                    ),
                )}
            </button>
          </Tooltip>
        ))}
      </Toolbar>
      <div className={styles.scale} aria-hidden>
        {shown.map(({ start }) => (
          <Caption1 key={start}>{labels[unit].format(start)}</Caption1>
        ))}
      </div>
      <Caption1 className={styles.muted}>
        The highest bar: {counted(Math.max(0, ...periods.map(({ total }) => total)), 'event')}.
      </Caption1>
    </div>
  )
}

function Counts({ periods, unit, onChoose }: Choosing) {
  const styles = useStyles()
  const some = periods.filter(({ total }) => total > 0).toReversed()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be reached by keyboard
    <section className={styles.table} tabIndex={0} aria-label="Counts">
      <Table size="small" aria-label={`Events by ${unitNames[unit]} and outcome`}>
        <TableHeader>
          <TableRow>
            <TableHeaderCell>
              {unit === 'HOUR' ? 'Hour' : unit === 'DAY' ? 'Day' : 'Month'} (UTC)
            </TableHeaderCell>
            {outcomes.map((outcome) => (
              <TableHeaderCell key={outcome}>{outcomeNames[outcome]}</TableHeaderCell>
            ))}
          </TableRow>
        </TableHeader>
        <TableBody>
          {some.map((period) => (
            <TableRow key={period.start}>
              <TableCell>
                <Link as="button" onClick={() => onChoose(period)}>
                  {labels[unit].format(period.start)}
                </Link>
              </TableCell>
              {outcomes.map((outcome) => (
                <TableCell key={outcome}>
                  {period.counts[outcome] > 0 ? (
                    <Link
                      as="button"
                      aria-label={`${labels[unit].format(period.start)}: ${inFigures(period.counts[outcome])} ${outcomeNames[outcome].toLowerCase()}`}
                      onClick={() => onChoose(period, outcome)}
                    >
                      {inFigures(period.counts[outcome])}
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

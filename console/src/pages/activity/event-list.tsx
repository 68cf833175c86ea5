/**
 * The events of the Activity log, newest first, grouped by UTC day. Selecting a line opens the
 * details of its event.
 */
import {
  Badge,
  Caption1,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
  useRestoreFocusTarget,
} from '@fluentui/react-components'
import { formatCount, formatDay, formatTime } from '../../app/format.ts'
import { methodLabels } from '../../app/labels.ts'
import { Link } from '../../components/link.tsx'
import { Time } from '../../components/time.tsx'
import { actorLabel, eventLabel, outcomeLabels } from './labels.ts'
import { OutcomeIcon } from './outcome-icon.tsx'
import { reasonLabel } from './reason-labels.ts'
import type { EventLine } from './use-activity-log.ts'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: 0, display: 'flex', flexDirection: 'column' },
  day: {
    margin: 0,
    padding: `${tokens.spacingVerticalM} 0 ${tokens.spacingVerticalXS}`,
    color: tokens.colorNeutralForeground2,
  },
  line: {
    display: 'grid',
    gridTemplateColumns: '5.5rem 1.5rem minmax(0, 1fr) minmax(0, 14rem)',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalM}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    // The browser skips the layout of lines outside the viewport, so that long lists render fast.
    contentVisibility: 'auto',
    containIntrinsicSize: 'auto 3.75rem',
    overflowWrap: 'anywhere',
    '@media (max-width: 40rem)': { gridTemplateColumns: '1.5rem minmax(0, 1fr)' },
  },
  isNew: { boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}` },
  time: { '@media (max-width: 40rem)': { gridColumn: '2', gridRow: '2' } },
  icon: { '@media (max-width: 40rem)': { gridColumn: '1', gridRow: '1' } },
  event: {
    display: 'flex',
    flexDirection: 'column',
    '@media (max-width: 40rem)': { gridColumn: '2', gridRow: '1' },
  },
  origin: {
    display: 'flex',
    flexDirection: 'column',
    textAlign: 'end',
    color: tokens.colorNeutralForeground2,
    '@media (max-width: 40rem)': { gridColumn: '2', textAlign: 'start' },
  },
  muted: { color: tokens.colorNeutralForeground2 },
})

export function EventList({
  tenantId,
  events,
  newIds,
}: {
  tenantId: string
  events: EventLine[]
  newIds: ReadonlySet<string>
}) {
  const styles = useStyles()
  return (
    <div>
      {groupByDay(events).map(({ day, events }) => (
        <section key={day} aria-label={day}>
          <Text as="h3" weight="semibold" block className={styles.day}>
            {day} (UTC)
          </Text>
          <ol className={styles.list}>
            {events.map((event) => (
              <Line key={event.id} tenantId={tenantId} event={event} isNew={newIds.has(event.id)} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  )
}

function groupByDay(events: EventLine[]): { day: string; events: EventLine[] }[] {
  const groups: { day: string; events: EventLine[] }[] = []
  for (const event of events) {
    const day = formatDay(event.occurredAt)
    const last = groups.at(-1)
    if (last?.day === day) last.events.push(event)
    else groups.push({ day, events: [event] })
  }
  return groups
}

function Line({ tenantId, event, isNew }: { tenantId: string; event: EventLine; isNew: boolean }) {
  const styles = useStyles()
  const { id, occurredAt, outcome, reason, method, ipAddress, coalesced } = event
  // Closing the event details moves the focus back to this line.
  const restoreFocus = useRestoreFocusTarget()
  return (
    <li className={mergeClasses(styles.line, isNew && styles.isNew)} data-event={id}>
      <Text className={mergeClasses(styles.time, styles.muted)} font="numeric">
        <Time value={occurredAt} format={formatTime} />
      </Text>
      <OutcomeIcon outcome={outcome} className={styles.icon} />
      <div className={styles.event}>
        <span>
          <Link
            {...restoreFocus}
            to="/t/$tenantId/activity"
            params={{ tenantId }}
            search={(search: object) => ({ ...search, event: id })}
            resetScroll={false}
            preload={false}
          >
            {eventLabel(event)}
          </Link>
          {coalesced && (
            <>
              {' '}
              <Badge appearance="tint" color="warning">
                {formatCount(coalesced.count, 'attempt')}
              </Badge>
            </>
          )}
          {outcome !== 'SUCCEEDED' && (
            <Text className={styles.muted}>
              {' · '}
              {outcomeLabels[outcome]}
              {reason && `: ${reasonLabel(reason)}`}
            </Text>
          )}
        </span>
        <Caption1 className={styles.muted}>{summaryOf(event)}</Caption1>
      </div>
      <Caption1 className={styles.origin}>
        <span>{method ? methodLabels[method] : ''}</span>
        <span>{ipAddress ?? ''}</span>
      </Caption1>
    </li>
  )
}

/**
 * Returns the actor, the target and the number of changes. Omits the number for read operations,
 * because their `changes` list the fields that were read.
 */
function summaryOf({ action, actor, target, changes }: EventLine): string {
  const parts = [actorLabel(actor)]
  if (target?.displayName)
    parts.push(`${target.type === 'operation' ? 'Operation' : 'Target'}: ${target.displayName}`)
  if (changes.length > 0 && action !== 'operation.read')
    parts.push(formatCount(changes.length, 'change'))
  return parts.join(' · ')
}
